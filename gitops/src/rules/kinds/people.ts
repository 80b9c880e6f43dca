import * as z from "zod";
import { canonicalizeEmail, getEndTime, hasEnded } from "#provider";
import { describeInvitedRole, personRole, type PersonRole, personRoles, getRoleName } from "../../roles";
import type { Person } from "../../model/organization";
import { describeHidden, getValueOrReason, isHidden } from "../../hidden";
import { formatCount, formatEnd, joinOr } from "../../wording";
import { addDays, days } from "../../days";
import type { ScopedOrganization } from "../scope";
import { asPlainValue, reportHidden, reportHiddenPeople } from "../hiddenFindings";
import { type Breach, type Finding, createFinding } from "../finding";
import { defineKind } from "./kind";

/** The roles that a rule allows. */
interface Allowed {
  readonly allowed: readonly PersonRole[];
  /** The allowed roles in words, after `the rule allows`. */
  readonly limit: string;
}

const list = z.array(personRole).min(1, "must not be empty: add a role, or replace the list with `none`");

/** The allowed roles of people. */
export const role = defineKind({
  subject: "people",
  audit: { reads: ["people"] },
  brokenAloneBy: { Membership: "role", OrganizationMembers: "members" },
  description:
    "The allowed roles: `{ atMost: viewer }`, one such as `viewer`, several such as `[developer, viewer]`, or `none` for people who must have no access.",
  schema: z
    .union([
      z.enum([...personRoles, "none"]),
      list,
      z.strictObject({ atMost: personRole.meta({ description: "The highest role that is allowed." }) }),
    ])
    .transform((declared): Allowed => {
      if (declared === "none") return { allowed: [], limit: "no role" };
      if (typeof declared === "string") return { allowed: [declared], limit: `only ${getRoleName(declared)}` };
      if ("atMost" in declared) {
        return {
          allowed: personRoles.slice(personRoles.indexOf(declared.atMost)),
          limit: `at most ${getRoleName(declared.atMost)}`,
        };
      }
      return { allowed: declared, limit: `only ${joinOr(declared.map(getRoleName))}` };
    }),
  check: (limit, scoped) => [
    ...checkRoles(limit, scoped),
    ...(limit.allowed.length === personRoles.length ? [] : reportHiddenPeople(scoped)),
  ],
});

function checkRoles({ allowed, limit }: Allowed, scoped: ScopedOrganization): readonly Finding[] {
  const { name, people } = scoped;
  return people.flatMap((person) => {
    const { role, email } = person;
    const isAllowed = isHidden(role) ? allowed.length === personRoles.length : allowed.includes(role);
    if (isAllowed) return [];
    const remedy =
      allowed.length === 0
        ? "Remove the person."
        : isHidden(role)
          ? `Declare the role ${asPlainValue}.`
          : "Give the person an allowed role, or remove the person.";
    // An owner is an admin, and the provider does not remove owners.
    const first = person.isOwner ? describeFormerOwnership(scoped) : "";
    const words = `${describeAccess(person, name)}, but the rule allows ${limit}. ${first}${remedy}`;
    // A higher role than before is a new violation, and so is ownership.
    const breach = isHidden(role)
      ? { distinguishedBy: role }
      : { extent: personRoles.length - personRoles.indexOf(role) + Number(person.isOwner) };
    const objects = [`role ${getValueOrReason(role)}`];
    return [createFinding(scoped, words, { people: [email], objects, about: canonicalizeEmail(email), ...breach })];
  });
}

/** Returns the step before another role for an owner. */
function describeFormerOwnership({ organization }: ScopedOrganization): string {
  return organization.isConnect
    ? "First declare the role admin instead of owner. "
    : "Transfer the ownership of the organization to another person first. ";
}

/** The last day of access. */
export const until = defineKind({
  subject: "people",
  audit: { impossibleBecause: "Peridio has no last days" },
  brokenAloneBy: { Membership: "email", OrganizationMembers: "members" },
  description:
    "Every person must have a last day of access: `required`, or `{ withinDays: 180 }` for a last day within 180 days. Layouts declare the last day, or the moment, as `until`, and rosters as `lastDays`. A role that follows (`afterwards`) has no last day.",
  schema: z.union([
    z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 180 }`" }),
    z.strictObject({
      withinDays: days.meta({ description: "The maximum number of days from today to the last day, 1 to 3650." }),
    }),
  ]),
  check(declared, scoped, { now }) {
    const withinDays = declared === "required" ? undefined : declared.withinDays;
    const findings = scoped.people.flatMap((person) => checkLastDay(person, withinDays, scoped, now));
    return [...findings, ...reportHiddenPeople(scoped)];
  },
});

function checkLastDay(
  { email, lastDay, afterwards }: Person,
  withinDays: number | undefined,
  scoped: ScopedOrganization,
  now: Date,
): readonly Finding[] {
  const { name } = scoped;
  const hasNone = lastDay === undefined || afterwards !== undefined;
  const object = hasNone ? "no last day" : `last day ${getValueOrReason(lastDay)}`;
  const details = { people: [email], objects: [object], about: canonicalizeEmail(email) };
  const report = (words: string, breach: Breach) => [createFinding(scoped, words, { ...details, ...breach })];
  const latest = withinDays === undefined ? undefined : addDays(now, withinDays);
  const day = latest === undefined ? "`until`" : `\`until: ${latest}\`, or an earlier day,`;
  const requirement = `the rule requires a last day${withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`}.`;
  const remedy = `Set ${day} in the layout, or the day in \`lastDays\` of the roster.`;
  if (hasNone) {
    const role = isHidden(afterwards) ? `a role that is ${describeHidden(afterwards)}` : `the role ${afterwards ?? ""}`;
    const cause = afterwards === undefined ? "" : `, because ${role} follows`;
    const first = afterwards === undefined ? remedy : `Remove \`afterwards\`. ${remedy}`;
    return report(`${email} has no last day in ${name}${cause}, but ${requirement} ${first}`, { extent: Infinity });
  }
  if (isHidden(lastDay))
    return reportHidden(scoped, lastDay, { subject: `The last day of ${email} in ${name}`, declare: "it" }, details);
  if (hasEnded(lastDay, now)) {
    const words = `${email} is still in ${name} after the last day, ${formatEnd(lastDay)}. Run \`pulumi preview\` again. If the person stays, remove the person from \`lastDays\` of the roster, or from \`members\`.`;
    return report(words, { distinguishedBy: "past" });
  }
  const excess = latest === undefined ? 0 : getEndTime(lastDay) - getEndTime(latest);
  if (excess <= 0) return [];
  const words = `${email} is in ${name} until ${formatEnd(lastDay)}, but ${requirement} ${remedy}`;
  return report(words, { extent: excess });
}

const descriptions: Readonly<Record<Person["status"], (role: string, where: string) => string>> = {
  active: (role, where) => `has the role ${role} in ${where}`,
  pending: (role, where) => `is invited to ${where} ${describeInvitedRole(role)}`,
  planned: (role, where) => `is to be invited to ${where} ${describeInvitedRole(role)}`,
  expired: (role, where) => `has an expired invitation to ${where} ${describeInvitedRole(role)}`,
};

/** Returns the access of a person, such as `bob@acme.example has the role developer in acme-dev`. */
function describeAccess({ email, role, status, mayBeMember }: Person, organization: string): string {
  if (isHidden(role)) return `${email} has a role in ${organization} that is ${describeHidden(role)}`;
  if (status === "planned" && mayBeMember === true)
    return `${email} is declared in ${organization} ${describeInvitedRole(role)}`;
  return `${email} ${descriptions[status](role, organization)}`;
}
