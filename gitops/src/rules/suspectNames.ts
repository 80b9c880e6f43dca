import { findClosest } from "#framework/documents";
import { groupBy } from "../grouping";
import { listFirst, quoteName } from "../wording";
import type { KnownNames, KnownOrganization } from "./knownNames";
import type { Name, Noun } from "./names";
import { everything, type Selector } from "./selector";
import { findUnknownPerson } from "./unknownPeople";

/** A rule or a test, as far as its names matter. */
export interface Naming {
  readonly name: string;
  readonly names: readonly Name[];
  /** The organizations that a rule applies to; undefined for a test. */
  readonly organizations?: Selector;
  /** True if the rule allows its people no role, so that it may name people who have no access. */
  readonly forbidsAccess?: boolean;
}

/** A name that is probably a mistake. */
export interface SuspectName {
  readonly name: Name;
  /** The reason: nothing has the name, it excludes everything or exempts everyone, it is no login of an app, or all entries have it. */
  readonly reason: "unknown" | "excludesAll" | "exemptsAll" | "app" | "sameOrganization";
  /** The name that was probably meant. */
  readonly closest?: string | undefined;
}

/** Apps that propose changes. Their logins end in `[bot]`. */
const apps = new Set(["dependabot", "renovate", "github-actions", "pre-commit-ci", "snyk", "mend-bolt-for-github"]);

/** Finds the names that are mistakes in themselves: they select nothing, or everything. */
export function findMeaningless({ names }: Naming): readonly SuspectName[] {
  const suspects = names.flatMap((name): readonly SuspectName[] => {
    const { path, noun, text } = name;
    if (text === "*" && path.includes("except")) return [{ name, reason: "excludesAll" }];
    // Together with an organization, `*` exempts everyone in this organization only.
    const isAlone = !names.some((other) => other !== name && other.path[0] === "exempt" && other.path[1] === path[1]);
    if (text === "*" && path[0] === "exempt" && isAlone) return [{ name, reason: "exemptsAll" }];
    if (noun === "login" && apps.has(text.toLowerCase()))
      return [{ name, reason: "app", closest: `${text.toLowerCase()}[bot]` }];
    return [];
  });
  const duties = [
    ...groupBy(
      names.filter(({ path }) => path[0] === "notTogether"),
      ({ path }) => path[1],
    ).values(),
  ];
  const [first] = duties[0] ?? [];
  const isSame = (own: readonly Name[]) => own.length === 1 && own[0]?.text === first?.text;
  if (first !== undefined && !first.text.includes("*") && duties.length > 1 && duties.every(isSame))
    suspects.push({ name: first, reason: "sameOrganization" });
  return suspects;
}

/** Finds the names that no known organization, person, group or cohort has. A pattern can match what does not exist yet. */
export function findUnknownNames(
  naming: Naming,
  { organizations, people, countsPatterns }: KnownNames,
): readonly SuspectName[] {
  const { organizations: selector = everything, forbidsAccess = false } = naming;
  const selected = organizations.filter(({ isSelected }) => isSelected(selector));
  return naming.names.flatMap((name): readonly SuspectName[] => {
    const { path, noun, text } = name;
    switch (noun) {
      case "person": {
        const isForbidden = forbidsAccess && path[0] === "people" && !path.includes("except");
        const unknown = findUnknownPerson(text, { forbidsAccess: isForbidden, organizations: selector }, people);
        return unknown === undefined ? [] : [{ name, reason: "unknown", closest: unknown.closest }];
      }
      case "organization": {
        // An entry of notTogether selects among the organizations of the rule. Without a match, the entry has no effect.
        const isDuty = path[0] === "notTogether" && !path.includes("except");
        return compare(name, isDuty ? selected : organizations, isDuty || countsPatterns);
      }
      case "group":
      case "cohort": {
        const known = selected.map((one) => (noun === "group" ? one.groups : one.cohorts));
        if (selected.length === 0 || text.includes("*") || known.some((list) => list === undefined)) return [];
        const all = new Set(known.flatMap((list) => list ?? []));
        return all.has(text) ? [] : [{ name, reason: "unknown", closest: findClosest(text, all) }];
      }
      case "login":
        return [];
    }
  });
}

