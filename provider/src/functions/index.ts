import type { AnyFunction } from "../resource";
import { getApiTokens } from "./getApiTokens";
import { getClaimTokens } from "./getClaimTokens";
import { getCohorts } from "./getCohorts";
import { getCurrentUser } from "./getCurrentUser";
import { getDeletionReadiness } from "./getDeletionReadiness";
import { getEffectiveAccess } from "./getEffectiveAccess";
import { getGroups } from "./getGroups";
import { getLimits } from "./getLimits";
import { getMembers } from "./getMembers";
import { getOrganization } from "./getOrganization";
import { getOrganizations } from "./getOrganizations";
import { getProjects } from "./getProjects";
import { getTunnelPolicy } from "./getTunnelPolicy";

/** Every function of the provider. To add a function, add a file to this folder and a line to this list. */
export const functions: readonly AnyFunction[] = [
  getCurrentUser,
  getOrganization,
  getOrganizations,
  getMembers,
  getLimits,
  getDeletionReadiness,
  getGroups,
  getProjects,
  getCohorts,
  getEffectiveAccess,
  getApiTokens,
  getClaimTokens,
  getTunnelPolicy,
];
