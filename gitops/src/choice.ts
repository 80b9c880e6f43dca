import { pattern } from "../../provider/src/resources/types/pattern";
import { named } from "../../provider/src/core/explain";
import { CommandError } from "./exit";

/**
 * Tells the organizations that are meant by the patterns of `--organization`: all of them without patterns.
 * @param where what the names are known from, as `that this key can see`
 * @throws Failure if a pattern matches none of the known names: it is misspelled.
 */
export function choice(
  patterns: readonly string[],
  known: readonly string[],
  where: string,
): (name: string) => boolean {
  const expressions = patterns.map((text) => pattern(text));
  const vain = patterns.filter((_, index) => !known.some((name) => expressions[index]?.test(name)));
  if (vain.length > 0) {
    const texts = vain.map((text) => JSON.stringify(text)).join(" or ");
    throw new CommandError(`No organization ${where} matches ${texts}. There are ${named([...known].sort())}.`);
  }
  return (name) => patterns.length === 0 || expressions.some((expression) => expression.test(name));
}
