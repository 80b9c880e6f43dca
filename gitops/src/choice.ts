import { pattern } from "#provider";
import { listBriefly } from "#framework";
import { CommandError } from "./exit";

/**
 * Returns a test for the organizations that the patterns of `--organization` select. Without patterns, the
 * test accepts all organizations.
 * @param source the source of the names, such as `that this API key can see`
 * @throws CommandError if a pattern matches no known name.
 */
export function chooseOrganizations(
  patterns: readonly string[],
  known: readonly string[],
  source: string,
): (name: string) => boolean {
  const expressions = patterns.map((text) => pattern(text));
  const unmatched = patterns.filter((_, index) => !known.some((name) => expressions[index]?.test(name)));
  if (unmatched.length > 0) {
    const texts = unmatched.map((text) => JSON.stringify(text)).join(" or ");
    throw new CommandError(
      `No organization ${source} matches ${texts}. Correct --organization. The organizations are ${listBriefly([...known].sort())}.`,
    );
  }
  return (name) => patterns.length === 0 || expressions.some((expression) => expression.test(name));
}
