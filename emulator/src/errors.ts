/** A rule that stands against a request which is in order otherwise. */
export type Rule =
  | "deletion_blocked"
  | "cannot_remove_self"
  | "cannot_remove_owner"
  | "cannot_change_own_role"
  | "cannot_change_owner_role"
  | "ownership_not_transferable"
  | "invitation_already_accepted"
  | "limit_reached";

/** From a property's name to messages for people. */
export type PropertyErrors = Readonly<Record<string, readonly string[]>>;

/** Why a request is refused. What that looks like on the wire is up to the API that it came through. */
export type Reason =
  | { readonly kind: "bad_endpoint" }
  /** The path takes only the `allowed` methods. */
  | { readonly kind: "method_not_allowed"; readonly allowed: readonly string[] }
  | {
      readonly kind: "bad_parameter";
      readonly place: "path" | "query" | "body";
      readonly name: string;
      readonly fault: "invalid" | "required";
    }
  | { readonly kind: "unauthenticated"; readonly key: string | null }
  | {
      readonly kind: "forbidden";
      /** What does not let the caller: the role, the address, or the organization that the key is bound to. */
      readonly cause: "role" | "address" | "key";
      /** What the caller may not do: verb and plural resource. */
      readonly scope: string;
      readonly organizationId: string | null;
    }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict"; readonly rule: Rule; readonly details: Readonly<Record<string, unknown>> }
  | { readonly kind: "invalid"; readonly errors: PropertyErrors }
  /** `retryAfter` in seconds. */
  | { readonly kind: "too_many_requests"; readonly retryAfter?: number | undefined };

/** An operation's "no": thrown anywhere below the router, put into words by the surface. */
export class Refusal extends Error {
  constructor(readonly reason: Reason) {
    super(JSON.stringify(reason));
    this.name = "Refusal";
  }
}

export const badEndpoint = (): Refusal => new Refusal({ kind: "bad_endpoint" });
export const methodNotAllowed = (allowed: readonly string[]): Refusal =>
  new Refusal({ kind: "method_not_allowed", allowed });
export const badQuery = (name: string): Refusal =>
  new Refusal({ kind: "bad_parameter", place: "query", name, fault: "invalid" });
export const unauthenticated = (key: string | null): Refusal => new Refusal({ kind: "unauthenticated", key });
export const forbidden = (cause: "role" | "address" | "key", scope: string, organizationId: string | null): Refusal =>
  new Refusal({ kind: "forbidden", cause, scope, organizationId });
export const notFound = (): Refusal => new Refusal({ kind: "not_found" });
export const conflict = (rule: Rule, details: Readonly<Record<string, unknown>> = {}): Refusal =>
  new Refusal({ kind: "conflict", rule, details });
export const invalid = (errors: PropertyErrors): Refusal => new Refusal({ kind: "invalid", errors });
/** `retryAfter` in seconds. */
export const tooManyRequests = (retryAfter?: number): Refusal => new Refusal({ kind: "too_many_requests", retryAfter });
