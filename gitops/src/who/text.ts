import { printableLine } from "#framework/messages";
import { canonicalizeEmail } from "#provider";
import { describeReason, type Reason } from "../access/reasons";
import { formatList, formatTable, joinParts } from "../terminal/text";
import { describeLastDay, formatCount, joinAnd } from "../wording";
import type { Answer, Membership } from "./answer";
import type { PersonInSource } from "./source";

/** Returns the answer as a table of that width. */
export function formatText(answer: Answer, width: number): string {
  const table = answer.question.person === undefined ? formatPeople(answer, width) : formatProjects(answer, width);
  const missing = formatList("Not in this answer", [...answer.unreadable, ...answer.gaps], width);
  return joinParts([`${summarize(answer)}\n`, table, missing]);
}

function summarize({ question: { person, project }, hasProjects, memberships, access }: Answer): string {
  if (person === undefined) {
    const people = new Set(access.map((entry) => canonicalizeEmail(entry.person.email))).size;
    return `${formatCount(people, "person has", "people have")} access to ${project ?? "projects"}.`;
  }
  const email = printableLine(memberships[0]?.email ?? person);
  if (!hasProjects) return `${email} is in ${formatCount(memberships.length, "organization")}.`;
  if (project !== undefined) return `${email} has ${access.length === 0 ? "no " : ""}access to ${project}.`;
  if (access.length === 0) return `${email} has access to no project.`;
  const count = (kind: "project" | "cohort") => access.filter(({ object }) => object.kind === kind).length;
  return `${email} has access to ${formatCount(count("project"), "project")} and ${formatCount(count("cohort"), "cohort")}.`;
}

/** Returns the projects and cohorts of one person, by organization. */
function formatProjects({ question, memberships, access, hasProjects }: Answer, width: number): string {
  const rows = memberships.flatMap((membership) => {
    const { organization } = membership;
    const own = access.filter((entry) => entry.organization === organization);
    const role = describeRole(membership);
    if (own.length === 0) return question.project === undefined ? [[organization, role, "none"]] : [];
    return own.map(({ object, reasons }) => [organization, role, object.path, describeReasons(reasons)]);
  });
  const columns = [
    { title: "organization", most: 20 },
    { title: "role", most: 28 },
    { title: "project", most: 30 },
    { title: "why" },
  ];
  return formatTable(hasProjects ? columns : columns.slice(0, 2), rows, width);
}

/** Returns the people with access to one project or cohort. */
function formatPeople({ access }: Answer, width: number): string {
  const rows = access.map(({ organization, object, person, reasons }) => [
    organization,
    object.path,
    person.email + describeDetails(person),
    describeReasons(reasons),
  ]);
  const columns = [
    { title: "organization", most: 20 },
    { title: "project", most: 20 },
    { title: "person", most: 36 },
    { title: "why" },
  ];
  return formatTable(columns, rows, width);
}

function describeReasons(reasons: readonly Reason[]): string {
  return reasons.map(describeReason).join(", ");
}

function describeRole(membership: Membership): string {
  return (membership.isOwner ? "owner" : membership.role) + describeDetails(membership);
}

/** Returns the status, the teams and the end in parentheses. */
function describeDetails({ status, teams, until, afterwards }: PersonInSource): string {
  const words = {
    active: [],
    invited: ["invited"],
    expired: ["invitation expired"],
    declared: [],
    undeclared: ["not declared"],
  };
  const details = [
    ...words[status],
    ...(teams === undefined ? [] : [`team ${joinAnd(teams)}`]),
    ...[describeLastDay(until, afterwards)].filter((end) => end !== undefined),
  ];
  return details.length === 0 ? "" : ` (${details.join(", ")})`;
}
