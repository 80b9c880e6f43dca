import { z } from "zod";
import type { Peridio, SecuritySettings } from "../api";
import { canonicalCidr, cidr, contains, coverEverything, overlap, parseCidr } from "../core/cidr";
import { sameBy } from "../core/compare";
import { AlreadyExists, Refusal } from "../core/errors";
import type { Change, Changes, Observed, Resource } from "../core/resource";
import { isRecord } from "../core/values";
import { named } from "./people/rosterChange";
import { duration, fromSeconds, inSeconds, toSeconds } from "./types/duration";
import { asPrn, locateOrganization, organizationId } from "./types/organizationId";

const allowlistEntry = z
  .object({
    cidr: cidr.meta({
      description:
        "An IPv4 or IPv6 block, such as `203.0.113.0/24`. Compared by the addresses it covers, not by its spelling.",
    }),
    description: z
      .string()
      .min(1, "must not be empty: leave it out for none")
      .max(256, "must have at most 256 characters")
      .optional()
      .meta({ description: "What the block is, 1 to 256 characters." }),
  })
  .meta({ id: "AllowlistEntry", description: "A block of addresses that may reach the organization." });

const rotation = z
  .object({
    maxAgeDays: z
      .int("must be a whole number of days")
      .min(1, "must be at least 1 day")
      .max(3650, "must be at most 3650 days")
      .meta({ description: "The age in days at which a key must have been replaced: 1 to 3650." }),
    gracePeriodDays: z
      .int("must be a whole number of days")
      .min(0, "must not be negative")
      .max(90, "must be at most 90 days")
      .default(0)
      .meta({ description: "For how many days past that age a key still works: 0 to 90." }),
  })
  .meta({ id: "ApiKeyRotation", description: "How old API keys may get." });

const inputs = z.object({
  organizationId: organizationId.meta({
    description: "The organization: the `id` of an Organization, which is its PRN. Another one replaces the policy.",
  }),
  requireTwoFactor: z.boolean().optional().meta({
    description:
      "Whether every user needs a second factor to sign in. Requests with an API key go on. Peridio starts with false.",
  }),
  ipAllowlist: z
    .array(allowlistEntry)
    .max(100, "must have at most 100 entries")
    .superRefine(refuseOverlaps)
    .superRefine(refuseTheWorld)
    .optional()
    .meta({
      description:
        "The addresses that may reach the console and the API, at most 100 blocks; empty means any. " +
        "It also binds the key of this provider: a list without the address that it calls from locks it out. Order does not matter.",
    }),
  sessionTimeout: duration("5m", "30d")
    .optional()
    .meta({
      description:
        "The longest that a session may last, however active: a duration such as `8h`, `90m` or `30d`, from 5 minutes to 30 days. " +
        "Unset means Peridio's own default.",
    }),
  apiKeyRotation: rotation
    .optional()
    .meta({ description: "How old API keys may get. Unset means that there is no policy." }),
});

const outputs = inputs.extend({
  requireTwoFactor: z.boolean().meta({ description: "Whether every user needs a second factor to sign in." }),
  ipAllowlist: z
    .array(allowlistEntry)
    .meta({ description: "The addresses that may reach the console and the API; empty means any." }),
});

const query = z.object({
  organizationId: z
    .string()
    .optional()
    .meta({ description: "Only the policy of this organization: its PRN or its name." }),
});

type Inputs = z.output<typeof inputs>;

const changes: Record<keyof Inputs, Change> = {
  organizationId: { on: "replace", canonical: asPrn },
  requireTwoFactor: { on: "update", initial: () => false },
  ipAllowlist: { on: "update", canonical: unordered, align: byBlock, initial: () => [] },
  sessionTimeout: { on: "update", canonical: inSeconds },
  apiKeyRotation: { on: "update" },
};

const settings = ["requireTwoFactor", "ipAllowlist", "sessionTimeout", "apiKeyRotation"] as const;

