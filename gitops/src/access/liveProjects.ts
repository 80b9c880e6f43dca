import { getParentId, type Peridio, type Project, readCohorts, readProjects } from "#provider";

/** A project or a cohort, with its grants. */
export interface ProjectOrCohort extends Project {
  readonly kind: "project" | "cohort";
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name: `firmware/canary`. */
  readonly path: string;
}

/** Reads all projects and cohorts of an organization that the API key can see: first the projects, by name. */
export async function readProjectsAndCohorts(
  api: Peridio,
  organizationId: string,
): Promise<readonly ProjectOrCohort[]> {
  const [projects, cohorts] = await Promise.all([readProjects(api, organizationId), readCohorts(api, organizationId)]);
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  return [
    ...projects.map((project) => ({ ...project, kind: "project", path: project.name }) as const),
    ...cohorts.map((cohort) => {
      const parent = getParentId(cohort.id);
      return { ...cohort, kind: "cohort", path: `${names.get(parent) ?? parent}/${cohort.name}` } as const;
    }),
  ];
}

/** Reports if the API key's user is an admin or an owner of the organization. */
export async function isAdmin(api: Peridio, organizationId: string): Promise<boolean> {
  const { organizations } = await api.caller();
  return organizations.some(({ id, role }) => id === organizationId && role === "admin");
}
