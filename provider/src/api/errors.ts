import { ApiError, type UnsupportedFeature, type RequestInfo } from "#framework";
import { formatUnsupported } from "#framework/messages";

export { ApiError, NotFoundError, type RequestInfo } from "#framework";
export {
  AbortedError,
  InvalidResponseError,
  ServerError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnreachableError,
} from "#framework/http";

/** The remedy for the only cause that the role and the binding of an API key leave. */
export const allowedAddress = "If the organization has an IP allowlist, connect from an address on the allowlist.";
/** The remedy for a cause that Peridio names. */
export const correctCause = "Correct this cause, or use another API key.";
const checkAllCauses = `Use an API key that is not bound to another organization and whose user has a sufficient role. ${allowedAddress}`;

/** Peridio forbids the request (403) because of the key's role, its organization, or the IP allowlist. */
export class ForbiddenError extends ApiError {
  override readonly name = "ForbiddenError";

  constructor(
    /** The rejected action in whole sentences, without the possible reasons. */
    readonly denial: string,
    request: RequestInfo,
    /** The forbidden action, such as `update_billing_settings`; null if Peridio does not name it. */
    readonly scope: string | null,
    /** The id of the object of the action; null if Peridio does not name it. */
    readonly resource: string | null,
    /** True if the denial contains Peridio's own reason. */
    readonly isExplained = false,
  ) {
    super(`${denial} ${isExplained ? correctCause : checkAllCauses}`, request);
  }
}

/** A violated rule. */
export interface Violation {
  /** The rule, such as `deletion_blocked` or `limit_reached`; null if Peridio does not name it. */
  readonly reason: string | null;
  /** The blockers of a deletion; empty for other rules. */
  readonly blockers: readonly { readonly code: string; readonly count: number; readonly message: string }[];
  /** The reached limit; null for other rules. */
  readonly limit: { readonly resourceType: string; readonly limit: number } | null;
}

/** The request violates a rule (409). */
export class ConflictError extends ApiError implements Violation {
  override readonly name = "ConflictError";
  readonly reason: string | null;
  readonly blockers: Violation["blockers"];
  readonly limit: Violation["limit"];

  constructor(summary: string, request: RequestInfo, violation: Violation) {
    super(summary, request);
    this.reason = violation.reason;
    this.blockers = violation.blockers;
    this.limit = violation.limit;
  }
}

/** Reports if Peridio refused a new object because of a limit. */
export function isLimitReached(error: unknown): error is ConflictError {
  return error instanceof ConflictError && (error.limit !== null || error.reason === "limit_reached");
}

/** Peridio rejects values of the request (422). */
export class InvalidRequestError extends ApiError {
  override readonly name = "InvalidRequestError";

  constructor(
    summary: string,
    request: RequestInfo,
    /** Messages by property, such as `displayName`, not by the name in the request. */
    readonly fields: Readonly<Record<string, readonly string[]>>,
  ) {
    super(summary, request);
  }
}

/** The API does not support the feature. Nothing was sent, so this is not an `ApiError`. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";

  constructor(readonly feature: UnsupportedFeature) {
    super(formatUnsupported(feature));
  }
}
