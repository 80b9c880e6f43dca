import * as z from "zod";
import { meteredResources, oneOf, type PaymentMethod, paymentMethods, type Unknown, type UsageAlert } from "#provider";
import { organizationId } from "./inputs";
import { createProperty } from "./property";
import { readAs } from "./reading";
import { createRow } from "./row";
import { createAddressProperty } from "./commonProperties";

const paymentMethodWords = new Map<string, string>([
  ["invoice", "on invoice"],
  ["credit_card", "by credit card"],
]);

const paymentMethodSchema = oneOf(paymentMethods).nullable();

const paymentMethod = createProperty<PaymentMethod | Unknown | null>({
  label: "Payment method",
  defaultValue: null,
  schema: paymentMethodSchema,
  read: readAs(paymentMethodSchema),
  format: (value) => (value === null ? "none" : (paymentMethodWords.get(value) ?? value)),
});

const alertShape = { resourceType: oneOf(meteredResources), thresholdPercent: z.number() };

/** An alert, with the values that the review understands. The provider itself rejects an alert without one of them. */
export const usageAlertInput = z.strictObject(alertShape).partial();

const usageAlerts = createProperty<readonly UsageAlert[]>({
  label: "Usage alerts",
  defaultValue: [],
  schema: z.array(usageAlertInput),
  read: readAs(z.array(z.object(alertShape))),
  isSame: (before, after) => formatAlerts(before) === formatAlerts(after),
  format: formatAlerts,
});

function formatAlerts(alerts: readonly UsageAlert[]): string {
  return alerts.length === 0 ? "none" : alerts.map(describeAlert).sort().join(", ");
}

function describeAlert({ resourceType, thresholdPercent }: UsageAlert): string {
  return `${resourceType.replaceAll("_", " ")} at ${thresholdPercent} %`;
}

/** The billing settings of an organization. */
export const billingSettings = createRow({
  noun: "billing settings",
  orderInReports: 30,
  settings: {
    section: "billing",
    properties: { billingEmail: createAddressProperty("Billing e-mail"), paymentMethod, usageAlerts },
    risks: ["changesBilling"],
  },
  inputs: { organizationId },
});
