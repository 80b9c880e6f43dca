import type { BackendName, RawReader } from "#provider";
import { CommandError } from "../exit";
import { type Api, apis, type VisibleOrganization } from "./api";
import { assumptions, checkOrder, type Differences } from "./assumptions";
import { type Contract, type ReadOperation, readContract } from "./contract";
import { Exploration, perPage, type SentRequest } from "./exploration";
import { isUsable, replaceId } from "./ids";
import { get, listItems } from "./json";
import { type RequestResult, LimitedReader } from "./reading";
import type { CheckedAssumption, OperationResult, DoctorReport } from "./report";
import { ShapeComparison, type CheckedProperty } from "./shapes";
import { describeForm, describeWord } from "./words";

/** The most differences of one assumption that a report contains. */
const mostDifferences = 20;

interface Options {
  readonly backend: BackendName;
  readonly apiKey: string;
  /** The name or id of the organization to check; by default, the first one. */
  readonly organization?: string | undefined;
  readonly version: string;
  /** Returns the time in milliseconds, for the limit of the check. */
  readonly now?: () => number;
}

/**
 * Checks each assumption about an API, with a limited number of GET requests, in a limited time.
 * @throws CommandError if the API key sees no organization, or not the chosen one
 */
export async function examine(send: RawReader, options: Options): Promise<DoctorReport> {
  const { backend, now = () => performance.now() } = options;
  const readings = new LimitedReader(send, now);
  return new Examination(readContract(backend), apis[backend], readings, options).run();
}

/** One comparison of an API with the contract and with further assumptions. */
class Examination {
  readonly #checked: CheckedAssumption[] = [];
  readonly #operations: OperationResult[] = [];
  readonly #bodies = new Map<string, unknown[]>();
  readonly #errors: ShapeComparison;

  constructor(
    private readonly contract: Contract,
    private readonly api: Api,
    private readonly readings: LimitedReader,
    private readonly options: Options,
  ) {
    this.#errors = new ShapeComparison(contract.notFound, contract.schemas);
  }

  async run(): Promise<DoctorReport> {
    const { operations } = this.contract;
    const [user, ...others] = [...operations].sort((a, b) => rankOperation(a, this.api) - rankOperation(b, this.api));
    if (user === undefined) throw new Error("The contract has no operations.");
    const reading = await this.readings.get(user.path);
    if (reading.kind === "status" && reading.status === 401)
      throw new CommandError("Peridio does not accept the API key (HTTP 401). Correct PERIDIO_API_KEY.");
    this.#add(user, [{ path: user.path, reading }], undefined);
    const organization = reading.kind === "value" ? this.#choose(reading.body) : undefined;
    if (organization !== undefined) {
      const exploration = new Exploration(this.contract, this.api, organization, this.readings);
      const read: [ReadOperation, readonly SentRequest[]][] = [];
      // Pages and missing objects come last, so that a limit of requests leaves out these first.
      for (const operation of others) read.push([operation, await exploration.request(operation)]);
      for (const [operation, requests] of read) this.#add(operation, requests, organization.role);
      for (const [operation, requests] of read) await this.#checkBehaviour(operation, requests);
      this.#checkAssumptions(organization);
    } else for (const operation of others) this.#add(operation, [], undefined);
    this.#addComparison("error", this.#errors);
    return {
      version: this.options.version,
      api: this.options.backend,
      complete: this.readings.gaps.size === 0 && this.#operations.some(({ result }) => result === "read"),
      gaps: [...this.readings.gaps],
      requests: this.readings.requests,
      operations: this.#operations,
      assumptions: this.#checked,
    };
  }

