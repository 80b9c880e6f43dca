import { readFileSync } from "node:fs";
import Ajv from "ajv";
import * as fc from "fast-check";
import { formatReviewJson } from "../src/review/review";
import { anyReview } from "./arbitraryReview";
import * as reviews from "./reviews";
import { expectGolden } from "./support/golden";

const { small } = reviews;
const published: unknown = JSON.parse(readFileSync("gitops/review.schema.json", "utf8"));
if (typeof published !== "object" || published === null) throw new Error("a JSON Schema is an object");
const validate = new Ajv({ allErrors: true }).compile(published);

/** Returns the places in which a text differs from the schema. */
function mistakes(text: string): readonly string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

test("the JSON of a review is the golden one", () => {
  expectGolden("reviews/small.json", formatReviewJson(small));
});

test.each(Object.entries(reviews))(
  "the JSON of the review `%s` fits the published schema and contains everything",
  (_, review) => {
    expect(mistakes(formatReviewJson(review))).toEqual([]);
    expect(JSON.parse(formatReviewJson(review))).toEqual(review);
  },
);

test("the JSON of any review fits the published schema", () => {
  fc.assert(
    fc.property(anyReview, (review) => {
      expect(mistakes(formatReviewJson(review))).toEqual([]);
    }),
  );
});

test("keys have the order of the schema", () => {
  const { version, ...others } = small;
  expect(formatReviewJson({ ...others, version })).toBe(formatReviewJson(small));
});

test.each([
  ["another version", { ...small, version: 1 }, "/version const"],
  ["a key too many", { ...small, at: "now" }, " additionalProperties"],
  ["a key too few", { ...small, stacks: undefined }, " required"],
  [
    "a risk that there is not",
    { ...small, settings: [{ ...small.settings[0], risks: ["x"] }] },
    "/settings/0/risks/0 enum",
  ],
  ["less than nothing", { ...small, rules: -1 }, "/rules minimum"],
])("%s does not fit the published schema", (_, review, mistake) => {
  expect(mistakes(JSON.stringify(review))).toContain(mistake);
});

test("does not print an invalid review", () => {
  expect(() => formatReviewJson({ ...small, rules: -1 })).toThrow("rules");
});
