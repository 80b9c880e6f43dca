import * as z from "zod";
import { readGroups } from "../access/read";
import type { ProviderFunction } from "../resource";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const group = z
  .object({
    id: z.string().meta({ description: "The id of the group: the organization's id, a `/`, and the group's UUID." }),
    name: z.string().meta({ description: "The name of the group." }),
    description: z.string().optional().meta({ description: "The purpose of the group. Absent if there is none." }),
    members: z.array(z.string()).meta({ description: "The e-mail addresses of the members, sorted." }),
  })
  .meta({ id: "FoundGroup", description: "A group of members of an organization." });

const outputs = z.object({ groups: z.array(group).meta({ description: "The groups, sorted by name." }) });

export const getGroups: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getGroups",
  description: "The groups of one organization with their members. Only Avocado Connect supports this function.",
  example: `
resources:
  acme:
    type: peridio:Organization
    properties: { name: acme }
    options: { protect: true }
variables:
  found:
    fn::invoke:
      function: peridio:getGroups
      arguments: { organizationId: "\${acme.id}" }
outputs:
  groups: \${found.groups}
`,
  right: "viewer",
  requires: "groups",
  inputs,
  outputs,

  async call({ api }, { organizationId }) {
    const groups = await readGroups(api, await locateOrganization(api, organizationId));
    return {
      groups: groups.map(({ id, name, description, members }) => ({
        id,
        name,
        ...(description !== null && { description }),
        members: members.map(({ email }) => email).sort(),
      })),
    };
  },
};
