import * as z from "zod";
import type { LayoutCohort, LayoutOrganization } from "#layout";
import { groupBy } from "../grouping";

const id = z.string().meta({ description: "The id, which edges refer to: letters, digits and `_`." });

const group = z
  .strictObject({
    kind: z.literal("group").meta({ description: "A group." }),
    id,
    name: z.string().meta({ description: "The name." }),
    count: z.int().min(0).optional().meta({
      description: "The number of members; absent if the layout does not declare the members.",
    }),
    emails: z.array(z.string()).optional().meta({
      description: "The e-mail addresses of the members, sorted; absent if the graph only counts people.",
    }),
  })
  .meta({ id: "GroupNode", description: "A group of an organization." });

/** The access that several objects share. The edges from groups contain their grants. */
const sharedAccess = {
  everyone: z.boolean().meta({
    description:
      "True if the objects are open to everyone: projects to everyone in the organization, cohorts to everyone with access to the project.",
  }),
  count: z.int().min(0).optional().meta({
    description:
      "The number of people with direct grants; absent if the layout does not declare the grants, or if the objects are open.",
  }),
  emails: z.array(z.string()).optional().meta({
    description: "The e-mail addresses of these people, sorted; absent if the graph only counts people.",
  }),
};

const projects = z
  .strictObject({
    kind: z.literal("projects").meta({ description: "Projects with equal access." }),
    id,
    projects: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: "The name." }),
          openCohorts: z.array(z.string()).meta({
            description: "The names of the cohorts that are open to everyone with access to the project.",
          }),
        }),
      )
      .min(1)
      .meta({ description: "The projects, sorted." }),
    ...sharedAccess,
  })
  .meta({ id: "ProjectsNode", description: "One project, or several projects of an organization with equal access." });

const cohorts = z
  .strictObject({
    kind: z.literal("cohorts").meta({ description: "Cohorts with equal access." }),
    id,
    cohorts: z
      .array(z.string())
      .min(1)
      .meta({ description: "The project's name, a `/`, and the cohort's name, sorted." }),
    ...sharedAccess,
  })
  .meta({ id: "CohortsNode", description: "Restricted cohorts of one project with equal access." });

/** The schemas of the nodes. */
export const objectNodes = [group, projects, cohorts] as const;

export type GroupNode = z.output<typeof group>;
export type ProjectsNode = z.output<typeof projects>;
export type CohortsNode = z.output<typeof cohorts>;

interface Drawn {
  readonly nodes: readonly (GroupNode | ProjectsNode | CohortsNode)[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

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
export function drawObjects(
  { groups = [], projects = [] }: LayoutOrganization,
  { organization, slug, isDetailed }: { organization: string; slug: string; isDetailed: boolean },
): Drawn {
  const nodes: (GroupNode | ProjectsNode | CohortsNode)[] = [];
  const edges: { from: string; to: string }[] = [];
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
