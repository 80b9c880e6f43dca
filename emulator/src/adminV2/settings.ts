import { canonicalCidr } from "../cidr";
import { invalid } from "../errors";
import { ok, type Operations } from "../operation";
import { toOrganizationPrn } from "../prn";
import type { BillingSettings, SecuritySettings } from "../state";
import { apply } from "./changes";
import { operation } from "./operation";

// General settings are properties of the organization: see organizations.ts.

type SecurityChanges = Partial<Omit<SecuritySettings, "api_key_rotation">> & {
  readonly api_key_rotation?: { readonly max_age_days: number; readonly grace_period_days?: number } | null;
};

export const settings: Operations = {
  "retrieve-security-settings": operation("read_security_settings", ({ organization: { id, security } }) =>
    ok({ organization_prn: toOrganizationPrn(id), ...security }),
  ),

  "update-security-settings": operation<SecurityChanges>(
    "update_security_settings",
    ({ organization: { id, security }, now }, { body }) => {
      checkAllowlist(body.ip_allowlist ?? []);
      const stored = { ...body, ...tidied(body) };
      if (apply(security, stored, ["two_factor_required", "ip_allowlist", "session_timeout", "api_key_rotation"])) {
        security.updated_at = now;
      }
      return ok({ organization_prn: toOrganizationPrn(id), ...security });
    },
  ),

  "retrieve-billing-settings": operation("read_billing_settings", ({ organization: { id, billing } }) =>
    ok({ organization_prn: toOrganizationPrn(id), ...billing }),
  ),

  "update-billing-settings": operation<Partial<BillingSettings>>(
    "update_billing_settings",
    ({ organization, now }, { body }) => {
      const { id, billing, card_on_file } = organization;
      if (body.payment_method === "credit_card" && !card_on_file) {
        throw invalid({ payment_method: ["needs a credit card on file; enter one in the console"] });
      }
      const alerts = body.usage_alerts?.map(({ resource_type, threshold_percent }) => ({
        resource_type,
        threshold_percent,
      }));
      checkAlerts(alerts ?? []);
      const stored = { ...body, ...(alerts && { usage_alerts: alerts }) };
      if (apply(billing, stored, ["billing_email", "payment_method", "usage_alerts"])) billing.updated_at = now;
      return ok({ organization_prn: toOrganizationPrn(id), ...billing });
    },
  ),
};

/** The nested values with nothing but the contract's properties, their defaults filled in. */
function tidied(body: SecurityChanges): Partial<SecuritySettings> {
  const { ip_allowlist: list, api_key_rotation: rotation } = body;
  return {
    ...(list && { ip_allowlist: list.map(({ cidr, description }) => ({ cidr, description })) }),
    ...(rotation && {
      api_key_rotation: { max_age_days: rotation.max_age_days, grace_period_days: rotation.grace_period_days ?? 0 },
    }),
  };
}

function checkAllowlist(entries: SecuritySettings["ip_allowlist"]): void {
  const messages: string[] = [];
  const seen = new Map<string, string>();
  for (const { cidr } of entries) {
    const canonical = canonicalCidr(cidr);
    const twin = canonical === undefined ? undefined : seen.get(canonical);
    if (canonical === undefined) messages.push(`${cidr} is not a valid CIDR block`);
    else if (twin === undefined) seen.set(canonical, cidr);
    else messages.push(twin === cidr ? `${cidr} is listed twice` : `${cidr} and ${twin} are the same block`);
  }
  if (messages.length > 0) throw invalid({ ip_allowlist: messages });
}

function checkAlerts(alerts: BillingSettings["usage_alerts"]): void {
  const pairs = alerts.map((alert) => `${alert.resource_type} at ${alert.threshold_percent} percent`);
  const twice = pairs.filter((pair, index) => pairs.indexOf(pair) !== index);
  if (twice.length > 0) throw invalid({ usage_alerts: twice.map((pair) => `${pair} is listed twice`) });
}
