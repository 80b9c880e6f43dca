/** A request, and how it ended. It contains no secret. */
export interface RequestInfo {
  readonly method: string;
  /** Path and query below the endpoint. */
  readonly path: string;
  /** The HTTP status; null if there was no response. */
  readonly status: number | null;
  /** The id that the API gave the response, for the API's support; null if there is none. */
  readonly requestId: string | null;
  /** True if the request may have taken effect although it failed. Never true for reads. */
  readonly isAmbiguous: boolean;
  readonly cause?: unknown;
}

/** Names the request in messages, such as `PATCH /v2/users/7, HTTP 200, request Fk3…`. */
export function formatRequest({ method, path, status, requestId }: RequestInfo): string {
  const where = [`${method} ${path}`];
  if (status !== null) where.push(`HTTP ${status}`);
  if (requestId !== null) where.push(`request ${requestId}`);
  return where.join(", ");
}

/** The API refused a request, could not be reached, or sent an invalid response. The message is for people. */
export class ApiError extends Error implements RequestInfo {
  override readonly name: string = "ApiError";
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly isAmbiguous: boolean;

  /** `summary` holds whole sentences: the reason, then the remedy. The request is added to it. */
  constructor(
    readonly summary: string,
    request: RequestInfo,
  ) {
    const { method, path, status, requestId, isAmbiguous, cause } = request;
    super(`${summary} (${formatRequest(request)})`, { cause });
    this.method = method;
    this.path = path;
    this.status = status;
    this.requestId = requestId;
    this.isAmbiguous = isAmbiguous;
  }
}

/** The object does not exist, or the client cannot see it (404). */
export class NotFoundError extends ApiError {
  override readonly name = "NotFoundError";

  constructor(
    summary: string,
    request: RequestInfo,
    /** True if this process deleted the object or its parent. */
    readonly deletedHere = false,
  ) {
    super(summary, request);
  }
}

/** A request that may have taken effect. The provider tried to find out by a read, but the read failed. */
class FailedLookupError extends ApiError {}

/** Returns the failure with the advice to run again, after the read that looks for its effect has failed too. */
export function withFailedLookup(failure: ApiError, lookup: unknown): ApiError {
  if (failure instanceof FailedLookupError) return failure;
  const status = lookup instanceof ApiError && lookup.status !== null ? ` (HTTP ${lookup.status})` : "";
  const remedy = `The provider could not check if the request took effect${status}. Run \`pulumi up\` again. The provider then checks this before it repeats the request.`;
  return new FailedLookupError(`${failure.summary} ${remedy}`, failure);
}
