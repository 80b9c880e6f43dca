import { z } from "zod";
import type { Operations } from "../../contract/api";
import { row, type Organization, type Project } from "../../model/state";
import { findProject } from "./access";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

const runtime = row.extend({ version: z.string(), status: z.string() });

type Runtime = z.infer<typeof runtime>;

/** The lists that this file adds to the data of a project. */
export const inProject = { runtimes: z.array(runtime).default([]) };

type OrganizationWithRuntimes = Organization<Project & { runtimes: Runtime[] }>;

export const runtimes: Operations<OrganizationWithRuntimes> = {
  Runtime_index: defineOperation<undefined, OrganizationWithRuntimes>((call, { path, query }) => {
    const { id, runtimes } = findProject(call, path.project_id);
    const search = query.search?.toLowerCase() ?? "";
    const matches = ({ version, status }: Runtime) =>
      version.toLowerCase().includes(search) && status === (query.status ?? status);
    const show = ({ id: runtimeId, version, status, inserted_at, updated_at }: Runtime) => ({
      id: runtimeId,
      version,
      status,
      project_id: id,
      inserted_at,
      updated_at,
    });
    const name = `runtimes of ${id}${query.status === undefined ? "" : ` with ${query.status}`}`;
    return { status: 200, body: paginate({ name, rows: runtimes.filter(matches), show }, query) };
  }),
};
