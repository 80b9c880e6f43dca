import * as z from "zod";
import type { Answer } from "./answer";
import { sourceKinds, statuses } from "./source";
import { array, boolean, choice, definition, nonEmpty, root, string, texts, variant } from "../schema";

// The schema of `who --json`. `gitops/who.schema.json` is generated from it.

const organization = string("The organization's name.");
const person = string("The person's e-mail address.");

const groupName = string("The name of the group.");

const membership = definition("Membership", "A person in an organization.", {
  organization,
  person,
  role: string("The role. `unknown` if the source does not have it, and `secret` if a preview hides it."),
  owner: boolean("True for an owner."),
  status: choice(
    statuses,
    "`active` for a member, `invited` before the person accepts the invitation, and `expired` after the invitation expires. `declared` for all people in a layout. `undeclared` for a person with a grant whose membership no preview or layout declares.",
  ),
  until: string(
    "The end of the role: the last day (UTC), or a moment. `unknown` or `secret` if a preview hides it. Absent without an end, and in live organizations, which have none.",
  ).optional(),
  afterwards: string("The role after the end; absent if the person leaves.").optional(),
  teams: texts(
    "The teams of the layout that give the role. Absent if the person has an own entry, in live organizations, and in previews.",
  ).optional(),
});

const reason = z
  .discriminatedUnion("kind", [
    variant("role", "The role gives access to all projects and cohorts.", {
      role: choice(["admin", "owner"], "The role."),
    }),
    variant("everyone", "All members of the organization have access.", {}),
    variant("user", "The person has a direct grant.", {}),
    variant("group", "A group of the person has a grant.", { group: groupName }),
    variant("invitation", "By accepting an invitation, the person joins a group with a grant.", { group: groupName }),
  ])
  .meta({ id: "Reason", description: "A reason for access." });

const access = definition("Access", "The access of one person to one project or cohort.", {
  organization,
  person,
  type: choice(["project", "cohort"], "The type of the object."),
  name: string("The name. For a cohort, the project's name, a `/`, and the cohort's name."),
  reasons: nonEmpty(reason, "Every reason for the access."),
  certain: boolean(
    "False if the person may have no access, because the source does not contain a fact on which the access depends. Examples are an undeclared membership, and the access to the project of a cohort.",
  ),
});

export const accessAnswer = root(
  "Access to projects of Peridio",
  "The answer to the question who has access to what, and why.",
  {
    source: choice(
      sourceKinds,
      "The source: the live organizations, a preview in its state after the change, or a layout.",
    ),
    complete: boolean("True if the API key can read everything that the answer depends on."),
    person: string("The person in question; absent for a question about everyone.").optional(),
    project: string("The project or cohort in question; absent for a question about all of them.").optional(),
    memberships: array(
      membership,
      "The memberships of the person in question or, without one, of all people with the access.",
    ),
    access: array(access, "The access, sorted by organization and project."),
    remarks: texts("The facts that the answer does not contain, in whole sentences."),
  },
);

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
