import * as fc from "fast-check";
import { countCases } from "#testing";
import { findDifferences } from "../src/review/differences";
import type { Review } from "../src/review/review";
import { anyReview } from "./arbitraryReview";

/** Any change, addition or removal of a row that says what happens must be a difference. */

type Rows = "people" | "settings" | "programChanges" | "organizations";

const rows: readonly Rows[] = ["people", "settings", "programChanges", "organizations"];

const mostRows = 4;

/** Returns the reviews that differ from a review in one row of a list. */
function listVariants(review: Review, list: Rows): readonly Review[] {
  const all: readonly unknown[] = review[list];
  const replace = (changed: readonly unknown[]) => ({ ...review, [list]: changed });
  // The first rows are copies of the others, apart from their addresses.
  return all.slice(0, mostRows).flatMap((row, index) => {
    const without = all.filter((_, at) => at !== index);
    return isSaying(review, list, index) ? [replace(without), replace([...all, row])] : [];
  });
}

/** Reports if a row says that something changes. */
function isSaying(review: Review, list: Rows, index: number): boolean {
  if (list === "settings" || list === "programChanges") return true;
  if (list === "people") {
    const person = review.people[index];
    return person !== undefined && (person.changed || person.risks.length > 0);
  }
  const organization = review.organizations[index];
  return organization !== undefined && (organization.change !== "kept" || organization.risks.length > 0);
}

test("a review equals itself, whatever the order of its rows", () => {
  fc.assert(
    fc.property(anyReview, (review) => {
      const turned = {
        ...review,
        people: review.people.toReversed(),
        settings: review.settings.toReversed(),
        programChanges: review.programChanges.toReversed(),
      };
      return findDifferences(review, turned).length === 0;
    }),
  );
});

test("a row that is added or removed is a difference, in both directions, even if another row has the same name", () => {
  fc.assert(
    fc.property(anyReview, fc.nat({ max: 3 }), (review, copies) => {
      const doubled = {
        ...review,
        settings: Array<Review["settings"]>(copies + 1)
          .fill(review.settings)
          .flat(),
      };
      for (const variant of rows.flatMap((list) => listVariants(doubled, list))) {
        expect(findDifferences(doubled, variant)).not.toEqual([]);
        expect(findDifferences(variant, doubled)).not.toEqual([]);
      }
    }),
    { numRuns: countCases(15) },
  );
});

test("a row with another word, risk, role or owner is a difference", () => {
  fc.assert(
    fc.property(anyReview, (review) => {
      const edit = <T>(list: readonly T[], change: (row: T) => T): readonly (readonly T[])[] =>
        list.slice(0, mostRows).map((_, index) => list.map((row, at) => (at === index ? change(row) : row)));
      const variants: readonly Review[] = [
        ...edit(review.settings, (row) => ({ ...row, words: `${row.words} and more` })).map((settings) => ({
          ...review,
          settings: [...settings],
        })),
        ...edit(review.settings, (row) => ({ ...row, risks: row.risks.length === 0 ? ["releases" as const] : [] })).map(
          (settings) => ({ ...review, settings: [...settings] }),
        ),
        ...edit(review.programChanges, (row) => ({ ...row, words: `${row.words} and more` })).map((programChanges) => ({
          ...review,
          programChanges: [...programChanges],
        })),
        ...edit(review.people, (row) => ({
          ...row,
          changed: true,
          after: {
            role: row.after?.role === "admin" ? ("viewer" as const) : ("admin" as const),
            status: "active" as const,
            owner: row.after?.owner !== true,
          },
        })).map((people) => ({ ...review, people: [...people] })),
        ...edit(review.organizations, (row) => ({
          ...row,
          change: row.change === "deleted" ? ("replaced" as const) : ("deleted" as const),
        })).map((organizations) => ({ ...review, organizations: [...organizations] })),
        { ...review, evidence: { ...review.evidence, rules: `${review.evidence.rules ?? ""}x` } },
        ...edit(
          review.people.filter(({ after }) => after !== null),
          (row) => ({ ...row, changed: true, after: row.after && { ...row.after, lastDay: "2099-12-31" } }),
        ).map((people) => ({ ...review, people: [...people] })),
        { ...review, stacks: [...review.stacks, "acme/another"] },
      ];
      for (const variant of variants) expect(findDifferences(review, variant)).not.toEqual([]);
    }),
    { numRuns: countCases(15) },
  );
});
