import * as z from "zod";
import { roles, type Role, canonicalizeEmail, role as oneRole } from "#provider";
import { isWithheld } from "../../withheld";
import { joinOr, getRoleName, formatCount } from "../../wording";
import { addDays, countDays, type AccessEnd } from "../lastDays";
import { days } from "./days";
import {
  asPlainValue,
  type Finding,
  reportHiddenPeople,
  checkEach,
  type ScopedOrganization,
  createFinding,
  describeAccess,
  type Requirement,
  type Scope,
} from "../scope";

interface Allowed {
  readonly allowed: readonly Role[];
  readonly limit: string;
}

const list = z.array(oneRole).min(1, "must not be empty: add a role, or replace the list with `none`");

/** The allowed roles of people. */
export const role = z
  .union([
    z.enum([...roles, "none"]),
    list,
    z.strictObject({ atMost: oneRole.meta({ description: "The highest role that is allowed." }) }),
  ])
  .transform((declared): Allowed => {
    if (declared === "none") return { allowed: [], limit: "no role" };
    if (typeof declared === "string") return { allowed: [declared], limit: `only ${getRoleName(declared)}` };
    if ("atMost" in declared) {
      return { allowed: roles.slice(roles.indexOf(declared.atMost)), limit: `at most ${getRoleName(declared.atMost)}` };
    }
    return { allowed: declared, limit: `only ${joinOr(declared.map(getRoleName))}` };
  })
  .transform((allowed) =>
    checkEach((concerned) => [...checkRoles(allowed, concerned), ...checkHiddenPeople(allowed, concerned)]),
  )
  .optional()
  .meta({
    description:
      "The allowed roles: `{ atMost: viewer }`, one such as `viewer`, several such as `[developer, viewer]`, or `none` for people who must have no access.",
  });

function checkRoles({ allowed, limit }: Allowed, concerned: ScopedOrganization): readonly Finding[] {
  const { name, people } = concerned;
  return people.flatMap((person) => {
    const { role, email } = person;
    const isAllowed = isWithheld(role) ? allowed.length === roles.length : allowed.includes(role);
    if (isAllowed) return [];
    const remedy =
      allowed.length === 0
        ? "Remove the person."
        : isWithheld(role)
          ? `Declare the role ${asPlainValue}.`
          : "Give the person an allowed role, or remove the person.";
    // An owner is an admin, and the provider does not remove owners.
    const first = person.isOwner ? "Transfer the ownership of the organization to another person first. " : "";
    const words = `${describeAccess(person, name)}, but the rule allows ${limit}. ${first}${remedy}`;
    // A higher role than before is a new violation.
    const extent = isWithheld(role) ? 0 : roles.length - roles.indexOf(role);
    const about = isWithheld(role) ? `hidden ${canonicalizeEmail(email)}` : canonicalizeEmail(email);
    return [createFinding(concerned, words, { people: [email], about, extent })];
  });
}

function checkHiddenPeople({ allowed }: Allowed, concerned: ScopedOrganization): readonly Finding[] {
  return allowed.length === roles.length ? [] : reportHiddenPeople(concerned);
}

/** The last day of access. */
export const until = z
  .union([
    z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 180 }`" }),
    z.strictObject({
      withinDays: days.meta({ description: "The maximum number of days from today to the last day, 1 to 3650." }),
    }),
  ])
  .transform(
    (declared): Requirement =>
      (scope) =>
        checkLastDays(declared === "required" ? undefined : declared.withinDays, scope),
  )
  .optional()
  .meta({
    description:
      "Every person must have a last day of access: `required`, or `{ withinDays: 180 }` for a last day within 180 days. Layouts declare the last day as `until`.",
  });

function checkLastDays(withinDays: number | undefined, { organizations, lastDays, today }: Scope): readonly Finding[] {
  if (lastDays === undefined) return [];
  return organizations.flatMap((concerned) => {
    const { organization, name, people } = concerned;
    const findings = people.flatMap(({ email }) => {
      const violation =
        organization.name === undefined
          ? describeUnknownLastDay(email, name)
          : checkLastDay(lastDays.find(organization.name, email), { email, organization: name, today, withinDays });
      if (violation === undefined) return [];
      return [
        createFinding(concerned, violation.words, {
          people: [email],
          about: canonicalizeEmail(email),
          extent: violation.extent,
        }),
      ];
    });
    return [...findings, ...reportHiddenPeople(concerned)];
  });
}

/** Layouts name organizations, so an organization without a known name has no known last days. */
function describeUnknownLastDay(email: string, organization: string): Pick<Finding, "words" | "extent"> {
  const words = `The name of ${organization} is unknown, so the rule cannot check the last day of ${email}. Add the preview of the stack that declares the organization.`;
  return { words, extent: Infinity };
}

interface LastDayLimit {
  readonly email: string;
  readonly organization: string;
  readonly today: string;
  readonly withinDays: number | undefined;
}

function checkLastDay(
  access: AccessEnd | undefined,
  { email, organization, today, withinDays }: LastDayLimit,
): Pick<Finding, "words" | "extent"> | undefined {
  const latest = withinDays === undefined ? undefined : addDays(today, withinDays);
  const day = latest === undefined ? "`until`" : `\`until: ${latest}\`, or an earlier day,`;
  const limit = withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`;
  const requirement = `the rule requires a last day${limit}.`;
  const remedy = `Set ${day} in the layout.`;
  if (access === undefined) {
    return {
      words: `The given layouts have no entry of ${email} for ${organization}, but ${requirement} Declare the person with ${day} in a layout, and add the layout with --layout.`,
      extent: Infinity,
    };
  }
  const { until } = access;
  if (until === undefined)
    return { words: `${email} has no last day in ${organization}, but ${requirement} ${remedy}`, extent: Infinity };
  if (until < today) {
    const words = `${email} is still in ${organization} after the last day, ${until}. Run \`pulumi preview\` again. If the person stays, remove the person's other declarations, or the pattern in \`ignore\` that matches the person.`;
    return { words, extent: Infinity };
  }
  if (latest === undefined || until <= latest) return undefined;
  return {
    words: `${email} is in ${organization} until ${until}, but ${requirement} ${remedy}`,
    extent: countDays(latest, until),
  };
}
