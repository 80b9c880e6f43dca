import * as z from "zod";
import {
  InvalidRequestError,
  meteredResources,
  paymentMethods,
  type BillingSettings as Settings,
  type Peridio,
} from "../api";
import { isRecord, UserError, type Changes, type Observed } from "#framework";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { onePerOrganization } from "./onePerOrganization";
import { createSettingsFunctions } from "./settings";
import { email } from "../types/email";
import { organizationId } from "../types/organizationId";

const paymentMethod = z.enum(paymentMethods).meta({
  id: "PaymentMethod",
  description: "The payment method: `credit_card` or `invoice`.",
});

const usageAlert = z
  .strictObject({
    resourceType: z.enum(meteredResources).meta({
      id: "MeteredResource",
      description: "A kind of object whose number Peridio limits in each organization.",
    }),
    thresholdPercent: z
      .int("must be a whole number of percent")
      .min(1, "must be at least 1 percent")
      .max(100, "must be at most 100 percent")
      .meta({ description: "The usage that triggers the e-mail, in percent of the limit: 1 to 100." }),
  })
  .meta({ id: "UsageAlert", description: "A usage at which Peridio sends an e-mail." });

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the " +
      "settings.",
  }),
  billingEmail: email.optional().meta({
    description: "The e-mail address that receives invoices. Case does not matter. Default: none.",
  }),
  paymentMethod: paymentMethod.optional().meta({
    description:
      "The payment method: `credit_card` or `invoice`. For `credit_card`, first enter a card in Peridio's console. " +
      "The provider never handles card data. Default: none.",
  }),
  usageAlerts: z
    .array(usageAlert)
    .superRefine(rejectDuplicates)
    .optional()
    .meta({
      description:
        "The usage levels at which Peridio sends an e-mail to the billing address or, if there is none, to the " +
        "owner. A resource type can have several alerts with different levels. Order does not matter. Default: " +
        "none.",
      itemKey: describeAlert,
      resetsTo: () => [],
    }),
});

const observedAlert = z
  .object({
    resourceType: z.string().meta({ description: "The limited resource, such as `devices`." }),
    thresholdPercent: z
      .number()
      .meta({ description: "The usage at which Peridio sends the e-mail, in percent of the limit." }),
  })
  .meta({ id: "ObservedUsageAlert", description: "A usage at which Peridio sends an e-mail." });

/** Peridio may have payment methods and kinds of resources that this provider does not know. */
const outputs = inputs.extend({
  paymentMethod: z
    .string()
    .optional()
    .meta({
      description:
        "The payment method: `credit_card` or `invoice`. A value that this provider does not know is returned " +
        "unchanged.",
    }),
  usageAlerts: z.array(observedAlert).meta({ description: "The usage levels at which Peridio sends an e-mail." }),
});

type Inputs = z.output<typeof inputs>;

export const billingSettings = defineResource({
  token: "peridio:index:BillingSettings",
  description:
    "The billing settings of one organization. The settings always exist, and this resource manages only those " +
    "that it declares. Creation fails if a declared setting has neither its default nor the declared value. In " +
    "that case, import the settings. Deletion resets the declared settings to their defaults. If the same run " +
    "may delete the Organization, the provider does not reset the settings. The provider never " +
    "handles card data: enter cards in Peridio's console. Peridio's documentation names these settings without their " +
    "requests, so their values and effects are decisions of this project. Avocado Connect does not support this resource.",
  example: `${withOrganization("acme-production")}
  billing:
    type: peridio:BillingSettings
    properties:
      organizationId: \${production.id}
      billingEmail: invoices@acme.example
      paymentMethod: invoice
      usageAlerts:
        - { resourceType: devices, thresholdPercent: 80 }
        - { resourceType: users, thresholdPercent: 90 }
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  ...onePerOrganization,
  requires: "billingSettings",
  ...createSettingsFunctions({ inputs, get, put }),
});

async function get(api: Peridio, id: string): Promise<Observed<typeof outputs>> {
  return observe(id, await api.billingSettings.get(id));
}

async function put(api: Peridio, id: string, changed: Changes<Inputs>): Promise<Observed<typeof outputs>> {
  const { billingEmail, paymentMethod, usageAlerts } = changed;
  try {
    const answer = await api.billingSettings.update(id, {
      ...(billingEmail !== undefined && { billingEmail }),
      ...(paymentMethod !== undefined && { paymentMethod }),
      ...(usageAlerts !== undefined && { usageAlerts: usageAlerts ?? [] }),
    });
    return observe(id, answer);
  } catch (error) {
    if (!(error instanceof InvalidRequestError) || error.fields.paymentMethod === undefined) throw error;
    throw new UserError(
      `Peridio has no credit card for this organization. Enter a card in Peridio's console and run the command again, or set \`paymentMethod: invoice\`. ${error.message}`,
    );
  }
}

function observe(id: string, { billingEmail, paymentMethod, usageAlerts }: Settings): Observed<typeof outputs> {
  return {
    id,
    organizationId: id,
    ...(billingEmail !== null && { billingEmail }),
    ...(paymentMethod !== null && { paymentMethod }),
    usageAlerts: usageAlerts.map((alert) => ({ ...alert })),
  };
}

/** Returns what distinguishes one alert from all others. */
function describeAlert(alert: unknown): string {
  const { resourceType, thresholdPercent } = isRecord(alert) ? alert : {};
  return `${String(resourceType)} at ${String(thresholdPercent)} percent`;
}

function rejectDuplicates(alerts: readonly z.output<typeof usageAlert>[], context: z.RefinementCtx): void {
  const marks = alerts.map(describeAlert);
  marks.forEach((text, index) => {
    if (marks.indexOf(text) === index) return;
    context.addIssue({ code: "custom", message: `${text} is listed twice: keep one of the two`, path: [index] });
  });
}
