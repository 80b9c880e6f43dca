import { findApi, loadContract } from "./apis/apis";
import { createState, stateSchema, type StoredState } from "./apis/connect/stateSchema";
import { renderConsole } from "./console/console";
import { rejectMethod, toResponse } from "./contract/api";
import { Call, type RequestSource } from "./contract/call";
import { badEndpoint } from "./contract/errors";
import { alterBody, isWellEncoded, readRequest, type ContractRequest } from "./contract/request";
import { Control } from "./control/control";
import { handleControl } from "./control/http";
import type { User } from "./model/state";
import { formatTimestamp, generateApiKey } from "./model/values";
import type { LoggedRequest, RequestFilter } from "./traffic/requestLog";
import { Traffic } from "./traffic/traffic";

export interface EmulatorOptions {
  /** The clock that the control plane moves forward; by default the system's. */
  readonly now?: (() => Date) | undefined;
  /** The initial data, such as a snapshot; by default one user, ada@acme.example, who is in no organization. */
  readonly data?: StoredState | undefined;
  /** An API key of the first user for the whole account; by default one of the data, or a random one. */
  readonly apiKey?: string | undefined;
  /** Called after every request that can change data. */
  readonly onChange?: (() => void) | undefined;
}

/** Serves Peridio's APIs from the same data, a control plane and a console. Works without a socket. */
export class Emulator {
  readonly traffic = new Traffic();
  readonly control = new Control(this);
  /** An API key of the first user for the whole account. */
  readonly apiKey: string;
  readonly #now: () => Date;
  readonly #onChange: () => void;
  #baseline: StoredState;
  #state: StoredState = createState();

  constructor({ now = () => new Date(), data, apiKey, onChange = () => undefined }: EmulatorOptions = {}) {
    this.#now = now;
    this.#onChange = onChange;
    if (data !== undefined) this.restore(data);
    const [firstUser] = Object.values(this.#state.users);
    const user = firstUser ?? this.control.addUser("ada@acme.example", { name: "Ada Lovelace" });
    this.apiKey = apiKey ?? findAccountKey(this.#state, user) ?? generateApiKey();
    if (!Object.hasOwn(this.#state.api_keys, this.apiKey)) this.control.addApiKey(user.email, { key: this.apiKey });
    this.#baseline = this.snapshot();
  }

  /** The live data, which the control plane changes in place. */
  get state(): StoredState {
    return this.#state;
  }

  get now(): Date {
    return new Date(this.#now().getTime() + this.#state.clock_offset);
  }

  /** Copies all data, for `restore`, for the option `data` or for JSON. */
  snapshot(): StoredState {
    return structuredClone(this.#state);
  }

  /** Replaces all data. @throws ZodError if `data` is not a snapshot */
  restore(data: unknown): void {
    this.#state = stateSchema.parse(structuredClone(data));
  }

  /** Makes `reset` restore the present data. */
  saveBaseline(): void {
    this.#baseline = this.snapshot();
  }

  /** Restores the data of the start or of `saveBaseline`. Removes faults, holds, latency and rate limit, and empties the log. */
  reset(): void {
    this.restore(this.#baseline);
    this.traffic.clear();
  }

  /** Lists the requests to both APIs, oldest first. */
  requests(filter?: RequestFilter): LoggedRequest[] {
    return this.traffic.log.list(filter);
  }

  /**
   * Responds to a request to an API, the control plane (`/_emulator/…`) or the console (`/`).
   * @param address the client's address, for IP allowlists
   * @throws ConnectionDroppedError if a fault drops the connection
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
    if (/^\/_emulator(\/|$)/.test(pathname)) return handleControl(this, request);
    if (pathname === "/") {
      return ["GET", "HEAD"].includes(request.method) ? renderConsole() : rejectMethod(["GET", "HEAD"]);
    }
    const api = findApi(pathname);
    const contract = await loadContract(pathname);
    const sent = await readRequest(request);
    const target = {
      method: sent.method,
      path: sent.path,
      query: sent.query,
      operation: contract.findOperation(sent),
      // A copy, because validation fills defaults in.
      body: structuredClone(sent.body ?? null),
      user_agent: request.headers.get("user-agent"),
    };
    return this.traffic.handle(target, api, this.now, ({ changes = {}, changesNothing = false } = {}) =>
      this.perform(alterBody(sent, changes), { address }, changesNothing ? this.snapshot() : undefined),
    );
  }

  /** Carries out a request to an API on the live data, without log, faults and limits. @throws ApiError */
  async perform(request: ContractRequest, source: RequestSource, state?: StoredState): Promise<Response> {
    const contract = await loadContract(request.path);
    if (!isWellEncoded(request.path)) throw badEndpoint();
    const call = new Call(state ?? this.#state, formatTimestamp(this.now), source);
    return toResponse(await contract.perform(request, call));
  }

  /** Lists deviations of a response from its OpenAPI document. */
  async validateResponse(request: Request, response: Response): Promise<string[]> {
    const { pathname } = new URL(request.url);
    const contract = await loadContract(pathname);
    const operation = contract.findOperation({ method: request.method, path: pathname, query: {}, headers: {} });
    if (operation === null) return [`${request.method} ${pathname} is not an operation of the API`];
    return contract.validateResponse(operation, response.clone());
  }
}

function findAccountKey({ api_keys }: StoredState, user: User): string | undefined {
  const [key] =
    Object.entries(api_keys).find(([, key]) => key.user_id === user.id && key.organization_id === null) ?? [];
  return key;
}
