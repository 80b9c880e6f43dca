import * as z from "zod";
import { roles, type Role, key, role as oneRole } from "#provider";
import { isHidden } from "../../preview/resource";
import { joinOr, getRoleName, formatCount } from "../../wording";
import { addDays, countDays, type LastDay } from "../lastDays";
import {
  type Finding,
  reportHiddenPeople,
  checkEach,
  type Concerned,
  createFinding,
  describeAccess,
  type Requirement,
  type Scope,
} from "../scope";

interface Allowed {
  readonly roles: readonly Role[];
  readonly words: string;
}

const list = z.array(oneRole).min(1, "must name a role; `none` allows none");

/** The allowed roles of people. */
export const role = z
  .union([
    z.enum([...roles, "none"]),
    list,
    z.strictObject({ atMost: oneRole.meta({ description: "The highest role that is allowed." }) }),
  ])
  .transform((said): Allowed => {
    if (said === "none") return { roles: [], words: "none" };
    if (typeof said === "string") return { roles: [said], words: `only ${getRoleName(said)}` };
    if ("atMost" in said) {
      return { roles: roles.slice(roles.indexOf(said.atMost)), words: `at most ${getRoleName(said.atMost)}` };
    }
    return { roles: said, words: `only ${joinOr(said.map(getRoleName))}` };
  })
  .transform((allowed) =>
    checkEach((concerned) => [...checkRoles(allowed, concerned), ...checkHiddenPeople(allowed, concerned)]),
  )
  .optional()
  .meta({
    description:
      "The allowed roles: `{ atMost: viewer }`, one such as `viewer`, several such as `[developer, viewer]`, or `none` for people who must have no access.",
  });

function checkRoles({ roles: allowed, words: limit }: Allowed, concerned: Concerned): readonly Finding[] {
  const { name, people } = concerned;
  return people.flatMap((person) => {
    const { role: held, email } = person;
    const kept = isHidden(held) ? allowed.length === roles.length : allowed.includes(held);
    if (kept) return [];
    const remedy =
      allowed.length === 0
        ? "remove the person"
        : isHidden(held)
          ? "declare the role without hiding it"
          : "give an allowed role, or remove the person";
    const words = `${describeAccess(person, name)}, but the rule allows ${limit}: ${remedy}.`;
    // A higher role than before is a new violation.
    const extent = isHidden(held) ? 0 : roles.length - roles.indexOf(held);
    const about = isHidden(held) ? `hidden ${key(email)}` : key(email);
    return [createFinding(concerned, words, { people: [email], about, extent })];
  });
}

function checkHiddenPeople({ roles: allowed }: Allowed, concerned: Concerned): readonly Finding[] {
  return allowed.length === roles.length ? [] : reportHiddenPeople(concerned);
}

const days = z
  .int("must be a whole number of days")
  .min(1, "must be at least 1 day")
  .max(3650, "must be at most 3650 days");

/** The last day of access. */
export const until = z
  .union([
    z.literal("required", { error: "must be `required`, or an object such as `{ withinDays: 180 }`" }),
    z.strictObject({
      withinDays: days.meta({ description: "The maximum number of days from today to the last day, 1 to 3650." }),
    }),
  ])
  .transform(
    (said): Requirement =>
      (scope) =>
        checkLastDays(said === "required" ? undefined : said.withinDays, scope),
  )
  .optional()
  .meta({
    description:
      "Access must end: `required`, or `{ withinDays: 180 }` for a last day within so many days. Layouts declare the last day as `until`.",
  });

function checkLastDays(withinDays: number | undefined, { organizations, lastDays, today }: Scope): readonly Finding[] {
  if (lastDays === undefined) return [];
  return organizations.flatMap((concerned) => {
    const { organization, name, people } = concerned;
    const findings = people.flatMap(({ email }) => {
      const place = organization.name === undefined ? undefined : lastDays.placeOf(organization.name, email);
      const wrong = checkLastDay(place, { who: email, where: name, today, withinDays });
      if (wrong === undefined) return [];
      return [createFinding(concerned, wrong.words, { people: [email], about: key(email), extent: wrong.extent })];
    });
    return [...findings, ...reportHiddenPeople(concerned)];
  });
}

interface LastDayTerms {
  readonly who: string;
  readonly where: string;
  readonly today: string;
  readonly withinDays: number | undefined;
}

function checkLastDay(
  place: LastDay | undefined,
  { who, where, today, withinDays }: LastDayTerms,
): Pick<Finding, "words" | "extent"> | undefined {
  const latest = withinDays === undefined ? undefined : addDays(today, withinDays);
  const day = latest === undefined ? "`until`" : `\`until: ${latest}\`, or an earlier day,`;
  const limit = withinDays === undefined ? "" : ` within ${formatCount(withinDays, "day")}`;
  const asked = `the rule requires a last day${limit}: set ${day} in the layout`;
  if (place === undefined) {
    return { words: `${who} is in ${where} without an entry in the given layouts, but ${asked}.`, extent: Infinity };
  }
  const { until } = place;
  if (until === undefined) return { words: `${who} has no last day in ${where}, but ${asked}.`, extent: Infinity };
  if (until < today) {
    const words = `${who} is still in ${where} after the last day, ${until}: preview again, since the preview is older.`;
    return { words, extent: Infinity };
  }
  if (latest === undefined || until <= latest) return undefined;
  return { words: `${who} is in ${where} until ${until}, but ${asked}.`, extent: countDays(latest, until) };
}
