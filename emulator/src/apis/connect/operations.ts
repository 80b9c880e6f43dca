import { randomUUID } from "node:crypto";
import { created, noContent, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { conflict, invalid } from "../../contract/errors";
import { changeRole, getInvitationStatus, invite, removeMember, revoke } from "../../contract/rules";
import {
  findUserByEmail,
  getUserById,
  type Invitation,
  type Member,
  type Organization,
  type Role,
  type User,
} from "../../model/state";
import { paginate } from "./lists";
import {
  acknowledge,
  defineOperation,
  findById,
  getDisplayName,
  getMemberRole,
  showMember,
  showUser,
  toConnectRole,
  type ConnectRole,
} from "./operation";

/** Returns the person's present role if this API shows that role as `role`; else the lowest role that this API shows as `role`. */
function toStoredRole(role: Exclude<ConnectRole, "owner">, present?: Role): Role {
  if (present !== undefined && toConnectRole(present) === role) return present;
  return role === "admin" ? "admin" : "viewer";
}

export const me: Operations = {
  Me_show: defineOperation((call) => {
    const { caller, keyName, keyOrganizationId } = call;
    return ok({
      // Only API tokens have names. A key for the whole account has no `organization_id`.
      token: { name: keyName ?? "API key", ...(keyOrganizationId !== null && { organization_id: keyOrganizationId }) },
      user: {
        id: caller.id,
        email: caller.email,
        name: getDisplayName(caller),
        username: caller.username,
        avatar_url: null,
        is_super_user: false,
        has_logged_in: true,
        auth_provider: null,
      },
      intake: null,
      organizations: call.listOrganizations().map((organization) => showOrganization(organization, caller)),
    });
  }),
};

function showOrganization(organization: Organization, { id }: User) {
  const { members, limits } = organization;
  const member = members.find(({ user_id }) => user_id === id);
  return {
    id: organization.id,
    name: organization.display_name,
    slug: organization.name,
    tier: "teams",
    role: member && getMemberRole(organization, member),
    max_users: limits.users,
    max_devices: limits.devices,
    max_tunnels: null,
    max_claim_tokens: null,
    subscription_status: "active",
    stripe_enabled: true,
  };
}

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
    // Checked before the new role: the owner gets this error for `owner` as well.
    if (member.user_id === call.caller.id) throw conflict("cannot_change_own_role");
    if (body.role === "owner") throw conflict("ownership_not_transferable");
    changeRole(call, member, toStoredRole(body.role, member.role));
    return ok({ id: member.id, role: getMemberRole(call.organization, member) });
  }),

  Organization_remove_member: defineOperation((call, { path }) => {
    removeMember(call, call.getMember(path.user_id));
    return noContent();
  }),
};

interface NewInvitation {
  readonly email: string;
  readonly role?: ConnectRole;
  readonly group_id?: string | null;
}

export const invitations: Operations = {
  OrgInvitation_index: defineOperation((call, { query }) => {
    const { id, invitations: rows } = call.organization;
    const show = (invitation: Invitation) => showInvitation(call, invitation);
    return { status: 200, body: paginate({ name: `invitations of ${id}`, rows, show }, query) };
  }),

  OrgInvitation_create: defineOperation<NewInvitation>(
    (call, { body: { email, role = "member", group_id = null } }) => {
      const group = call.organization.groups.find(({ id }) => id === group_id);
      if (group_id !== null && group === undefined) throw invalid({ group_id: ["does not exist"] });
      if (role === "owner") throw conflict("ownership_not_transferable");
      const invitation = showInvitation(call, invite(call, email, toStoredRole(role), group));
      if (call.state.email_delivery) return created(invitation);
      return created({ ...invitation, invite_url: `https://connect.peridio.com/invitations/${randomUUID()}` });
    },
  ),

  OrgInvitation_delete: defineOperation((call, { path }) => {
    revoke(call, findById(call.organization.invitations, path.id));
    return acknowledge();
  }),
};

function showInvitation({ organization, state, now }: Call, invitation: Invitation) {
  const { group_id, inviter_id } = invitation;
  const group = organization.groups.find(({ id }) => id === group_id);
  const inviter = inviter_id === null ? null : getUserById(state, inviter_id);
  return {
    id: invitation.id,
    email: invitation.email,
    role: toConnectRole(invitation.role),
    target_username: findUserByEmail(state, invitation.email)?.username ?? null,
    status: getInvitationStatus(invitation, now),
    group: group === undefined ? null : { id: group.id, name: group.name },
    inviter: inviter && showUser(inviter),
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
  };
}
