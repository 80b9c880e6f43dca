import { asJson } from "../terminal/json";
import { type Review, review as schema } from "../review/review";

/**
 * The review as JSON, as `gitops/review.schema.json` describes it, with its keys in that order.
 * @throws ZodError if it is not what the schema says, which is a mistake in the program.
 */
export function json(review: Review): string {
  return asJson(schema.parse(review));
}
