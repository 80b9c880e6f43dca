import * as z from "zod";
import type { Peridio, SecuritySettings } from "../api";
import { canonicalCidr, holds } from "../cidr";
import { type Changes, hasUnknowns, isRecord, type Observed, UserError, type Values } from "#framework";
import { getErrorMessage } from "#framework/messages";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { onePerOrganization } from "./onePerOrganization";
import { allowlist, declaredAllowlist } from "../types/allowlist";
import { createSettingsFunctions } from "./settings";
import { duration, fromSeconds, inSeconds, toSeconds } from "../types/duration";
import { organizationId } from "../types/organizationId";

const rotation = z
  .strictObject({
    maxAgeDays: z
      .int("must be a whole number of days")
      .min(1, "must be at least 1 day")
      .max(3650, "must be at most 3650 days")
      .meta({ description: "The age in days at which an API key must be replaced, 1 to 3650." }),
    gracePeriodDays: z
      .int("must be a whole number of days")
      .min(0, "must not be negative")
      .max(90, "must be at most 90 days")
      .default(0)
      .meta({ description: "The number of days that an API key still works after `maxAgeDays`, 0 to 90. Default: 0." }),
  })
  .meta({ id: "ApiKeyRotation", description: "The maximum age of API keys." });

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the " +
      "policy.",
  }),
  requireTwoFactor: z
    .boolean()
    .optional()
    .meta({
      description:
        "If `true`, users can sign in only with a second factor. This setting does not affect requests with an API " +
        "key. Default: `false`.",
      resetsTo: () => false,
    }),
  ipAllowlist: declaredAllowlist.optional().meta({
    description:
      "The addresses that can access the organization through the console and the API: at most 100 blocks. Each " +
      "block is a text such as `203.0.113.0/24`, or an object such as `{ cidr: 203.0.113.0/24, description: " +
      "Berlin office }`. An empty list permits every address. The list also applies to this provider. If the " +
      "list excludes the provider's address, Peridio refuses the provider's requests. The provider therefore " +
      "rejects a new list, and a list that loses addresses, unless the list contains all of " +
      "`peridio:runnerCidrs` or the program sets `allowLockout`. Order does not matter.",
    resetsTo: () => [],
  }),
  allowLockout: z
    .boolean()
    .optional()
    .meta({
      description:
        "If `true`, the provider only warns about an `ipAllowlist` that may exclude the provider's own address. " +
        "After such a change, only someone with an address on the list can correct the list. Default: `false`.",
      providerOnly: true,
    }),
  sessionTimeout: duration("5m", "30d")
    .optional()
    .meta({
      description:
        "The maximum duration of a session, even of an active one, such as `8h`, `90m` or `30d`: from 5 minutes to " +
        "30 days. If unset, Peridio's default applies.",
      comparable: inSeconds,
    }),
  apiKeyRotation: rotation
    .optional()
    .meta({ description: "The maximum age of API keys. If unset, API keys have no maximum age." }),
});

const outputs = inputs.extend({
  requireTwoFactor: z.boolean().meta({ description: "`true` if users can sign in only with a second factor." }),
  ipAllowlist: allowlist.meta({
    description:
      "The addresses that can access the organization through the console and the API. An empty list permits " +
      "every address.",
  }),
});

type Inputs = z.output<typeof inputs>;

export const securityPolicy = defineResource({
  token: "peridio:index:SecurityPolicy",
  description:
    "The security settings of one organization. The settings always exist, and this resource manages only " +
    "those that it declares. Creation fails if a declared setting has neither its default nor the declared " +
    "value. In that case, import the policy. A policy with `ipAllowlist` should depend on the other resources of " +
    "the organization: set the option `dependsOn` to its people and settings, so that the provider writes the list " +
    "last. Deletion resets the declared settings to their defaults and warns " +
    "about each setting that becomes less secure. If the same run may delete the Organization, the provider " +
    "does not reset the settings. Peridio's documentation names these settings without their requests, so their values " +
    "and effects are decisions of this project. Avocado Connect does not support this resource.",
  example: `${withOrganization("acme-production")}
  security:
    type: peridio:SecurityPolicy
    properties:
      organizationId: \${production.id}
      requireTwoFactor: true
      ipAllowlist:
        - 127.0.0.0/8
        - 203.0.113.0/24
      sessionTimeout: 8h
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }
`,
  rights: { read: "viewer", create: "manager", update: "manager", delete: "manager" },
  inputs,
  outputs,
  ...onePerOrganization,
  requires: "securitySettings",
  ...createSettingsFunctions({ inputs, get, put, listWeakened }),

  async plan({ api }, { phase, desired, observed, changed }) {
    const lockout = changed.includes("ipAllowlist") ? checkLockout(api, desired, observed) : undefined;
    const isRequired = changed.includes("requireTwoFactor") && desired.requireTwoFactor === true;
    const warning =
      phase === "preview" && isRequired ? await warnOfMissingFactors(api, desired.organizationId) : undefined;
    return { warnings: [warning, lockout].filter((text) => text !== undefined) };
  },

  async update({ api, warn }, _desired, observed, changed) {
    if (Object.keys(changed).every((name) => name === "allowLockout")) return observed;
    const { id } = observed;
    const note =
      changed.requireTwoFactor === true ? await warnOfMissingFactors(api, id).catch(explainUnreadable) : undefined;
    const after = await put(api, id, changed);
    // If there was no preview, or the organization did not exist at preview, this is the first warning.
    if (note !== undefined) warn(note);
    return after;
  },
});

