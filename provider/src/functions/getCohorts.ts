import * as z from "zod";
import { getParentId } from "../types/objectId";
import { defineListFunction } from "./listFunction";

const cohort = z
  .object({
    id: z.string().meta({ description: "The id of the cohort: the project's id, a `/`, and the cohort's UUID." }),
    projectId: z.string().meta({ description: "The id of the project." }),
    name: z.string().meta({ description: "The name of the cohort." }),
    description: z.string().optional().meta({ description: "The purpose of the cohort. Absent if there is none." }),
    everyoneEnabled: z.boolean().meta({ description: "`true` if everyone with access to the project has access." }),
    deviceCount: z.int().meta({ description: "The number of devices in the cohort." }),
  })
  .meta({ id: "FoundCohort", description: "A cohort of a project." });

export const getCohorts = defineListFunction({
  name: "cohorts",
  description:
    "The cohorts of all projects of one organization that the API key can see. Only Avocado Connect supports this " +
    "function.",
  right: "viewer",
  item: cohort,
  items: "The cohorts, sorted by id.",

  async read(api, organizationId) {
    const cohorts: z.output<typeof cohort>[] = [];
    for await (const { id, description, ...rest } of api.cohorts.listAll(organizationId))
      cohorts.push({ ...rest, id, projectId: getParentId(id), description: description ?? undefined });
    return cohorts.sort((a, b) => (a.id < b.id ? -1 : 1));
  },
});