/** Compares the name of an organization. A pattern counts if without a match the requirement concerns nobody. */
function compare(
  name: Name,
  organizations: readonly KnownOrganization[],
  isPatternCounted: boolean,
): readonly SuspectName[] {
  const { text } = name;
  if (text.includes("*") && !isPatternCounted) return [];
  if (organizations.some((one) => one.isSelected({ ...everything, like: [text] }))) return [];
  const names = organizations.flatMap((one) => one.name ?? []);
  return [{ name, reason: "unknown", closest: findClosest(text, names) }];
}

/** Words suspect names for a review, in sentences. */
export function describeSuspects(all: readonly (readonly [Naming, readonly SuspectName[]])[]): readonly string[] {
  const flat = all.flatMap(([naming, suspects]) => suspects.map((suspect) => ({ naming, suspect })));
  // One environment rarely has all organizations of the rules.
  const areAbsent = ({ suspect: { name, reason } }: (typeof flat)[number]) =>
    reason === "unknown" && name.noun === "organization" && name.path[0] !== "notTogether";
  const absent = flat.filter(areAbsent);
  const names = [...new Set(absent.map(({ suspect }) => describe(suspect)))];
  const byPlace = groupBy(
    flat.filter((one) => !areAbsent(one)),
    ({ naming, suspect: { name, reason } }) => JSON.stringify([naming.name, reason, name.noun, String(name.path[0])]),
  );
  return [
    ...(names.length === 0
      ? []
      : [
          `The access rules name organizations that this review does not contain: ${listFirst(names, 10)}. ${remedyFor("organization")}`,
        ]),
    ...[...byPlace.values()].map(([{ naming, suspect }, ...others]) => {
      const { name, reason } = suspect;
      const texts = listFirst([suspect, ...others.map((other) => other.suspect)].map(describe), 10);
      const noun = reason === "unknown" && name.noun !== "person" ? `the ${name.noun} ` : "";
      const subject = `The ${naming.organizations === undefined ? "test" : "rule"} ${JSON.stringify(naming.name)}`;
      return `${subject} names ${noun}${texts} under \`${String(name.path[0])}\`, ${explain(suspect)}`;
    }),
  ];
}

function describe({ name: { text }, closest }: SuspectName): string {
  return closest === undefined ? quoteName(text) : `${quoteName(text)} (did you mean ${closest}?)`;
}

function remedyFor(noun: Noun): string {
  const what = noun === "person" ? "address" : "name";
  return `If the ${what} is misspelled, correct it. If not, add the previews of the stacks that declare the ${noun}.`;
}

/** Returns the rest of a sentence about a suspect name. */
function explain({ name: { noun }, reason }: SuspectName): string {
  return reason === "unknown" ? `but this review contains no such ${noun}. ${remedyFor(noun)}` : `${mistakes[reason]}.`;
}

/** The reasons that need no comparison, as the rest of a sentence. */
const mistakes: Readonly<Record<Exclude<SuspectName["reason"], "unknown">, string>> = {
  excludesAll:
    "which excludes everything, so the rule applies to nothing: name what the rule excludes, or remove the rule",
  exemptsAll: "which exempts everything, so nothing breaks the rule until that day: name what is exempt",
  app: "but the logins of apps end in [bot], so this is no login of the app: correct the login",
  sameOrganization: "in each entry, but nobody breaks the rule within one organization: name another organization",
};

/** Words a suspect name for its place in the file, as the rest of a sentence that begins with the path. */
export function wordSuspect({ name: { noun, text }, reason, closest }: SuspectName): string {
  const hint = closest === undefined ? "" : `; did you mean ${closest}?`;
  if (reason !== "unknown") return `is ${JSON.stringify(text)}, ${mistakes[reason]}${hint}`;
  const start = `is ${JSON.stringify(text)}, which`;
  if (noun === "person")
    return `${start} nobody in the given layouts has${hint === "" ? ": correct the address, or add the layout that declares the person" : hint}`;
  if (text.includes("*")) return `${start} matches no ${noun} in the given layouts`;
  return `${start} none of the given layouts declares: correct the name, or add the layout that declares it to this command${hint}`;
}
