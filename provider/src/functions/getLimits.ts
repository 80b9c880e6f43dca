import * as z from "zod";
import type { Limit } from "../api";
import type { ProviderFunction } from "../resource";
import { seatsOf } from "../resources/people/seats";
import { idOrName, locateOrganization } from "../resources/types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const bounds = {
  default: z.int().optional().meta({
    description: "The limit of a new organization. Absent with Avocado Connect, which does not report it.",
  }),
  maximum: z.int().optional().meta({
    description:
      "The highest limit that Peridio grants. Absent if there is none, and with Avocado Connect, which does not report it.",
  }),
};

const limit = z
  .object({
    limit: z.int().meta({ description: "How many the organization may have: the limit in force." }),
    used: z
      .int()
      .optional()
      .meta({ description: "How many it has. Absent with Avocado Connect, which does not tell." }),
    ...bounds,
  })
  .meta({ id: "Limit", description: "How many of something an organization may have, and has." });

const seats = z
  .object({
    limit: z.int().optional().meta({
      description: "How many seats the organization has: the limit in force. Absent if Peridio tells none.",
    }),
    used: z.int().meta({ description: "How many of them members take." }),
    pending: z.int().meta({ description: "How many of them wait for people whose invitations are pending." }),
    free: z.int().optional().meta({
      description: "How many people can still be invited. Absent if Peridio tells no limit.",
    }),
    ...bounds,
  })
  .meta({ id: "Seats", description: "The places for people in an organization." });

const untold = "Absent with Avocado Connect, which does not tell.";

const outputs = z.object({
  products: limit.optional().meta({ description: `Products. ${untold}` }),
  devices: limit.optional().meta({ description: "Devices. Absent if Peridio tells no limit." }),
  users: seats.meta({ description: "Users: members, and people who are invited." }),
  apiKeys: limit.optional().meta({ description: `API keys. ${untold}` }),
  webhooks: limit.optional().meta({ description: `Webhooks. ${untold}` }),
});

export const getLimits: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getLimits",
  description: "The limits of an organization, with the current usage, Peridio's default and the maximum.",
  example: `
resources:
  production:
    type: peridio:Organization
    properties: { name: acme-production }
    options: { protect: true }
variables:
  limits:
    fn::invoke:
      function: peridio:getLimits
      arguments: { organizationId: "\${production.id}" }
outputs:
  freeSeats: \${limits.users.free}
  devices: \${limits.devices.used}
`,
  right: "viewer",
  reference: {
    errors: [
      {
        says: "this key can see no organization …",
        remedy: "Check the name, or use a key of one of the members.",
      },
    ],
  },
  inputs,
  outputs,

  async call({ api }, { organizationId }) {
    const id = await locateOrganization(api, organizationId);
    const [{ users, products, devices, apiKeys, webhooks }, { limit, members, pending }] = await Promise.all([
      api.limits(id),
      seatsOf(api, id),
    ]);
    const bounded = Number.isFinite(limit) && { limit, free: Math.max(0, limit - members - pending) };
    const others = {
      products: told(products),
      devices: told(devices),
      apiKeys: told(apiKeys),
      webhooks: told(webhooks),
    };
    return { ...others, users: { ...bounded, used: members, pending, ...(users && boundsOf(users)) } };
  },
};

function told(one: Limit | undefined): z.output<typeof limit> | undefined {
  return one && { limit: one.limit, ...(one.used !== undefined && { used: one.used }), ...boundsOf(one) };
}

function boundsOf({ default: initial, maximum }: Limit) {
  return { ...(initial !== undefined && { default: initial }), ...(maximum !== undefined && { maximum }) };
}
