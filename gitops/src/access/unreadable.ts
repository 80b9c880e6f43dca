import { formatRequest } from "#framework/messages";
import type { ApiError } from "#provider";
import { groupBy } from "../grouping";
import { compareTexts, joinAnd } from "../wording";

/** An organization that the API key cannot read. */
export interface Unreadable {
  readonly id: string;
  readonly name: string;
  readonly error: ApiError;
}

/** Returns a sentence for each reason, because one wrong API key or network affects all organizations. */
export function describeUnreadable(failures: readonly Unreadable[]): readonly string[] {
  const sorted = failures.toSorted((a, b) => compareTexts(a.name, b.name));
  const byReason = groupBy(sorted, ({ id, error }) => error.summary.replaceAll(id, "the organization"));
  return Array.from(byReason, ([reason, same]) => {
    const [{ id, name, error }] = same;
    // People know names, not ids.
    const request = formatRequest(error).replaceAll(id, name);
    return `The command cannot read ${joinAnd(same.map((one) => one.name))}: ${reason} (${request})`;
  });
}
