import { documents } from "../../contract/texts";
import { createAllowHeader, createRetryHeader, type Api, type ApiResponse } from "../../contract/api";
import type { ConflictRule, ErrorReason, ParameterError } from "../../contract/errors";
import { mergeOperations } from "../../contract/mergeOperations";
import type { ContractRequest } from "../../contract/request";
import { collections } from "./collections";
import { getMemberRole } from "./roles";
import type { StoredOrganization } from "./stateSchema";

const contract = { document: documents.connect, documentPath: "api/connect.openapi.yaml" };

/** The operations of Avocado Connect that this project uses, under `/api`. */
export const connect: Api<StoredOrganization> = {
  ...contract,
  operations: mergeOperations<StoredOrganization>(
    { ...contract, folder: "emulator/src/apis/connect" },
    Object.entries(collections),
  ),
  // With a default `limit`, a request for the whole list would look like one for a page.
  hasDefaultsApplied: false,
  organizationParameter: "org_id",
  getRoles: (organization, member) => [getMemberRole(organization, member)],
  normalizeRequest: clampLimit,
  toErrorResponse,
  createErrorBody,
};

/** Replaces a `limit` that is out of bounds by the nearest bound, instead of rejecting it. */
function clampLimit(request: ContractRequest): ContractRequest {
  const { limit } = request.query;
  if (typeof limit !== "string" || !/^-?\d+$/.test(limit)) return request;
  const clamped = Math.min(Math.max(Number(limit), 1), 100);
  return { ...request, query: { ...request.query, limit: String(clamped) } };
}

function createResponse(
  status: number,
  error: string,
  message: string,
  headers: ApiResponse["headers"] = {},
): ApiResponse {
  return { status, body: { error, message }, headers };
}

/** Returns a code and a message, or messages by property (422). */
function toErrorResponse(reason: ErrorReason): ApiResponse {
  switch (reason.kind) {
    case "bad_endpoint":
    case "not_found":
      return createNotFoundResponse();
    case "method_not_allowed":
      return createResponse(
        405,
        reason.kind,
        "The path does not accept this method.",
        createAllowHeader(reason.allowedMethods),
      );
    case "bad_parameter":
      return createParameterResponse(reason.location, reason.name);
    case "unauthenticated":
      return createResponse(401, "unauthorized", "The access token is missing or not valid.");
    case "forbidden":
      return createResponse(403, "forbidden", forbiddenMessages[reason.cause]);
    case "conflict":
      return createConflictResponse(reason.rule, reason.details);
    case "invalid":
      return { status: 422, body: { errors: reason.errors } };
    case "too_many_requests":
      return createResponse(
        429,
        "too_many_requests",
        "Too many requests.",
        createRetryHeader(reason.retryAfterSeconds),
      );
  }
}

function createNotFoundResponse(): ApiResponse {
  return createResponse(404, "not_found", "The object does not exist, or you cannot see it.");
}

function createParameterResponse(location: ParameterError["location"], name: string): ApiResponse {
  if (location === "path") return createNotFoundResponse();
  if (location === "body") return createResponse(400, "bad_request", "The body must be a JSON object.");
  return { status: 422, body: { errors: { [name]: ["is invalid"] } } };
}

const forbiddenMessages = {
  role: "Only admins and owners of the organization may do this.",
  address: "The organization cannot be reached from this address.",
  key: "Token is not scoped to this organization",
} as const;

function createConflictResponse(rule: ConflictRule, details: Readonly<Record<string, unknown>>): ApiResponse {
  switch (rule) {
    case "cannot_change_own_role":
      return createResponse(403, "forbidden", "You cannot change your own role.");
    case "cannot_remove_self":
      return createResponse(403, "forbidden", "You cannot remove yourself from the organization.");
    case "cannot_change_owner_role":
      return createResponse(422, "owner_protected", "The owner's role cannot be changed.");
    case "cannot_remove_owner":
      return createResponse(422, "owner_protected", "The owner cannot be removed.");
    case "owners_only":
      return createResponse(403, "forbidden", "Only owners can grant or remove the role owner, or invite owners.");
    case "limit_reached":
      return createResponse(
        422,
        rule,
        `The organization has reached its limit of ${String(details.limit)} ${String(details.resource_type)}.`,
      );
    case "invitation_already_accepted":
      return createNotFoundResponse();
    case "deletion_blocked":
      return createResponse(409, "conflict", "The deletion is blocked.");
  }
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

function createErrorBody(status: number): object {
  if (status === 422) return { errors: { base: ["is invalid"] } };
  return {
    error: codes[status] ?? "internal_server_error",
    message: "The emulator simulated this error, or it failed and printed the reason.",
  };
}
