import { isRecord, type Path } from "#framework";

/** The kinds of things that a rules file names. */
export type Noun = "organization" | "person" | "group" | "cohort" | "login";

/** A name, an address or a pattern in a rule or a test of access. */
export interface Name {
  /** The place in the rule or test, such as `people.except[0]`. */
  readonly path: Path;
  readonly noun: Noun;
  readonly text: string;
}

/** The selectors and names in a rule or a test, by path. An asterisk stands for each entry of a list or map. */
const places: Readonly<Record<string, Noun>> = {
  organizations: "organization",
  people: "person",
  "exempt.*.person": "person",
  "exempt.*.organization": "organization",
  authors: "login",
  approvers: "login",
  owner: "person",
  "admins.including": "person",
  groups: "group",
  "claimTokens.cohort": "cohort",
  "notTogether.*.organizations": "organization",
  "change.onlyOrganizations": "organization",
  "change.onlyPeople": "person",
  person: "person",
};

/** Words that stand for no name, such as `groups: none`. */
const keywords: readonly string[] = ["groups none", "claimTokens.cohort required"];

/** Returns the names in a rule or a test, as it is written. */
export function listNames(declared: unknown): readonly Name[] {
  return Object.entries(places).flatMap(([place, noun]) =>
    find(declared, place.split("."))
      .flatMap(({ path, value }) => listTexts(path, value))
      .filter(({ text }) => !keywords.includes(`${place} ${text}`))
      .map((one): Name => ({ ...one, noun })),
  );
}

interface Found {
  readonly path: Path;
  readonly value: unknown;
}

function find(value: unknown, [key, ...others]: readonly string[], path: Path = []): readonly Found[] {
  if (key === undefined) return [{ path, value }];
  if (key === "*")
    return Array.isArray(value) ? value.flatMap((entry: unknown, index) => find(entry, others, [...path, index])) : [];
  return isRecord(value) && key in value ? find(value[key], others, [...path, key]) : [];
}

/** Returns the texts of a selector: one, several, or those of `like` and `except`. */
function listTexts(path: Path, selector: unknown): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof selector === "string") return [{ path, text: selector }];
  if (Array.isArray(selector)) return selector.flatMap((part: unknown, index) => listTexts([...path, index], part));
  return isRecord(selector) ? Object.entries(selector).flatMap(([name, part]) => listTexts([...path, name], part)) : [];
}
