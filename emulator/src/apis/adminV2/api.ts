import { documents } from "../../contract/texts";
import { createAllowHeader, createRetryHeader, type Api, type ApiResponse } from "../../contract/api";
import type { ErrorReason } from "../../contract/errors";
import { mergeOperations } from "../../contract/mergeOperations";
import type { Organization } from "../../model/state";
import { toOrganizationPrn } from "../../model/values";
import { organizations, user } from "./organizations";
import { invitations, members } from "./people";
import { limits, settings } from "./settings";

const contract = { document: documents.adminV2, documentPath: "api/admin-v2.openapi.yaml" };

/** Peridio's Admin API, under `/v2`. */
export const adminV2: Api<Organization> = {
  ...contract,
  operations: mergeOperations({ ...contract, folder: "emulator/src/apis/adminV2" }, [
    ["organizations", user],
    ["organizations", organizations],
    ["settings", settings],
    ["settings", limits],
    ["people", members],
    ["people", invitations],
  ]),
  hasDefaultsApplied: true,
  organizationParameter: "organization_prn",
  getRoles: ({ owner_id }, { user_id, role }) => (user_id === owner_id ? [role, "owner"] : [role]),
  normalizeRequest: (request) => request,
  toErrorResponse,
  createErrorBody,
};

function createResponse(
  status: number,
  code: string,
  context: Readonly<Record<string, unknown>> = {},
  headers = {},
): ApiResponse {
  return { status, body: { errors: [{ code, context }] }, headers };
}

/** Returns coded errors, or messages by property (422). */
function toErrorResponse(reason: ErrorReason): ApiResponse {
  switch (reason.kind) {
    case "bad_endpoint":
      return createResponse(400, "bad_endpoint");
    case "method_not_allowed":
      return createResponse(405, "bad_endpoint", {}, createAllowHeader(reason.allowedMethods));
    case "bad_parameter":
      return createResponse(400, "parameter", { parameter: reason.name, reason: reason.fault });
    case "unauthenticated":
      // Echoes the key, as some Peridio servers do, to expose clients that log this body.
      return createResponse(401, "unauthenticated", { api_key: reason.key });
    case "forbidden": {
      const { organizationId: id, scope } = reason;
      return createResponse(403, "unauthorized", { resource_id: id && toOrganizationPrn(id), scope_name: scope });
    }
    case "not_found":
      return createResponse(404, "not_found");
    case "conflict":
      return createResponse(409, "conflict", { reason: reason.rule, ...reason.details });
    case "invalid":
      return { status: 422, body: { errors: reason.errors } };
    case "too_many_requests":
      return createResponse(429, "too_many_requests", {}, createRetryHeader(reason.retryAfterSeconds));
  }
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

function createErrorBody(status: number): object {
  if (status === 422) return { errors: { base: ["is invalid"] } };
  return { errors: [{ code: codes[status] ?? "internal_server_error", context: {} }] };
}
