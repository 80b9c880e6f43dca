import { timestamp } from "../clock";
import type { Emulator } from "../emulator";
import { used } from "../limits";
import { organizationPrn } from "../prn";
import { statusOf } from "../rules/invitations";
import { userById } from "../state";

/** All organizations as the console shows them: without ids of people, and without keys. */
export function overview({ state, now: moment }: Emulator) {
  const now = timestamp(moment);
  return {
    now,
    organizations: state.organizations.map((organization) => ({
      prn: organizationPrn(organization.id),
      name: organization.name,
      display_name: organization.display_name,
      members: organization.members.map(({ user_id, role, last_active_at }) => {
        const { email, name, two_factor_enabled } = userById(state, user_id);
        return { email, name, two_factor_enabled, role, last_active_at, is_owner: user_id === organization.owner_id };
      }),
      invitations: organization.invitations.map((invitation) => ({
        email: invitation.email,
        role: invitation.role,
        status: statusOf(invitation, now),
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
