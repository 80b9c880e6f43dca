import type { Http } from "../http/http";
import type { Backend, SecuritySettings } from "../port";
import { data } from "../http/envelope";
import { path } from "../http/path";
import type { Body } from "../contract";
import { securitySettings as schema, type Wire } from "./schemas";

const answer = data(schema);

export function securitySettings(http: Http): Backend["securitySettings"] {
  return {
    get: async (organizationId) => http.get(path`/v2/organizations/${organizationId}/security-settings`, answer),
    update: async (organizationId, changes) =>
      http.patch(path`/v2/organizations/${organizationId}/security-settings`, onWire(changes), answer),
  };
}

function onWire(changes: Partial<SecuritySettings>): Body<Wire["update-security-settings"]> {
  const { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation } = changes;
  return {
    two_factor_required: requireTwoFactor,
    ip_allowlist: ipAllowlist,
    session_timeout: sessionTimeout,
    api_key_rotation: apiKeyRotation && {
      max_age_days: apiKeyRotation.maxAgeDays,
      grace_period_days: apiKeyRotation.gracePeriodDays,
    },
  };
}
