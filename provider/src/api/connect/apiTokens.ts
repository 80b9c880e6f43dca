import * as z from "zod";
import type { Body, Fields, TextField } from "../contract";
import { unwrapData } from "../http/answer";
import { collection } from "./collection";
import { createNestedPageSchema, id, user, type Wire } from "./schemas";
import { createWithSecret, withSecret } from "./secretCreations";

const apiToken = z
  .object({
    id,
    name: z.string(),
    owner: user.nullish(),
    created_at: z.string(),
    last_used_at: z.string().nullish(),
    expires_at: z.string().nullish(),
  } satisfies Fields<Wire["api-token"]>)
  .transform(({ id, name, owner = null, created_at, last_used_at = null, expires_at = null }) => ({
    id,
    /** Several tokens may have one name. */
    name,
    /** The token acts for this person; null if the person is gone. */
    owner,
    /** ISO 8601, UTC. */
    createdAt: created_at,
    /** Null before the first request with the token. */
    lastUsedAt: last_used_at,
    /** Null if the token does not expire. */
    expiresAt: expires_at,
  }));

const withToken = withSecret(apiToken, "token" satisfies TextField<Wire["api-token"]>);

const created = unwrapData(z.object({ token: withToken })).transform(({ token }) => token);

/** An API token of an organization. */
export type ApiToken = Readonly<z.output<typeof apiToken>>;

/** The settings of a new API token. Without `expiresAt`, it does not expire. */
interface ApiTokenSettings {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly expiresAt?: string | undefined;
}

export const apiTokens = collection(
  {
    feature: "apiTokens",
    absence: "The provider manages no API tokens with Peridio's Admin API",
    kind: "API token",
    parent: "organization",
    path: "api-tokens",
    schemaInList: apiToken,
    schemaAlone: apiToken,
    page: createNestedPageSchema("tokens", apiToken),
    toBody: ({ name, expiresAt }: ApiTokenSettings): Body<Wire["create-api-token"]> => ({
      name,
      expires_at: expiresAt,
    }),
  },
  (objects) => ({
    list: (organizationId: string) => objects.list(organizationId),
    create: createWithSecret(objects, created, { getName: ({ name }) => name }),
    /** Succeeds if the token is missing. */
    revoke: async (id: string) => objects.delete(id),
  }),
);
