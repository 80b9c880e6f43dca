import { addOnce, createGroup, dropGroup, remove } from "../../contract/access";
import { created, type Operations } from "../../contract/api";
import { notFound } from "../../contract/errors";
import type { Group, Organization } from "../../model/state";
import { defineCollection } from "./collection";
import { checkName, toOptionalText } from "./checks";
import { acknowledge, defineOperation, findById } from "./operation";
import { findMember, showMember } from "./people";

interface GroupSettings {
  readonly name: string;
  readonly description?: string;
}

export const groups: Operations = {
  ...defineCollection<Organization, Group, GroupSettings>({
    prefix: "Group",
    open: ({ organization }) => ({ parent: organization, objects: organization.groups }),
    check: checkName,
    create: (row, { name, description = "" }) => createGroup(row, name, description || null),
    change: ({ name, description }) => ({ name, description: toOptionalText(description) }),
    show: ({ id, name, description }) => ({ id, name, description }),
    showDetails: ({ user_ids }, { state, organization }) => ({
      members: user_ids.map((id) => showMember(state, organization, findMember(organization, id))),
    }),
    release: ({ organization }, group) => {
      dropGroup(organization, group);
    },
  }),

  Group_add_member: defineOperation<{ readonly user_id: string }>(({ organization }, { path, body }) => {
    const group = findById(organization.groups, path.group_id);
    const { user_id } = findMember(organization, body.user_id);
    addOnce(group.user_ids, user_id);
    return created({ group_id: group.id, user_id });
  }),

  Group_remove_member: defineOperation(({ organization }, { path }) => {
    if (!remove(findById(organization.groups, path.group_id).user_ids, path.user_id)) throw notFound();
    return acknowledge();
  }),
};
