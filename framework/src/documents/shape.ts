import * as z from "zod";
import { describeIssue, findClosestOption, findMeant, isMissing, listMissing, longestRepeated } from "../validation";
import { findPartSchema, getObjectShape } from "../parts";
import { formatPath, type Path, toStep } from "../path";
import { askFor } from "../suggestion";
import { isRecord } from "../values";
import { createMistake, type Mistake, type ParsedDocument } from "./document";

type Issue = z.core.$ZodIssue;

/** The general message about a value of another type than string. */
const notTextMessage = "must be a string";

/** The message of a union without its own message. */
const noOptionMessage = "fits no form";

interface ShapedDocument {
  readonly document: ParsedDocument;
  readonly schema: z.ZodType;
}

/** Returns the mistakes of a document against a schema: unknown keys and invalid values. */
export function validateShape(document: ParsedDocument, schema: z.ZodType): readonly Mistake[] {
  if (document.value === undefined) return [];
  const { error } = z.safeParse(schema, document.value, { error: explainIssue, reportInput: true });
  return convertIssues({ document, schema }, error?.issues ?? [], []);
}

function convertIssues(context: ShapedDocument, issues: readonly Issue[], valuePath: Path): readonly Mistake[] {
  const meantKeysByObject = findMeantKeys(issues, valuePath);
  return issues.flatMap((issue) => {
    const path = [...valuePath, ...issue.path.map(toStep)];
    const meantKeys = meantKeysByObject.get(formatPath(path));
    if (issue.code === "unrecognized_keys") return convertUnknownKeys(context, issue, path, meantKeys);
    // A rule about a whole object is not reported while the object has unknown keys.
    if (issue.code === "custom" && meantKeys !== undefined) return [];
    // A missing key is not reported if an unknown key probably means it.
    const meantInParent = meantKeysByObject.get(formatPath(path.slice(0, -1)))?.values() ?? [];
    if (isMissing(issue) && [...meantInParent].includes(String(issue.path.at(-1)))) return [];
    return convertIssue(context, issue, path);
  });
}

type UnknownKeys = Extract<Issue, { readonly code: "unrecognized_keys" }>;

/** The known keys that the unknown keys of an object probably mean, by unknown key. */
type MeantKeys = ReadonlyMap<string, string | undefined>;

/** Returns the meant keys of each object with unknown keys, by the object's path. */
function findMeantKeys(issues: readonly Issue[], valuePath: Path): ReadonlyMap<string, MeantKeys> {
  const pathOf = (steps: readonly PropertyKey[]) => formatPath([...valuePath, ...steps.map(toStep)]);
  const missing = listMissing(issues, pathOf);
  const unknown = issues.filter((issue) => issue.code === "unrecognized_keys");
  return new Map(
    unknown.map((issue) => {
      const object = pathOf(issue.path);
      // Keys at the top contain the document, so another name does not mean a missing key.
      const missingKeys = object === "" ? [] : (missing.get(object) ?? []);
      const known = readKnownKeys(issue);
      const entries = issue.keys.map((key) => [key, findMeant(key, known, issue.keys, missingKeys)] as const);
      return [object, new Map(entries)] as const;
    }),
  );
}

/** Returns the known keys of the object. `explainIssue` lists them as the message. */
function readKnownKeys({ message }: UnknownKeys): readonly string[] {
  return message.split(", ");
}

function convertUnknownKeys(
  { document, schema }: ShapedDocument,
  issue: UnknownKeys,
  path: Path,
  meantKeys: MeantKeys | undefined,
): readonly Mistake[] {
  return issue.keys.map((key) => {
    const meant = meantKeys?.get(key);
    const place = meant === undefined ? findPlace(key, schema, document.value, path) : undefined;
    const reason =
      place === undefined
        ? `is not a key here: use one of ${issue.message}${askFor(meant)}`
        : `is not a key here: move it ${place}`;
    return createMistake(document, [...path, key], reason, "key");
  });
}

/** Returns the place to which a key belongs: an object beside it, or the top of the document. Undefined if neither has the key. */
function findPlace(key: string, root: z.ZodType, value: unknown, path: Path): string | undefined {
  const object = findPartSchema(root, value, path);
  const below = Object.entries(object === undefined ? {} : getObjectShape(object));
  const within = below.find(([, schema]) => key in getObjectShape(schema));
  if (within !== undefined) return `into \`${within[0]}\`, a key of the same object`;
  // Deeper objects have keys of the same names with other meanings.
  return path.length > 0 && path.length <= 2 && key in getObjectShape(root)
    ? "to the top level of the file, without indentation"
    : undefined;
}

