import * as z from "zod";
import type { Answer } from "./answer";
import { sourceKinds, statuses } from "./source";

// The schema of `who --json`. `gitops/who.schema.json` is generated from it.

const organization = z.string().meta({ description: "The organization's name." });
const person = z.string().meta({ description: "The person's e-mail address." });

const groupName = z.string().meta({ description: "The name of the group." });

const membership = z
  .strictObject({
    organization,
    person,
    role: z
      .string()
      .meta({ description: "The role. `unknown` if the source does not have it, and `secret` if a preview hides it." }),
    owner: z.boolean().meta({ description: "True for an owner." }),
    status: z.enum(statuses).meta({
      description:
        "`active` for a member, `invited` before the person accepts the invitation, and `expired` after the invitation " +
        "expires. `declared` for all people in a layout. `undeclared` for a person with a grant whose membership no " +
        "preview or layout declares.",
    }),
    until: z
      .string()
      .optional()
      .meta({
        description:
          "The end of the role: the last day (UTC), or a moment. `unknown` or `secret` if a preview hides it. Absent without " +
          "an end, and in live organizations, which have none.",
      }),
    afterwards: z.string().optional().meta({ description: "The role after the end; absent if the person leaves." }),
    teams: z.array(z.string()).optional().meta({
      description:
        "The teams of the layout that give the role. Absent if the person has an own entry, in live organizations, and in previews.",
    }),
  })
  .meta({ id: "Membership", description: "A person in an organization." });

const reason = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("role").meta({ description: "The role gives access to all projects and cohorts." }),
      role: z.enum(["admin", "owner"]).meta({ description: "The role." }),
    }),
    z.strictObject({
      kind: z.literal("everyone").meta({ description: "All members of the organization have access." }),
    }),
    z.strictObject({ kind: z.literal("user").meta({ description: "The person has a direct grant." }) }),
    z.strictObject({
      kind: z.literal("group").meta({ description: "A group of the person has a grant." }),
      group: groupName,
    }),
    z.strictObject({
      kind: z.literal("invitation").meta({
        description: "By accepting an invitation, the person joins a group with a grant.",
      }),
      group: groupName,
    }),
  ])
  .meta({ id: "Reason", description: "A reason for access." });

const access = z
  .strictObject({
    organization,
    person,
    type: z.enum(["project", "cohort"]).meta({ description: "The type of the object." }),
    name: z.string().meta({
      description: "The name. For a cohort, the project's name, a `/`, and the cohort's name.",
    }),
    reasons: z.array(reason).min(1).meta({ description: "Every reason for the access." }),
    certain: z.boolean().meta({
      description:
        "False if the person may have no access, because the source does not contain a fact on which the access depends. " +
        "Examples are an undeclared membership, and the access to the project of a cohort.",
    }),
  })
  .meta({ id: "Access", description: "The access of one person to one project or cohort." });

export const accessAnswer = z
  .strictObject({
    source: z.enum(sourceKinds).meta({
      description: "The source: the live organizations, a preview in its state after the change, or a layout.",
    }),
    complete: z.boolean().meta({ description: "True if the API key can read everything that the answer depends on." }),
    person: z
      .string()
      .optional()
      .meta({ description: "The person in question; absent for a question about everyone." }),
    project: z
      .string()
      .optional()
      .meta({ description: "The project or cohort in question; absent for a question about all of them." }),
    memberships: z.array(membership).meta({
      description: "The memberships of the person in question or, without one, of all people with the access.",
    }),
    access: z.array(access).meta({ description: "The access, sorted by organization and project." }),
    remarks: z
      .array(z.string())
      .meta({ description: "The facts that the answer does not contain, in whole sentences." }),
  })
  .meta({
    title: "Access to projects of Peridio",
    description: "The answer to the question who has access to what, and why.",
  });

export type AccessAnswer = z.output<typeof accessAnswer>;

/** Creates the report of an answer. */
export function createReport({ kind, question, memberships, access, unreadable, gaps }: Answer): AccessAnswer {
  return {
    source: kind,
    complete: unreadable.length === 0,
    person: question.person,
    project: question.project,
    memberships: memberships.map(({ organization, email, role, isOwner, status, until, afterwards, teams }) => ({
      organization,
      person: email,
      role,
      owner: isOwner,
      status,
      until,
      afterwards,
      teams: teams && [...teams],
    })),
    access: access.map(({ organization, person, object, reasons, isCertain }) => ({
      organization,
      person: person.email,
      type: object.kind,
      name: object.path,
      reasons: [...reasons],
      certain: isCertain,
    })),
    remarks: [...unreadable, ...gaps],
  };
}
