import * as z from "zod";
import type { SecretObjects } from "../client";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { path } from "../http/request";
import type { WithSecret } from "../model";
import { acceptNotFound, createPageSchema, joinId, readList, splitId, toUuid } from "./schemas";
import type { SecretCreations } from "./secretCreations";

/** The differences between kinds of objects with a secret. */
export interface Kind<One, Settings> {
  /** The last part of the path of an organization's objects. */
  readonly collection: "webhooks" | "claim_tokens";
  /** The object with its UUID. */
  readonly one: z.ZodType<One>;
  /** The secret in the response to a creation. */
  readonly secret: z.ZodType<{ readonly secret: string }>;
  /** Returns the body of a request. A reset value is the default, because a request cannot contain null. */
  readonly toBody: (settings: Settings) => object;
  /** The kind of the objects in messages, such as `webhook`. */
  readonly kind: string;
  /** Returns the name of a new object in messages. */
  readonly getName: (settings: Settings) => string;
}

/** Returns the requests of one kind of objects. Builds its schemas once. */
export function secretObjects<One extends { readonly id: string; readonly name: string | null }, Settings>(
  kind: Kind<One, Settings>,
): (http: Http, creations: SecretCreations) => SecretObjects<One, Settings> {
  const page = createPageSchema(kind.one);
  const one = data(kind.one);
  const created = data(z.intersection(kind.one, kind.secret));
  const collection = (organizationId: string): string =>
    `${path`/api/orgs/${toUuid(organizationId)}`}/${kind.collection}`;
  const address = (id: string): string => {
    const { parent, uuid } = splitId(id);
    return `${collection(parent)}${path`/${uuid}`}`;
  };

  return (http, creations) => {
    async function* list(organizationId: string, through = http): AsyncGenerator<One, void, undefined> {
      for await (const found of readList(through, collection(organizationId), page, ({ id }) => id))
        yield { ...found, id: joinId(organizationId, found.id) };
    }

    return {
      list,
      get: async (id) => ({ ...(await http.get(address(id), one)), id }),

      create: async (organizationId, settings, warn) =>
        creations.create<WithSecret<One>>(http, {
          kind: kind.kind,
          name: kind.getName(settings),
          collection: collection(organizationId),
          address,
          warn,
          list: (http) => list(organizationId, http),
          post: async (http) => {
            const found = await http.post(collection(organizationId), kind.toBody(settings), created);
            const id = joinId(organizationId, found.id);
            http.noteCreated(address(id));
            return { ...found, id };
          },
        }),

      update: async (id, settings) => ({ ...(await http.put(address(id), kind.toBody(settings), one)), id }),

      delete: async (id) => http.delete(address(id)).catch(acceptNotFound),
    };
  };
}
