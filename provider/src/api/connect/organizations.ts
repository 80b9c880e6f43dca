import { NotFoundError } from "../errors";
import type { CachedValue } from "../cache";
import type { Backend } from "../client";
import type { Limits } from "../model";
import { rejectUnsupported } from "./unsupported";
import { toUuid, type Me } from "./schemas";

/** Organizations can only be read, from the answer about the caller. */
export function organizations(me: CachedValue<Me>): Backend["organizations"] {
  return {
    perPage: Infinity,
    async *list() {
      for (const { organization } of (await me.get()).organizations) yield organization;
    },
    find: async (name) =>
      (await me.get()).organizations.find(({ organization }) => organization.name === name)?.organization,
    get: async (id) => findOrganization(await me.get(), id).organization,
    create: async () => rejectUnsupported("createOrganization"),
    update: async (_, { displayName }) =>
      rejectUnsupported(displayName === undefined ? "organizationDetails" : "renameOrganization"),
    delete: async () => rejectUnsupported("deleteOrganization"),
    blockers: async () => rejectUnsupported("deletionReadiness"),
    transferOwnership: async () => rejectUnsupported("ownership"),
  };
}

/** Returns the limits of the plan. The API counts no use; the list of members tells their number. */
export function toLimits(me: Me, organizationId: string): Limits {
  const { maxUsers, maxDevices } = findOrganization(me, organizationId);
  return {
    ...(maxUsers !== undefined && { users: { limit: maxUsers, used: undefined } }),
    ...(maxDevices !== undefined && { devices: { limit: maxDevices, used: undefined } }),
  };
}

/** @throws NotFoundError if the token cannot see the organization */
function findOrganization(me: Me, id: string): Me["organizations"][number] {
  const found = me.organizations.find(({ organization }) => organization.id === id);
  if (found !== undefined) return found;
  throw new NotFoundError(
    `This token cannot see organization ${toUuid(id)}. Check the id, that the token's user is a member, and that the token is not bound to another organization.`,
    { method: "GET", path: "/api/me", status: 200, requestId: null, isAmbiguous: false },
  );
}
