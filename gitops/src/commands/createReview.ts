import { buildModel } from "../model/model";
import { rejectOtherStacks, rejectRepeatedStacks } from "../model/stacks";
import type { Kind } from "../preview/document";
import type { Preview } from "../preview/preview";
import { reviewModel, type ReviewOptions } from "../review/assemble";
import type { Review } from "../review/review";

interface Options extends ReviewOptions {
  /** The expected stacks; undefined for any. */
  readonly expectedStacks?: readonly string[] | undefined;
}

/**
 * Returns the review of the changes of all stacks together.
 * @throws CommandError if two previews are of the same stack, or if a stack is missing or not expected.
 */
export function createReview(files: readonly Preview[], kind: Kind, options: Options = {}): Review {
  // The order of the files does not matter.
  const previews = files.toSorted((a, b) => (a.stack < b.stack ? -1 : 1));
  const stacks = previews.map(({ stack }) => stack);
  rejectRepeatedStacks(stacks);
  if (options.expectedStacks !== undefined) rejectOtherStacks(stacks, options.expectedStacks);
  return reviewModel(buildModel(previews, kind), options);
}
