import { type Review, type Level, getLevel, levels, type Risk, riskNames, risks } from "../../review/review";
import { noRules, describeVerdict } from "../content";
import { formatCount, formatNumber, listFirst } from "../../wording";
import { marks, type Wording } from "./words";
import { listConcernedPeople } from "./changes";

/** The risks that the line names. More do not fit on a phone. */
const mostRisks = 4;

/** The most important line: the verdict, the number of people and organizations, and the highest risks. With `isBrief`, leaves out the rest. */
export function createSummary(review: Review, wording: Wording, { isBrief }: { readonly isBrief: boolean }): string {
  const { settings, unreviewed = 0, unknowns } = review;
  const [first, ...others] = [
    ...countPeople(review),
    ...countOrganizations(review),
    ...(settings.length === 0 ? [] : [formatCount(settings.length, "setting")]),
    ...(unreviewed === 0 ? [] : [formatCount(unreviewed, "unreviewed resource")]),
  ];
  const words = describeVerdict(review);
  const isPlain = words === noRules;
  return [
    isPlain ? words : `**${words}**`,
    first === undefined ? wording.nothing : `${wording.prefix}${first}`,
    ...countRisks(review, isBrief),
    ...(isBrief ? [] : others),
    ...(isBrief || unknowns.length === 0 ? [] : [formatCount(unknowns.length, "unknown")]),
  ].join(" · ");
}

function countPeople(review: Review): readonly string[] {
  const people = listConcernedPeople(review);
  const personCount = new Set(people.map(({ email }) => email.toLowerCase())).size;
  const organizationCount = new Set(people.map(({ organization }) => organization)).size;
  return personCount === 0
    ? []
    : [`${formatCount(personCount, "person", "people")} in ${formatCount(organizationCount, "organization")}`];
}

function countOrganizations({ organizations }: Review): readonly string[] {
  const changes = organizations.flatMap(({ change, risks }) =>
    change === "kept" ? (risks.length === 0 ? [] : ["at risk"]) : [change],
  );
  return ["deleted", "replaced", "released", "created", "adopted", "at risk"].flatMap((outcome) => {
    const count = changes.filter((change) => change === outcome).length;
    return count === 0 ? [] : [`${formatCount(count, "organization")} ${outcome}`];
  });
}

/** Counts the changes of each level, and names the risks of the highest one. */
function countRisks(review: Review, isBrief: boolean): readonly string[] {
  const all = [...review.organizations, ...listConcernedPeople(review), ...review.settings].map((item) => item.risks);
  return levels
    .map((level) => ({ level, changes: all.filter((names) => getLevel(names) === level) }))
    .filter(({ changes }) => changes.length > 0)
    .map(({ level, changes }, index) => {
      const count = `${marks[level]} ${formatNumber(changes.length)} ${level}`;
      return index > 0 || isBrief ? count : `${count}: ${nameRisks(changes, level)}`;
    });
}

function nameRisks(changes: readonly (readonly Risk[])[], level: Level): string {
  const counts = riskNames
    .filter((name) => risks[name].level === level)
    .map((name) => ({ name, count: changes.filter((change) => change.includes(name)).length }))
    .filter(({ count }) => count > 0);
  return listFirst(
    counts.map(({ name, count }) => `${risks[name].words} (${formatNumber(count)})`),
    mostRisks,
  );
}
