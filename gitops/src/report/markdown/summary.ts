import { type Review, type Level, levelOf, levels, type Risk, riskNames, risks } from "../../review/review";
import { noRules } from "../content";
import { counted, numbered } from "../../wording";
import { marks, type Wording } from "./words";
import { concerned } from "./changes";

/** How many classes of risk a line names that a phone shows at a glance. */
const named = 4;

/**
 * The one line that says it all: the verdict, how many people and organizations, and the worst risks. `brief` is for where there is
 * hardly any room.
 */
export function summary(review: Review, wording: Wording, { brief }: { readonly brief: boolean }): string {
  const { settings, unknowns } = review;
  const [first, ...others] = [
    ...people(review),
    ...organizations(review),
    ...(settings.length === 0 ? [] : [counted(settings.length, "setting")]),
  ];
  return [
    ...verdict(review, wording),
    first === undefined ? wording.nothing : `${wording.what}${first}`,
    ...risksTold(review, brief),
    ...(brief ? [] : others),
    ...(brief || unknowns.length === 0 ? [] : [`${counted(unknowns.length, "thing")} cannot be told`]),
  ].join(" · ");
}

function verdict({ verdict, rules, conflicts = [] }: Review, { verdicts }: Wording): readonly string[] {
  if (conflicts.length > 0) return [`**Refused: ${counted(conflicts.length, "conflict")} between stacks**`];
  if (verdict !== "pass") return [`**${verdicts[verdict]}**`];
  return rules === null ? [noRules] : [`**Passes ${counted(rules, "access rule")}**`];
}

function people(review: Review): readonly string[] {
  const some = concerned(review);
  const persons = new Set(some.map(({ email }) => email.toLowerCase())).size;
  const places = new Set(some.map(({ organization }) => organization)).size;
  return persons === 0 ? [] : [`${counted(persons, "person", "people")} in ${counted(places, "organization")}`];
}

function organizations({ organizations }: Review): readonly string[] {
  const told = organizations.flatMap(({ change, risks }) =>
    change === "kept" ? (risks.length === 0 ? [] : ["at risk"]) : [change === "adopted" ? "taken over" : change],
  );
  return ["deleted", "replaced", "released", "created", "taken over", "at risk"].flatMap((what) => {
    const count = told.filter((one) => one === what).length;
    return count === 0 ? [] : [`${counted(count, "organization")} ${what}`];
  });
}

/** How many changes there are of each level, and for the worst level of which classes. */
function risksTold(review: Review, brief: boolean): readonly string[] {
  const all = [...review.organizations, ...concerned(review), ...review.settings].map((one) => one.risks);
  return levels
    .map((level) => ({ level, found: all.filter((some) => levelOf(some) === level) }))
    .filter(({ found }) => found.length > 0)
    .map(({ level, found }, index) => {
      const told = `${marks[level]} ${numbered(found.length)} ${level}`;
      return index > 0 || brief ? told : `${told}: ${classes(found, level)}`;
    });
}

function classes(some: readonly (readonly Risk[])[], level: Level): string {
  const counts = riskNames
    .filter((name) => risks[name].level === level)
    .map((name) => ({ name, count: some.filter((one) => one.includes(name)).length }))
    .filter(({ count }) => count > 0);
  const told = counts.slice(0, named).map(({ name, count }) => `${risks[name].words} (${numbered(count)})`);
  return [...told, ...(counts.length > named ? [`${counts.length - named} more`] : [])].join(", ");
}
