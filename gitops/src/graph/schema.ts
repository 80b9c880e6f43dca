import * as z from "zod";
import { roles } from "#provider";

// The schema of `graph --json`, from which `gitops/graph.schema.json` is generated: a graph of a layout. Its nodes are organizations and
// their contents. Things with equal properties share a node, which keeps a picture of the graph small.

const id = z.string().meta({ description: "The id, which edges refer to: letters, digits and `_`." });

const organization = z
  .strictObject({
    kind: z.literal("organization").meta({ description: "An organization." }),
    id,
    name: z.string().meta({ description: "The unique name." }),
    displayName: z.string().optional().meta({ description: "The display name, if the layout declares one." }),
  })
  .meta({ id: "OrganizationNode", description: "An organization." });

const people = z
  .strictObject({
    kind: z.literal("people").meta({ description: "People with the same role in an organization." }),
    id,
    role: z.enum(roles).meta({ description: "The role of these people." }),
    count: z.int().min(1).meta({ description: "The number of people." }),
    emails: z.array(z.string()).optional().meta({
      description: "The e-mail addresses of these people, sorted; absent if the graph only counts people.",
    }),
    owner: z.string().optional().meta({
      description: "The address of the declared owner, if `emails` contains it.",
    }),
    lastDays: z.record(z.string(), z.string()).optional().meta({
      description:
        "The last day (UTC) of the people in `emails` whose role ends, such as `2027-01-31`, or the moment, such as `2027-01-31T08:00Z`, by address. Absent if there are none.",
    }),
    rolesAfterwards: z.record(z.string(), z.enum(roles)).optional().meta({
      description:
        "The role of the people in `lastDays` who then have another role, by address. Absent if there are none.",
    }),
  })
  .meta({ id: "PeopleNode", description: "The people with one role in one organization." });

const policies = z
  .strictObject({
    kind: z.literal("policies").meta({ description: "Policies of organizations." }),
    id,
    policies: z.array(z.string()).min(1).meta({ description: "The policies, in words." }),
  })
  .meta({
    id: "PoliciesNode",
    description: "The policies of one organization, or of several organizations that share them.",
  });

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

const edge = z
  .strictObject({
    from: z.string().meta({
      description: "The `id` of the node where the edge begins: policies, an organization, a group or projects.",
    }),
    to: z.string().meta({
      description: "The `id` of the node where the edge ends: an organization, people, a group, projects or cohorts.",
    }),
  })
  .meta({
    id: "Edge",
    description:
      "A connection from policies to an organization, from an organization to its parts, or from projects to their cohorts. From a group to projects or cohorts: a grant.",
  });

export const graph = z
  .strictObject({
    nodes: z
      .array(z.discriminatedUnion("kind", [policies, organization, people, group, projects, cohorts]))
      .meta({ description: "The nodes." }),
    edges: z.array(edge).meta({ description: "The edges." }),
  })
  .meta({
    title: "A graph of a layout",
    description: "Organizations, people by role, policies, groups, projects and cohorts.",
  });

export type Graph = z.output<typeof graph>;
export type Node = Graph["nodes"][number];
export type GroupNode = z.output<typeof group>;
export type ProjectsNode = z.output<typeof projects>;
export type CohortsNode = z.output<typeof cohorts>;
export type Edge = Graph["edges"][number];
