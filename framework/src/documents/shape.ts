import * as z from "zod";
import { formMeant, worded } from "../check";
import type { Path } from "../path";
import type { Mistake } from "./mistakes";
import { createMistake, type ParsedDocument } from "./part";
import { suggest } from "./suggestion";

type Issue = z.core.$ZodIssue;

/** The general message about a value that is no text. */
const isNoText = "must be a text";

/** What is wrong with a part when it is looked at alone: keys that do not exist, values that cannot be. */
export function validateShape(part: ParsedDocument, schema: z.ZodType): readonly Mistake[] {
  if (part.value === undefined) return [];
  const { error } = z.safeParse(schema, part.value, { error: explained, reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => mistakesOf(part, issue, []));
}

function mistakesOf(part: ParsedDocument, issue: Issue, above: Path): readonly Mistake[] {
  const path = [...above, ...issue.path.map(toStep)];
  if (issue.code === "unrecognized_keys") {
    // The message holds the keys that there are, see `explained`.
    const known = issue.message.split(", ");
    return issue.keys.map((key) => {
      const reason = `is no key here; there are ${issue.message}${suggest(key, known)}`;
      return createMistake(part, [...path, key], reason, "key");
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => createMistake(part, path, message, "key"));
  }
  if (issue.code === "invalid_union") {
    const meant = formMeant(issue.errors) ?? issue.errors[0] ?? [];
    return meant.flatMap((one) => mistakesOf(part, one, path));
  }
  // Said here, since what a schema says of other kinds of values comes before what `explained` says.
  if (issue.code !== "custom" && issue.input === undefined) return [createMistake(part, path, "is required")];
  if (issue.code === "invalid_type" && issue.input === null) {
    return [createMistake(part, path, "has no value: give one, or remove the key")];
  }
  // A schema that says more, such as of dates, refuses the number in quotes too.
  if (issue.message === isNoText && typeof issue.input === "number") {
    const meant = part.sourceOf(path) ?? String(issue.input);
    return [createMistake(part, path, `${isNoText}: write ${JSON.stringify(meant)}, in quotes`)];
  }
  return [createMistake(part, path, issue.message)];
}

const explained: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) {
    return Object.keys(issue.inst.shape).join(", ");
  }
  const known = worded(issue);
  if (issue.code !== "invalid_value" || typeof known !== "string") return known;
  return `${known}${suggest(String(issue.input), issue.values.map(String))}`;
};

function toStep(segment: PropertyKey): string | number {
  return typeof segment === "number" ? segment : String(segment);
}
