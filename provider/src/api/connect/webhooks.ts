import * as z from "zod";
import type { Body, Fields, TextField } from "../contract";
import { unwrapData } from "../http/answer";
import { collection, createPlainOperations } from "./collection";
import { id, optionalText, replaceNull, type Wire } from "./schemas";
import { createWithSecret, withSecret } from "./secretCreations";

const webhook = z.object({
  id,
  /** Null if there is none. Several webhooks may have one name. */
  name: optionalText,
  url: z.string(),
  /** The types of events that Peridio sends; empty for all. */
  events: z.array(z.string()).readonly(),
  enabled: z.boolean(),
} satisfies Fields<Wire["webhook"]>);

const created = unwrapData(withSecret(webhook, "secret" satisfies TextField<Wire["webhook"]>));

export type Webhook = Readonly<z.output<typeof webhook>>;

/** The settings of a webhook. `null` resets a value to its default, and an omitted value stays. */
export interface WebhookSettings {
  readonly name?: string | null | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly string[] | null | undefined;
  readonly enabled?: boolean | null | undefined;
}

export const webhooks = collection(
  {
    feature: "webhooks",
    absence: "The provider manages no webhooks with Peridio's Admin API",
    kind: "webhook",
    parent: "organization",
    path: "webhooks",
    schemaInList: webhook,
    schemaAlone: webhook,
    toBody: ({ name, url, events, enabled }: WebhookSettings): Body<Wire["update-webhook"]> => ({
      webhook_endpoint: {
        name: replaceNull(name, ""),
        url,
        events: replaceNull(events, []),
        enabled: replaceNull(enabled, true),
      },
    }),
  },
  (objects) => ({
    ...createPlainOperations(objects),
    create: createWithSecret(objects, created, { getName: ({ name, url = "" }) => name ?? url }),
  }),
);
