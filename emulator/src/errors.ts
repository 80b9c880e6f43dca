/** The body of every error: coded entries, or messages for each property (422). */
export interface ErrorBody {
  readonly errors: readonly CodedError[] | PropertyErrors;
}

export interface CodedError {
  readonly code: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** From a property's name to messages for people. */
export type PropertyErrors = Readonly<Record<string, readonly string[]>>;

/** An operation's "no": thrown anywhere below the router, answered as the contract says. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${JSON.stringify(body)}`);
    this.name = "Refusal";
  }
}

function coded(status: number, code: string, context: CodedError["context"] = {}, headers = {}): Refusal {
  return new Refusal(status, { errors: [{ code, context }] }, headers);
}

export const badEndpoint = (): Refusal => coded(400, "bad_endpoint");
export const badParameter = (parameter: string, reason: "invalid" | "required" = "invalid"): Refusal =>
  coded(400, "parameter", { parameter, reason });
/** Echoes the key, as some Peridio servers do, so that a client which logs this body is found out. */
export const unauthenticated = (key: string | null): Refusal => coded(401, "unauthenticated", { api_key: key });
export const unauthorized = (scope: string, resource: string | null): Refusal =>
  coded(403, "unauthorized", { resource_id: resource, scope_name: scope });
export const notFound = (): Refusal => coded(404, "not_found");
export const conflict = (reason: string, details: CodedError["context"] = {}): Refusal =>
  coded(409, "conflict", { reason, ...details });
export const invalid = (errors: PropertyErrors): Refusal => new Refusal(422, { errors });
/** `retryAfter` in seconds. */
export const tooManyRequests = (retryAfter?: number): Refusal =>
  coded(429, "too_many_requests", {}, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });

const codes: Readonly<Record<number, string>> = {
  400: "parameter",
  401: "unauthenticated",
  403: "unauthorized",
  404: "not_found",
  406: "content_negotiation",
  409: "conflict",
  429: "too_many_requests",
};

/** A body in the contract's shape for an error status that a fault makes up. */
export function bodyFor(status: number): ErrorBody {
  if (status === 422) return { errors: { base: ["is invalid"] } };
  return { errors: [{ code: codes[status] ?? "internal_server_error", context: {} }] };
}
