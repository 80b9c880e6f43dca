import * as z from "zod";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { createAccessFunctions, accessInputs, accessOutputs } from "../access/access";
import { locateInProject } from "../access/importIds";
import { getOrganizationId, getParentId, projectId } from "../types/objectId";
import { listOrganizations, ofOrganization } from "../types/organizationId";
import { organization } from "./organization";

const inputs = z.object({
  projectId: projectId.meta({
    description: "The id of the project: the `id` of a Project. A change replaces the cohort.",
  }),
  ...accessInputs,
});

const outputs = inputs.extend(accessOutputs);

export const cohort = defineResource({
  token: "peridio:index:Cohort",
  description:
    "A cohort of devices in a project, with the people and groups who have access. Admins and owners always " +
    "have access. The provider does not delete a cohort with devices. Only Avocado Connect supports this resource.",
  example: `${withOrganization("acme")}
  firmware:
    type: peridio:Project
    properties: { organizationId: "\${acme.id}", name: firmware, everyoneEnabled: true }
  canary:
    type: peridio:Cohort
    properties:
      projectId: \${firmware.id}
      name: canary
      everyoneEnabled: false
      access: { users: [bob@acme.example] }
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query: ofOrganization,
  requires: "projects",
  // Not the project: a destroy deletes cohorts before it asks if the organization of the project can be deleted.
  parent: { resource: organization, id: "projectId", toId: getOrganizationId },
  identity: ["projectId", "name"],

  resolveImportId: (context, text) => locateInProject(context, text, "cohort", (id) => context.api.cohorts.list(id)),

  async *list({ api }, { organizationId }) {
    for (const organization of await listOrganizations(api, organizationId))
      for await (const project of api.projects.list(organization.id))
        for await (const { id, name } of api.cohorts.list(project.id))
          yield { id, name: `${organization.name}/${project.name}/${name}` };
  },

  ...createAccessFunctions({
    outputs,
    kind: "cohort",
    getObjects: ({ cohorts }) => cohorts,
    parent: "projectId",
    toState: (id, observed) => ({ id, projectId: getParentId(id), ...observed }),
  }),
});
