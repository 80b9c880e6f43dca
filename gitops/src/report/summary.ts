import { canonicalizeEmail } from "#provider";
import { countBy, groupBy, sortBy } from "../grouping";
import { createOutsiderCheck } from "../review/insiders";
import { countPending, selectRows } from "../review/pending";
import { isConcerned, isConcernedOrganization, type Review } from "../review/review";
import { getLevel, type Level, levels, type Risk, riskNames, risks } from "../risks";
import { formatCount, formatNumber, joinAnd } from "../wording";
import { listNames, type TextPart, type Text, type Wording } from "./words";

/** The most important facts of a review. */
export interface Summary {
  readonly outcome: Outcome;
  /** The verdict in a few words. */
  readonly verdict: string;
  /** The numbers of changes. The first is the most important one, or says that nothing changes. */
  readonly counts: readonly [Text, ...Text[]];
  /** The levels of the risks, the highest first. */
  readonly levels: readonly LevelCount[];
}

/** `note` stands for a review without access rules. */
export type Outcome = "pass" | "approval" | "refused" | "note";

interface LevelCount {
  readonly level: Level;
  /** The number of changes of which this is the highest level. */
  readonly changes: number;
  /** The risks of this level, with the people or objects concerned if the level is the highest, or the number of changes. */
  readonly risks: readonly { readonly words: string; readonly extent: Text }[];
}

/** Summarizes a review: the verdict, the numbers of changes, and the risks. */
export function createSummary(whole: Review, wording: Wording): Summary {
  const review = selectRows(whole, false);
  const { settings, unknowns } = review;
  const [first, ...others] = [
    ...countPeople(review),
    ...countOrganizations(review),
    ...(settings.length === 0 ? [] : [[formatCount(settings.length, "setting")]]),
    ...countProgramChanges(review),
    ...countWithdrawn(review),
  ];
  const warnings = countWarnings(review);
  const unknown = unknowns.length === 0 ? [] : [[formatCount(unknowns.length, "unknown")]];
  return {
    outcome: getOutcome(review),
    verdict: describeVerdict(review, whole),
    counts: [
      first === undefined ? [wording.nothing, ...explainVerdict(review)] : [wording.prefix, ...first],
      ...[...others, ...warnings, ...unknown, ...describePending(whole)],
    ],
    levels: countRisks(review),
  };
}

function getOutcome({ verdict, rules, conflicts = [] }: Review): Outcome {
  if (verdict === "refused" || conflicts.length > 0) return "refused";
  if (verdict === "needs approval") return "approval";
  return rules === null ? "note" : "pass";
}

/** Stands for the verdict if there are no rules. */
export const noRules = "No access rules were given";

function describeVerdict({ kind, verdict, rules, violations, conflicts = [] }: Review, whole: Review): string {
  if (conflicts.length > 0) return `Refused by ${formatCount(conflicts.length, "conflict")} between stacks`;
  if (verdict === "needs approval") return "Needs approval";
  if (verdict === "pass") {
    if (rules === null) return noRules;
    // Broken rules with the severity `note`, and those that the base breaks too, do not change the verdict.
    const brokenRules = new Set(whole.violations.map(({ rule }) => rule)).size;
    const all = formatCount(rules, "access rule");
    if (brokenRules === 0) return `Passes ${all}`;
    const areEarlier = whole.violations.every(({ pending, before }) => pending === true || before);
    return `Passes with ${formatNumber(brokenRules)} of ${all} broken${areEarlier ? " as before" : ""}`;
  }
  const broken = new Set(violations.filter(({ severity }) => severity === "refuse").map(({ rule }) => rule)).size;
  return kind === "drift"
    ? formatCount(broken, "access rule is broken", "access rules are broken")
    : `Refused by ${formatCount(broken, "access rule")}`;
}

/** Says what decides about the verdict if nothing changes; nothing if the change passes. */
function explainVerdict({ verdict, violations, conflicts = [] }: Review): Text {
  if (conflicts.length > 0) return [", but stacks contradict each other"];
  const deciding = violations.filter(({ severity }) => severity === (verdict === "refused" ? "refuse" : "approve"));
  if (deciding.length === 0) return [];
  const isEarlier = deciding.every(({ before }) => before);
  return [`, but the state breaks ${deciding.length === 1 ? "a rule" : "rules"}${isEarlier ? ", as before" : ""}`];
}

