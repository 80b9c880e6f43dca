import { NotFound } from "../errors";
import type { Once } from "../once";
import type { Backend } from "../port";
import { uuid } from "./ids";
import { lacking } from "./lacks";
import type { Me } from "./schemas";

/** Organizations can only be looked at, in the answer about the user. */
export function organizations(known: Once<Me>): Backend["organizations"] {
  return {
    perPage: Infinity,
    async *list() {
      for (const { organization } of (await known.get()).organizations) yield organization;
    },
    find: async (name) =>
      (await known.get()).organizations.find(({ organization }) => organization.name === name)?.organization,
    get: async (id) => seen(await known.get(), id).organization,
    create: async () => lacking("createOrganization"),
    update: async (_, { displayName }) =>
      lacking(displayName === undefined ? "organizationDetails" : "renameOrganization"),
    delete: async () => lacking("deleteOrganization"),
    blockers: async () => lacking("deletionReadiness"),
    transferOwnership: async () => lacking("ownership"),
  };
}

/** @throws NotFound if the token cannot see it */
export function seen(known: Me, id: string): Me["organizations"][number] {
  const found = known.organizations.find(({ organization }) => organization.id === id);
  if (found !== undefined) return found;
  throw new NotFound(
    `This token can see no organization ${uuid(id)}. Check the id, that the token's user is a member, and that the token is not bound to another organization.`,
    { method: "GET", path: "/api/me", status: 200, requestId: null, ambiguous: false },
  );
}
