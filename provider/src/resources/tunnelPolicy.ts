import * as z from "zod";
import {
  type Changes,
  declarations,
  isRecord,
  type ObjectKey,
  type Observed,
  plannedNames,
  UserError,
  type Values,
} from "#framework";
import { listBriefly } from "#framework/messages";
import { locateInProject } from "../access/importIds";
import { readIfPresent } from "../access/read";
import type { TunnelChanges, TunnelPolicy, TunnelRules } from "../api";
import { canonicalCidr, cidr, holds } from "../cidr";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { distinct } from "../types/distinct";
import { explainLoss } from "../types/json";
import { fullCohortId, getOrganizationId } from "../types/objectId";
import { listOrganizations, locateOrganization, ofOrganization, organizationId } from "../types/organizationId";
import { createSettingsFunctions } from "./settings";

/** No tunnel lasts longer, in seconds. */
export const longestTunnel = 3600;

/** The rules of an organization or a cohort. Layouts declare the same ones. */
export const tunnelRules = {
  maxTtlSeconds: z
    .int("must be a whole number of seconds")
    .min(1, "must be at least 1 second")
    .max(86_400, "must be at most 86400 seconds")
    .optional()
    .meta({
      description:
        "The longest duration of a tunnel, in seconds: 1 to 86400. No tunnel lasts longer than one hour, so a higher value has the " +
        "effect of 3600. Default: none.",
    }),
  backoffSeconds: z
    .int("must be a whole number of seconds")
    .min(0, "must not be negative")
    .max(86_400, "must be at most 86400 seconds")
    .optional()
    .meta({
      description:
        "The time after the end of a tunnel during which a device opens no other tunnel, in seconds: 0 to 86400. Default: none.",
    }),
  maxConcurrent: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(10, "must be at most 10")
    .optional()
    .meta({
      description:
        "The highest number of open tunnels of one device: 1 to 10. Default: none. A device can then have one active " +
        "tunnel at a time, unless the organization's rule permits more.",
    }),
  cidrAllowlist: z
    .array(cidr.meta({ comparable: (block) => (typeof block === "string" ? canonicalCidr(block) : block) }))
    .optional()
    .meta({
      description:
        "The CIDR blocks from which people can connect through a tunnel. Order does not matter. Peridio does not document " +
        "the effect of an empty list, which is not the same as no list. Default: none. A cohort then has the list of the " +
        "organization, and an organization has Peridio's default `0.0.0.0/0`, which permits every IPv4 address.",
      comparable: distinct,
      itemKey: String,
    }),
  requireReason: z
    .boolean()
    .optional()
    .meta({
      description:
        "If `true`, a person must state a reason. Peridio then rejects each tunnel that the API opens, because this request " +
        "takes no reason. Default: none.",
    }),
  allowedWindows: z
    .array(
      z
        .string()
        .superRefine((text, context) => {
          const reason =
            parseWindow(text) === undefined ? 'must be a JSON object, such as {"days":["mon"]}' : explainLoss(text);
          if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
        })
        .meta({ comparable: (text) => (typeof text === "string" ? (parseWindow(text) ?? text) : text) }),
    )
    .optional()
    .meta({
      description:
        "Windows of time, each as a JSON object. Peridio does not document their properties, and does not apply times: any " +
        "entry blocks every tunnel. Default: none.",
    }),
};

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the policy.",
  }),
  cohortId: fullCohortId.optional().meta({
    description:
      "The cohort of the policy: the `id` of a Cohort. A change replaces the policy. Default: the policy is that of the " +
      "organization.",
  }),
  ...tunnelRules,
});

const rules = z.object(tunnelRules);

type Rules = z.output<typeof rules>;

const ruleNames = rules.keyof().options;

const settings = createSettingsFunctions({
  inputs,
  getId: ({ organizationId, cohortId }) => String(cohortId ?? organizationId),
  get: async (api, id) => observe(id, await api.tunnelPolicies.get(id)),
  async put(api, id, changes) {
    // The client completes the request with the other rules from its cache. Without another read, the request would undo someone
    // else's change.
    rejectUnknownRules(await api.tunnelPolicies.reread(id));
    return observe(id, await api.tunnelPolicies.update(id, toApiRules(changes)));
  },
});

