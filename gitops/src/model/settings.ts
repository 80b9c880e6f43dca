import * as z from "zod";
import { meteredResources, oneOf, paymentMethods, toSeconds } from "#provider";
import type { Values } from "#framework";
import { findHidden } from "../objects/reading";
import {
  type ResourceKind,
  type Hidden,
  compareObservation,
  isWritten,
  type Resource,
  type State,
} from "../preview/resource";

/** Settings of one kind: the resource that declares them, and the defaults. */
export interface SettingsSection {
  readonly kind: ResourceKind;
  readonly defaults: Values;
}

export const sections = {
  security: {
    kind: "SecurityPolicy",
    defaults: { requireTwoFactor: false, ipAllowlist: [], sessionTimeout: null, apiKeyRotation: null },
  },
  billing: { kind: "BillingSettings", defaults: { billingEmail: null, paymentMethod: null, usageAlerts: [] } },
} as const satisfies Readonly<Record<string, SettingsSection>>;

/** The settings of the organization itself. By default, its name is its label. */
export function describeGeneralSection(name: string | undefined): SettingsSection {
  return { kind: "Organization", defaults: { displayName: name, description: null, contactEmail: null } };
}

/** A value that is hidden if any of its parts is, and absent if it is unknown. */
function allowHidden<T extends z.ZodType>(schema: T) {
  const readable = z.unknown().transform((value, context): z.output<T> | Hidden => {
    const hidden = findHidden(value);
    if (hidden !== undefined) return hidden;
    const { data, success } = z.safeParse(schema, value);
    if (success) return data;
    context.addIssue({ code: "custom", message: "is unknown to this version", input: value });
    return z.NEVER;
  });
  return readable.optional();
}

const text = allowHidden(z.string().nullable());

export const general = z.object({
  displayName: allowHidden(z.string()),
  description: text,
  contactEmail: text,
});

const seconds = z.string().transform((duration, context) => {
  const length = toSeconds(duration);
  if (length !== undefined) return length;
  context.addIssue({ code: "custom", message: "is not a duration" });
  return z.NEVER;
});

export const security = z.object({
  requireTwoFactor: allowHidden(z.boolean()),
  ipAllowlist: allowHidden(
    z.array(
      z
        .object({ cidr: z.string(), description: z.string().optional() })
        .transform(({ cidr, description = null }) => ({ cidr, description })),
    ),
  ),
  sessionTimeout: allowHidden(seconds.nullable()),
  apiKeyRotation: allowHidden(z.object({ maxAgeDays: z.number(), gracePeriodDays: z.number().default(0) }).nullable()),
});

export const billing = z.object({
  billingEmail: text,
  paymentMethod: allowHidden(oneOf(paymentMethods).nullable()),
  usageAlerts: allowHidden(z.array(z.object({ resourceType: oneOf(meteredResources), thresholdPercent: z.number() }))),
});

/** The resources of one kind that are about an organization before and after a change. */
export interface Declarations {
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
}

/**
 * Returns the settings of an organization after a change: declared values, defaults for values that a stack stops
 * declaring, and prior values for the rest. Undefined if everything is unknown.
 */
export function planSettings(
  { defaults }: SettingsSection,
  { before, after, isNew }: Declarations & { readonly isNew: boolean },
): Values | undefined {
  if (before.length === 0 && after.length === 0 && !isNew) return undefined;
  const seen = before
    .flatMap((resource) => resource.before ?? [])
    .toSorted(compareObservation)
    .map((state) => readSettings(defaults, state));
  const declared = (resources: readonly Resource[]) =>
    resources.map((resource) => pickSettings(defaults, resource.after?.inputs ?? {}));
  return mergeValues([
    isNew ? defaults : {},
    ...seen,
    // A stack without changes does not undo what another one resets.
    ...declared(after.filter((resource) => !isWritten(resource))),
    findResets({ defaults }, { before, after }),
    ...declared(after.filter(isWritten)),
  ]);
}

/** Returns the defaults of the settings that a stack stops declaring. */
export function findResets({ defaults }: Pick<SettingsSection, "defaults">, { before, after }: Declarations): Values {
  const dropped = before
    .filter(({ isReleased }) => !isReleased)
    .flatMap((resource) => {
      const own = after.filter(({ stack }) => stack === resource.stack);
      const still = new Set(own.flatMap((other) => Object.keys(other.after?.inputs ?? {})));
      const names = Object.keys(pickSettings(defaults, resource.before?.inputs ?? {}));
      return names.filter((name) => !still.has(name));
    });
  return Object.fromEntries(dropped.map((name) => [name, defaults[name]]));
}

/** Returns the settings in a state. Absent settings have their defaults. */
export function readSettings(initial: Values, { inputs, outputs }: State): Values {
  return outputs === undefined ? pickSettings(initial, inputs) : { ...initial, ...pickSettings(initial, outputs) };
}

function pickSettings(initial: Values, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in initial));
}

/** Merges values. Later ones win. */
function mergeValues(all: readonly Values[]): Values {
  return Object.fromEntries(all.flatMap((values) => Object.entries(values)));
}
