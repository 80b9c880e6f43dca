import * as z from "zod";
import { roles } from "../../../provider/src/api";

/** Who is where, as things and lines between them. It is what `graph --json` prints; `gitops/graph.schema.json` is made of this. */

const id = z.string().meta({ description: "What edges call it: letters, digits and `_`." });

const organization = z
  .strictObject({
    kind: z.literal("organization").meta({ description: "An organization." }),
    id,
    name: z.string().meta({ description: "Its unique name." }),
    displayName: z.string().optional().meta({ description: "The label that people see, if the layout gives one." }),
  })
  .meta({ id: "OrganizationNode", description: "An organization." });

const people = z
  .strictObject({
    kind: z.literal("people").meta({ description: "People who have the same role in an organization." }),
    id,
    role: z.enum(roles).meta({ description: "Their role." }),
    count: z.int().min(1).meta({ description: "How many they are." }),
    emails: z.array(z.string()).optional().meta({
      description: "Their e-mail addresses, sorted; absent where people are only counted.",
    }),
    owner: z.string().optional().meta({
      description: "The address of the one who shall own the organization, if the layout says so and people are drawn.",
    }),
  })
  .meta({ id: "PeopleNode", description: "The people with one role in one organization." });

const policies = z
  .strictObject({
    kind: z.literal("policies").meta({ description: "Rules that hold in organizations." }),
    id,
    policies: z.array(z.string()).min(1).meta({ description: "The rules, in words." }),
  })
  .meta({ id: "PoliciesNode", description: "The rules that some organizations have in common." });

const edge = z
  .strictObject({
    from: z.string().meta({ description: "The `id` of the policies or the organization." }),
    to: z.string().meta({ description: "The `id` of the organization or the people." }),
  })
  .meta({ id: "Edge", description: "Policies lead to organizations, and organizations to people." });

export const graph = z
  .strictObject({
    nodes: z
      .array(z.discriminatedUnion("kind", [policies, organization, people]))
      .meta({ description: "What is drawn." }),
    edges: z.array(edge).meta({ description: "The lines between them." }),
  })
  .meta({ title: "A graph of a layout", description: "Organizations, people by role, and policies." });

export type Graph = z.output<typeof graph>;
export type Node = Graph["nodes"][number];
