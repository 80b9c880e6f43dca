import { CommandError } from "../exit";
import { buildModel } from "../model/model";
import type { Kind } from "../preview/document";
import type { Preview } from "../preview/preview";
import { reviewModel, type ReviewOptions } from "../review/assemble";
import type { Review } from "../review/review";
import { joinAnd } from "../wording";

interface Options extends ReviewOptions {
  /** The expected stacks; undefined for any. */
  readonly expectedStacks?: readonly string[] | undefined;
}

/**
 * Returns the review of the changes of all stacks together.
 * @throws CommandError if a stack is missing or not expected.
 */
export function createReview(files: readonly Preview[], kind: Kind, options: Options = {}): Review {
  // The order of the files does not matter.
  const previews = files.toSorted((a, b) => (a.stack < b.stack ? -1 : 1));
  const stacks = previews.map(({ stack }) => stack);
  if (options.expectedStacks !== undefined) rejectOtherStacks(stacks, options.expectedStacks);
  return reviewModel(buildModel(previews, kind), options);
}

/**
 * A preview of another stack could show access that the change adds as access that exists.
 * @throws CommandError if a stack is not expected, or if an expected one is missing.
 */
function rejectOtherStacks(stacks: readonly string[], expected: readonly string[]): void {
  const unexpected = stacks.filter((stack) => !expected.includes(stack));
  if (unexpected.length > 0)
    throw new CommandError(
      `--stacks does not contain ${joinAnd(unexpected)}. Pass only the previews of ${joinAnd(expected)}.`,
    );
  const missing = expected.filter((stack) => !stacks.includes(stack));
  if (missing.length > 0)
    throw new CommandError(
      `There is no preview of ${joinAnd(missing)}, although \`--stacks\` contains it. Pass one preview for each stack.`,
    );
}
