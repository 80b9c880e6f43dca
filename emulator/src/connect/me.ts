import { ok, type Operations } from "../operation";
import type { Organization, User } from "../state";
import { operation } from "./operation";
import { nameOf } from "./people";
import { roleOf } from "./roles";

export const me: Operations = {
  Me_show: operation((call) => {
    const { caller, boundTo } = call;
    return ok({
      // The store's keys have no names. One for the whole account is bound to nothing, and says so by leaving it out.
      token: { name: "API key", ...(boundTo !== null && { organization_id: boundTo }) },
      user: {
        id: caller.id,
        email: caller.email,
        name: nameOf(caller),
        username: caller.username,
        avatar_url: null,
        is_super_user: false,
        has_logged_in: true,
        auth_provider: null,
      },
      intake: null,
      organizations: call.memberships().map((organization) => shown(organization, caller)),
    });
  }),
};

function shown(organization: Organization, { id }: User) {
  const { members, limits } = organization;
  const member = members.find(({ user_id }) => user_id === id);
  return {
    id: organization.id,
    name: organization.display_name,
    slug: organization.name,
    tier: "teams",
    role: member && roleOf(organization, member),
    max_users: limits.users,
    max_devices: limits.devices,
    max_tunnels: null,
    max_claim_tokens: null,
    subscription_status: "active",
    stripe_enabled: true,
  };
}
