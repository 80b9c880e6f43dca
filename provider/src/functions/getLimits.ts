import * as z from "zod";
import { listClaimTokens } from "../access/claimTokens";
import type { Limit, Peridio } from "../api";
import { withOrganization } from "../example";
import type { ProviderFunction } from "../resource";
import { readSeats } from "../roster/seats";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const bounds = {
  default: z.int().optional().meta({
    description: "The limit that a new organization has. Absent with Avocado Connect, which does not report it.",
  }),
  maximum: z.int().optional().meta({
    description:
      "The highest limit that Peridio grants. Absent if there is none, and with Avocado Connect, which does not report it.",
  }),
};

const limit = z
  .object({
    limit: z.int().meta({ description: "The limit in force." }),
    used: z.int().optional().meta({
      description:
        "The number of existing objects. Absent if the API does not report it. With Avocado Connect, `claimTokens` has it.",
    }),
    ...bounds,
  })
  .meta({ id: "Limit", description: "The limit and the usage of one kind of object in an organization." });

const seats = z
  .object({
    limit: z.int().optional().meta({
      description: "The number of seats. Absent if Peridio reports no limit.",
    }),
    used: z.int().meta({ description: "The number of seats that members use." }),
    pending: z.int().meta({ description: "The number of seats that pending invitations use." }),
    free: z
      .int()
      .optional()
      .meta({
        description:
          "The number of free seats: the number of people who can still be invited. Absent if Peridio reports no " +
          "limit.",
      }),
    ...bounds,
  })
  .meta({
    id: "Seats",
    description: "The seats of an organization. Each member and each pending invitation uses one seat.",
  });

const unreported = "Absent with Avocado Connect, which does not report this limit.";

const outputs = z.object({
  tier: z.string().optional().meta({
    description: "The plan, such as `teams` or `enterprise`. Present only with Avocado Connect.",
  }),
  products: limit.optional().meta({ description: `The limit of products. ${unreported}` }),
  devices: limit.optional().meta({ description: "The limit of devices. Absent if Peridio reports no limit." }),
  tunnels: limit.optional().meta({
    description:
      "The limit of tunnels that are open at one time, without the number in use. Present only with Avocado Connect, and " +
      "if Peridio reports a limit.",
  }),
  claimTokens: limit.optional().meta({
    description:
      "The limit of claim tokens. The number in use counts all tokens, also those that have expired or have no uses left. " +
      "It is absent if the API key cannot list the tokens. Present only with Avocado Connect, and if Peridio reports a limit.",
  }),
  users: seats.meta({ description: "The seats: the limit of members and pending invitations together." }),
  apiKeys: limit.optional().meta({ description: `The limit of API keys. ${unreported}` }),
  webhooks: limit.optional().meta({ description: `The limit of webhooks. ${unreported}` }),
});

export const getLimits: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getLimits",
  description:
    "The limits of an organization. For each limit, the function returns the current usage, Peridio's default " +
    "and the maximum, as far as the API reports them.",
  example: `${withOrganization("acme-production")}
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
  inputs,
  outputs,

  async call({ api }, { organizationId }) {
    const id = await locateOrganization(api, organizationId);
    const [limits, { limit, members, pending }] = await Promise.all([api.limits(id), readSeats(api, id)]);
    const { tier, users, products, devices, apiKeys, webhooks, tunnels, claimTokens } = limits;
    const bounded = Number.isFinite(limit) && { limit, free: Math.max(0, limit - members - pending) };
    const others = {
      products: toOutput(products),
      devices: toOutput(devices),
      apiKeys: toOutput(apiKeys),
      webhooks: toOutput(webhooks),
      tunnels: toOutput(tunnels),
      claimTokens: claimTokens && toOutput({ ...claimTokens, used: await countClaimTokens(api, id) }),
    };
    return { tier, ...others, users: { ...bounded, used: members, pending, ...(users && showBounds(users)) } };
  },
};

async function countClaimTokens(api: Peridio, id: string): Promise<number | undefined> {
  return (await listClaimTokens(api, id))?.length;
}

function toOutput(one: Limit | undefined): z.output<typeof limit> | undefined {
  return one && { limit: one.limit, ...(one.used !== undefined && { used: one.used }), ...showBounds(one) };
}

function showBounds({ default: initial, maximum }: Limit) {
  return { ...(initial !== undefined && { default: initial }), ...(maximum !== undefined && { maximum }) };
}
