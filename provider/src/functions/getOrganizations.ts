import * as z from "zod";
import type { ProviderFunction } from "../resource";
import { described, observe } from "../resources/organization";
import { pattern } from "../types/pattern";

const inputs = z.object({
  name: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({
      description:
        "The name of the organization to return, or a pattern in which `*` stands for any characters, such as " +
        "`acme-*`. Case-sensitive. Default: all organizations.",
    }),
});

const organization = described
  .extend({ id: z.string().meta({ description: "The organization's PRN." }) })
  .meta({ id: "VisibleOrganization", description: "An organization that the API key can see." });

const outputs = z.object({
  organizations: z.array(organization).meta({ description: "The organizations, sorted by name." }),
});

export const getOrganizations: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getOrganizations",
  description: "The organizations that the API key can see: all, or those whose name matches a pattern.",
  example: `
variables:
  acme:
    fn::invoke:
      function: peridio:getOrganizations
      arguments: { name: acme-* }
outputs:
  first: \${acme.organizations[0].name}
`,
  right: "anybody",
  inputs,
  outputs,

  async call({ api }, { name = "*" }) {
    const namePattern = pattern(name);
    const organizations: z.output<typeof organization>[] = [];
    for await (const one of api.organizations.list()) if (namePattern.test(one.name)) organizations.push(observe(one));
    return { organizations: organizations.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  },
};
