import type { StoredState } from "../apis/connect/stateSchema";
import { countUsage } from "../contract/limits";
import { getInvitationStatus } from "../contract/people";
import { getUserById } from "../model/state";
import { formatTimestamp, toOrganizationPrn } from "../model/values";
import { readAccess } from "./accessOverview";

/** Reads all organizations for the console, without secrets and ids of people. */
export function readOverview({ state, now: moment }: { readonly state: StoredState; readonly now: Date }) {
  const now = formatTimestamp(moment);
  return {
    now,
    organizations: state.organizations.map((organization) => ({
      prn: toOrganizationPrn(organization.id),
      name: organization.name,
      display_name: organization.display_name,
      members: organization.members.map((member) => {
        const { email, name, two_factor_enabled } = getUserById(state, member.user_id);
        const { role, also_owner, last_active_at } = member;
        const is_owner = member.user_id === organization.owner_id;
        return { email, name, two_factor_enabled, role, last_active_at, is_owner, also_owner };
      }),
      invitations: organization.invitations.map((invitation) => ({
        email: invitation.email,
        role: invitation.as_owner ? ("owner" as const) : invitation.role,
        status: getInvitationStatus(invitation, now),
        expires_at: invitation.expires_at,
      })),
      ...readAccess(state, organization, now),
      security: organization.security,
      billing: organization.billing,
      limits: organization.limits,
      used: countUsage(state, organization),
      belongings: organization.belongings,
      card_on_file: organization.card_on_file,
    })),
  };
}
