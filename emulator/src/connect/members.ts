import { conflict } from "../errors";
import { noContent, ok, type Operations } from "../operation";
import { changeRole, removeMember } from "../rules/members";
import { getUserById, type Member } from "../state";
import { operation } from "./operation";
import { listed } from "./pages";
import { nameOf } from "./people";
import { roleOf, storedRole, type ConnectRole } from "./roles";

export const members: Operations = {
  Organization_members: operation(({ state, organization }, { query }) => {
    const wanted = query.search?.toLowerCase() ?? "";
    const found = ({ user_id }: Member) => {
      const user = getUserById(state, user_id);
      return [user.email, nameOf(user)].some((text) => text.toLowerCase().includes(wanted));
    };
    const show = (member: Member) => {
      const user = getUserById(state, member.user_id);
      return {
        id: member.id,
        user_id: user.id,
        name: nameOf(user),
        email: user.email,
        role: roleOf(organization, member),
      };
    };
    const rows = wanted === "" ? organization.members : organization.members.filter(found);
    return { status: 200, body: listed({ name: `members of ${organization.id}`, rows, show }, query) };
  }),

  Organization_update_member_role: operation<{ readonly role: ConnectRole }>((call, { path, body }) => {
    const member = call.member(path.user_id);
    // Whose role it is comes before which one: nobody may give away what is their own either.
    if (member.user_id === call.caller.id) throw conflict("cannot_change_own_role");
    if (body.role === "owner") throw conflict("ownership_not_transferable");
    changeRole(call, member, storedRole(body.role, member.role));
    return ok({ id: member.id, role: roleOf(call.organization, member) });
  }),

  Organization_remove_member: operation((call, { path }) => {
    removeMember(call, call.member(path.user_id));
    return noContent();
  }),
};