/** The people and objects that the summary names for one risk. */
const mostNames = 3;

function countPeople({ people, settings, insiders = [] }: Review): readonly Text[] {
  const concerned = people.filter(isConcerned);
  const withPeople = settings.filter(({ people: own = [] }) => own.length > 0);
  const isOutsider = createOutsiderCheck(insiders);
  // Many settings name the same people.
  const emails = new Set([
    ...concerned.map(({ email }) => email),
    ...withPeople.flatMap(({ people: own = [] }) => own),
  ]);
  const addresses = new Map([...emails].map((email) => [canonicalizeEmail(email), email]));
  if (addresses.size === 0) return [];
  const organizationCount = new Set([...concerned, ...withPeople].map(({ organization }) => organization)).size;
  const count = `${formatCount(addresses.size, "person", "people")} in ${formatCount(organizationCount, "organization")}`;
  const outsiders = [...addresses.values()].filter(isOutsider).sort();
  if (outsiders.length === 0) return [[count]];
  if (outsiders.length > mostNames) return [[count], [formatCount(outsiders.length, "outsider")]];
  const named = outsiders.map((email) => ({ email }));
  return [[count], [outsiders.length === 1 ? "outsider " : "outsiders ", ...listNames(named, mostNames)]];
}

function countOrganizations({ organizations }: Review): readonly Text[] {
  const changes = organizations
    .filter(isConcernedOrganization)
    .map(({ change }) => (change === "kept" ? "with hidden people" : change));
  return ["deleted", "replaced", "released", "created", "adopted", "with hidden people"].flatMap((outcome) => {
    const count = changes.filter((change) => change === outcome).length;
    return count === 0 ? [] : [[`${formatCount(count, "organization")} ${outcome}`]];
  });
}

/** The types of other providers that the summary names. */
const mostTypes = 3;

/** Counts the program changes, and names the types of other providers, because their effect is unknown. */
function countProgramChanges({ programChanges }: Review): readonly Text[] {
  if (programChanges.length === 0) return [];
  const types = [
    ...new Set(programChanges.filter(({ section }) => section === "others").map(({ subject }) => subject)),
  ];
  const count = formatCount(programChanges.length, "program change");
  if (types.length === 0) return [[count]];
  const named = types.map((code) => ({ code }));
  return [[`${count}, with `, ...listNames(named, mostTypes)]];
}

/** Counts the warnings about people that no row of a setting shows. */
function countWarnings({ remarks }: Review): readonly Text[] {
  const count = remarks.filter(({ risks = [] }) => risks.length > 0).length;
  return count === 0 ? [] : [[formatCount(count, "warning about people", "warnings about people")]];
}

function countWithdrawn({ base }: Review): readonly Text[] {
  const count = (base?.withdrawn ?? []).length;
  return count === 0 ? [] : [[formatCount(count, "withdrawn change")]];
}

/** The verdict of all rows together, as the rest of a sentence. */
const together: Readonly<Record<Review["verdict"], string>> = {
  pass: "pass",
  "needs approval": "need approval",
  refused: "are refused",
};

/** Counts the pending changes, and the violations that the base has too; an empty text without any. */
export function describePendingRows(review: Review): string {
  const violations = review.violations.filter(({ pending }) => pending).length;
  const changes = countPending(review) - violations;
  const parts = [
    ...(changes === 0 ? [] : [formatCount(changes, "pending change")]),
    ...(violations === 0 ? [] : [formatCount(violations, "violation")]),
  ];
  return parts.length === 0 ? "" : `${joinAnd(parts)}, which this change does not cause`;
}

