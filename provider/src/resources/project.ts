import * as z from "zod";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { createAccessFunctions, accessInputs, accessOutputs } from "../access/access";
import { locateInOrganization } from "../access/importIds";
import { getOrganizationId } from "../types/objectId";
import { listOrganizations, ofOrganization, organizationId } from "../types/organizationId";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the " +
      "project.",
  }),
  ...accessInputs,
});

const outputs = inputs.extend(accessOutputs);

export const project = defineResource({
  token: "peridio:index:Project",
  description:
    "A project of one organization, with the people and groups who have access. Admins and owners always have " +
    "access. The provider does not delete a project with runtimes, or with devices in its cohorts. Only Avocado " +
    "Connect supports this resource.",
  example: `${withOrganization("acme")}
  field:
    type: peridio:Group
    properties: { organizationId: "\${acme.id}", name: field-engineers, members: [bob@acme.example] }
  firmware:
    type: peridio:Project
    properties:
      organizationId: \${acme.id}
      name: firmware
      everyoneEnabled: false
      access:
        users: [carl@acme.example]
        groups: ["\${field.id}"]
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "projects",
  parent: { resource: organization, id: "organizationId" },
  identity: ["organizationId", "name"],

  resolveImportId: (context, id) => locateInOrganization(context, id, "project", (id) => context.api.projects.list(id)),

  async *list({ api }, { organizationId }) {
    for (const { id, name } of await listOrganizations(api, organizationId))
      for await (const project of api.projects.list(id)) yield { id: project.id, name: `${name}/${project.name}` };
  },

  ...createAccessFunctions({
    outputs,
    kind: "project",
    getObjects: ({ projects }) => projects,
    parent: "organizationId",
    toState: (id, observed) => ({ id, organizationId: getOrganizationId(id), ...observed }),
  }),
});
