import type { Surface } from "../surface";
import { errorBody, refuse } from "./errors";
import { operations } from "./operations";

/** The API for organizations that Peridio described in 2025, under `/v2`. */
export const adminV2: Surface = {
  document: "api/admin-v2.openapi.yaml",
  operations,
  fillsDefaults: true,
  organizationParameter: "organization_prn",
  rolesOf: ({ owner_id }, { user_id, role }) => (user_id === owner_id ? [role, "owner"] : [role]),
  prepare: (request) => request,
  refuse,
  errorBody,
};
