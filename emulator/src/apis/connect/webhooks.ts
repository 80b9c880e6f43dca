import { randomUUID } from "node:crypto";
import { created, ok, type Operations } from "../../contract/api";
import { invalid } from "../../contract/errors";
import { applyChanges, checkLimit, countUsage } from "../../contract/rules";
import type { Organization, Webhook } from "../../model/state";
import { generateSecret } from "../../model/values";
import { paginate } from "./lists";
import { acknowledge, defineOperation, findById, toOptionalText } from "./operation";

interface Settings {
  readonly name?: string;
  readonly url?: string;
  readonly events?: string[];
  readonly enabled?: boolean;
}

export const webhooks: Operations = {
  Webhook_index: defineOperation(({ organization }, { query }) => {
    const { id, webhooks: rows } = organization;
    const show = (webhook: Webhook) => showWebhook(organization, webhook);
    return { status: 200, body: paginate({ name: `webhooks of ${id}`, rows, show }, query) };
  }),

  Webhook_create: defineOperation<{ readonly webhook_endpoint: Settings & { readonly url: string } }>(
    (call, { body: { webhook_endpoint } }) => {
      const { state, organization, now } = call;
      const { name = "", url, events = [], enabled = true } = webhook_endpoint;
      checkUrl(url);
      checkLimit(organization, "webhooks", countUsage(state, organization).webhooks + 1);
      const webhook: Webhook = {
        sequence: call.takeSequence(),
        id: randomUUID(),
        name: toOptionalText(name),
        url,
        events,
        enabled,
        secret: generateSecret("whsec_"),
        inserted_at: now,
        updated_at: now,
      };
      organization.webhooks.push(webhook);
      return created({ ...showWebhook(organization, webhook), secret: webhook.secret });
    },
  ),

  Webhook_show: defineOperation(({ organization }, { path }) =>
    ok(showWebhook(organization, findById(organization.webhooks, path.id))),
  ),

  Webhook_update: defineOperation<{ readonly webhook_endpoint: Settings }>(
    ({ organization, now }, { path, body: { webhook_endpoint } }) => {
      const webhook = findById(organization.webhooks, path.id);
      const { name, url } = webhook_endpoint;
      if (url !== undefined) checkUrl(url);
      const changes = { ...webhook_endpoint, ...(name !== undefined && { name: toOptionalText(name) }) };
      if (applyChanges(webhook, changes, ["name", "url", "events", "enabled"])) webhook.updated_at = now;
      return ok(showWebhook(organization, webhook));
    },
  ),

  Webhook_delete: defineOperation(({ organization: { webhooks } }, { path }) => {
    webhooks.splice(webhooks.indexOf(findById(webhooks, path.id)), 1);
    return acknowledge();
  }),
};

/** @throws ApiError unless the URL is absolute, with the scheme http or https */
function checkUrl(url: string): void {
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url))
    throw invalid({ url: ["must be an absolute http or https URL"] });
}

function showWebhook({ id: organization_id }: Organization, { id, name, url, events, enabled, ...webhook }: Webhook) {
  const { inserted_at, updated_at } = webhook;
  return { id, organization_id, name, url, events, enabled, inserted_at, updated_at };
}
