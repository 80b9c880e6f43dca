import leven from "leven";
import * as z from "zod";
import { findClosestForm, describeIssue } from "../validation";
import type { Path } from "../path";
import { createMistake, type Mistake, type ParsedDocument } from "./document";

type Issue = z.core.$ZodIssue;

/** The general message about a value of another type than string. */
const isNoText = "must be a string";

/** Returns the mistakes of a document against a schema: unknown keys and invalid values. */
export function validateShape(document: ParsedDocument, schema: z.ZodType): readonly Mistake[] {
  if (document.value === undefined) return [];
  const { error } = z.safeParse(schema, document.value, { error: explainIssue, reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => convertIssue(document, issue, []));
}

function convertIssue(document: ParsedDocument, issue: Issue, above: Path): readonly Mistake[] {
  const path = [...above, ...issue.path.map(toStep)];
  if (issue.code === "unrecognized_keys") {
    // The message lists the known keys, see `explainIssue`.
    const known = issue.message.split(", ");
    return issue.keys.map((key) => {
      const reason = `is not a key here: use one of ${issue.message}${suggest(key, known)}`;
      return createMistake(document, [...path, key], reason, "key");
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => createMistake(document, path, message, "key"));
  }
  if (issue.code === "invalid_union") {
    const meant = findClosestForm(issue.errors) ?? issue.errors[0] ?? [];
    return meant.flatMap((one) => convertIssue(document, one, path));
  }
  // Checked here, because a schema's own message for other values takes precedence over `explainIssue`.
  if (issue.code !== "custom" && issue.input === undefined) return [createMistake(document, path, "is required")];
  if (issue.code === "invalid_type" && issue.input === null) {
    return [createMistake(document, path, "has no value: set a value, or remove the key")];
  }
  const meant = issue.code === "invalid_type" && issue.expected === "boolean" ? readBoolean(issue.input) : undefined;
  if (meant !== undefined) {
    const reason = `must be true or false: write ${meant}, because ${String(issue.input)} is a text in YAML`;
    return [createMistake(document, path, reason)];
  }
  // A schema with its own message, such as of dates, rejects the number in quotes too.
  if (issue.message === isNoText && typeof issue.input === "number") {
    const written = document.sourceOf(path) ?? String(issue.input);
    return [createMistake(document, path, `${isNoText}: write ${JSON.stringify(written)}, in quotes`)];
  }
  return [createMistake(document, path, issue.message)];
}

/** Returns the meaning of a text that older versions of YAML read as a boolean. */
function readBoolean(text: unknown): boolean | undefined {
  if (typeof text !== "string") return undefined;
  const isTrue = /^(?:yes|on|true)$/i.test(text);
  return isTrue || /^(?:no|off|false)$/i.test(text) ? isTrue : undefined;
}

const explainIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) {
    return Object.keys(issue.inst.shape).join(", ");
  }
  const explanation = describeIssue(issue);
  if (issue.code === "invalid_type" && issue.expected === "record" && Array.isArray(issue.input))
    return `must be a map: write each name as a key (\`name:\`), not as a list item`;
  if (issue.code !== "invalid_value" || typeof explanation !== "string") return explanation;
  return `${explanation}${suggest(String(issue.input), issue.values.map(String))}`;
};

function toStep(segment: PropertyKey): string | number {
  return typeof segment === "number" ? segment : String(segment);
}

/** Returns `; did you mean developer?` if a known word is close to this one; otherwise an empty text. */
export function suggest(word: string, known: Iterable<string>): string {
  const best = findClosest(word, known);
  return best === undefined ? "" : `; did you mean ${best}?`;
}

/** With more known words, suggestions for many mistakes would take too long. */
const maxKnownWords = 500;

/** Returns the known word that was most likely meant; undefined if none is close. */
export function findClosest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const candidates = [...known];
  if (candidates.length > maxKnownWords) return undefined;
  const [best] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= countAllowedTypos(candidate))
    .map((candidate) => ({ candidate, distance: countTypos(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= countAllowedTypos(candidate) && isSamePerson(lower, candidate))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Returns false for the addresses of two people of one company, whose domains make the addresses similar. */
function isSamePerson(word: string, known: string): boolean {
  const [[name = "", domain], [knownName = "", knownDomain]] = [word.split("@"), known.toLowerCase().split("@")];
  if (domain === undefined || domain !== knownDomain) return true;
  return countTypos(name, knownName) <= countAllowedTypos(knownName);
}

/** Counts the letters that differ. Two letters in the wrong order are one typing error. */
function countTypos(word: string, known: string): number {
  const distance = leven(word, known);
  const sort = (text: string) => Array.from(text).sort().join("");
  const isMixed = distance === 2 && sort(word) === sort(known);
  return isMixed ? 1 : distance;
}

/** Returns the number of letters that a typing error may change in a word. */
function countAllowedTypos(word: string): number {
  return Math.max(1, Math.min(3, Math.floor(word.length / 3)));
}
