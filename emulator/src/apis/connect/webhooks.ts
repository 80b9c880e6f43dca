import { z } from "zod";
import { row, type Organization } from "../../model/state";
import { generateSecret } from "../../model/values";
import { defineCollection } from "./collection";
import { toOptionalText } from "./checks";

const webhook = row.extend({
  name: z.string().nullable(),
  url: z.string(),
  /** Empty for all events. */
  events: z.array(z.string()),
  enabled: z.boolean(),
  secret: z.string(),
});

type Webhook = z.infer<typeof webhook>;

/** The lists that this file adds to the data of an organization. */
export const inOrganization = { webhooks: z.array(webhook).default([]) };

type OrganizationWithWebhooks = Organization & { webhooks: Webhook[] };

interface WebhookSettings {
  readonly name?: string;
  readonly url: string;
  readonly events?: string[];
  readonly enabled?: boolean;
}

export const webhooks = defineCollection<OrganizationWithWebhooks, Webhook, WebhookSettings>({
  prefix: "Webhook",
  wrapper: "webhook_endpoint",
  open: ({ organization }) => ({ parent: organization, objects: organization.webhooks }),
  check: ({ url }) => (url === undefined || isUrl(url) ? {} : { url: ["must be an absolute http or https URL"] }),
  limit: "webhooks",
  create: (row, { name = "", url, events = [], enabled = true }) => ({
    ...row,
    name: name || null,
    url,
    events,
    enabled,
    secret: generateSecret("whsec_"),
  }),
  change: ({ name, url, events, enabled }) => ({ name: toOptionalText(name), url, events, enabled }),
  secret: "secret",
  show: ({ id, name, url, events, enabled, inserted_at, updated_at }, { id: organization_id }) => ({
    id,
    organization_id,
    name,
    url,
    events,
    enabled,
    inserted_at,
    updated_at,
  }),
});

function isUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}
