import * as z from "zod";
import type { ProviderFunction } from "../resource";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const apiToken = z
  .object({
    id: z.string().meta({ description: "The id of the token: the organization's id, a `/`, and the token's UUID." }),
    name: z.string().meta({ description: "The name of the token. Several tokens can have one name." }),
    owner: z.string().optional().meta({
      description:
        "The e-mail address of the token's owner. The token acts for this person. Absent if the person is gone.",
    }),
    createdAt: z.string().meta({ description: "The creation time: ISO 8601, UTC." }),
    lastUsedAt: z.string().optional().meta({
      description: "The time of the last request with the token: ISO 8601, UTC. Absent before the first request.",
    }),
    expiresAt: z.string().optional().meta({
      description: "The expiry time: ISO 8601, UTC. Absent if the token does not expire.",
    }),
  })
  .meta({ id: "FoundApiToken", description: "An API token of an organization, without its secret." });

const outputs = z.object({ apiTokens: z.array(apiToken).meta({ description: "The tokens, the oldest first." }) });

export const getApiTokens: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getApiTokens",
  description:
    "The API tokens of one organization, with their owners and their last use. The result never contains the secret " +
    "of a token. Only Avocado Connect supports this function.",
  example: `
resources:
  acme:
    type: peridio:Organization
    properties: { name: acme }
    options: { protect: true }
variables:
  found:
    fn::invoke:
      function: peridio:getApiTokens
      arguments: { organizationId: "\${acme.id}" }
outputs:
  apiTokens: \${found.apiTokens}
`,
  right: "viewer",
  requires: "apiTokens",
  inputs,
  outputs,

  async call({ api }, { organizationId }) {
    const apiTokens: z.output<typeof apiToken>[] = [];
    const found = api.apiTokens.list(await locateOrganization(api, organizationId));
    for await (const { id, name, owner, createdAt, lastUsedAt, expiresAt } of found)
      apiTokens.push({
        id,
        name,
        ...(owner !== null && { owner: owner.email }),
        createdAt,
        ...(lastUsedAt !== null && { lastUsedAt }),
        ...(expiresAt !== null && { expiresAt }),
      });
    return { apiTokens: apiTokens.sort((a, b) => a.createdAt.localeCompare(b.createdAt)) };
  },
};
