import * as z from "zod";
import { UserError } from "#framework";
import type { ProviderFunction } from "../resource";
import { described, observe } from "../resources/organization";
import { locateOrganization, organizationId } from "../types/organizationId";

const inputs = z.object({
  id: organizationId.optional().meta({ description: "The organization's PRN or UUID. Set either `id` or `name`." }),
  name: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({ description: "The organization's name, case-sensitive. Set either `id` or `name`." }),
});

const outputs = described.extend({ id: z.string().meta({ description: "The organization's PRN." }) });

export const getOrganization: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getOrganization",
  description:
    "An existing organization, found by PRN, UUID or name. The program reads the organization but does not " +
    "manage it. The function fails if the API key cannot see the organization.",
  example: `
variables:
  found:
    fn::invoke:
      function: peridio:getOrganization
      arguments: { name: acme-production }
outputs:
  id: \${found.id}
  displayName: \${found.displayName}
`,
  right: "viewer",
  inputs,
  outputs,

  async call({ api }, { id, name }) {
    const wanted = id ?? name;
    if (wanted === undefined || (id !== undefined && name !== undefined)) {
      throw new UserError("set either `id` or `name`, but not both.");
    }
    return observe(await api.organizations.get(await locateOrganization(api, wanted)));
  },
};
