import * as z from "zod";
import type { ProviderFunction } from "../resource";
import { getParentId } from "../types/objectId";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({ organizationId: idOrName });

const cohort = z
  .object({
    id: z.string().meta({ description: "The id of the cohort: the project's id, a `/`, and the cohort's UUID." }),
    projectId: z.string().meta({ description: "The id of the project." }),
    name: z.string().meta({ description: "The name of the cohort." }),
    description: z.string().optional().meta({ description: "The purpose of the cohort. Absent if there is none." }),
    everyoneEnabled: z.boolean().meta({ description: "`true` if all members of the organization have access." }),
    deviceCount: z.int().meta({ description: "The number of devices in the cohort." }),
  })
  .meta({ id: "FoundCohort", description: "A cohort of a project." });

const outputs = z.object({ cohorts: z.array(cohort).meta({ description: "The cohorts, sorted by id." }) });

export const getCohorts: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getCohorts",
  description:
    "The cohorts of all projects of one organization that the API key can see. Only Avocado Connect supports this " +
    "function.",
  example: `
resources:
  acme:
    type: peridio:Organization
    properties: { name: acme }
    options: { protect: true }
variables:
  found:
    fn::invoke:
      function: peridio:getCohorts
      arguments: { organizationId: "\${acme.id}" }
outputs:
  cohorts: \${found.cohorts}
`,
  right: "viewer",
  requires: "projects",
  inputs,
  outputs,

  async call({ api }, { organizationId }) {
    const cohorts: z.output<typeof cohort>[] = [];
    for await (const { id, description, ...rest } of api.cohorts.listAll(await locateOrganization(api, organizationId)))
      cohorts.push({ ...rest, id, projectId: getParentId(id), ...(description !== null && { description }) });
    return { cohorts: cohorts.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  },
};
