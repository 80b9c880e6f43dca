import * as z from "zod";
import type { ApiTokens } from "../client";
import type { Body } from "../contract";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { path } from "../http/request";
import type { ApiToken } from "../model";
import {
  acceptNotFound,
  apiToken,
  createNestedPageSchema,
  joinId,
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
export function apiTokens(http: Http, creations: SecretCreations): ApiTokens {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/api-tokens`;

  async function* list(organizationId: string, through = http): AsyncGenerator<ApiToken, void, undefined> {
    for await (const found of readList(through, collection(organizationId), page, ({ id }) => id))
      yield { ...found, id: joinId(organizationId, found.id) };
  }

  const address = (id: string): string => {
    const { parent, uuid } = splitId(id);
    return `${collection(parent)}${path`/${uuid}`}`;
  };

  return {
    list,
    revoke: async (id) => http.delete(address(id)).catch(acceptNotFound),

    create: async (organizationId, name, warn) => {
      const body = { name } satisfies Body<Wire["create-api-token"]>;
      return creations.create(http, {
        kind: "API token",
        name,
        collection: collection(organizationId),
        address,
        warn,
        list: (http) => list(organizationId, http),
        post: async (http) => {
          const { token, id, ...rest } = (await http.post(collection(organizationId), body, created)).token;
          return { ...rest, id: joinId(organizationId, id), secret: token };
        },
      });
    },
  };
}