export const tunnelPolicy = defineResource({
  token: "peridio:index:TunnelPolicy",
  description:
    "The rules for tunnels to the devices of one organization, or of one cohort. A cohort only tightens the rules of the " +
    "organization, except that its allowlist replaces that of the organization. The policy always exists, and this " +
    "resource manages only the rules that it declares. Creation fails if a declared rule has another value: then import " +
    "the policy. If a program stops declaring a rule, the update removes the rule. The deletion of a cohort's policy removes " +
    "its declared rules. The deletion of an organization's policy changes no rule. Each deletion gives a warning. Only " +
    "Avocado Connect supports this resource.",
  example: `${withOrganization("acme")}
  firmware:
    type: peridio:Project
    properties: { organizationId: "\${acme.id}", name: firmware, everyoneEnabled: true }
  production:
    type: peridio:Cohort
    properties: { projectId: "\${firmware.id}", name: production, everyoneEnabled: false }
  tunnels:
    type: peridio:TunnelPolicy
    properties:
      organizationId: \${acme.id}
      maxTtlSeconds: 1800
      cidrAllowlist: [203.0.113.0/24]
  productionTunnels:
    type: peridio:TunnelPolicy
    properties:
      organizationId: \${acme.id}
      cohortId: \${production.id}
      maxTtlSeconds: 600
      maxConcurrent: 1
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs: inputs,
  query: ofOrganization,
  requires: "tunnelPolicies",
  identity: ["organizationId", "cohortId"],
  uses: [declarations, plannedNames],
  // The same key as that of `identity`. It carries the declared rules, with which the plan of a cohort's policy compares its own.
  ownership: { sharedKey: (declared) => getPolicyKey(declared.organizationId, declared.cohortId, declared) },
  // The parent, and the functions that this resource does not replace.
  ...settings,

  async resolveImportId(context, text) {
    if (!text.includes("/")) return locateOrganization(context.api, text);
    return locateInProject(context, text, "cohort", (id) => context.api.cohorts.list(id));
  },

  async findExisting(context, desired) {
    const { organizationId, cohortId } = desired;
    if (cohortId !== undefined && getOrganizationId(cohortId) !== organizationId)
      throw new UserError(`cohort ${cohortId} is not in organization ${organizationId}. Correct \`cohortId\`.`);
    return settings.findExisting?.(context, desired);
  },

  read: async ({ api }, id) =>
    readIfPresent(api, id, api.tunnelPolicies.get(id), { kind: "cohorts", seenBy: "admins" }).then(
      (found) => found && observe(id, found),
    ),

  async delete(context, observed, prior) {
    const declared = ruleNames.filter((name) => prior.inputs[name] !== undefined);
    const rules = describeRules(observed, declared);
    await prior.authorize();
    if (observed.cohortId === undefined) {
      if (rules !== "")
        context.warn(
          `The provider removed no rule, because Peridio documents no request that removes the policy of an organization. These rules stay in force: ${rules}. ` +
            "To remove a rule, remove it from the program, run `pulumi up`, and then remove the resource.",
        );
      return;
    }
    await settings.delete(context, observed, prior);
    if (rules !== "")
      context.warn(`The cohort no longer has these rules: ${rules}. The organization's rules apply instead.`);
  },

  async plan({ api, getDesired, recordPlanned }, { phase, desired, changed }) {
    // An update checks and writes in `put`.
    if (phase === "apply") return undefined;
    const warnings = describeEffects(desired, changed);
    const { organizationId, cohortId } = desired;
    const id = cohortId ?? organizationId;
    if (typeof id === "string" && ruleNames.some((name) => changed.includes(name)))
      rejectUnknownRules(await api.tunnelPolicies.get(id));
    if (typeof organizationId !== "string") return { warnings };
    const removed = `removed tunnel rules of ${organizationId}`;
    if (cohortId === undefined) {
      recordPlanned(removed, ...ruleNames.filter((name) => changed.includes(name) && desired[name] === undefined));
      return { warnings };
    }
    // The rules in force, with the changes of the organization's policy that this preview has seen.
    const inForce = toDeclaredRules(await api.tunnelPolicies.get(organizationId));
    const kept = Object.entries(inForce).filter(([name]) => !recordPlanned(removed).has(name));
    const declared = getDesired(getPolicyKey(organizationId));
    const policy = readRules({ ...Object.fromEntries(kept), ...(isRecord(declared) && declared) });
    return { warnings: [...warnings, ...compareWithOrganization(readRules(desired), policy, changed)] };
  },

  async *list({ api }, { organizationId }) {
    for (const organization of await listOrganizations(api, organizationId)) {
      yield { id: organization.id, name: organization.name };
      for await (const project of api.projects.list(organization.id))
        for await (const { id, name } of api.cohorts.list(project.id))
          yield { id, name: `${organization.name}/${project.name}/${name}` };
    }
  },
});

/**
 * Rejects a write that could remove rules: no source says if the request keeps what it omits.
 * @throws UserError that names the rules that this version does not know
 */
function rejectUnknownRules({ unknownRules }: TunnelPolicy): void {
  if (unknownRules.length === 0) return;
  throw new UserError(
    `the policy has rules that this provider does not know: ${listBriefly(unknownRules)}. A request could remove them, so the provider does not change the policy. Update the provider, or change the policy with a request of Peridio's API.`,
  );
}

/** Returns the rules with known values that a program can declare. Peridio may return others. */
function readRules(values: Values): Rules {
  const known = ruleNames.filter((name) => tunnelRules[name].safeParse(values[name]).success);
  return rules.parse(Object.fromEntries(known.map((name) => [name, values[name]])));
}