/**
 * Checks a new or changed allowlist. Returns a warning if it may exclude the provider, and the program accepts this.
 * @throws UserError if it may exclude the provider, and the program does not accept this
 */
function checkLockout(
  { runnerCidrs }: Pick<Peridio, "runnerCidrs">,
  { ipAllowlist, allowLockout }: Values,
  observed: Values | undefined,
): string | undefined {
  const blocks = readBlocks(ipAllowlist);
  const former = readBlocks(observed?.ipAllowlist) ?? [];
  if (blocks === undefined || blocks.length === 0) return undefined;
  // Peridio accepts the provider's requests under the list in force, so a list that contains it excludes no one.
  if (former.length > 0 && former.every((block) => holds(blocks, block))) return undefined;
  const risk = findLockout(blocks, runnerCidrs);
  // The update knows the value.
  if (risk === undefined || hasUnknowns(allowLockout)) return undefined;
  if (allowLockout === true) return `\`allowLockout\` accepts this risk: ${risk.reason}`;
  throw new UserError(`${risk.reason} ${risk.remedy}, or set \`allowLockout: true\` to accept a lockout.`);
}

/** Describes the risk that an allowlist excludes the provider. Undefined if the list contains all of the provider's addresses. */
function findLockout(
  blocks: readonly string[],
  runnerCidrs: readonly string[] = [],
): { readonly reason: string; readonly remedy: string } | undefined {
  if (runnerCidrs.length === 0) {
    return {
      reason: "the provider cannot check if this allowlist excludes it, because `peridio:runnerCidrs` is not set.",
      remedy: "Set `peridio:runnerCidrs` to the provider's own addresses",
    };
  }
  const out = runnerCidrs.filter((runner) => !holds(blocks, runner));
  if (out.length === 0) return undefined;
  return {
    reason: `the allowlist excludes ${out.join(", ")}, from which this provider connects (\`peridio:runnerCidrs\`).`,
    remedy: `Add ${out.length === 1 ? "that block" : "those blocks"} to \`ipAllowlist\``,
  };
}

/** Returns the blocks of a list. Undefined if a block is unknown. */
function readBlocks(list: unknown): readonly string[] | undefined {
  const blocks = (Array.isArray(list) ? list : []).map((entry: unknown) => (isRecord(entry) ? entry.cidr : entry));
  const known = blocks.filter((block) => typeof block === "string");
  return known.length < blocks.length ? undefined : known;
}

/** Returns a warning about members who cannot sign in after the change, because they have no second factor. Undefined if there are none. */
async function warnOfMissingFactors(api: Peridio, organizationId: string): Promise<string | undefined> {
  const people = await api.roster.list(organizationId);
  const without = people.filter((person) => person.kind === "member" && person.twoFactorEnabled === false);
  if (without.length === 0) return undefined;
  return `After the update, \`requireTwoFactor\` keeps these members from signing in, because they have no second factor: ${without.map(({ email }) => email).join(", ")}.`;
}

/** Returns the warning for members that cannot be read. The provider applies the policy nevertheless. */
function explainUnreadable(error: unknown): string {
  const reason = getErrorMessage(error);
  return `The provider could not list the members that \`requireTwoFactor\` keeps from signing in: ${reason}`;
}

async function get(api: Peridio, id: string): Promise<Observed<typeof outputs>> {
  return observe(id, await api.securitySettings.get(id));
}

async function put(api: Peridio, id: string, changed: Changes<Inputs>): Promise<Observed<typeof outputs>> {
  const { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation } = changed;
  const answer = await api.securitySettings.update(id, {
    ...(requireTwoFactor !== undefined && { requireTwoFactor: requireTwoFactor ?? false }),
    ...(ipAllowlist !== undefined && {
      ipAllowlist: (ipAllowlist ?? []).map(({ cidr, description }) => ({ cidr, description: description ?? null })),
    }),
    ...(sessionTimeout !== undefined && {
      sessionTimeout: sessionTimeout === null ? null : (toSeconds(sessionTimeout) ?? null),
    }),
    ...(apiKeyRotation !== undefined && { apiKeyRotation }),
  });
  return observe(id, answer);
}

type PolicyState = Observed<typeof outputs>;

/** Lists protections that `before` has and `after` does not. Peridio does not publish its default session timeout, so it counts as weaker. */
function listWeakened(before: PolicyState, after: PolicyState): readonly string[] {
  return [
    ...(before.requireTwoFactor && !after.requireTwoFactor ? ["two-factor authentication is optional"] : []),
    ...(before.ipAllowlist.length > 0 && after.ipAllowlist.length === 0 ? ["the IP allowlist is empty"] : []),
    ...(before.sessionTimeout !== undefined && after.sessionTimeout === undefined
      ? [`the session timeout is Peridio's default instead of ${before.sessionTimeout}`]
      : []),
    ...(before.apiKeyRotation !== undefined && after.apiKeyRotation === undefined
      ? ["API keys have no maximum age"]
      : []),
  ];
}

function observe(id: string, settings: SecuritySettings): Observed<typeof outputs> {
  const { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation } = settings;
  return {
    id,
    organizationId: id,
    requireTwoFactor,
    // Peridio keeps host bits in blocks, but a program must not declare host bits.
    ipAllowlist: ipAllowlist.map(({ cidr, description }) => ({
      cidr: canonicalCidr(cidr),
      ...(description !== null && { description }),
    })),
    ...(sessionTimeout !== null && { sessionTimeout: fromSeconds(sessionTimeout) }),
    ...(apiKeyRotation !== null && { apiKeyRotation: { ...apiKeyRotation } }),
  };
}
