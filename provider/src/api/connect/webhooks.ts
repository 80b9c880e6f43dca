import type { Webhook, WebhookSettings } from "../model";
import { webhook, webhookSecret } from "./schemas";
import { secretObjects } from "./secretObjects";

/** The webhooks of an organization. */
export const webhooks = secretObjects<Webhook, WebhookSettings>({
  collection: "webhooks",
  one: webhook,
  secret: webhookSecret,
  toBody: ({ name, url, events, enabled }) => ({
    webhook_endpoint: {
      ...(name !== undefined && { name: name ?? "" }),
      ...(url !== undefined && { url }),
      ...(events !== undefined && { events: events ?? [] }),
      ...(enabled !== undefined && { enabled: enabled ?? true }),
    },
  }),
  kind: "webhook",
  getName: ({ name, url = "" }) => name ?? url,
});
