import * as z from "zod";
import { roles } from "#provider";
import { array, boolean, choice, constant, count, definition, nonEmpty, root, string, texts } from "../schema";

// The schema of `graph --json`, from which `gitops/graph.schema.json` is generated: a graph of a layout. Its nodes are organizations and
// their contents. Things with equal properties share a node, which keeps a picture of the graph small.

const id = string("The id, which edges refer to: letters, digits and `_`.");

const organization = definition("OrganizationNode", "An organization.", {
  kind: constant("organization", "An organization."),
  id,
  name: string("The unique name."),
  displayName: string("The display name, if the layout declares one.").optional(),
});

const people = definition("PeopleNode", "The people with one role in one organization.", {
  kind: constant("people", "People with the same role in an organization."),
  id,
  role: choice(roles, "The role of these people."),
  count: z.int().min(1).meta({ description: "The number of people." }),
  emails: texts("The e-mail addresses of these people, sorted; absent if the graph only counts people.").optional(),
  owner: string("The address of the declared owner, if `emails` contains it.").optional(),
  lastDays: z.record(z.string(), z.string()).optional().meta({
    description:
      "The last day (UTC) of the people in `emails` whose role ends, such as `2027-01-31`, or the moment, such as `2027-01-31T08:00Z`, by address. Absent if there are none.",
  }),
  rolesAfterwards: z.record(z.string(), z.enum(roles)).optional().meta({
    description:
      "The role of the people in `lastDays` who then have another role, by address. Absent if there are none.",
  }),
});

const policies = definition(
  "PoliciesNode",
  "The policies of one organization, or of several organizations that share them.",
  {
    kind: constant("policies", "Policies of organizations."),
    id,
    policies: nonEmpty(z.string(), "The policies, in words."),
  },
);

const group = definition("GroupNode", "A group of an organization.", {
  kind: constant("group", "A group."),
  id,
  name: string("The name."),
  count: count("The number of members; absent if the layout does not declare the members.").optional(),
  emails: texts("The e-mail addresses of the members, sorted; absent if the graph only counts people.").optional(),
});

/** The access that several objects share. The edges from groups contain their grants. */
const sharedAccess = {
  everyone: boolean(
    "True if the objects are open to everyone: projects to everyone in the organization, cohorts to everyone with access to the project.",
  ),
  count: count(
    "The number of people with direct grants; absent if the layout does not declare the grants, or if the objects are open.",
  ).optional(),
  emails: texts("The e-mail addresses of these people, sorted; absent if the graph only counts people.").optional(),
};

const projects = definition("ProjectsNode", "One project, or several projects of an organization with equal access.", {
  kind: constant("projects", "Projects with equal access."),
  id,
  projects: nonEmpty(
    z.strictObject({
      name: string("The name."),
      openCohorts: texts("The names of the cohorts that are open to everyone with access to the project."),
    }),
    "The projects, sorted.",
  ),
  ...sharedAccess,
});

const cohorts = definition("CohortsNode", "Restricted cohorts of one project with equal access.", {
  kind: constant("cohorts", "Cohorts with equal access."),
  id,
  cohorts: nonEmpty(z.string(), "The project's name, a `/`, and the cohort's name, sorted."),
  ...sharedAccess,
});

const edge = definition(
  "Edge",
  "A connection from policies to an organization, from an organization to its parts, or from projects to their cohorts. From a group to projects or cohorts: a grant.",
  {
    from: string("The `id` of the node where the edge begins: policies, an organization, a group or projects."),
    to: string("The `id` of the node where the edge ends: an organization, people, a group, projects or cohorts."),
  },
);

export const graph = root(
  "A graph of a layout",
  "Organizations, people by role, policies, groups, projects and cohorts.",
  {
    nodes: array(
      z.discriminatedUnion("kind", [policies, organization, people, group, projects, cohorts]),
      "The nodes.",
    ),
    edges: array(edge, "The edges."),
  },
);

export type Graph = z.output<typeof graph>;
export type Node = Graph["nodes"][number];
export type GroupNode = z.output<typeof group>;
export type ProjectsNode = z.output<typeof projects>;
export type CohortsNode = z.output<typeof cohorts>;
export type Edge = Graph["edges"][number];
