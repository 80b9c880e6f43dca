import * as z from "zod";
import type { Observed } from "#framework";
import type { Webhook } from "../api";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { locateInOrganization } from "../access/importIds";
import { objectName } from "../access/names";
import { readIfPresent } from "../access/read";
import { asUuid, getOrganizationId } from "../types/objectId";
import { listOrganizations, ofOrganization, organizationId } from "../types/organizationId";
import { distinct } from "../types/distinct";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the webhook.",
  }),
  url: z
    .string()
    .refine(
      (url) => /^https?:\/\/[^/]/i.test(url) && URL.canParse(url),
      "must be an absolute http or https URL, such as https://hooks.acme.example/peridio",
    )
    .meta({ description: "The absolute URL to which Peridio sends events: https or http." }),
  name: objectName.optional().meta({ description: "The name of the webhook, for people. Default: none." }),
  events: z
    .array(z.string().min(1, "must not be empty"))
    .optional()
    .meta({
      description: "The types of events to send. Their order does not matter. Default: an empty list, for all events.",
      comparable: distinct,
      itemKey: String,
      resetsTo: () => [],
    }),
  enabled: z
    .boolean()
    .optional()
    .meta({ description: "`false` stops all events. Default: `true`.", resetsTo: () => true }),
});

const outputs = inputs.extend({
  webhookId: z.string().meta({ description: "The webhook's UUID." }),
  secret: z.string().optional().meta({
    description: "The key that signs the events. Absent after an import, because Peridio shows it only once.",
    secret: true,
  }),
});

export const webhook = defineResource({
  token: "peridio:index:Webhook",
  description:
    "A webhook of one organization: Peridio sends events to a URL. The output `secret` is the key that signs the " +
    "events, and Pulumi encrypts it in the state. The key never changes. To get a new key, replace the webhook. Only " +
    "Avocado Connect supports this resource.",
  example: `${withOrganization("acme")}
  alerts:
    type: peridio:Webhook
    properties:
      organizationId: \${acme.id}
      name: alerts
      url: https://alerts.acme.example/peridio
      events: [device.offline]
outputs:
  alertsSecret: \${alerts.secret}
`,
  rights: { read: "admin", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "webhooks",
  parent: { resource: organization, id: "organizationId" },
  // Several webhooks may have one URL, so only the id tells them apart.
  identity: "id",
  namedBy: ["organizationId", "url"],

  resolveImportId: ({ api }, id) =>
    locateInOrganization({ api }, id, "webhook", async function* (organizationId) {
      for await (const { id, name } of api.webhooks.list(organizationId)) yield { id, name: name ?? "" };
    }),

  async create({ api, warn }, { organizationId, ...settings }) {
    const { secret, ...created } = await api.webhooks.create(organizationId, settings, warn);
    return observe(created, secret);
  },

  async read({ api }, id, { state }) {
    const found = await readIfPresent(api, id, api.webhooks.get(id), { kind: "webhooks", seenBy: "admins" });
    return found && observe(found, state.secret);
  },

  async update({ api }, _, { id, secret }, { name, url, events, enabled }) {
    return observe(await api.webhooks.update(id, { name, url: url ?? undefined, events, enabled }), secret);
  },

  async delete({ api }, { id }, { authorize }) {
    await authorize();
    await api.webhooks.delete(id);
  },

  async *list({ api }, { organizationId }) {
    for (const organization of await listOrganizations(api, organizationId))
      for await (const { id, name, url } of api.webhooks.list(organization.id))
        yield { id, name: `${organization.name}/${name ?? url}` };
  },
});

/** Returns the webhook for the state. */
function observe({ id, name, url, events, enabled }: Webhook, secret: unknown): Observed<typeof outputs> {
  return {
    id,
    organizationId: getOrganizationId(id),
    url,
    ...(name !== null && { name }),
    events: [...events],
    enabled,
    webhookId: asUuid(id),
    ...(typeof secret === "string" && { secret }),
  };
}
