import { formatTimestamp } from "../clock";
import type { Emulator } from "../emulator";
import { used } from "../limits";
import { toOrganizationPrn } from "../prn";
import { getInvitationStatus } from "../rules/invitations";
import { getUserById } from "../state";

/** All organizations as the console shows them: without ids of people, and without keys. */
export function readOverview({ state, now: moment }: Emulator) {
  const now = formatTimestamp(moment);
  return {
    now,
    organizations: state.organizations.map((organization) => ({
      prn: toOrganizationPrn(organization.id),
      name: organization.name,
      display_name: organization.display_name,
      members: organization.members.map(({ user_id, role, last_active_at }) => {
        const { email, name, two_factor_enabled } = getUserById(state, user_id);
        return { email, name, two_factor_enabled, role, last_active_at, is_owner: user_id === organization.owner_id };
      }),
      invitations: organization.invitations.map((invitation) => ({
        email: invitation.email,
        role: invitation.role,
        status: getInvitationStatus(invitation, now),
        expires_at: invitation.expires_at,
      })),
      security: organization.security,
      billing: organization.billing,
      limits: organization.limits,
      used: used(state, organization),
      belongings: organization.belongings,
      card_on_file: organization.card_on_file,
    })),
  };
}
