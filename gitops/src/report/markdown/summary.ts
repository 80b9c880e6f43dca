import { type Review, type Level, getLevel, levels, type Risk, riskNames, risks } from "../../review/review";
import { noRules, describeVerdict } from "../content";
import { formatCount, formatNumber } from "../../wording";
import { marks, type Wording } from "./words";
import { concerned } from "./changes";

/** The risks that the line names. More do not fit on a phone. */
const named = 4;

/** The most important line: the verdict, the number of people and organizations, and the highest risks. `brief` leaves out the rest. */
export function createSummary(review: Review, wording: Wording, { brief }: { readonly brief: boolean }): string {
  const { settings, unknowns } = review;
  const [first, ...others] = [
    ...countPeople(review),
    ...countOrganizations(review),
    ...(settings.length === 0 ? [] : [formatCount(settings.length, "setting")]),
  ];
  const words = describeVerdict(review);
  const isPlain = words === noRules;
  return [
    isPlain ? words : `**${words}**`,
    first === undefined ? wording.nothing : `${wording.what}${first}`,
    ...countRisks(review, brief),
    ...(brief ? [] : others),
    ...(brief || unknowns.length === 0 ? [] : [formatCount(unknowns.length, "unknown")]),
  ].join(" · ");
}

function countPeople(review: Review): readonly string[] {
  const some = concerned(review);
  const persons = new Set(some.map(({ email }) => email.toLowerCase())).size;
  const places = new Set(some.map(({ organization }) => organization)).size;
  return persons === 0 ? [] : [`${formatCount(persons, "person", "people")} in ${formatCount(places, "organization")}`];
}

function countOrganizations({ organizations }: Review): readonly string[] {
  const told = organizations.flatMap(({ change, risks }) =>
    change === "kept" ? (risks.length === 0 ? [] : ["at risk"]) : [change],
  );
  return ["deleted", "replaced", "released", "created", "adopted", "at risk"].flatMap((what) => {
    const count = told.filter((one) => one === what).length;
    return count === 0 ? [] : [`${formatCount(count, "organization")} ${what}`];
  });
}

/** Counts the changes of each level, and names the risks of the highest one. */
function countRisks(review: Review, brief: boolean): readonly string[] {
  const all = [...review.organizations, ...concerned(review), ...review.settings].map((one) => one.risks);
  return levels
    .map((level) => ({ level, found: all.filter((some) => getLevel(some) === level) }))
    .filter(({ found }) => found.length > 0)
    .map(({ level, found }, index) => {
      const told = `${marks[level]} ${formatNumber(found.length)} ${level}`;
      return index > 0 || brief ? told : `${told}: ${nameRisks(found, level)}`;
    });
}

function nameRisks(some: readonly (readonly Risk[])[], level: Level): string {
  const counts = riskNames
    .filter((name) => risks[name].level === level)
    .map((name) => ({ name, count: some.filter((one) => one.includes(name)).length }))
    .filter(({ count }) => count > 0);
  const told = counts.slice(0, named).map(({ name, count }) => `${risks[name].words} (${formatNumber(count)})`);
  return [...told, ...(counts.length > named ? [`${counts.length - named} more`] : [])].join(", ");
}
