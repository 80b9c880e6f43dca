import { NotFoundError } from "../errors";
import type { CachedValue } from "../cache";
import type { Backend } from "../client";
import type { Limit, Limits } from "../model";
import { rejectUnsupported } from "./features";
import { toUuid, type Me } from "./schemas";

/** Organizations can only be read, from the response about the caller. */
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

/** Returns the plan and its limits. The API does not report the number in use. Lists give the number of members and of claim tokens. */
export function toLimits(me: Me, organizationId: string): Limits {
  const { organization, maxUsers, maxDevices, maxTunnels, maxClaimTokens } = findOrganization(me, organizationId);
  return {
    tier: organization.tier,
    users: toLimit(maxUsers),
    devices: toLimit(maxDevices),
    tunnels: toLimit(maxTunnels),
    claimTokens: toLimit(maxClaimTokens),
  };
}

function toLimit(limit: number | undefined): Limit | undefined {
  return limit === undefined ? undefined : { limit, used: undefined };
}

/** @throws NotFoundError if the API key cannot see the organization */
function findOrganization(me: Me, id: string): Me["organizations"][number] {
  const found = me.organizations.find(({ organization }) => organization.id === id);
  if (found !== undefined) return found;
  throw new NotFoundError(
    `This API key cannot see organization ${toUuid(id)}. Correct the id, or use a member's API key that is not bound to another organization.`,
    { method: "GET", path: "/api/me", status: 200, requestId: null, isAmbiguous: false },
  );
}
