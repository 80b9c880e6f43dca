import { created, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { notFound } from "../../contract/errors";
import { addGroup, addOnce, remove, removeGroup } from "../../contract/access";
import type { Group } from "../../model/state";
import { paginate } from "./lists";
import {
  acknowledge,
  checkName,
  defineOperation,
  findById,
  findMember,
  showMember,
  toOptionalText,
  type Naming,
} from "./operation";

export const groups: Operations = {
  Group_index: defineOperation(({ organization: { id, groups: rows } }, { query }) => ({
    status: 200,
    body: paginate({ name: `groups of ${id}`, rows, show: showGroup }, query),
  })),

  Group_create: defineOperation<Naming & { readonly name: string }>(
    ({ state, organization }, { body: { name, description = "" } }) => {
      checkName(organization.groups, name);
      return created(showGroup(addGroup(state, organization, name, toOptionalText(description))));
    },
  ),

  Group_show: defineOperation((call, { path }) => ok(showGroupWithMembers(call, findGroup(call, path.id)))),

  Group_update: defineOperation<Naming>((call, { path, body: { name, description } }) => {
    const group = findGroup(call, path.id);
    if (name !== undefined) {
      checkName(call.organization.groups, name, group);
      group.name = name;
    }
    if (description !== undefined) group.description = toOptionalText(description);
    return ok(showGroup(group));
  }),

  Group_delete: defineOperation((call, { path }) => {
    removeGroup(call.organization, findGroup(call, path.id));
    return acknowledge();
  }),

  Group_add_member: defineOperation<{ readonly user_id: string }>((call, { path, body }) => {
    const group = findGroup(call, path.group_id);
    const { user_id } = findMember(call.organization, body.user_id);
    addOnce(group.user_ids, user_id);
    return created({ group_id: group.id, user_id });
  }),

  Group_remove_member: defineOperation((call, { path }) => {
    if (!remove(findGroup(call, path.group_id).user_ids, path.user_id)) throw notFound();
    return acknowledge();
  }),
};

function findGroup({ organization }: Call, id: string): Group {
  return findById(organization.groups, id);
}

function showGroup({ id, name, description }: Group) {
  return { id, name, description };
}

function showGroupWithMembers({ state, organization }: Call, group: Group) {
  const show = (userId: string) => showMember(state, organization, findMember(organization, userId));
  return { ...showGroup(group), members: group.user_ids.map(show) };
}
