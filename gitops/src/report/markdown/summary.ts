import type { Review } from "../../review/review";
import { type Level, getLevel, levels, type Risk, riskNames, risks } from "../../risks";
import { noRules, describeVerdict } from "../content";
import { formatCount, formatNumber, listFirst } from "../../wording";
import { marks, type Wording } from "./words";
import { listConcernedPeople } from "./changes";
import { formatCode } from "./escape";

/** The risks that the line names. More do not fit on a phone. */
const mostRisks = 4;

/** The types of other providers that the line names. */
const mostTypes = 3;

/** The most important line: the verdict, the number of people and organizations, and the highest risks. With `isBrief`, leaves out the rest. */
export function createSummary(review: Review, wording: Wording, { isBrief }: { readonly isBrief: boolean }): string {
  const { settings, programChanges, unknowns } = review;
  const [first, ...others] = [
    ...countPeople(review),
    ...countOrganizations(review),
    ...(settings.length === 0 ? [] : [formatCount(settings.length, "setting")]),
    ...countProgramChanges(programChanges),
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

/** Counts the program changes, and names the types of other providers, because their effect is unknown. */
function countProgramChanges(changes: Review["programChanges"]): readonly string[] {
  if (changes.length === 0) return [];
  const types = [...new Set(changes.filter(({ section }) => section === "others").map(({ subject }) => subject))];
  const named = types.length === 0 ? "" : `, with ${listFirst(types.map(formatCode), mostTypes)}`;
  return [`${formatCount(changes.length, "program change")}${named}`];
}

/** Counts the changes of each level, and names the risks of the highest one. */
function countRisks(review: Review, isBrief: boolean): readonly string[] {
  const all = [
    ...review.organizations,
    ...listConcernedPeople(review),
    ...review.settings,
    ...review.programChanges,
  ].map((item) => item.risks);
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