/** Returns the key of the policy of a cohort, or without `cohortId` of the organization. */
function getPolicyKey(organizationId: unknown, cohortId?: unknown, desired?: Values): ObjectKey {
  const path = [cohortId === undefined ? "organizationId" : "cohortId"];
  const name = typeof cohortId === "string" ? cohortId : "";
  return { collection: `tunnel policies of ${String(organizationId)}`, name, path, desired };
}

/** Describes the rules whose effect differs from what their names say. */
function describeEffects(
  { maxTtlSeconds, cidrAllowlist, requireReason, allowedWindows }: Values,
  changed: readonly string[],
) {
  const isLong = typeof maxTtlSeconds === "number" && maxTtlSeconds > longestTunnel;
  const isEmpty = Array.isArray(cidrAllowlist) && cidrAllowlist.length === 0;
  const isBlocking = Array.isArray(allowedWindows) && allowedWindows.length > 0;
  return [
    ...(changed.includes("maxTtlSeconds") && isLong
      ? [
          `No tunnel lasts longer than one hour, so \`maxTtlSeconds: ${maxTtlSeconds}\` has the effect of ${longestTunnel}.`,
        ]
      : []),
    ...(changed.includes("cidrAllowlist") && isEmpty
      ? [
          "Peridio does not document if an empty `cidrAllowlist` permits every address or none. Declare blocks, or remove the property.",
        ]
      : []),
    ...(changed.includes("requireReason") && requireReason === true
      ? ["With `requireReason`, Peridio rejects each tunnel that the API opens, because this request takes no reason."]
      : []),
    ...(changed.includes("allowedWindows") && isBlocking
      ? [
          "`allowedWindows` blocks every tunnel, because Peridio does not apply times. To permit tunnels, remove all entries.",
        ]
      : []),
  ];
}

/** Describes the rules of a cohort that have no effect beside those of the organization, or that permit more. */
function compareWithOrganization(cohort: Rules, organization: Rules, changed: readonly string[]): readonly string[] {
  const overruled = ruleNames.filter((name) => changed.includes(name) && isOverruled(name, cohort, organization));
  const added =
    changed.includes("cidrAllowlist") &&
    organization.cidrAllowlist !== undefined &&
    organization.cidrAllowlist.length > 0
      ? (cohort.cidrAllowlist ?? []).filter((block) => !holds(organization.cidrAllowlist ?? [], block))
      : [];
  return [
    ...overruled.map(
      (name) =>
        `\`${name}: ${formatRule(cohort, name)}\` has no effect, because the organization's rule is stricter: ${formatRule(organization, name)}.`,
    ),
    ...(added.length === 0
      ? []
      : [
          `\`cidrAllowlist\` replaces the organization's allowlist, and adds addresses that the organization does not permit: ${listBriefly(added)}.`,
        ]),
  ];
}

/** Reports if a rule of the organization is stricter than that of the cohort. */
function isOverruled(name: keyof Rules, cohort: Rules, organization: Rules): boolean {
  const isBelow = (one: number | undefined, other: number | undefined) =>
    one !== undefined && other !== undefined && one < other;
  switch (name) {
    case "maxTtlSeconds":
    case "maxConcurrent":
      return isBelow(organization[name], cohort[name]);
    case "backoffSeconds":
      return isBelow(cohort[name], organization[name]);
    case "requireReason":
      return cohort[name] === false && organization[name] === true;
    case "cidrAllowlist":
    case "allowedWindows":
      return false;
  }
}

function describeRules(rules: Rules, names: readonly (keyof Rules)[]): string {
  return names
    .filter((name) => rules[name] !== undefined)
    .map((name) => `${name} = ${formatRule(rules, name)}`)
    .join(", ");
}

function formatRule(rules: Rules, name: keyof Rules): string {
  return JSON.stringify(rules[name]);
}

/** Returns the window in a JSON text; undefined for another text. */
function parseWindow(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the changed rules as the API client takes them. */
function toApiRules({ allowedWindows, ...others }: Changes<Rules>): TunnelChanges {
  const windows = allowedWindows?.map(parseWindow).filter((window) => window !== undefined) ?? null;
  return { ...others, ...(allowedWindows !== undefined && { allowedWindows: windows }) };
}

/**
 * Returns rules as a program declares them, without those that Peridio does not report. Peridio may return host bits in blocks, which a
 * program must not declare.
 */
export function toDeclaredRules({ cidrAllowlist, allowedWindows, ...others }: TunnelRules): Rules {
  return {
    maxTtlSeconds: others.maxTtlSeconds ?? undefined,
    backoffSeconds: others.backoffSeconds ?? undefined,
    maxConcurrent: others.maxConcurrent ?? undefined,
    cidrAllowlist: cidrAllowlist?.map(canonicalCidr),
    requireReason: others.requireReason ?? undefined,
    allowedWindows: allowedWindows?.map((window) => JSON.stringify(window)),
  };
}

function observe(id: string, policy: TunnelPolicy): Observed<typeof inputs> {
  const organizationId = getOrganizationId(id);
  return { id, organizationId, ...(id !== organizationId && { cohortId: id }), ...toDeclaredRules(policy) };
}
