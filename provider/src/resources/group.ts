import * as z from "zod";
import { type Observed, PartialFailureError, type Values } from "#framework";
import type { Group } from "../api";
import { withOrganization } from "../example";
import { defineResource, type Context } from "../resource";
import { rejectExisting, rejectExistingInPlan, objectDescription, groupName, rejectTakenName } from "../access/names";
import { locateInOrganization } from "../access/importIds";
import { readIfPresent } from "../access/read";
import {
  assessPeople,
  comparePeople,
  createPeopleOutputs,
  describePeople,
  emails,
  explainPending,
  listAddresses,
  type ComparedPeople,
  readList,
  rejectMissing,
  rejectOtherUsers,
  withoutDeclaration,
} from "../access/people";
import { getOrganizationId } from "../types/objectId";
import { listOrganizations, ofOrganization, organizationId } from "../types/organizationId";
import { getGroupKey } from "../access/groups";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the group.",
  }),
  name: groupName.meta({ description: "The name of the group: at most 100 characters. A change renames the group." }),
  description: objectDescription.meta({ description: "The purpose of the group. Default: none." }),
  members: emails.optional().meta({
    description:
      "The e-mail addresses of all members. Neither order nor case matters. An update adds the declared people and " +
      "removes all others. An empty list removes everyone. If the property is absent, the provider does not manage " +
      "the members. Removing the property changes no member.",
  }),
});

const outputs = inputs.extend(createPeopleOutputs("members"));

type Inputs = z.output<typeof inputs>;

/** The access that a declared person gets, in messages. */
const membership = "the membership in the group";

export const group = defineResource({
  token: "peridio:index:Group",
  description:
    "A group of members of one organization, which can have access to projects and cohorts. Only members of the " +
    "organization can be in a group. A declared person who has not accepted the invitation joins the group with the " +
    "first update after acceptance. Deletion also revokes the access that the group gives. Only Avocado Connect " +
    "supports this resource.",
  example: `${withOrganization("acme")}
  field:
    type: peridio:Group
    properties:
      organizationId: \${acme.id}
      name: field-engineers
      description: People who update devices at customers
      members: [ada@acme.example, bob@acme.example]
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "groups",
  parent: { resource: organization, id: "organizationId" },
  identity: ["organizationId", "name"],
  ownership: {
    sharedKey: ({ organizationId, name, members }) => getGroupKey(organizationId, String(name), members),
  },

  resolveImportId: (context, id) => locateInOrganization(context, id, "group", (id) => context.api.groups.list(id)),

  findExisting: async ({ api }, { organizationId, name }) => rejectExisting(api.groups.list(organizationId), name),

  async create(context, desired) {
    const { organizationId, name, description } = desired;
    const group = await context.api.groups.create(organizationId, name, { description });
    return setMembers(context, group, desired, {});
  },

  async read({ api, warn }, id, { inputs: declared, state }) {
    const group = await readIfPresent(api, id, api.groups.get(id), { kind: "groups", seenBy: "members" });
    if (group === undefined) return undefined;
    // An import has no declared inputs, so all members are declared.
    const isImport = declared.name === undefined;
    const members = isImport ? group.members.map(({ email }) => email) : readList(declared.members);
    const people = await comparePeople(api, getOrganizationId(id), members ?? [], group.members, state);
    const text = explainPending(people, membership);
    if (text !== undefined) warn(text);
    return observe(group, members, people);
  },

  async update(context, desired, { id, ...state }, { name, description }) {
    let group = await context.api.groups.get(id);
    // In a change, null removes a property, but every group has a name.
    if (name !== undefined || description !== undefined)
      group = await context.api.groups.update(group, { name: name ?? undefined, description });
    return setMembers(context, group, desired, state);
  },

  async delete({ api }, { id }, { authorize }) {
    await authorize();
    await api.groups.delete(id);
  },

  async *list({ api }, { organizationId }) {
    for (const { id, name } of await listOrganizations(api, organizationId))
      for await (const group of api.groups.list(id)) yield { id: group.id, name: `${name}/${group.name}` };
  },

  assess: assessPeople,

  async plan({ api }, plan) {
    if (plan.phase === "partial")
      return rejectExistingInPlan(plan, plan.desired.organizationId, (id) => api.groups.list(id));
    const { phase, desired, observed, changed } = plan;
    const { organizationId, name, members } = desired;
    if (observed !== undefined && changed.includes("name"))
      await rejectTakenName(api.groups.list(organizationId), name, "group");
    // An update compares the people when it writes them.
    if (phase === "apply" || members === undefined || !changed.includes("members")) return undefined;
    // Looks every declared person up among the members of the organization: it does not matter here who is in the group.
    const people = await comparePeople(api, organizationId, members, [], observed ?? {});
    rejectOtherUsers(people, observed ?? {});
    const text = explainPending(people, membership);
    return { unknown: ["pending", "userIds"], ...(text !== undefined && { warnings: [text] }) };
  },
});

/**
 * Changes the members if the program declares them:
 * 1. Adds the declared people. Reads the group again, because a removal may leave a person without access.
 * 2. Removes the others. Reads the group again, because the responses show no members.
 * 3. Returns the group for the state.
 * @throws PartialFailureError with the group after the last successful step
 */
async function setMembers(
  { api }: Context,
  group: Group,
  { organizationId, members }: Inputs,
  state: Values,
): Promise<Observed<typeof outputs>> {
  if (members === undefined) return observe(group, members, withoutDeclaration([]));
  const compare = async ({ members: users }: Group) => comparePeople(api, organizationId, members, users, state);
  let reached = group;
  try {
    const { missing } = await compare(group);
    for (const user of missing.values()) reached = await api.groups.addMember(reached, user);
    if (missing.size > 0) {
      reached = await api.groups.reread(group.id);
      rejectMissing(await compare(reached), "members", "The provider removed no one.");
    }
    const { undeclared } = await compare(reached);
    for (const user of undeclared) reached = await api.groups.removeMember(reached, user);
    if (undeclared.length > 0) reached = await api.groups.reread(group.id);
    return observe(reached, members, await compare(reached));
  } catch (error) {
    // The comparison can fail for the same reason. The state then keeps the known users.
    const people = await compare(reached).catch(() => withoutDeclaration(reached.members, state));
    throw new PartialFailureError(observe(reached, members, people), error);
  }
}

/** Returns the group for the state, with members if the program declares them. */
function observe(
  { id, name, description }: Group,
  members: readonly string[] | undefined,
  people: ComparedPeople,
): Observed<typeof outputs> {
  return {
    id,
    organizationId: getOrganizationId(id),
    name,
    ...(description !== null && { description }),
    ...(members !== undefined && { members: listAddresses(people) }),
    ...describePeople(people),
  };
}
