import { CommandError } from "../exit";
import { type Difference, getKey } from "./difference";
import type { Comparison } from "./fleet";

/**
 * Checks that the edit removes only the adopted differences between the layout and the live organizations.
 * @throws CommandError with a difference that appears or disappears.
 */
export function proveAdoption(before: Comparison, after: Comparison, adopted: readonly Difference[]): void {
  const done = new Set(adopted.map(getKey));
  const expected = before.differences.filter((one) => !done.has(getKey(one)));
  const subtract = (from: readonly Difference[], others: readonly Difference[]) => {
    const keys = new Set(others.map(getKey));
    return from.filter((one) => !keys.has(getKey(one)));
  };
  const [first] = [...subtract(after.differences, expected), ...subtract(expected, after.differences)];
  if (first === undefined && after.failures.length === 0) return;
  const reason =
    first === undefined
      ? after.failures.join(" ")
      : `It would also change how the layout differs in ${first.organization}: ${first.subject}.`;
  throw new CommandError(`The layout is not edited. ${reason} Adopt fewer differences, or edit the layout by hand.`);
}
