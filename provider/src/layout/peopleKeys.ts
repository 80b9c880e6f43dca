import { isRecord } from "#framework";
import { createMistake, formatElsewhere, type Mistake, type ParsedDocument, suggest } from "#framework/documents";
import { canonicalizeEmail } from "../api";
import { email } from "../types/email";
import { role } from "../types/role";
import type { LayoutDeclaration } from "./declarations";

/** The results of the check of the keys under `people`. */
interface CheckedKeys {
  /** The keys that are neither a valid e-mail address nor a team. */
  readonly invalid: ReadonlySet<string>;
  /** The addresses with more than one entry, in canonical form. */
  readonly repeated: ReadonlySet<string>;
  readonly mistakes: readonly Mistake[];
}

/** Checks the keys under `people`. `isComplete` is false if a document cannot be read: an unknown key may then be a team of that document. */
export function checkPeopleKeys(
  documents: readonly ParsedDocument[],
  teams: ReadonlyMap<string, unknown>,
  isComplete: boolean,
): CheckedKeys {
  const invalid = new Set<string>();
  const repeated = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const document of documents) {
    const people = isRecord(document.value) ? document.value.people : undefined;
    const spellings = new Map<string, string>();
    for (const [name, roles] of Object.entries(isRecord(people) ? people : {})) {
      const reject = (reason: string) => mistakes.push(createMistake(document, ["people", name], reason, "key"));
      if (isRecord(roles) && Object.keys(roles).length === 0) {
        reject("has no role: add a role in an organization, or remove the entry");
      }
      if (teams.has(name)) continue;
      const first = spellings.get(canonicalizeEmail(name));
      spellings.set(canonicalizeEmail(name), name);
      if (first !== undefined) {
        repeated.add(canonicalizeEmail(name));
        const where = formatElsewhere(document.locate(["people", first], "key"));
        reject(`is the same person as ${first}${where}: merge the two entries`);
      } else if (name.includes("@")) {
        const { error } = email.safeParse(name);
        if (error === undefined) continue;
        invalid.add(name);
        for (const { message } of error.issues) reject(message);
      } else {
        invalid.add(name);
        const remedy = "write an e-mail address, or declare the team under `teams`";
        if (isComplete) reject(`is neither an e-mail address nor a team: ${remedy}${suggest(name, teams.keys())}`);
      }
    }
  }
  return { invalid, repeated, mistakes };
}

/** Explains a misplaced key of a person's entry, such as `until` beside organizations; undefined for any other key. */
export function explainMisplacedKey(
  { path, document }: LayoutDeclaration,
  organizations: ReadonlySet<string>,
): string | undefined {
  const [, name, keyName] = path.map(String);
  const people = isRecord(document.value) ? document.value.people : undefined;
  const entry = isRecord(people) && name !== undefined ? people[name] : undefined;
  if (!isRecord(entry)) return undefined;
  if (keyName === "roles" || keyName === "organizations") {
    return `is not a key of a person's entry: write the organizations directly in the entry, such as \`${suggestEntry(entry, organizations)}\``;
  }
  if (keyName !== "role" && keyName !== "until" && keyName !== "afterwards") return undefined;
  return `applies to one organization: write it in the entry of that organization, such as \`${suggestEntry(entry, organizations)}\``;
}

/** Returns the role in one organization that a wrong entry probably means. */
function suggestEntry(entry: Readonly<Record<string, unknown>>, organizations: ReadonlySet<string>): string {
  const roles = [entry.roles, entry.organizations].find(isRecord) ?? entry;
  const [first] = organizations;
  const organization = Object.keys(roles).find((name) => organizations.has(name)) ?? first;
  const declared = organization === undefined ? undefined : roles[organization];
  const grant = isRecord(declared) ? declared : { role: declared };
  const [probableRole = "viewer"] = [grant.role, entry.role].flatMap((one) => role.safeParse(one).data ?? []);
  const ends = (["until", "afterwards"] as const).flatMap((key) => {
    const text = [grant[key], entry[key]].find((one) => typeof one === "string");
    return text === undefined ? [] : `, ${key}: ${text}`;
  });
  const corrected = ends.length === 0 ? probableRole : `{ role: ${probableRole}${ends.join("")} }`;
  return `${organization ?? "acme-production"}: ${corrected}`;
}
