import { answer, badMethod } from "./answers";
import { newKey } from "./apiKeys";
import { Call, type Origin } from "./call";
import { formatTimestamp } from "./clock";
import { Contract } from "./contract";
import { altered, isWellEncoded, readRequest, type ContractRequest } from "./contractRequest";
import { Control } from "./control/control";
import { answerControl } from "./control/http";
import { consolePage } from "./console/console";
import { badEndpoint } from "./errors";
import { emptyState, stateSchema, type State, type User } from "./state";
import { surfaceOf } from "./surfaces";
import type { LoggedRequest, RequestFilter } from "./traffic/requestLog";
import { Traffic } from "./traffic/traffic";

export interface EmulatorOptions {
  /** The time without the control plane's moves; by default the system's. */
  readonly now?: (() => Date) | undefined;
  /** What to start with, such as a snapshot; by default one user, ada@acme.example, who is in no organization. */
  readonly data?: State | undefined;
  /** A key of the first user for the whole account; by default one of the data, or else a random one. */
  readonly apiKey?: string | undefined;
  /** Called after every request that may have changed something. */
  readonly onChange?: (() => void) | undefined;
}

/** Peridio's APIs on this machine, which keep their contracts' rules on the same data, and a control plane. Needs no socket. */
export class Emulator {
  readonly traffic = new Traffic();
  readonly control = new Control(this);
  /** A key of the first user for the whole account. */
  readonly apiKey: string;
  readonly #now: () => Date;
  readonly #onChange: () => void;
  #beginning: State;
  #state: State = emptyState();

  constructor({ now = () => new Date(), data, apiKey, onChange = () => undefined }: EmulatorOptions = {}) {
    this.#now = now;
    this.#onChange = onChange;
    if (data !== undefined) this.restore(data);
    const [owner] = Object.values(this.#state.users);
    const first = owner ?? this.control.addUser("ada@acme.example", { name: "Ada Lovelace" });
    this.apiKey = apiKey ?? accountKey(this.#state, first) ?? newKey();
    if (!Object.hasOwn(this.#state.api_keys, this.apiKey)) this.control.addApiKey(first.email, { key: this.apiKey });
    this.#beginning = this.snapshot();
  }

  /** What the emulator remembers, to be looked at and changed by the control plane. */
  get state(): State {
    return this.#state;
  }

  get now(): Date {
    return new Date(this.#now().getTime() + this.#state.clock_offset);
  }

  /** A copy of all data, fit for JSON, for `restore` and for the option `data`. */
  snapshot(): State {
    return structuredClone(this.#state);
  }

  /** Replaces all data. @throws ZodError if it is no snapshot */
  restore(data: unknown): void {
    this.#state = stateSchema.parse(structuredClone(data));
  }

  /** Makes the present data what `reset` goes back to. */
  settle(): void {
    this.#beginning = this.snapshot();
  }

  /** Back to the data of the start, or of the last `settle`, without faults, latency, rate limit and log. */
  reset(): void {
    this.restore(this.#beginning);
    this.traffic.clear();
  }

  /** The requests to the contracts so far, oldest first. */
  requests(filter?: RequestFilter): LoggedRequest[] {
    return this.traffic.log.list(filter);
  }

  /**
   * Answers a request to a contract, the control plane (`/_emulator/…`) or the console (`/`).
   * @param address where it comes from, for IP allowlists
   * @throws ConnectionDropped if a fault demands it
   */
  async handle(request: Request, address = "127.0.0.1"): Promise<Response> {
    try {
      return await this.#route(request, address);
    } finally {
      if (request.method !== "GET") this.#onChange();
    }
  }

  async #route(request: Request, address: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (/^\/_emulator(\/|$)/.test(pathname)) return answerControl(this, request);
    if (pathname === "/") return ["GET", "HEAD"].includes(request.method) ? consolePage() : badMethod(["GET", "HEAD"]);
    const surface = surfaceOf(pathname);
    const contract = await Contract.load(surface);
    const wanted = await readRequest(request);
    const facts = {
      method: wanted.method,
      path: wanted.path,
      query: wanted.query,
      operation: contract.route(wanted),
      // The contract fills defaults in where it validates; the log shows what was sent.
      body: structuredClone(wanted.body ?? null),
      user_agent: request.headers.get("user-agent"),
    };
    return this.traffic.carry(facts, surface, this.now, (changes = {}) =>
      this.perform(altered(wanted, changes), { address }),
    );
  }

  /** Carries out a request of a contract, past log, faults and limits. @throws Refusal */
  async perform(request: ContractRequest, origin: Origin): Promise<Response> {
    const contract = await Contract.load(surfaceOf(request.path));
    if (!isWellEncoded(request.path)) throw badEndpoint();
    return answer(await contract.perform(request, new Call(this.#state, formatTimestamp(this.now), origin)));
  }

  /** How an answer to a request deviates from its OpenAPI document; empty if it does not. */
  async validateAnswer(request: Request, response: Response): Promise<string[]> {
    const { pathname } = new URL(request.url);
    const contract = await Contract.load(surfaceOf(pathname));
    const operation = contract.route({ method: request.method, path: pathname, query: {}, headers: {} });
    if (operation === null) return [`${request.method} ${pathname} is no operation of its contract`];
    return contract.validateAnswer(operation, response.clone());
  }
}

function accountKey({ api_keys }: State, user: User): string | undefined {
  const [key] =
    Object.entries(api_keys).find(([, key]) => key.user_id === user.id && key.organization_id === null) ?? [];
  return key;
}
