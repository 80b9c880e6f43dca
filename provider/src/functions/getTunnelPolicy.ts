import * as z from "zod";
import { UserError } from "#framework";
import type { TunnelPolicy } from "../api";
import { withOrganization } from "../example";
import type { ProviderFunction } from "../resource";
import { toDeclaredRules } from "../resources/tunnelPolicy";
import { canonicalizeId, fullCohortId, getOrganizationId } from "../types/objectId";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({
  organizationId: idOrName,
  cohortId: fullCohortId.optional().meta({
    description: "Returns the policy of this cohort: the `id` of a Cohort. Default: the policy of the organization.",
  }),
});

const policy = z
  .object({
    maxTtlSeconds: z.int().optional().meta({
      description: "The longest duration of a tunnel, in seconds. No tunnel lasts longer than one hour.",
    }),
    backoffSeconds: z.int().optional().meta({
      description: "The time after the end of a tunnel during which a device opens no other tunnel, in seconds.",
    }),
    maxConcurrent: z.int().optional().meta({ description: "The highest number of open tunnels of one device." }),
    cidrAllowlist: z
      .array(z.string())
      .optional()
      .meta({ description: "The CIDR blocks from which people can connect through a tunnel." }),
    requireReason: z.boolean().optional().meta({ description: "`true` if a person must state a reason." }),
    allowedWindows: z.array(z.string()).optional().meta({
      description: "Windows of time, each as JSON. Peridio does not apply times, so any entry blocks all tunnels.",
    }),
    unknownRules: z.array(z.string()).optional().meta({
      description:
        "The names of rules that Peridio reports and that this version of the provider does not know. Absent if there are none.",
    }),
  })
  .meta({ id: "TunnelRules", description: "Rules for tunnels to devices. A rule is absent if Peridio reports none." });

const outputs = z.object({
  policy: policy.meta({
    description: "The rules in force for the cohort. Without `cohortId`, the rules of the organization.",
  }),
  overrides: policy.optional().meta({
    description:
      "The cohort's own rules, which tighten those of the organization. Only its allowlist replaces that of the " +
      "organization. Absent without `cohortId`.",
  }),
});

export const getTunnelPolicy: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getTunnelPolicy",
  description:
    "The rules for tunnels to the devices of one organization, or of one cohort. TunnelPolicy changes them. Only Avocado " +
    "Connect supports this function.",
  example: `${withOrganization("acme")}
variables:
  tunnels:
    fn::invoke:
      function: peridio:getTunnelPolicy
      arguments: { organizationId: "\${acme.id}" }
outputs:
  allowedCidrs: \${tunnels.policy.cidrAllowlist}
`,
  right: "viewer",
  requires: "tunnelPolicies",
  inputs,
  outputs,

  async call({ api }, { organizationId, cohortId }) {
    const id = await locateOrganization(api, organizationId);
    if (cohortId === undefined) return { policy: show(await api.tunnelPolicies.get(id)) };
    const cohort = canonicalizeId(cohortId);
    if (getOrganizationId(cohort) !== id)
      throw new UserError(`cohort ${cohort} is not in organization ${organizationId}. Correct \`cohortId\`.`);
    const { resolved, overrides } = await api.tunnelPolicies.getOfCohort(cohort);
    return { policy: show(resolved), overrides: show(overrides) };
  },
};

/** Returns the rules that Peridio reports, in the spelling of a TunnelPolicy. */
function show({ unknownRules, ...rules }: TunnelPolicy): z.output<typeof policy> {
  return { ...toDeclaredRules(rules), ...(unknownRules.length > 0 && { unknownRules: [...unknownRules] }) };
}
