import type { Reason } from "../errors";
import { toOrganizationPrn } from "../prn";
import { allowHeader, type Refused } from "../surface";

function coded(status: number, code: string, context: Readonly<Record<string, unknown>> = {}, headers = {}): Refused {
  return { status, body: { errors: [{ code, context }] }, headers };
}

/** A refusal as this API words it: coded entries, or messages for each property (422). */
export function refuse(reason: Reason): Refused {
  switch (reason.kind) {
    case "bad_endpoint":
      return coded(400, "bad_endpoint");
    case "method_not_allowed":
      return coded(405, "bad_endpoint", {}, allowHeader(reason.allowed));
    case "bad_parameter":
      return coded(400, "parameter", { parameter: reason.name, reason: reason.fault });
    case "unauthenticated":
      // Echoes the key, as some Peridio servers do, so that a client which logs this body is found out.
      return coded(401, "unauthenticated", { api_key: reason.key });
    case "forbidden": {
      const { organizationId: id, scope } = reason;
      return coded(403, "unauthorized", { resource_id: id && toOrganizationPrn(id), scope_name: scope });
    }
    case "not_found":
      return coded(404, "not_found");
    case "conflict":
      return coded(409, "conflict", { reason: reason.rule, ...reason.details });
    case "invalid":
      return { status: 422, body: { errors: reason.errors } };
    case "too_many_requests":
      return coded(429, "too_many_requests", {}, retryHeader(reason.retryAfter));
  }
}

function retryHeader(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

const codes: Readonly<Record<number, string>> = {
  400: "parameter",
  401: "unauthenticated",
  403: "unauthorized",
  404: "not_found",
  405: "bad_endpoint",
  406: "content_negotiation",
  409: "conflict",
  429: "too_many_requests",
};

/** A body in this API's shape for an error status that a fault makes up. */
export function errorBody(status: number): object {
  if (status === 422) return { errors: { base: ["is invalid"] } };
  return { errors: [{ code: codes[status] ?? "internal_server_error", context: {} }] };
}
