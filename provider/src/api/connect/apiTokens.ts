import * as z from "zod";
import type { ApiTokens } from "../client";
import type { Body } from "../contract";
import type { CachedValue } from "../cache";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { path } from "../http/request";
import type { ApiToken } from "../model";
import {
  acceptNotFound,
  apiToken,
  createNestedPageSchema,
  joinId,
  type Me,
  rawToken,
  readList,
  splitId,
  toUuid,
  type Wire,
} from "./schemas";
import type { SecretCreations } from "./secretCreations";

const page = createNestedPageSchema("tokens", apiToken);
const created = data(z.object({ token: z.intersection(apiToken, rawToken) }));

/** The API tokens of an organization. */
export function apiTokens(http: Http, me: CachedValue<Me>, creations: SecretCreations): ApiTokens {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/api-tokens`;

  async function* list(organizationId: string, through = http): AsyncGenerator<ApiToken, void, undefined> {
    for await (const found of readList(through, collection(organizationId), page, ({ id }) => id))
      yield { ...found, id: joinId(organizationId, found.id) };
  }

  async function revoke(id: string, through = http): Promise<void> {
    const { parent, uuid } = splitId(id);
    await through.delete(`${collection(parent)}${path`/${uuid}`}`).catch(acceptNotFound);
  }

  return {
    list,
    revoke: async (id) => revoke(id),

    create: async (organizationId, name) => {
      const { caller } = await me.get();
      const body = { name } satisfies Body<Wire["create-api-token"]>;
      return creations.create(http, {
        organizationId,
        what: `the API token ${JSON.stringify(name)}`,
        list: (http) => list(organizationId, http),
        matches: (listed) => listed.name === name && listed.owner?.id === caller.id && listed.lastUsedAt === null,
        delete: async (http, id) => revoke(id, http),
        post: async (http) => {
          const { token, id, ...rest } = (await http.post(collection(organizationId), body, created)).token;
          return { ...rest, id: joinId(organizationId, id), secret: token };
        },
      });
    },
  };
}
