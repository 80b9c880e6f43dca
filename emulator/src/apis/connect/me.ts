import { ok, type Operations } from "../../contract/api";
import type { Organization, User } from "../../model/state";
import { defineOperation } from "./operation";
import { getDisplayName } from "./people";
import { getMemberRole } from "./roles";

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
        // The emulator has no avatars, super users and other ways to log in.
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
  const { members, limits, plan } = organization;
  const member = members.find(({ user_id }) => user_id === id);
  return {
    id: organization.id,
    name: organization.display_name,
    slug: organization.name,
    tier: plan.tier,
    role: member && getMemberRole(organization, member),
    max_users: limits.users,
    max_devices: limits.devices,
    max_tunnels: plan.max_tunnels,
    max_claim_tokens: plan.max_claim_tokens,
    subscription_status: "active",
    stripe_enabled: true,
  };
}
