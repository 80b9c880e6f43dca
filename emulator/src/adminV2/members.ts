import { toMemberPrn, toOrganizationPrn, toUserPrn } from "../prn";
import { noContent, ok, type Operations } from "../operation";
import { changeRole, removeMember } from "../rules/members";
import { getUserById, type Member, type Organization, type Role, type State } from "../state";
import { operation } from "./operation";
import { page } from "./pages";

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
    const member = call.member(path.user_prn);
    // Whoever the member is: what is so already is no change.
    if (member.role !== body.role) changeRole(call, member, body.role);
    return ok(shown(call.state, call.organization, member));
  }),

  "remove-a-member": operation("delete_members", (call, { path }) => {
    removeMember(call, call.member(path.user_prn));
    return noContent();
  }),
};

function shown(state: State, organization: Organization, member: Member) {
  const user = getUserById(state, member.user_id);
  return {
    prn: toMemberPrn(organization.id, member.id),
    organization_prn: toOrganizationPrn(organization.id),
    user_prn: toUserPrn(user.id),
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
