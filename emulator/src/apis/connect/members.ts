import { noContent, ok, type Operations } from "../../contract/api";
import { conflict } from "../../contract/errors";
import { changeRole, endOwnership, makeOwner, removeMember } from "../../contract/people";
import { getUserById, isOwner, type Member } from "../../model/state";
import { paginate } from "./lists";
import { defineOperation } from "./operation";
import { getDisplayName, showMember } from "./people";
import { getMemberRole, toStoredRole, type ConnectRole } from "./roles";

export const members: Operations = {
  Organization_members: defineOperation(({ state, organization }, { query }) => {
    const search = query.search?.toLowerCase() ?? "";
    const matches = ({ user_id }: Member) => {
      const user = getUserById(state, user_id);
      return [user.email, getDisplayName(user)].some((text) => text.toLowerCase().includes(search));
    };
    const show = (member: Member) => showMember(state, organization, member);
    const rows = search === "" ? organization.members : organization.members.filter(matches);
    return { status: 200, body: paginate({ name: `members of ${organization.id}`, rows, show }, query) };
  }),

  Organization_update_member_role: defineOperation<{ readonly role: ConnectRole }>((call, { path, body }) => {
    const member = call.getMember(path.user_id);
    if (member.user_id === call.caller.id) throw conflict("cannot_change_own_role");
    if (body.role === "owner") makeOwner(call, member);
    else {
      if (isOwner(call.organization, member)) endOwnership(call, member);
      changeRole(call, member, toStoredRole(body.role, member.role));
    }
    return ok({ id: member.id, role: getMemberRole(call.organization, member) });
  }),

  Organization_remove_member: defineOperation((call, { path }) => {
    const member = call.getMember(path.user_id);
    if (member.user_id === call.caller.id) throw conflict("cannot_remove_self");
    if (isOwner(call.organization, member)) endOwnership(call, member);
    removeMember(call, member);
    return noContent();
  }),
};
