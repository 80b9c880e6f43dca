import { getParentId, type ListedProject, type Peridio, type Project, hasAdminRights } from "#provider";
import { compareTexts } from "../wording";

/** A project or a cohort. */
export interface ListedProjectOrCohort extends ListedProject {
  readonly kind: "project" | "cohort";
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name: `firmware/canary`. */
  readonly path: string;
}

/** A project or a cohort, with its grants. */
export type ProjectOrCohort = Project & ListedProjectOrCohort;

/** Lists all projects and cohorts of an organization that the API key can see, sorted by path. */
export async function listProjectsAndCohorts(
  api: Peridio,
  organizationId: string,
): Promise<readonly ListedProjectOrCohort[]> {
  const [projects, cohorts] = await Promise.all([
    collect(api.projects.list(organizationId)),
    collect(api.cohorts.listAll(organizationId)),
  ]);
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  return [
    ...projects.map((project) => ({ ...project, kind: "project", path: project.name }) as const),
    ...cohorts.map((cohort) => {
      const parent = getParentId(cohort.id);
      return { ...cohort, kind: "cohort", path: `${names.get(parent) ?? parent}/${cohort.name}` } as const;
    }),
  ].sort((a, b) => compareTexts(a.path, b.path));
}

/** Reads the grants of listed projects and cohorts. */
export async function readGrants(
  api: Peridio,
  listed: readonly ListedProjectOrCohort[],
): Promise<readonly ProjectOrCohort[]> {
  return Promise.all(
    listed.map(async ({ id, kind, path }) => {
      const objects = kind === "project" ? api.projects : api.cohorts;
      return { ...(await objects.get(id)), kind, path };
    }),
  );
}

/** Reports if the API key's user is an admin or an owner of the organization. */
export async function isAdmin(api: Peridio, organizationId: string): Promise<boolean> {
  const { organizations } = await api.caller();
  return organizations.some(({ id, role }) => id === organizationId && hasAdminRights(role));
}

/** Returns all items of a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
