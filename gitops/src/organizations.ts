import { pattern } from "#provider";
import { endWithSuggestion } from "#framework/documents";
import { listBriefly } from "#framework/messages";
import { CommandError } from "./exit";

/**
 * Returns the organizations that the patterns of `--organization` select. Without patterns, returns all.
 * @param source the source of the organizations, such as `that this API key can see`
 * @param option the option with the patterns
 * @throws CommandError if a pattern matches no name.
 */
export function chooseOrganizations<T extends { readonly name: string }>(
  patterns: readonly string[],
  organizations: readonly T[],
  source: string,
  option = "--organization",
): readonly T[] {
  const expressions = patterns.map((text) => pattern(text));
  const known = [...new Set(organizations.map(({ name }) => name))];
  const unmatched = patterns.filter((_, index) => !known.some((name) => expressions[index]?.test(name)));
  if (unmatched.length > 0) {
    const [first = "", ...others] = unmatched;
    const texts = unmatched.map((text) => JSON.stringify(text)).join(" or ");
    throw new CommandError(
      `No organization ${source} matches ${texts}${others.length === 0 ? endWithSuggestion(first, known) : "."} Correct ${option}. The organizations are ${listBriefly(known.sort())}.`,
    );
  }
  return patterns.length === 0
    ? organizations
    : organizations.filter(({ name }) => expressions.some((expression) => expression.test(name)));
}

/** @throws CommandError if a command has no organization, because a result about nothing must not look like success. */
export function rejectNoOrganization(organizations: readonly unknown[]): void {
  if (organizations.length > 0) return;
  throw new CommandError(
    "This API key can see no organization. Use the API key of a member of at least one organization.",
  );
}
