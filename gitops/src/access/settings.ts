import * as z from "zod";
import { meteredResources, oneOf, paymentMethods } from "../../../provider/src/api";
import { isRecord, type Values } from "../../../provider/src/core/values";
import { toSeconds } from "../../../provider/src/resources/types/duration";
import type { ResourceKind } from "../preview/resource";
import { type Hidden, isHidden } from "./hidden";

/** Settings of one kind: who declares them, and how a new organization has them. */
export interface Section {
  readonly kind: ResourceKind;
  readonly initial: Values;
}

export const sections = {
  security: {
    kind: "SecurityPolicy",
    initial: { requireTwoFactor: false, ipAllowlist: [], sessionTimeout: null, apiKeyRotation: null },
  },
  billing: { kind: "BillingSettings", initial: { billingEmail: null, paymentMethod: null, usageAlerts: [] } },
} as const satisfies Readonly<Record<string, Section>>;

/** The settings that an organization itself has; it starts with its name as a label. */
export function generalOf(name: string | undefined): Section {
  return { kind: "Organization", initial: { displayName: name, description: null, contactEmail: null } };
}

/** A value that is hidden as a whole where anything in it is, or absent where nothing tells it. */
function orHidden<T extends z.ZodType>(schema: T) {
  const told = z.unknown().transform((value, context): z.output<T> | Hidden => {
    const hidden = hiddenIn(value);
    if (hidden !== undefined) return hidden;
    const { data, success } = z.safeParse(schema, value);
    if (success) return data;
    context.addIssue({ code: "custom", message: "is not what this version understands", input: value });
    return z.NEVER;
  });
  return told.optional();
}

/** Returns the first hidden part of a value. */
export function hiddenIn(value: unknown): Hidden | undefined {
  if (isHidden(value)) return value;
  const parts: readonly unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return parts.map(hiddenIn).find((hidden) => hidden !== undefined);
}

const text = orHidden(z.string().nullable());

export const general = z.object({
  displayName: orHidden(z.string()),
  description: text,
  contactEmail: text,
});

const seconds = z.string().transform((duration, context) => {
  const length = toSeconds(duration);
  if (length !== undefined) return length;
  context.addIssue({ code: "custom", message: "is no duration" });
  return z.NEVER;
});

export const security = z.object({
  requireTwoFactor: orHidden(z.boolean()),
  ipAllowlist: orHidden(
    z.array(
      z
        .object({ cidr: z.string(), description: z.string().optional() })
        .transform(({ cidr, description = null }) => ({ cidr, description })),
    ),
  ),
  sessionTimeout: orHidden(seconds.nullable()),
  apiKeyRotation: orHidden(z.object({ maxAgeDays: z.number(), gracePeriodDays: z.number().default(0) }).nullable()),
});

export const billing = z.object({
  billingEmail: text,
  paymentMethod: orHidden(oneOf(paymentMethods).nullable()),
  usageAlerts: orHidden(z.array(z.object({ resourceType: oneOf(meteredResources), thresholdPercent: z.number() }))),
});
