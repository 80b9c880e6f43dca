import type { AnyFunction } from "../resource";
import { getCurrentUser } from "./getCurrentUser";
import { getDeletionReadiness } from "./getDeletionReadiness";
import { getLimits } from "./getLimits";
import { getMembers } from "./getMembers";
import { getOrganization } from "./getOrganization";
import { getOrganizations } from "./getOrganizations";

/** Every function of the provider. A new one is a file beside this and a line here. */
export const functions: readonly AnyFunction[] = [
  getCurrentUser,
  getOrganization,
  getOrganizations,
  getMembers,
  getLimits,
  getDeletionReadiness,
];
