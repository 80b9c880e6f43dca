import type { ContractRequest } from "../contractRequest";
import type { Surface } from "../surface";
import { errorBody, refuse } from "./errors";
import { invitations } from "./invitations";
import { me } from "./me";
import { members } from "./members";
import { roleOf } from "./roles";

/** Peridio's live API, Avocado Connect, under `/api`: as much of it as the contract has. */
export const connect: Surface = {
  document: "api/connect.openapi.yaml",
  operations: { ...me, ...members, ...invitations },
  // Whether a limit was sent decides whether the list is cut into pages.
  fillsDefaults: false,
  organizationParameter: "org_id",
  rolesOf: (organization, member) => [roleOf(organization, member)],
  prepare: clamped,
  refuse,
  errorBody,
};

/** A limit outside of its bounds is taken as the nearer one, rather than refused. */
function clamped(request: ContractRequest): ContractRequest {
  const { limit } = request.query;
  if (typeof limit !== "string" || !/^-?\d+$/.test(limit)) return request;
  const within = Math.min(Math.max(Number(limit), 1), 100);
  return { ...request, query: { ...request.query, limit: String(within) } };
}
