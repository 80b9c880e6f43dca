import type { LayoutCohort, LayoutOrganization } from "#layout";
import { groupBy } from "../grouping";
import type { Edge, Node } from "./schema";

/** Counts the grants to groups, each of which is an edge. */
export function countGroupGrants({ projects = [] }: LayoutOrganization): number {
  return projects
    .flatMap((project) => [project, ...project.cohorts])
    .reduce((sum, { everyoneEnabled, access }) => sum + (everyoneEnabled ? 0 : (access?.groups.length ?? 0)), 0);
}

/**
 * Returns the groups, projects and cohorts of an organization. Objects with equal access share a node. An open cohort is a part of the
 * node of its project, because its grants have no effect.
 */
export function createObjects(
  { groups = [], projects = [] }: LayoutOrganization,
  { organization, slug, isDetailed }: { organization: string; slug: string; isDetailed: boolean },
): { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] } {
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const groupIds = new Map(groups.map(({ name }, index) => [name, `group_${slug}_${index + 1}`]));
  for (const { name, members } of groups) {
    const id = groupIds.get(name) ?? "";
    const people = members && { count: members.length, ...(isDetailed && { emails: [...members] }) };
    nodes.push({ kind: "group", id, name, ...people });
    edges.push({ from: organization, to: id });
  }
  const addEdges = (from: string, to: string, { everyoneEnabled, access }: LayoutCohort) => {
    edges.push({ from, to });
    for (const group of everyoneEnabled ? [] : (access?.groups ?? []))
      edges.push({ from: groupIds.get(group) ?? "", to });
  };
  const isRestricted = ({ everyoneEnabled }: LayoutCohort) => !everyoneEnabled;
  // A project with restricted cohorts has its own node, to which they belong.
  const shared = groupBy(projects, (project) =>
    JSON.stringify(project.cohorts.some(isRestricted) ? { project: project.name } : [getAccessKey(project)]),
  );
  let [projectCount, cohortCount] = [0, 0];
  for (const [first, ...others] of shared.values()) {
    const id = `projects_${slug}_${(projectCount += 1)}`;
    nodes.push({
      kind: "projects",
      id,
      projects: [first, ...others].map(({ name, cohorts }) => ({
        name,
        openCohorts: cohorts.filter((cohort) => !isRestricted(cohort)).map((cohort) => cohort.name),
      })),
      ...describeAccess(first, isDetailed),
    });
    addEdges(organization, id, first);
    for (const own of groupBy(first.cohorts.filter(isRestricted), getAccessKey).values()) {
      const cohortsId = `cohorts_${slug}_${(cohortCount += 1)}`;
      nodes.push({
        kind: "cohorts",
        id: cohortsId,
        cohorts: own.map(({ name }) => `${first.name}/${name}`),
        ...describeAccess(own[0], isDetailed),
      });
      addEdges(id, cohortsId, own[0]);
    }
  }
  return { nodes, edges };
}

function getAccessKey({ everyoneEnabled, access }: LayoutCohort): string {
  return everyoneEnabled ? "everyone" : JSON.stringify(access ?? null);
}

function describeAccess({ everyoneEnabled, access }: LayoutCohort, isDetailed: boolean) {
  if (everyoneEnabled || access === undefined) return { everyone: everyoneEnabled };
  return { everyone: false, count: access.users.length, ...(isDetailed && { emails: [...access.users] }) };
}
