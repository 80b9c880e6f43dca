import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { personRole, type PersonRole, personRoles, getRoleName } from "../../roles";
import type { Person } from "../../model/organization";
import { describeWithheld, isWithheld } from "../../withheld";
import { joinOr, formatCount } from "../../wording";
import { addDays, countDays, days } from "../../days";
import {
  asPlainValue,
  type Breach,
  type Finding,
  reportHiddenPeople,
  type ScopedOrganization,
  createFinding,
  describeAccess,
} from "../scope";
import { defineKind } from "./kind";

interface Allowed {
  readonly allowed: readonly PersonRole[];
  readonly limit: string;
}

const list = z.array(personRole).min(1, "must not be empty: add a role, or replace the list with `none`");

/** The allowed roles of people. */
export const role = defineKind({
  subject: "people",
  decidedBy: { Membership: "role", OrganizationMembers: "members" },
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
  check: (allowed, scoped) => [...checkRoles(allowed, scoped), ...checkHiddenPeople(allowed, scoped)],
});

function checkRoles({ allowed, limit }: Allowed, scoped: ScopedOrganization): readonly Finding[] {
  const { name, people } = scoped;
  return people.flatMap((person) => {
    const { role, email } = person;
    const isAllowed = isWithheld(role) ? allowed.length === personRoles.length : allowed.includes(role);
    if (isAllowed) return [];
    const remedy =
      allowed.length === 0
        ? "Remove the person."
        : isWithheld(role)
          ? `Declare the role ${asPlainValue}.`
          : "Give the person an allowed role, or remove the person.";
    // An owner is an admin, and the provider does not remove owners.
    const first = person.isOwner ? describeFormerOwnership(scoped) : "";
    const words = `${describeAccess(person, name)}, but the rule allows ${limit}. ${first}${remedy}`;
    // A higher role than before is a new violation, and so is ownership.
    const breach = isWithheld(role)
      ? { reason: role }
      : { extent: personRoles.length - personRoles.indexOf(role) + Number(person.isOwner) };
    const objects = [`role ${isWithheld(role) ? role.reason : role}`];
    return [createFinding(scoped, words, { people: [email], objects, about: canonicalizeEmail(email), ...breach })];
  });
}

/** Returns the step before another role for an owner. */
function describeFormerOwnership({ organization }: ScopedOrganization): string {
  return organization.hasUnreportedOwners
    ? "First declare the role admin instead of owner. "
    : "Transfer the ownership of the organization to another person first. ";
}

function checkHiddenPeople({ allowed }: Allowed, scoped: ScopedOrganization): readonly Finding[] {
  return allowed.length === personRoles.length ? [] : reportHiddenPeople(scoped);
}

/** The last day of access. */
export const until = defineKind({
  subject: "people",
  decidedBy: { Membership: "email", OrganizationMembers: "members" },
  description:
    "Every person must have a last day of access: `required`, or `{ withinDays: 180 }` for a last day within 180 days. Layouts declare the last day as `until`, and rosters as `lastDays`.",
  schema: z.union([
    z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 180 }`" }),
    z.strictObject({
      withinDays: days.meta({ description: "The maximum number of days from today to the last day, 1 to 3650." }),
    }),
  ]),
  check(declared, scoped, { today }) {
    const withinDays = declared === "required" ? undefined : declared.withinDays;
    const findings = scoped.people.flatMap((person) => {
      const violation = checkLastDay(person, { organization: scoped.name, today, withinDays });
      if (violation === undefined) return [];
      const { words, ...breach } = violation;
      const { email, lastDay } = person;
      const day = isWithheld(lastDay) ? lastDay.reason : lastDay;
      const objects = [day === undefined ? "no last day" : `last day ${day}`];
      return [createFinding(scoped, words, { people: [email], objects, about: canonicalizeEmail(email), ...breach })];
    });
    return [...findings, ...reportHiddenPeople(scoped)];
  },
});

interface LastDayViolation extends Breach {
  readonly words: string;
}

interface LastDayLimit {
  readonly organization: string;
  readonly today: string;
  readonly withinDays: number | undefined;
}

function checkLastDay(
  { email, lastDay }: Person,
  { organization, today, withinDays }: LastDayLimit,
): LastDayViolation | undefined {
  const latest = withinDays === undefined ? undefined : addDays(today, withinDays);
  const day = latest === undefined ? "`until`" : `\`until: ${latest}\`, or an earlier day,`;
  const requirement = `the rule requires a last day${withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`}.`;
  const remedy = `Set ${day} in the layout, or the day in \`lastDays\` of the roster.`;
  if (lastDay === undefined)
    return { words: `${email} has no last day in ${organization}, but ${requirement} ${remedy}`, extent: Infinity };
  if (isWithheld(lastDay)) {
    const words = `The last day of ${email} in ${organization} is ${describeWithheld(lastDay)}, so the rule cannot check it. Declare it ${asPlainValue}.`;
    return { words, reason: lastDay };
  }
  if (lastDay < today) {
    const words = `${email} is still in ${organization} after the last day, ${lastDay}. Run \`pulumi preview\` again. If the person stays, remove the person from \`lastDays\` of the roster, or from \`members\`.`;
    return { words, reason: "past" };
  }
  if (latest === undefined || lastDay <= latest) return undefined;
  return {
    words: `${email} is in ${organization} until ${lastDay}, but ${requirement} ${remedy}`,
    extent: countDays(latest, lastDay),
  };
}
