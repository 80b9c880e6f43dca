import * as z from "zod";
import { key } from "../../../../provider/src/resources/people/roster";
import type { Finding } from "../finding";
import { hiddenPeople } from "../hiddenPeople";
import { daysAfter, daysBetween, type LastingPlace } from "../lastDays";
import type { Requirement } from "../requirement";
import { findingIn, type Scope } from "../scope";
import { counted } from "../../wording/counted";

const days = z
  .int("must be a whole number of days")
  .min(1, "must be at least 1 day")
  .max(3650, "must be at most 3650 days");

/** That access ends. */
export const until = z
  .union([
    z.literal("required", { error: "must be `required`, or such as `{ withinDays: 180 }`" }),
    z.strictObject({
      withinDays: days.meta({ description: "How many days from today the last day may be away, 1 to 3650." }),
    }),
  ])
  .transform(
    (said): Requirement =>
      (scope) =>
        endless(said === "required" ? undefined : said.withinDays, scope),
  )
  .optional()
  .meta({
    description:
      "That access of the people ends: `required`, or `{ withinDays: 180 }` for a last day that is no more than so many days away. Layouts say the last day, as `until`.",
  });

function endless(withinDays: number | undefined, { organizations, lastDays, today }: Scope): readonly Finding[] {
  if (lastDays === undefined) return [];
  return organizations.flatMap((concerned) => {
    const { organization, name, people } = concerned;
    const findings = people.flatMap(({ email }) => {
      const place = organization.name === undefined ? undefined : lastDays.placeOf(organization.name, email);
      const wrong = wrongWith(place, { who: email, where: name, today, withinDays });
      if (wrong === undefined) return [];
      return [findingIn(concerned, wrong.words, { people: [email], about: key(email), extent: wrong.extent })];
    });
    return [...findings, ...hiddenPeople(concerned)];
  });
}

interface Terms {
  readonly who: string;
  readonly where: string;
  readonly today: string;
  readonly withinDays: number | undefined;
}

function wrongWith(
  place: LastingPlace | undefined,
  { who, where, today, withinDays }: Terms,
): Pick<Finding, "words" | "extent"> | undefined {
  const latest = withinDays === undefined ? undefined : daysAfter(today, withinDays);
  const day = latest === undefined ? "`until`" : `\`until: ${latest}\`, or an earlier day,`;
  const limit = withinDays === undefined ? "" : ` within ${counted(withinDays, "day")}`;
  const asked = `the rule asks for a last day${limit}: give ${day} in the layout`;
  if (place === undefined) {
    return { words: `${who} has no place in ${where} by the layouts that were given, and ${asked}.`, extent: Infinity };
  }
  const { until } = place;
  if (until === undefined) return { words: `${who} has no last day in ${where}, and ${asked}.`, extent: Infinity };
  if (until < today) {
    const words = `${who} is still in ${where}, where the last day was ${until}: make the preview again, since it is older than that.`;
    return { words, extent: Infinity };
  }
  if (latest === undefined || until <= latest) return undefined;
  return { words: `${who} is in ${where} until ${until}, and ${asked}.`, extent: daysBetween(latest, until) };
}
