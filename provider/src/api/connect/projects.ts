import * as z from "zod";
import type { Body, Fields } from "../contract";
import {
  accessControlled,
  countDevices,
  listedProject,
  project,
  type ProjectSettings,
  toBody,
} from "./accessControlled";
import { collection, describeCount } from "./collection";
import type { Wire } from "./schemas";

const runtimeCount = z
  .object({
    data: z.array(z.unknown()),
    meta: z.object({ total: z.number().nullish() } satisfies Fields<Wire["page-meta"]>),
  })
  .transform(({ data, meta }) => meta.total ?? data.length);

export const projects = collection(
  {
    feature: "projects",
    absence: "The provider manages no projects or cohorts with Peridio's Admin API",
    kind: "project",
    parent: "organization",
    path: "projects",
    schemaInList: listedProject,
    schemaAlone: project,
    toBody: (settings: ProjectSettings): Body<Wire["update-project"]> => ({ project: toBody(settings) }),
  },
  (objects) => ({
    ...accessControlled(objects),
    /** Lists the contents that a deletion would delete too, each as words such as `2 runtimes`. */
    listContents: async (id: string): Promise<readonly string[]> => {
      const { requests, http } = objects;
      const address = requests.getObjectPath(id);
      const [runtimes, devices] = await Promise.all([
        http.get(`${address}/runtimes?limit=1`, runtimeCount),
        countDevices(http, `${address}/cohorts`),
      ]);
      return [...describeCount(runtimes, "runtime"), ...describeCount(devices, "device")];
    },
  }),
);

/** The operations of projects, which cohorts have too. */
export type Projects = ReturnType<typeof projects.open>;
