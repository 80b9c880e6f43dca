import * as z from "zod";
import { type Observed, UserError } from "#framework";
import { type ApiToken, canonicalizeEmail, hasAdminRights, type Peridio } from "../api";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { locateInOrganization } from "../access/importIds";
import { objectName } from "../access/names";
import { moment, rejectPastExpiry } from "../types/moment";
import { asUuid, getOrganizationId } from "../types/objectId";
import { listOrganizations, ofOrganization, organizationId } from "../types/organizationId";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the token.",
  }),
  name: objectName.meta({
    description: "The name of the token, for people. Several tokens can have one name. A change replaces the token.",
    replaceOnChange: true,
  }),
  expiresAt: moment.optional().meta({
    description:
      "The moment from which the token is invalid: ISO 8601 with a time zone. Only the moment matters, not its " +
      "spelling. Default: the token does not expire. A change replaces the token.",
    replaceOnChange: true,
  }),
  rotate: z
    .string()
    .optional()
    .meta({
      description:
        "Any text, such as a date. A change replaces the token: the provider creates a token with the same name, and " +
        "then revokes the former one. The provider does not send this text to Peridio.",
      providerOnly: true,
      replaceOnChange: true,
    }),
});

const outputs = inputs.extend({
  token: z.string().optional().meta({
    description: "The token, which begins with `avo_`. Absent after an import, because Peridio shows it only once.",
    secret: true,
  }),
  tokenId: z.string().meta({ description: "The token's UUID." }),
  owner: z.string().optional().meta({
    description:
      "The e-mail address of the token's owner. The token acts for this person. Absent if Peridio reports no owner.",
  }),
  createdAt: z.string().meta({ description: "The creation time: ISO 8601, UTC." }),
});

export const organizationApiToken = defineResource({
  token: "peridio:index:OrganizationApiToken",
  description:
    "An API token that is bound to one organization and acts for the user of the provider's API key. The output " +
    "`token` is secret, and Pulumi encrypts it in the state. A change replaces the token: the new one exists before " +
    "the provider revokes the former one. The deletion revokes the token. Each member can revoke their own tokens, and " +
    "only admins and owners can see and revoke the tokens of other people. Only Avocado Connect supports this resource.",
  example: `${withOrganization("acme")}
  pipeline:
    type: peridio:OrganizationApiToken
    properties: { organizationId: "\${acme.id}", name: pipeline, rotate: "2027-01" }
outputs:
  pipelineToken: \${pipeline.token}
`,
  rights: { read: "viewer", create: "viewer", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "apiTokens",
  parent: { resource: organization, id: "organizationId" },
  // Several tokens can have one name, and a deletion always revokes.
  identity: "id",
  namedBy: ["organizationId", "name"],

  resolveImportId: (context, id) =>
    locateInOrganization(context, id, "API token", (id) => context.api.apiTokens.list(id)),

  async create({ api, warn }, { organizationId, name, expiresAt }) {
    const { secret, ...created } = await api.apiTokens.create(organizationId, { name, expiresAt }, warn);
    return observe(created, secret);
  },

  async read({ api, warn }, id, { inputs: declared, state }) {
    for await (const found of api.apiTokens.list(getOrganizationId(id))) {
      if (found.id !== id) continue;
      // An import has no declared inputs.
      if (declared.name === undefined) warn(withoutSecret);
      return observe(found, state.token);
    }
    const organizationId = getOrganizationId(id);
    // People see all their own tokens, so this one is certainly gone.
    if (await isCaller(api, state.owner)) return undefined;
    await rejectInvisible(api, organizationId);
    const text = await explainRevocation(api, organizationId, state.owner);
    if (text !== undefined) warn(text);
    return undefined;
  },

  async plan(_, plan) {
    rejectPastExpiry(plan);
    return Promise.resolve(undefined);
  },

  async delete({ api }, { id, token, owner }, { authorize }) {
    if (token !== undefined && api.isApiKey(token)) throw new UserError(inUse);
    if (!(await isCaller(api, owner))) await authorize();
    await api.apiTokens.revoke(id);
  },

  async *list({ api }, { organizationId }) {
    for (const { id, name } of await listOrganizations(api, organizationId))
      for await (const token of api.apiTokens.list(id)) yield { id: token.id, name: `${name}/${token.name}` };
  },
});

const withoutSecret =
  "The output `token` is absent, because Peridio shows a token only at its creation. To replace the token with one " +
  "that Pulumi knows, set `rotate`.";

const inUse =
  "it is the API key of this provider, so the provider did not revoke it. Set `peridio:apiKey` or PERIDIO_API_KEY to " +
  "another API key, such as the new token, and run the command again.";

/** Returns true if the token's owner is the user of the API key, who sees their own tokens. */
async function isCaller(api: Peridio, owner: unknown): Promise<boolean> {
  const { email } = await api.caller();
  return typeof owner === "string" && canonicalizeEmail(owner) === canonicalizeEmail(email);
}

/** @throws UserError if the missing token of another person may exist, because members see only their own tokens */
async function rejectInvisible(api: Peridio, organizationId: string): Promise<void> {
  const { email, organizations } = await api.caller(organizationId);
  const organization = organizations.find(({ id }) => id === organizationId);
  if (hasAdminRights(organization?.role)) return;
  throw new UserError(
    `it was revoked, or this API key cannot see it: ${email} is neither an admin nor an owner of organization ${organization?.name ?? organizationId}. Other members see only their own API tokens. Use the API key of an admin or an owner.`,
  );
}

/** Explains that a token is gone because its owner is not a member of the organization. */
async function explainRevocation(api: Peridio, organizationId: string, owner: unknown): Promise<string | undefined> {
  if (typeof owner !== "string") return undefined;
  const members = await api.roster.members(organizationId);
  if (members.some(({ email }) => canonicalizeEmail(email) === canonicalizeEmail(owner))) return undefined;
  return (
    `The API token is gone. Its owner ${owner} is not a member of the organization, and Peridio revokes the tokens of a ` +
    "removed member. If the program still declares the token, the next `pulumi up` creates one that acts for the user " +
    "of its API key."
  );
}

/** Returns the token for the state. */
function observe({ id, name, owner, createdAt, expiresAt }: ApiToken, secret: unknown): Observed<typeof outputs> {
  return {
    id,
    organizationId: getOrganizationId(id),
    name,
    ...(typeof secret === "string" && { token: secret }),
    tokenId: asUuid(id),
    ...(owner !== null && { owner: owner.email }),
    createdAt,
    ...(expiresAt !== null && { expiresAt }),
  };
}
