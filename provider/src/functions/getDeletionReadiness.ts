import * as z from "zod";
import { withOrganization } from "../example";
import type { ProviderFunction } from "../resource";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const blocker = z
  .object({
    code: z.string().meta({
      description: "The kind of blocker: `devices`, `active_deployments`, `other_users` or `outstanding_charges`.",
    }),
    count: z.int().meta({ description: "The number of objects that block the deletion." }),
    message: z.string().meta({ description: "The condition that is not met, in words. Do not parse this text." }),
  })
  .meta({ id: "DeletionBlocker", description: "A reason that blocks the deletion of an organization." });

const outputs = z.object({
  ready: z.boolean().meta({ description: "`true` if nothing blocks the deletion." }),
  blockers: z.array(blocker).meta({ description: "The reasons that block the deletion. Empty if there are none." }),
});

export const getDeletionReadiness: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getDeletionReadiness",
  description:
    "Reports if Peridio can delete an organization. Possible blockers are devices, active deployments, users " +
    "other than the owner, and unpaid charges. Peridio documents these conditions, and this project assumes the request. Avocado Connect does not support this function.",
  example: `${withOrganization("acme-production")}
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
  inputs,
  outputs,

  requires: "deletionReadiness",

  async call({ api }, { organizationId }) {
    const found = await api.organizations.blockers(await locateOrganization(api, organizationId));
    const blockers = found.map(({ code, count, message }) => ({ code, count, message }));
    return { ready: blockers.length === 0, blockers };
  },
};
