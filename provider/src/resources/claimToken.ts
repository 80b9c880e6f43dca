import * as z from "zod";
import { type Observed, plannedNames, UserError } from "#framework";
import { checkClaimTokenLimit, explainClaimTokenLimit } from "../access/claimTokens";
import type { ClaimToken } from "../api";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { locateInOrganization } from "../access/importIds";
import { objectName } from "../access/names";
import { readIfPresent } from "../access/read";
import { momentOrNever, rejectPastExpiry } from "../types/moment";
import { asUuid, cohortId, getOrganizationId } from "../types/objectId";
import { listOrganizations, ofOrganization, organizationId } from "../types/organizationId";
import { distinct } from "../types/distinct";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the token.",
  }),
  name: objectName.meta({ description: "The name of the token, for people. Several tokens can have one name." }),
  expiresAt: momentOrNever.optional().meta({
    description:
      "The moment from which the token is invalid: ISO 8601 with a time zone. Only the moment matters, not its " +
      "spelling. `never` stands for 2099-12-31T23:59:59Z, which Peridio's own command line sends for a token that does " +
      "not expire. Default: 24 hours after the creation of the token. The output then contains that moment. Without a " +
      "declaration, an existing token keeps its expiry.",
    resetsTo: ({ expiresAt }) => expiresAt,
  }),
  maxUses: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .optional()
    .meta({
      description:
        "The number of devices that can join with the token. Default: no limit. Peridio cannot remove the limit of an " +
        "existing token.",
    }),
  cohortId: cohortId.optional().meta({
    description:
      "The cohort of the devices that join: the `id` of a Cohort, or the UUID. A change replaces the token. Default: the " +
      "default cohort of the organization, if there is one.",
  }),
  tags: z
    .array(z.string().min(1, "must not be empty"))
    .optional()
    .meta({
      description: "The tags of the devices that join. Their order does not matter. Default: none.",
      comparable: distinct,
      itemKey: String,
      resetsTo: () => [],
    }),
});

const outputs = inputs.extend({
  claimTokenId: z.string().meta({ description: "The token's UUID." }),
  token: z.string().optional().meta({
    description: "The token that devices send. Absent after an import, because Peridio shows it only once.",
    secret: true,
  }),
});

export const claimToken = defineResource({
  token: "peridio:index:ClaimToken",
  description:
    "A token with which new devices join one organization. The output `token` is secret, and Pulumi encrypts it in " +
    "the state. The deletion does not affect devices that have joined. Only Avocado Connect supports this resource.",
  example: `${withOrganization("acme")}
  factory:
    type: peridio:ClaimToken
    properties:
      organizationId: \${acme.id}
      name: factory
      expiresAt: "2030-01-01T00:00:00Z"
      maxUses: 500
      tags: [factory]
outputs:
  factoryToken: \${factory.token}
`,
  rights: { read: "admin", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "claimTokens",
  parent: { resource: organization, id: "organizationId" },
  // Several tokens may have one name, so only the id tells them apart.
  identity: "id",
  namedBy: ["organizationId", "name"],
  uses: [plannedNames],

  resolveImportId: (context, id) =>
    locateInOrganization(context, id, "claim token", (id) => context.api.claimTokens.list(id)),

  async create({ api, warn }, { organizationId, ...settings }) {
    try {
      const { secret, ...created } = await api.claimTokens.create(organizationId, settings, warn);
      return observe(created, secret);
    } catch (error) {
      throw explainClaimTokenLimit(error);
    }
  },

  async read({ api }, id, { state }) {
    const found = await readIfPresent(api, id, api.claimTokens.get(id), { kind: "claim tokens", seenBy: "admins" });
    return found && observe(found, state.token);
  },

  async update({ api }, _, { id, token }, { name, expiresAt, maxUses, tags }) {
    const changes = { name: name ?? undefined, expiresAt: expiresAt ?? undefined, maxUses: maxUses ?? undefined, tags };
    return observe(await api.claimTokens.update(id, changes), token);
  },

  async delete({ api }, { id }, { authorize }) {
    await authorize();
    await api.claimTokens.delete(id);
  },

  async *list({ api }, { organizationId }) {
    for (const organization of await listOrganizations(api, organizationId))
      for await (const { id, name } of api.claimTokens.list(organization.id))
        yield { id, name: `${organization.name}/${name}` };
  },

  async plan(context, { phase, desired, observed, changed }) {
    rejectPastExpiry({ desired, changed });
    if (observed === undefined) {
      // In an update, Peridio itself refuses a token beyond the plan, and `create` explains the refusal.
      if (phase === "apply") return undefined;
      // In the phase `partial`, the id of the organization can be known while another property is not.
      const isKnown = typeof desired.organizationId === "string";
      const limit = isKnown ? await checkClaimTokenLimit(context, desired.organizationId) : undefined;
      return { warnings: [...warnOfEarlyEnd(desired.expiresAt), ...(limit?.warnings ?? [])] };
    }
    if (changed.includes("maxUses") && !("maxUses" in desired))
      throw new UserError(
        "Peridio cannot remove `maxUses` from a claim token. Declare a value, or replace the token with `pulumi up --replace URN`.",
      );
    return { warnings: changed.includes("expiresAt") ? warnOfEarlyEnd(desired.expiresAt) : [] };
  },
});

const dayInMilliseconds = 86_400_000;

/** Warns about a token that expires within a day. `end` is canonical, or unknown. */
function warnOfEarlyEnd(end: unknown): readonly string[] {
  const remedy = "declare `expiresAt`, such as 2027-02-01T00:00:00Z, or `never`";
  if (end === undefined) return [`The claim token expires 24 hours after its creation. To set another end, ${remedy}.`];
  if (typeof end !== "string" || Date.parse(end) > Date.now() + dayInMilliseconds) return [];
  return [`The claim token expires within a day, at ${end}. For a later end, ${remedy}.`];
}

/** Returns the claim token for the state. */
function observe(
  { id, name, expiresAt, maxUses, cohortId, tags }: ClaimToken,
  secret: unknown,
): Observed<typeof outputs> {
  return {
    id,
    organizationId: getOrganizationId(id),
    name,
    ...(expiresAt !== null && { expiresAt }),
    ...(maxUses !== null && { maxUses }),
    ...(cohortId !== null && { cohortId }),
    tags: [...tags],
    claimTokenId: asUuid(id),
    ...(typeof secret === "string" && { token: secret }),
  };
}
