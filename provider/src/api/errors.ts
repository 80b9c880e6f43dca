import { ApiError, inFull, type Lack, type RequestInfo } from "#framework";

export { ApiError, NotFound, type RequestInfo, unseen } from "#framework";

/** The API key is missing, wrong or revoked (401). */
export class Unauthenticated extends ApiError {
  override readonly name = "Unauthenticated";
}

/** The key may not do this (403): its role, the organization that it is bound to, or the IP allowlist. */
export class Forbidden extends ApiError {
  override readonly name = "Forbidden";

  constructor(
    /** The sentences that say what is refused, without the possible reasons. */
    readonly denial: string,
    request: RequestInfo,
    /** What the key may not do, such as `update_billing_settings`; for people. */
    readonly scope: string | null,
    /** The id of what it may not do it to. */
    readonly resource: string | null,
  ) {
    super(
      `${denial} This takes a user with a sufficient role, a key that is not bound to another organization and, where there is an IP allowlist, an address on it.`,
      request,
    );
  }
}

/** What stands against a request. */
export interface Objection {
  /** The rule that was broken, such as `deletion_blocked` or `limit_reached`; null when Peridio does not say. */
  readonly reason: string | null;
  /** What blocks a deletion; empty for other reasons. */
  readonly blockers: readonly { readonly code: string; readonly count: number; readonly message: string }[];
  /** The limit that was reached, null for other reasons. */
  readonly limit: { readonly resourceType: string; readonly limit: number } | null;
}

/** The request is against a rule (409). */
export class Conflict extends ApiError implements Objection {
  override readonly name = "Conflict";
  readonly reason: string | null;
  readonly blockers: Objection["blockers"];
  readonly limit: Objection["limit"];

  constructor(summary: string, request: RequestInfo, objection: Objection) {
    super(summary, request);
    this.reason = objection.reason;
    this.blockers = objection.blockers;
    this.limit = objection.limit;
  }
}

/** Values were refused (422). */
export class Invalid extends ApiError {
  override readonly name = "Invalid";

  constructor(
    summary: string,
    request: RequestInfo,
    /** Messages by property, in the names of the port. */
    readonly fields: Readonly<Record<string, readonly string[]>>,
  ) {
    super(summary, request);
  }
}

/** Too many requests in too short a time, in spite of waiting and trying again (429). */
export class TooManyRequests extends ApiError {
  override readonly name = "TooManyRequests";
}

/** Peridio failed (5xx, 408), also after the retries that are safe. */
export class ServerError extends ApiError {
  override readonly name = "ServerError";
}

/** No answer: network, name resolution, TLS, proxy, time-out or deadline. */
export class Unreachable extends ApiError {
  override readonly name = "Unreachable";
}

/** An answer that is not what Peridio promises. */
export class Unfitting extends ApiError {
  override readonly name = "Unfitting";

  constructor(
    summary: string,
    request: RequestInfo,
    /** The part that does not fit, such as `data.role`; null when it is the whole answer. */
    readonly field: string | null,
  ) {
    super(summary, request);
  }
}

/** The operation was ended from outside. Where the signal's reason is an error, its message says why. */
export class Aborted extends ApiError {
  constructor(request: RequestInfo) {
    const { cause } = request;
    const why = cause instanceof Error && cause.name !== "AbortError" ? cause.message : "The operation was cancelled.";
    const doubt = " The request may have taken effect.";
    super(request.ambiguous ? why + doubt : why, request);
  }
}

/** This API has no such thing at all, and nothing was sent. No `ApiError`, since nobody was asked. */
export class Lacking extends Error {
  override readonly name = "Lacking";

  constructor(readonly lack: Lack) {
    super(inFull(lack));
  }
}
