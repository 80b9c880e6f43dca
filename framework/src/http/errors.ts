import { ApiError, type RequestInfo } from "../request";

/** The API key is missing, wrong or revoked (401). */
export class UnauthenticatedError extends ApiError {
  override readonly name = "UnauthenticatedError";
}

/** The service rejects the request because of its rate limit (429), after all waits and retries. */
export class TooManyRequestsError extends ApiError {
  override readonly name = "TooManyRequestsError";
}

/** The service failed (5xx, 408), after all safe retries. */
export class ServerError extends ApiError {
  override readonly name = "ServerError";
}

/** There was no response, because of the network, name resolution, TLS, a proxy or a time limit. */
export class UnreachableError extends ApiError {
  override readonly name = "UnreachableError";
}

/** The response violates the contract. */
export class InvalidResponseError extends ApiError {
  override readonly name = "InvalidResponseError";

  constructor(
    summary: string,
    request: RequestInfo,
    /** The invalid field, such as `data.role`; null for the whole response. */
    readonly field: string | null,
  ) {
    super(summary, request);
  }
}

/** The operation was aborted. If the signal's reason is an error, its message says why. */
export class AbortedError extends ApiError {
  constructor(request: RequestInfo) {
    const { cause } = request;
    const why = cause instanceof Error && cause.name !== "AbortError" ? cause.message : "The operation was cancelled.";
    const ambiguity = " The request may have taken effect.";
    super(request.isAmbiguous ? why + ambiguity : why, request);
  }
}
