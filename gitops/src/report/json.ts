import { type Review, review as schema } from "../review/review";
import { formatJson } from "../terminal/text";

/**
 * Returns the review as JSON, with its keys in the order of `gitops/review.schema.json`.
 * @throws ZodError if the review does not fit the schema, which is a bug.
 */
export function formatReviewJson(review: Review): string {
  return formatJson(schema.parse(review));
}