  /** @throws CommandError if the API key does not see the chosen organization */
  #choose(user: unknown): VisibleOrganization | undefined {
    const { organization: chosen } = this.options;
    const visible = this.api.listOrganizations(user).filter(({ id }) => isUsable(id));
    if (chosen === undefined) return visible[0];
    const found = visible.find(({ names }) => names.includes(chosen));
    if (found !== undefined) return found;
    throw new CommandError("The API key cannot see the organization of --organization. Correct the name or the id.");
  }

  /** Adds what the responses of an operation show. */
  #add(operation: ReadOperation, requests: readonly SentRequest[], role: unknown): void {
    const { id, path, response } = operation;
    const comparison = new ShapeComparison(response, this.contract.schemas);
    const bodies: unknown[] = [];
    for (const { reading } of requests) {
      if (reading.kind !== "value") continue;
      comparison.add(reading.body);
      bodies.push(reading.body);
    }
    this.#bodies.set(id, bodies);
    for (const { reading } of requests) this.#addError(reading);
    this.#operations.push({
      operation: id,
      request: `GET ${path}`,
      result: bodies.length > 0 ? "read" : describeReading(requests.at(-1)?.reading, this.readings),
      ...(operation.hasPages && bodies.length > 0 && { items: bodies.flatMap(listItems).length }),
    });
    const differences = checkRole(operation, requests, role);
    this.#addAssumption(`${id}: responds to these roles`, formatSources(operation.sources), differences);
    this.#addComparison(id, comparison);
  }

  /** Other errors than these have several forms. */
  #addError(reading: RequestResult): void {
    if (reading.kind === "status" && [401, 403, 404].includes(reading.status)) this.#errors.add(reading.body);
  }

  #addComparison(name: string, { properties }: ShapeComparison): void {
    for (const [path, property] of properties) {
      const forms = [...property.forms].sort().slice(0, mostDifferences);
      this.#addAssumption(`${name}: ${path}`, formatSources(property.sources), listDifferences(property), forms);
    }
  }

  #addAssumption(assumption: string, source: string, differences: Differences, seen: readonly string[] = []): void {
    this.#checked.push({
      assumption,
      source,
      result: differences === undefined ? "notSeen" : differences.length === 0 ? "holds" : "differs",
      differences: (differences ?? []).slice(0, mostDifferences),
      seen: [...seen],
    });
  }

  async #checkBehaviour({ id, path, hasPages }: ReadOperation, requests: readonly SentRequest[]): Promise<void> {
    const last = requests.at(-1);
    const body = last?.reading.kind === "value" ? last.reading.body : undefined;
    if (hasPages) {
      this.#addAssumption(`${id}: order`, "decision", body === undefined ? undefined : checkOrder(body));
      const pages = last && body !== undefined ? await this.#checkPages(last, body) : undefined;
      this.#addAssumption(`${id}: pages`, "document", pages);
    } else if (/\{\w+\}$/.test(path) && path.split("{").length > 2)
      this.#addAssumption(`${id}: a missing object`, "document, decision", await this.#checkMissing(last, body));
  }

  /** Reads the first pages of a list with one item each. */
  async #checkPages({ path }: SentRequest, whole: unknown): Promise<Differences> {
    const items = listItems(whole);
    if (items.length > perPage) return ["a page has more items than `limit`"];
    if (items.length < 2) return undefined;
    const cursors = new Set<string>();
    let query = "limit=1";
    for (let index = 0; index < Math.min(items.length, 3); index += 1) {
      const reading = await this.readings.get(`${path}?${query}`);
      if (reading.kind === "none") return undefined;
      if (reading.kind === "invalid") return [reading.reason];
      if (reading.kind === "status") return [`a page gets HTTP ${reading.status}`];
      const page = listItems(reading.body);
      if (page.length !== 1) return [`a page with \`limit=1\` has ${page.length === 0 ? "no item" : "several items"}`];
      if (identifyItem(page[0]) !== identifyItem(items[index]))
        return ["the items of single pages differ from those of a large page"];
      const next = this.api.getNext(reading.body);
      if (next === undefined)
        return index === items.length - 1 ? [] : ["a page is the last one, although there are further items"];
      if (typeof next !== "string" || next.length > 2_000) return [`the cursor is ${describeForm(next)}`];
      if (cursors.has(next)) return ["the cursor points to an earlier page"];
      if (index === items.length - 1 && this.api.getNext(whole) === undefined)
        return ["the last page has a cursor for another one"];
      cursors.add(next);
      query = `limit=1&${this.api.cursorParameter}=${encodeURIComponent(next)}`;
    }
    return [];
  }

  /** Reads an object that does not exist. Only a 404 lets the provider remove an object from the state. */
  async #checkMissing(request: SentRequest | undefined, body: unknown): Promise<Differences> {
    const missing = request && body !== undefined ? replaceId(request.path) : undefined;
    if (missing === undefined) return undefined;
    const reading = await this.readings.get(missing);
    if (reading.kind === "none") return undefined;
    if (reading.kind !== "status") return ["a missing object gets HTTP 200"];
    this.#addError(reading);
    return reading.status === 404 ? [] : [`a missing object gets HTTP ${reading.status}`];
  }

  #checkAssumptions(organization: VisibleOrganization): void {
    const seen = {
      getBodies: (operation: string) => this.#bodies.get(operation) ?? [],
      organization,
      isKeyPrefixed: this.options.apiKey.startsWith("avo_"),
    };
    for (const { name, source, check } of assumptions[this.options.backend])
      this.#addAssumption(name, source, check(seen));
  }
}

/** Sorts the operation about the user first, then short paths. */
function rankOperation({ id, path }: ReadOperation, { userOperation }: Api): number {
  return id === userOperation ? 0 : path.split("/").length;
}

function identifyItem(item: unknown): unknown {
  return get(item, "id") ?? get(item, "prn") ?? JSON.stringify(item);
}

function describeReading(reading: RequestResult | undefined, { requests }: LimitedReader): string {
  if (reading === undefined) return requests === 0 ? "not sent" : "no object to read";
  if (reading.kind === "none" || reading.kind === "invalid") return reading.reason;
  if (reading.kind === "value") return "read";
  const code = get(reading.body, "error");
  return `HTTP ${reading.status}${code === undefined ? "" : `, ${describeWord(code)}`}`;
}

/** Compares the status with the rights of the user's role. */
function checkRole({ roles }: ReadOperation, requests: readonly SentRequest[], role: unknown): Differences {
  const reading = requests.at(-1)?.reading;
  if (reading === undefined || reading.kind === "none") return undefined;
  if (reading.kind === "invalid") return [reading.reason];
  const isAllowed = role === undefined || (typeof role === "string" && roles.includes(role));
  const who = role === undefined ? "" : ` with the role ${describeWord(role)}`;
  if (reading.kind === "value") return isAllowed ? [] : [`a user${who} gets a response`];
  if (!isAllowed && reading.status === 403) return [];
  return [`a user${who} gets HTTP ${reading.status}`];
}

/** Returns the differences of a property; undefined if no response shows it. */
function listDifferences({ seen, missing, differences }: CheckedProperty): Differences {
  if (missing + seen === 0 && differences.size === 0) return undefined;
  return [...(missing > 0 ? [`is missing in ${missing} of ${missing + seen} objects`] : []), ...differences];
}

const sourceNames: Readonly<Record<string, string>> = { peridio: "document", spec: "specification" };

function formatSources(sources: readonly string[]): string {
  return sources.map((source) => sourceNames[source] ?? source).join(", ") || "decision";
}
