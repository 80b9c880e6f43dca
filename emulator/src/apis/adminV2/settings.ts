import { ok, type Operations } from "../../contract/api";
import { invalid } from "../../contract/errors";
import { countUsage, defaultLimits, maximumLimits } from "../../contract/limits";
import { toCanonicalCidr } from "../../model/cidr";
import { type BillingSettings, resourceTypes, type SecuritySettings } from "../../model/state";
import { applyChanges, toOrganizationPrn } from "../../model/values";
import { defineOperation } from "./operation";

type SecurityChanges = Partial<Omit<SecuritySettings, "api_key_rotation">> & {
  readonly api_key_rotation?: { readonly max_age_days: number; readonly grace_period_days?: number } | null;
};

export const settings: Operations = {
  "retrieve-security-settings": defineOperation("read_security_settings", ({ organization: { id, security } }) =>
    ok({ organization_prn: toOrganizationPrn(id), ...security }),
  ),

  "update-security-settings": defineOperation<SecurityChanges>(
    "update_security_settings",
    ({ organization: { id, security }, now }, { body }) => {
      checkAllowlist(body.ip_allowlist ?? []);
      const stored = { ...body, ...normalizeSecurity(body) };
      if (
        applyChanges(security, stored, ["two_factor_required", "ip_allowlist", "session_timeout", "api_key_rotation"])
      ) {
        security.updated_at = now;
      }
      return ok({ organization_prn: toOrganizationPrn(id), ...security });
    },
  ),

  "retrieve-billing-settings": defineOperation("read_billing_settings", ({ organization: { id, billing } }) =>
    ok({ organization_prn: toOrganizationPrn(id), ...billing }),
  ),

  "update-billing-settings": defineOperation<Partial<BillingSettings>>(
    "update_billing_settings",
    ({ organization, now }, { body }) => {
      const { id, billing, card_on_file } = organization;
      if (body.payment_method === "credit_card" && !card_on_file) {
        throw invalid({ payment_method: ["requires a credit card on file; enter one in the console"] });
      }
      const alerts = body.usage_alerts?.map(({ resource_type, threshold_percent }) => ({
        resource_type,
        threshold_percent,
      }));
      checkAlerts(alerts ?? []);
      const stored = { ...body, ...(alerts && { usage_alerts: alerts }) };
      if (applyChanges(billing, stored, ["billing_email", "payment_method", "usage_alerts"])) billing.updated_at = now;
      return ok({ organization_prn: toOrganizationPrn(id), ...billing });
    },
  ),
};

/** Fills in defaults of nested values and drops properties that the contract does not have. */
function normalizeSecurity(body: SecurityChanges): Partial<SecuritySettings> {
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
    const canonical = toCanonicalCidr(cidr);
    const duplicate = canonical === undefined ? undefined : seen.get(canonical);
    if (canonical === undefined) messages.push(`${cidr} is not a valid CIDR block`);
    else if (duplicate === undefined) seen.set(canonical, cidr);
    else messages.push(duplicate === cidr ? `${cidr} is listed twice` : `${cidr} and ${duplicate} are the same block`);
  }
  if (messages.length > 0) throw invalid({ ip_allowlist: messages });
}

function checkAlerts(alerts: BillingSettings["usage_alerts"]): void {
  const pairs = alerts.map((alert) => `${alert.resource_type} at ${alert.threshold_percent} percent`);
  const duplicates = pairs.filter((pair, index) => pairs.indexOf(pair) !== index);
  if (duplicates.length > 0) throw invalid({ usage_alerts: duplicates.map((pair) => `${pair} is listed twice`) });
}

export const limits: Operations = {
  "retrieve-limits": defineOperation("read_limits", ({ state, organization }) => {
    const usage = countUsage(state, organization);
    const data: Record<string, unknown> = { organization_prn: toOrganizationPrn(organization.id) };
    for (const type of resourceTypes) {
      data[type] = {
        default: defaultLimits[type],
        maximum: maximumLimits[type],
        limit: organization.limits[type],
        used: usage[type],
      };
    }
    return ok(data);
  }),
};