export const securityPolicy: Resource<typeof inputs, typeof outputs, typeof query> = {
  token: "peridio:index:SecurityPolicy",
  description:
    "The security settings of one organization. They exist from the start, so this resource manages those that it declares and leaves the others alone. " +
    "Creating it fails if a declared setting has been changed before; import it then. Deleting it puts the declared settings back to their initial values.",
  example: `
resources:
  production:
    type: peridio:Organization
    properties: { name: acme-production }
    options: { protect: true }
  security:
    type: peridio:SecurityPolicy
    properties:
      organizationId: \${production.id}
      requireTwoFactor: true
      ipAllowlist:
        - { cidr: 127.0.0.0/8, description: where this provider calls from }
        - { cidr: 203.0.113.0/24, description: Berlin office }
      sessionTimeout: 8h
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }
`,
  inputs,
  outputs,
  query,
  identity: ["organizationId"],
  changes,

  locate: ({ api }, id) => locateOrganization(api, id),

  async adopt({ api }, wanted) {
    const id = String(asPrn(wanted.organizationId));
    const observed = observe(id, await api.securitySettings.get(id));
    const foreign = settings.filter(
      (setting) =>
        wanted[setting] !== undefined &&
        !sameBy(changes[setting], wanted[setting], observed[setting]) &&
        !sameBy(changes[setting], observed[setting], changes[setting].initial?.(observed)),
    );
    if (foreign.length === 0) return observed;
    const found = foreign.map((setting) => `${setting} = ${JSON.stringify(observed[setting])}`).join(", ");
    throw new AlreadyExists(id, `with settings other than the initial ones (${found})`);
  },

  async read({ api }, id) {
    return observe(id, await api.securitySettings.get(id));
  },

  async update({ api }, _wanted, { id }, changed) {
    return write(api, id, changed);
  },

  async delete({ api }, observed, { declared }) {
    const changed = settings.filter(
      (setting) =>
        declared[setting] !== undefined &&
        !sameBy(changes[setting], observed[setting], changes[setting].initial?.(observed)),
    );
    if (changed.length > 0)
      await write(api, observed.id, Object.fromEntries(changed.map((setting) => [setting, null])));
  },

  async *list({ api }, { organizationId }) {
    const only = organizationId === undefined ? undefined : await locateOrganization(api, organizationId);
    for (const { id, name } of (await api.caller()).organizations) {
      if (only === undefined || only === id) yield { id, name };
    }
  },

  guard({ settings: { runnerCidrs = [] } }, { wanted: { ipAllowlist = [] } }) {
    const out = runnerCidrs.filter((runner) => !ipAllowlist.some(({ cidr }) => contains(cidr, runner)));
    if (ipAllowlist.length === 0 || out.length === 0) return Promise.resolve();
    throw new Refusal(
      `the allowlist shuts out ${out.join(", ")}, from where this provider calls (\`peridio:runnerCidrs\`). Add ${out.length === 1 ? "that block" : "those blocks"} to ipAllowlist`,
    );
  },

  async foresee({ api, settings: { runnerCidrs } }, { wanted, changed }) {
    const { organizationId, requireTwoFactor, ipAllowlist = [] } = wanted;
    const notes: string[] = [];
    if (changed.includes("requireTwoFactor") && requireTwoFactor === true) {
      const people = await api.roster.list(String(asPrn(organizationId)));
      const without = people.filter((place) => place.kind === "member" && !place.twoFactorEnabled);
      if (without.length > 0) {
        const who = without.map(({ email }) => email);
        notes.push(`Without a second factor, these members cannot sign in any more: ${named(who)}.`);
      }
    }
    if (changed.includes("ipAllowlist") && ipAllowlist.length > 0 && runnerCidrs === undefined) {
      notes.push(
        "The allowlist binds this provider too. Set `peridio:runnerCidrs` to the addresses from which it calls, and a preview refuses a list without them.",
      );
    }
    return notes.length === 0 ? undefined : { unsettled: [], note: notes.join(" ") };
  },
};

/** Sends the settings that are named; null puts one back to its initial value. */
async function write(api: Peridio, id: string, changed: Changes<Inputs>): Promise<Observed<typeof outputs>> {
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

function observe(id: string, settings: SecuritySettings): Observed<typeof outputs> {
  const { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation } = settings;
  return {
    id,
    organizationId: id,
    requireTwoFactor,
    ipAllowlist: ipAllowlist.map(({ cidr, description }) => (description === null ? { cidr } : { cidr, description })),
    ...(sessionTimeout !== null && { sessionTimeout: fromSeconds(sessionTimeout) }),
    ...(apiKeyRotation !== null && { apiKeyRotation: { ...apiKeyRotation } }),
  };
}

/** Order and spelling are no difference: the blocks in canonical form, sorted. */
function unordered(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const entries = list.map((entry: unknown) =>
    isRecord(entry) && typeof entry.cidr === "string" ? { ...entry, cidr: canonicalCidr(entry.cidr) } : entry,
  );
  return entries
    .map((entry) => [JSON.stringify(entry), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry);
}

function byBlock(declared: readonly unknown[], observed: readonly unknown[]): readonly unknown[] {
  const block = (entry: unknown) =>
    isRecord(entry) && typeof entry.cidr === "string" ? canonicalCidr(entry.cidr) : "";
  return declared.map((entry) => observed.find((other) => block(other) === block(entry)));
}

function refuseOverlaps(list: readonly { readonly cidr: string }[], context: z.RefinementCtx): void {
  list.forEach(({ cidr }, index) => {
    const earlier = list
      .slice(0, index)
      .find((other) => parseCidr(cidr) && parseCidr(other.cidr) && overlap(cidr, other.cidr));
    if (earlier === undefined) return;
    const message = `${cidr} overlaps ${earlier.cidr}: keep the wider block only`;
    context.addIssue({ code: "custom", message, path: [index, "cidr"] });
  });
}

function refuseTheWorld(list: readonly { readonly cidr: string }[], context: z.RefinementCtx): void {
  const blocks = list.map(({ cidr }) => cidr).filter((cidr) => parseCidr(cidr) !== undefined);
  const overlapping = blocks.some((block, index) => blocks.slice(0, index).some((other) => overlap(block, other)));
  if (overlapping || !coverEverything(blocks)) return;
  context.addIssue({ code: "custom", message: "covers every address there is: leave the list empty to allow any" });
}
