import type { Lack } from "./port";

/** Where and how a request ended. Nothing of it is secret. */
export interface Circumstances {
  readonly method: string;
  /** Path and query below the endpoint. */
  readonly path: string;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Peridio's id of the answer, for its support; null when there is none. */
  readonly requestId: string | null;
  /** Whether the request may have taken effect although it failed. Never so for reads. */
  readonly ambiguous: boolean;
  readonly cause?: unknown;
}

/** Names the request in messages, such as `PATCH /v2/organizations/prn:1:…, HTTP 200, request Fk3…`. */
export function shownCircumstances({ method, path, status, requestId }: Circumstances): string {
  const where = [`${method} ${path}`];
  if (status !== null) where.push(`HTTP ${status}`);
  if (requestId !== null) where.push(`request ${requestId}`);
  return where.join(", ");
}

/** Peridio refused, could not be reached, or answered with something that does not fit. The message is for people. */
export class ApiError extends Error implements Circumstances {
  override readonly name: string = "ApiError";
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly ambiguous: boolean;

  /** `summary` holds whole sentences: the reason, then the remedy. The circumstances are added to it. */
  constructor(
    readonly summary: string,
    circumstances: Circumstances,
  ) {
    const { method, path, status, requestId, ambiguous, cause } = circumstances;
    super(`${summary} (${shownCircumstances(circumstances)})`, { cause });
    this.method = method;
    this.path = path;
    this.status = status;
    this.requestId = requestId;
    this.ambiguous = ambiguous;
  }
}

/** The same failure, after a look for its effect has failed too. */
export function unseen(failure: ApiError, look: unknown): ApiError {
  if (failure instanceof Unseen) return failure;
  const status = look instanceof ApiError && look.status !== null ? ` (HTTP ${look.status})` : "";
  const way = `The provider could not look for the result${status}. Run \`pulumi up\` again: it looks first.`;
  return new Unseen(`${failure.summary} ${way}`, failure);
}

/** It is open if the request took effect, and the provider could not look for its effect. */
class Unseen extends ApiError {}

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
    circumstances: Circumstances,
    /** What the key may not do, such as `update_billing_settings`; for people. */
    readonly scope: string | null,
    /** The id of what it may not do it to. */
    readonly resource: string | null,
  ) {
    super(
      `${denial} This takes a user with a sufficient role, a key that is not bound to another organization and, where there is an IP allowlist, an address on it.`,
      circumstances,
    );
  }
}

/** There is no such thing, or the key cannot see it (404). */
export class NotFound extends ApiError {
  override readonly name = "NotFound";

  constructor(
    summary: string,
    circumstances: Circumstances,
    /** Whether it is certainly gone: this process has deleted it, or what it belonged to. */
    readonly deletedHere = false,
  ) {
    super(summary, circumstances);
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

  constructor(summary: string, circumstances: Circumstances, objection: Objection) {
    super(summary, circumstances);
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
    circumstances: Circumstances,
    /** Messages by property, in the names of the port. */
    readonly fields: Readonly<Record<string, readonly string[]>>,
  ) {
    super(summary, circumstances);
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
    circumstances: Circumstances,
    /** The part that does not fit, such as `data.role`; null when it is the whole answer. */
    readonly field: string | null,
  ) {
    super(summary, circumstances);
  }
}

/** The operation was ended from outside. Where the signal's reason is an error, its message says why. */
export class Aborted extends ApiError {
  constructor(circumstances: Circumstances) {
    const { cause } = circumstances;
    const why = cause instanceof Error && cause.name !== "AbortError" ? cause.message : "The operation was cancelled.";
    const doubt = " The request may have taken effect.";
    super(circumstances.ambiguous ? why + doubt : why, circumstances);
  }
}

/** This API has no such thing at all, and nothing was sent. No `ApiError`, since nobody was asked. */
export class Lacking extends Error {
  override readonly name = "Lacking";

  constructor(readonly lack: Lack) {
    super(inFull(lack));
  }
}

/** The lack, and all others of the same API, in whole sentences. */
export function inFull({ reason, inAll }: Lack): string {
  return `${reason}.${inAll === null ? "" : ` ${inAll}`}`;
}
