import { randomBytes } from "node:crypto";
import { answer, refusal } from "./answers";
import { Call, type Origin } from "./call";
import { timestamp } from "./clock";
import { Contract, type ContractRequest } from "./contract";
import { Control } from "./control/control";
import { answerControl } from "./control/http";
import { consolePage } from "./console/console";
import { badEndpoint, Refusal } from "./errors";
import { emptyState, stateSchema, type State } from "./state";
import type { LoggedRequest, RequestFilter } from "./traffic/requestLog";
import { Traffic } from "./traffic/traffic";

export interface EmulatorOptions {
  /** The time without the control plane's moves; by default the system's. */
  readonly now?: () => Date;
  /** What to start with, such as a snapshot; by default one user, ada@acme.example, with a new API key. */
  readonly data?: State;
  /** The first user's API key when there is no data; by default a random one. */
  readonly apiKey?: string;
}

/** A local Peridio API that keeps the contract's rules, and its control plane. Needs no socket. */
export class Emulator {
  readonly traffic = new Traffic();
  readonly control = new Control(this);
  readonly #now: () => Date;
  readonly #beginning: State;
  #state: State;

  constructor({ now = () => new Date(), data, apiKey }: EmulatorOptions = {}) {
    this.#now = now;
    this.#state = emptyState();
    if (data === undefined)
      this.control.addUser("ada@acme.example", { name: "Ada Lovelace", apiKey: apiKey ?? newKey() });
    else this.restore(data);
    this.#beginning = this.snapshot();
  }

  /** What the emulator remembers, to be looked at and changed by the control plane. */
  get state(): State {
    return this.#state;
  }

  get now(): Date {
    return new Date(this.#now().getTime() + this.#state.clock_offset);
  }

  /** An API key that works for the whole account of the first user. */
  get apiKey(): string {
    const [key] =
      Object.entries(this.#state.api_keys).find(([, { organization_id }]) => organization_id === null) ?? [];
    if (key === undefined) throw new Error("No user of this emulator has a key for the whole account.");
    return key;
  }

  /** A copy of all data, fit for JSON, for `restore` and for the option `data`. */
  snapshot(): State {
    return structuredClone(this.#state);
  }

  /** Replaces all data. @throws ZodError if it is no snapshot */
  restore(data: unknown): void {
    this.#state = stateSchema.parse(structuredClone(data));
  }

  /** Back to the data of the start, without faults, latency, rate limit and log. */
  reset(): void {
    this.restore(this.#beginning);
    this.traffic.clear();
  }

  /** The requests to the contract so far, oldest first. */
  requests(filter?: RequestFilter): LoggedRequest[] {
    return this.traffic.log.list(filter);
  }

  /**
   * Answers a request to the contract, the control plane (`/_emulator/…`) or the console (`/`).
   * @param address where it comes from, for IP allowlists
   * @throws ConnectionDropped if a fault demands it
   */
  async handle(request: Request, address = "127.0.0.1"): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/_emulator" || url.pathname.startsWith("/_emulator/")) return answerControl(this, request);
    if (url.pathname === "/" && request.method === "GET") return consolePage();
    const contract = await Contract.load();
    const wanted = await readRequest(request, url);
    const facts = {
      method: wanted.method,
      path: wanted.path,
      query: wanted.query,
      operation: contract.route(wanted),
      // The contract fills defaults in where it validates; the log shows what was sent.
      body: structuredClone(wanted.body ?? null),
      user_agent: request.headers.get("user-agent"),
    };
    return this.traffic.carry(facts, this.now, () => this.perform(wanted, { address }));
  }

  /** Carries out a request of the contract, past log, faults and limits. */
  async perform(request: ContractRequest, origin: Origin): Promise<Response> {
    const contract = await Contract.load();
    try {
      if (!isDecodable(request.path)) throw badEndpoint();
      return answer(await contract.perform(request, new Call(this.#state, timestamp(this.now), origin)));
    } catch (error) {
      if (error instanceof Refusal) return refusal(error);
      throw error;
    }
  }

  /** How an answer to a request deviates from the OpenAPI document; empty if it does not. */
  async faultsOf(request: Request, response: Response): Promise<string[]> {
    const contract = await Contract.load();
    const wanted = await readRequest(request.clone(), new URL(request.url));
    const operation = contract.route(wanted);
    if (operation === null) return [`${request.method} ${request.url} is no operation of the contract`];
    const text = await response.clone().text();
    return contract.faultsOf(operation, response.status, response.headers, text === "" ? undefined : JSON.parse(text));
  }
}

/** A key as random as a real one. */
export function newKey(): string {
  return `emulator_${randomBytes(24).toString("base64url")}`;
}

async function readRequest(request: Request, url: URL): Promise<ContractRequest> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  const text = await request.text();
  return {
    method: request.method,
    path: url.pathname,
    query,
    headers: Object.fromEntries(request.headers),
    ...(text !== "" && { body: parsed(text) }),
  };
}

/** The object that a JSON text means; any other text as it is, for the contract to complain about. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value ?? text) : text;
  } catch {
    return text;
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
