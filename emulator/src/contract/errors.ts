/** A rule that rejects an otherwise valid request. */
export type ConflictRule =
  | "deletion_blocked"
  | "cannot_remove_self"
  | "cannot_remove_owner"
  | "cannot_change_own_role"
  | "cannot_change_owner_role"
  | "owners_only"
  | "invitation_already_accepted"
  | "limit_reached";

/** Messages by property. */
export type PropertyErrors = Readonly<Record<string, readonly string[]>>;

/** The property of the caller that forbids a request: the role, the address, or the organization of the API key. */
export type ForbiddenCause = "role" | "address" | "key";

export interface ParameterError {
  readonly kind: "bad_parameter";
  readonly location: "path" | "query" | "body";
  readonly name: string;
  readonly fault: "invalid" | "required";
}

/** The reason for rejecting a request. Each API words it in its own shape. */
export type ErrorReason =
  | { readonly kind: "bad_endpoint" }
  | { readonly kind: "method_not_allowed"; readonly allowedMethods: readonly string[] }
  | ParameterError
  | { readonly kind: "unauthenticated"; readonly key: string | null }
  | {
      readonly kind: "forbidden";
      readonly cause: ForbiddenCause;
      /** The forbidden action: verb and plural resource. */
      readonly scope: string;
      readonly organizationId: string | null;
    }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict"; readonly rule: ConflictRule; readonly details: Readonly<Record<string, unknown>> }
  | { readonly kind: "invalid"; readonly errors: PropertyErrors }
  | { readonly kind: "too_many_requests"; readonly retryAfterSeconds?: number | undefined };

/** Rejects a request. Thrown by operations and by the contract; each API turns it into a response. */
export class ApiError extends Error {
  constructor(readonly reason: ErrorReason) {
    super(JSON.stringify(reason));
    this.name = "ApiError";
  }
}

export const badEndpoint = (): ApiError => new ApiError({ kind: "bad_endpoint" });
export const methodNotAllowed = (allowedMethods: readonly string[]): ApiError =>
  new ApiError({ kind: "method_not_allowed", allowedMethods });
export const badParameter = (
  location: ParameterError["location"],
  name: string,
  fault: ParameterError["fault"] = "invalid",
): ApiError => new ApiError({ kind: "bad_parameter", location, name, fault });
export const unauthenticated = (key: string | null): ApiError => new ApiError({ kind: "unauthenticated", key });
export const forbidden = (cause: ForbiddenCause, scope: string, organizationId: string | null): ApiError =>
  new ApiError({ kind: "forbidden", cause, scope, organizationId });
export const notFound = (): ApiError => new ApiError({ kind: "not_found" });
export const conflict = (rule: ConflictRule, details: Readonly<Record<string, unknown>> = {}): ApiError =>
  new ApiError({ kind: "conflict", rule, details });
export const invalid = (errors: PropertyErrors): ApiError => new ApiError({ kind: "invalid", errors });
export const tooManyRequests = (retryAfterSeconds?: number): ApiError =>
  new ApiError({ kind: "too_many_requests", retryAfterSeconds });
