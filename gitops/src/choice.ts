import { pattern } from "#provider";
import { listBriefly } from "#framework";
import { CommandError } from "./exit";

/**
 * Returns a test for the organizations that the patterns of `--organization` select. Without patterns, it selects
 * all.
 * @param where the source of the names, such as `that this key can see`
 * @throws CommandError if a pattern matches no known name.
 */
export function chooseOrganizations(
  patterns: readonly string[],
  known: readonly string[],
  where: string,
): (name: string) => boolean {
  const expressions = patterns.map((text) => pattern(text));
  const vain = patterns.filter((_, index) => !known.some((name) => expressions[index]?.test(name)));
  if (vain.length > 0) {
    const texts = vain.map((text) => JSON.stringify(text)).join(" or ");
    throw new CommandError(
      `No organization ${where} matches ${texts}. The organizations are ${listBriefly([...known].sort())}.`,
    );
  }
  return (name) => patterns.length === 0 || expressions.some((expression) => expression.test(name));
}
