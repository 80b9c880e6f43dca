import { type Http, path } from "#framework/http";
import type { Body } from "../contract";
import { unwrapData } from "../http/answer";
import type { Backend } from "../client";
import type { BillingSettings, SecuritySettings } from "../model";
import { billingSettings as billing, limits as limitsSchema, securitySettings as security, type Wire } from "./schemas";

const securityAnswer = unwrapData(security);

export function securitySettings(http: Http): Backend["securitySettings"] {
  const address = (organizationId: string): string => path`/v2/organizations/${organizationId}/security-settings`;
  return {
    get: async (organizationId) => http.get(address(organizationId), securityAnswer),
    update: async (organizationId, changes) =>
      http.patch(address(organizationId), createSecurityBody(changes), securityAnswer),
  };
}

function createSecurityBody(changes: Partial<SecuritySettings>): Body<Wire["update-security-settings"]> {
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

const billingAnswer = unwrapData(billing);

export function billingSettings(http: Http): Backend["billingSettings"] {
  const address = (organizationId: string): string => path`/v2/organizations/${organizationId}/billing-settings`;
  return {
    get: async (organizationId) => http.get(address(organizationId), billingAnswer),
    update: async (organizationId, changes) =>
      http.patch(address(organizationId), createBillingBody(changes), billingAnswer),
  };
}

function createBillingBody({
  billingEmail,
  paymentMethod,
  usageAlerts,
}: Partial<BillingSettings>): Body<Wire["update-billing-settings"]> {
  return {
    billing_email: billingEmail,
    payment_method: paymentMethod,
    usage_alerts: usageAlerts?.map(({ resourceType, thresholdPercent }) => ({
      resource_type: resourceType,
      threshold_percent: thresholdPercent,
    })),
  };
}

const limitsAnswer = unwrapData(limitsSchema);

export function limits(http: Http): Backend["limits"] {
  return async (organizationId) => http.get(path`/v2/organizations/${organizationId}/limits`, limitsAnswer);
}