/** Counts the pending rows, names the verdict of all rows, and the stacks whose rows cannot be pending. */
function describePending(whole: Review): readonly Text[] {
  const { base, stacks, verdict } = whole;
  if (base === undefined) return [];
  const pending = describePendingRows(whole);
  const compared = new Set(base.previews.map(({ stack }) => stack));
  const missing = stacks.filter((stack) => !compared.has(stack)).map((name) => ({ name }));
  const all = base.verdict === verdict ? "" : `; all changes together ${together[base.verdict]}`;
  return [
    ...(pending === "" ? [] : [[`${pending}${all}`]]),
    ...(missing.length === 0
      ? []
      : [
          [
            "no complete preview of the base for ",
            ...listNames(missing, mostNames),
            ", so its changes do not count as pending",
          ],
        ]),
  ];
}

/** The sections whose settings are named after an object. */
const sectionsOfObjects: ReadonlySet<string> = new Set(["projects", "tokens", "webhooks", "protection", "released"]);

/** A change with the people or objects concerned. */
interface Concern {
  readonly risks: readonly Risk[];
  /** Empty if the change concerns no person and no object. */
  readonly subjects: readonly Subject[];
}

interface Subject {
  readonly name: TextPart;
  /** True for an outsider, and for an object whose access by outsiders changes. */
  readonly isOutside: boolean;
}

/** Lists the changes and the warnings about people. */
function listConcerns(review: Review): readonly Concern[] {
  const { organizations, people, settings, programChanges, remarks, base, insiders = [] } = review;
  const isOutsider = createOutsiderCheck(insiders);
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const namePerson = (email: string): Subject => ({ name: { email }, isOutside: isOutsider(email) });
  return [
    ...organizations.map(({ risks, name }) => ({ risks, subjects: [{ name: { name }, isOutside: false }] })),
    ...people.map(({ risks, email }) => ({ risks, subjects: [namePerson(email)] })),
    ...settings.map(({ risks, section, setting, organization, people: own = [], outsiders: isOutside = false }) => {
      const isObject = sectionsOfObjects.has(section);
      if (!isObject && own.length > 0) return { risks, subjects: own.map(namePerson) };
      const name = isObject ? setting : (names.get(organization) ?? organization);
      return { risks, subjects: [{ name: { name }, isOutside }] };
    }),
    ...programChanges.map(({ risks }) => ({ risks, subjects: [] })),
    ...(base?.withdrawn ?? []).map(({ risks }) => ({ risks, subjects: [] })),
    ...remarks.map(({ risks = [], people: own = [] }) => ({ risks, subjects: own.map(namePerson) })),
  ];
}

function countRisks(review: Review): readonly LevelCount[] {
  const concerns = listConcerns(review).filter(({ risks }) => risks.length > 0);
  const changes = countBy(concerns, (concern) => getLevel(concern.risks));
  const byRisk = groupBy(
    concerns.flatMap(({ risks, subjects }) => [...new Set(risks)].map((risk) => ({ risk, subjects }))),
    ({ risk }) => risk,
  );
  const highest = levels.find((level) => changes.has(level));
  return levels.flatMap((level) => {
    const named = riskNames.flatMap((name) => {
      const own = byRisk.get(name);
      if (own === undefined || risks[name].level !== level) return [];
      const extent = level === highest ? nameSubjects(own) : [formatNumber(own.length)];
      return [{ words: risks[name].words, extent }];
    });
    return named.length === 0 ? [] : [{ level, changes: changes.get(level) ?? 0, risks: named }];
  });
}

/** Names a few people or objects, outsiders first, and counts the others. Counts the changes if one concerns neither. */
function nameSubjects(concerns: readonly Pick<Concern, "subjects">[]): Text {
  if (concerns.some(({ subjects }) => subjects.length === 0)) return [formatNumber(concerns.length)];
  const byName = groupBy(
    concerns.flatMap(({ subjects }) => subjects),
    ({ name }) => JSON.stringify(canonicalizeName(name)),
  );
  const sorted = sortBy([...byName], ([key, same]) => [String(!same.some(({ isOutside }) => isOutside)), key]);
  const names = sorted.map(([, [{ name }]]) => name);
  return listNames(names, mostNames);
}

function canonicalizeName(name: TextPart): TextPart {
  return typeof name !== "string" && "email" in name ? { email: canonicalizeEmail(name.email) } : name;
}
