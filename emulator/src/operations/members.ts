import { conflict } from "../errors";
import { page } from "../pages";
import { memberPrn, organizationPrn, userPrn } from "../prn";
import { userById, type Member, type Organization, type Role, type State } from "../state";
import { noContent, ok, operation, type Operations } from "./operation";

export const members: Operations = {
  "list-members": operation("read_members", ({ state, organization }, { query }) => {
    const listing = {
      name: `members of ${organization.id}`,
      rows: organization.members,
      show: (member: Member) => shown(state, organization, member),
      keys: {
        email: "text",
        name: "text",
        role: "exact",
        is_owner: "boolean",
        last_active_at: "moment",
        inserted_at: "moment",
      },
    } as const;
    return { status: 200, body: page(listing, query) };
  }),

  "retrieve-a-member": operation("read_members", (call, { path }) =>
    ok(shown(call.state, call.organization, call.member(path.user_prn))),
  ),

  "update-a-member": operation<{ readonly role: Role }>("update_members", (call, { path, body }) => {
    const { state, organization, caller, now } = call;
    const member = call.member(path.user_prn);
    if (member.role !== body.role) {
      if (member.user_id === caller.id) throw conflict("cannot_change_own_role");
      if (member.user_id === organization.owner_id) throw conflict("cannot_change_owner_role");
      member.role = body.role;
      member.updated_at = now;
    }
    return ok(shown(state, organization, member));
  }),

  "remove-a-member": operation("delete_members", (call, { path }) => {
    const { organization, caller } = call;
    const member = call.member(path.user_prn);
    if (member.user_id === caller.id) throw conflict("cannot_remove_self");
    if (member.user_id === organization.owner_id) throw conflict("cannot_remove_owner");
    removeMember(organization, member);
    return noContent();
  }),
};

/** Takes the member out of the organization; the user's account stays. */
export function removeMember(organization: Organization, member: Member): void {
  organization.members.splice(organization.members.indexOf(member), 1);
}

function shown(state: State, organization: Organization, member: Member) {
  const user = userById(state, member.user_id);
  return {
    prn: memberPrn(organization.id, member.id),
    organization_prn: organizationPrn(organization.id),
    user_prn: userPrn(user.id),
    email: user.email,
    username: user.username,
    name: user.name,
    role: member.role,
    is_owner: organization.owner_id === user.id,
    two_factor_enabled: user.two_factor_enabled,
    last_active_at: member.last_active_at,
    inserted_at: member.inserted_at,
    updated_at: member.updated_at,
  };
}
