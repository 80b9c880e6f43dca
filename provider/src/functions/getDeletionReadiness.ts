import * as z from "zod";
import type { ProviderFunction } from "../resource";
import { idOrName, locateOrganization } from "../resources/types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const blocker = z
  .object({
    code: z.string().meta({
      description: "What it is: `devices`, `active_deployments`, `other_users` or `outstanding_charges`.",
    }),
    count: z.int().meta({ description: "How many there are." }),
    message: z.string().meta({ description: "What has to be done about it, in Peridio's words." }),
  })
  .meta({ id: "DeletionBlocker", description: "One thing that stands in the way of deleting an organization." });

const outputs = z.object({
  ready: z.boolean().meta({ description: "Whether nothing stands in the way." }),
  blockers: z.array(blocker).meta({ description: "What stands in the way; empty when nothing does." }),
});

export const getDeletionReadiness: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getDeletionReadiness",
  description:
    "Whether an organization could be deleted when the function is called, and what stands in the way: " +
    "devices, active deployments, users other than the owner, and unpaid charges.",
  example: `
resources:
  production:
    type: peridio:Organization
    properties: { name: acme-production }
    options: { protect: true }
variables:
  readiness:
    fn::invoke:
      function: peridio:getDeletionReadiness
      arguments: { organizationId: "\${production.id}" }
outputs:
  ready: \${readiness.ready}
  blockers: \${readiness.blockers}
`,
  right: "viewer",
  reference: {
    errors: [
      {
        says: "this key can see no organization …",
        remedy: "Check the name, or use a key of one of the members.",
      },
      {
        says: "Avocado Connect has no deletion readiness",
        remedy: "Leave the function out: this API deletes none.",
      },
    ],
  },
  inputs,
  outputs,

  needs: () => [{ feature: "deletionReadiness", path: [] }],

  async call({ api }, { organizationId }) {
    const found = await api.organizations.blockers(await locateOrganization(api, organizationId));
    const blockers = found.map(({ code, count, message }) => ({ code, count, message }));
    return { ready: blockers.length === 0, blockers };
  },
};
