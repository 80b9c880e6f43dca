import type { Reason, Rule } from "../errors";
import { allowHeader, type Refused } from "../surface";

function coded(status: number, error: string, message: string, headers: Refused["headers"] = {}): Refused {
  return { status, body: { error, message }, headers };
}

/** A refusal as this API words it: a code and a message, or messages for each property (422). */
export function refuse(reason: Reason): Refused {
  switch (reason.kind) {
    case "bad_endpoint":
    case "not_found":
      return missing();
    case "method_not_allowed":
      return coded(405, reason.kind, "The path does not take this method.", allowHeader(reason.allowed));
    case "bad_parameter":
      return badParameter(reason.place, reason.name);
    case "unauthenticated":
      return coded(401, "unauthorized", "The access token is missing or not valid.");
    case "forbidden":
      return coded(403, "forbidden", forbiddances[reason.cause]);
    case "conflict":
      return ruled(reason.rule, reason.details);
    case "invalid":
      return { status: 422, body: { errors: reason.errors } };
    case "too_many_requests":
      return coded(429, "too_many_requests", "Too many requests.", retryHeader(reason.retryAfter));
  }
}

function missing(): Refused {
  return coded(404, "not_found", "There is no such thing, or you cannot see it.");
}

function badParameter(place: "path" | "query" | "body", name: string): Refused {
  if (place === "path") return missing();
  if (place === "body") return coded(400, "bad_request", "The body must be a JSON object.");
  return { status: 422, body: { errors: { [name]: ["is invalid"] } } };
}

const forbiddances = {
  role: "Only admins of the organization may do this.",
  address: "The organization cannot be reached from this address.",
  key: "Token is not scoped to this organization",
} as const;

function ruled(rule: Rule, details: Readonly<Record<string, unknown>>): Refused {
  switch (rule) {
    case "cannot_change_own_role":
      return coded(403, "forbidden", "You cannot change your own role.");
    case "cannot_remove_self":
      return coded(403, "forbidden", "You cannot remove yourself from the organization.");
    case "cannot_change_owner_role":
      return coded(422, "owner_protected", "The owner's role cannot be changed.");
    case "cannot_remove_owner":
      return coded(422, "owner_protected", "The owner cannot be removed.");
    case "ownership_not_transferable":
      return coded(422, rule, "The ownership cannot be given away here.");
    case "limit_reached":
      return coded(422, rule, `The organization has reached its limit of ${String(details.limit)} users.`);
    case "invitation_already_accepted":
      return missing();
    case "deletion_blocked":
      return coded(409, "conflict", "Something stands in the way.");
  }
}

function retryHeader(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

const codes: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  409: "conflict",
  410: "gone",
  429: "too_many_requests",
};

/** A body in this API's shape for an error status that a fault makes up. */
export function errorBody(status: number): object {
  if (status === 422) return { errors: { base: ["is invalid"] } };
  return { error: codes[status] ?? "internal_server_error", message: "This is what a fault has made up." };
}
