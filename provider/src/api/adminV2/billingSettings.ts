import type { Http } from "../http/http";
import type { Backend, BillingSettings } from "../port";
import { data } from "../http/envelope";
import { path } from "../http/path";
import type { Body } from "../contract";
import { billingSettings as schema, type Wire } from "./schemas";

const answer = data(schema);

export function billingSettings(http: Http): Backend["billingSettings"] {
  return {
    get: async (organizationId) => http.get(path`/v2/organizations/${organizationId}/billing-settings`, answer),
    update: async (organizationId, changes) =>
      http.patch(path`/v2/organizations/${organizationId}/billing-settings`, onWire(changes), answer),
  };
}

function onWire({ billingEmail, paymentMethod, usageAlerts }: Partial<BillingSettings>): Body<Wire["update-billing-settings"]> {
  return {
    billing_email: billingEmail,
    payment_method: paymentMethod,
    usage_alerts: usageAlerts?.map(({ resourceType, thresholdPercent }) => ({
      resource_type: resourceType,
      threshold_percent: thresholdPercent,
    })),
  };
}
