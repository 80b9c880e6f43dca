import * as z from "zod";
import { defineListFunction } from "./listFunction";

const apiToken = z
  .object({
    id: z.string().meta({ description: "The id of the token: the organization's id, a `/`, and the token's UUID." }),
    name: z.string().meta({ description: "The name of the token. Several tokens can have one name." }),
    owner: z.string().optional().meta({
      description:
        "The e-mail address of the token's owner. The token acts for this person. Absent if Peridio reports no owner.",
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

export const getApiTokens = defineListFunction({
  name: "apiTokens",
  description:
    "The API tokens of one organization, with their owners and their last use. Members who are not admins or owners see only " +
    "their own tokens. The result never contains the secret of a token. Only Avocado Connect supports this function.",
  right: "viewer",
  item: apiToken,
  items: "The tokens, the oldest first.",

  async read(api, organizationId) {
    const apiTokens: z.output<typeof apiToken>[] = [];
    for await (const { id, name, owner, createdAt, lastUsedAt, expiresAt } of api.apiTokens.list(organizationId))
      apiTokens.push({
        id,
        name,
        owner: owner?.email,
        createdAt,
        lastUsedAt: lastUsedAt ?? undefined,
        expiresAt: expiresAt ?? undefined,
      });
    return apiTokens.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  },
});