function convertIssue(context: ShapedDocument, issue: Issue, path: Path): readonly Mistake[] {
  const { document } = context;
  const reject = (reason: string) => [createMistake(document, path, reason)];
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => createMistake(document, path, message, "key"));
  }
  if (issue.code === "invalid_union" && issue.input !== null) {
    const meant = findClosestOption(issue.errors);
    if (meant === undefined && issue.message !== noOptionMessage) return reject(issue.message);
    return convertIssues(context, meant ?? issue.errors[0] ?? [], path);
  }
  // Checked here, because a schema's own message for other values takes precedence over `explainIssue`.
  if (issue.code !== "custom" && issue.input === undefined) return reject("is required");
  if (issue.code !== "custom" && issue.input === null) {
    const part = findPartSchema(context.schema, document.value, path.slice(0, -1));
    const own = part && getObjectShape(part)[String(path.at(-1))];
    const isRequired = own !== undefined && !z.safeParse(own, undefined).success;
    return reject(`has no value: set ${listValues(issue)}${isRequired ? "" : ", or remove the key"}`);
  }
  const meant = issue.code === "invalid_type" && issue.expected === "boolean" ? readBoolean(issue.input) : undefined;
  if (meant !== undefined) {
    const isQuoted = String(issue.input).toLowerCase() === String(meant);
    const cause = isQuoted ? "without quotes" : `because ${String(issue.input)} is a text in YAML`;
    return reject(`must be true or false: write ${meant}, ${cause}`);
  }
  // Quotes do not help a schema with its own message, such as one of dates. So only the general message gets this remedy.
  if (issue.message === notTextMessage && (typeof issue.input === "number" || typeof issue.input === "boolean")) {
    const written = document.sourceOf(path) ?? String(issue.input);
    return reject(`${notTextMessage}: write ${JSON.stringify(written)}, in quotes`);
  }
  return reject(issue.message);
}

function listValues(issue: Issue): string {
  const all = issue.code === "invalid_union" ? issue.errors.flat() : [issue];
  const values = all.flatMap((one) => (one.code === "invalid_value" ? one.values.map(String) : []));
  return values.length === 0 ? "a value" : `one of ${values.join(", ")}`;
}

/** Returns the meaning of a boolean in quotes, and of a text that older versions of YAML read as a boolean. */
function readBoolean(text: unknown): boolean | undefined {
  if (typeof text !== "string") return undefined;
  const isTrue = /^(?:yes|on|true)$/i.test(text);
  return isTrue || /^(?:no|off|false)$/i.test(text) ? isTrue : undefined;
}

const explainIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) {
    return Object.keys(issue.inst.shape).join(", ");
  }
  if (issue.code === "invalid_union") return noOptionMessage;
  return (issue.code === "invalid_type" ? explainKind(issue) : undefined) ?? describeIssue(issue);
};

/** Explains how to write a list, a map or an object in the place of another value; undefined for other kinds. */
function explainKind({ expected, input, inst }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string | undefined {
  if (expected === "record" && Array.isArray(input))
    return "must be a map: write each name as a key (`name:`), not as a list item";
  if (expected === "string") return Array.isArray(input) ? `${notTextMessage}, not a list` : notTextMessage;
  if (expected === "array" && isRecord(input))
    return "must be a list: put the entries in brackets (`[…]`), or begin each entry with a hyphen (`- `)";
  if (expected === "array" && typeof input === "string") {
    if (input.length > longestRepeated) return "must be a list: put the entries in brackets (`[…]`)";
    return `must be a list: write \`[${input
      .split(/\s*,\s*/)
      .map(quoteItem)
      .join(", ")}]\``;
  }
  if (expected !== "object" || input === undefined || input === null || !(inst instanceof z.ZodObject))
    return undefined;
  return `must be an object: ${explainObject(Object.keys(inst.shape), input)}`;
}

/** Returns the remedy for a value in the place of an object with these keys. */
function explainObject(keys: readonly string[], input: unknown): string {
  const [, key = "", separator = "", value = ""] =
    /^([\w-]+)(:|\s*=\s*)(.+)$/.exec(typeof input === "string" ? input : "") ?? [];
  if (!keys.includes(key)) return `write a key and its value, such as \`${keys[0] ?? "key"}: …\``;
  const cause = separator === ":" ? "with a space after the colon" : "with a colon in the place of =";
  return `write \`${key}: ${value}\`, ${cause}`;
}

/** Quotes a text that YAML would not read as a text. */
function quoteItem(text: string): string {
  return /^[\w.+-][\w.@:/+-]*$/.test(text) ? text : JSON.stringify(text);
}
