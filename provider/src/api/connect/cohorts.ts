import * as z from "zod";
import type { Body, Fields } from "../contract";
import {
  accessControlled,
  countDevices,
  fields,
  listedProject,
  project,
  type ProjectSettings,
  toBody,
} from "./accessControlled";
import { collection, describeCount, parents } from "./collection";
import { projects } from "./projects";
import { createPageSchema, id, joinId, readList, splitId, type Wire } from "./schemas";

/** A cohort in the list of all cohorts of an organization. */
const listedCohort = z
  .object({ ...fields, project_id: id, device_count: z.number().nullish() } satisfies Fields<Wire["listed-cohort"]>)
  .transform(({ everyone_enabled, project_id, device_count, ...rest }) => ({
    ...rest,
    everyoneEnabled: everyone_enabled,
    projectId: project_id,
    deviceCount: device_count ?? 0,
  }));

const page = createPageSchema(listedCohort);

/** The cohorts of projects. */
export const cohorts = collection(
  {
    feature: projects.feature,
    absence: projects.absence,
    kind: "cohort",
    parent: "project",
    // Only their devices prevent it, which projects.ts counts.
    preventsDeletion: false,
    path: "cohorts",
    schemaInList: listedProject,
    schemaAlone: project,
    toBody: (settings: ProjectSettings): Body<Wire["update-cohort"]> => ({ cohort: toBody(settings) }),
  },
  (objects) => {
    const { requests, http } = objects;
    return {
      ...accessControlled(objects),
      /** Lists the contents that a deletion would delete too, each as words such as `2 devices`. */
      listContents: async (id: string): Promise<readonly string[]> => {
        const { parent, uuid } = splitId(id);
        return describeCount(await countDevices(http, requests.getListPath(parent), uuid), "device");
      },
      /** Lists the cohorts of all projects of an organization that the API key can see. */
      async *listAll(organizationId: string) {
        const path = `${parents.organization(organizationId)}/cohorts`;
        for await (const { id, projectId, ...rest } of readList(http, path, page, ({ id }) => id))
          yield { ...rest, id: joinId(joinId(organizationId, projectId), id) };
      },
    };
  },
);
