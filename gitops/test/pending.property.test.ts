import * as fc from "fast-check";
import { countCases } from "#testing";
import { findDifferences } from "../src/review/differences";
import { countPending, markPending } from "../src/review/pending";
import { isConcerned, isConcernedOrganization, type Review, review as schema } from "../src/review/review";
import { getVerdict } from "../src/review/verdict";
import { isUnjudged } from "../src/risks";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { listResults } from "../src/report/sarif";
import { anyReview } from "./arbitraryReview";
import { small } from "./reviews";

/** A review, and a base with some of its rows and with others. */
const pairs = fc.tuple(anyReview, anyReview, fc.infiniteStream(fc.boolean())).map(([review, other, picks]) => {
  const pick = <T>(some: readonly T[] = []) => some.filter(() => picks.next().value === true);
  const base: Review = {
    ...other,
    organizations: pick(review.organizations),
    people: [...pick(review.people), ...pick(other.people)],
    settings: [...pick(review.settings), ...pick(other.settings)],
    programChanges: [...pick(review.programChanges), ...pick(other.programChanges)],
    conflicts: [...pick(review.conflicts), ...pick(other.conflicts)],
    violations: [...pick(review.violations), ...pick(other.violations)],
    remarks: [...pick(review.remarks), ...pick(other.remarks)],
  };
  return { review, base };
});

/** Returns a review without its marks. */
function unmark({ base, verdict, ...review }: Review): object {
  const strip = <T extends { readonly pending?: true | undefined }>(rows: readonly T[] = []) =>
    rows.map(({ pending, ...row }) => row);
  return {
    ...review,
    organizations: strip(review.organizations),
    people: strip(review.people),
    settings: strip(review.settings),
    programChanges: strip(review.programChanges),
    conflicts: strip(review.conflicts),
    violations: strip(review.violations),
    remarks: strip(review.remarks),
  };
}

test("marks never remove or change a row, and are no difference for the apply", () => {
  fc.assert(
    fc.property(pairs, ({ review, base }) => {
      const marked = markPending(review, base);
      expect(schema.safeParse(marked).error).toBeUndefined();
      expect(unmark(marked)).toEqual(unmark(review));
      expect(findDifferences(marked, review)).toEqual([]);
      expect(findDifferences(review, marked)).toEqual([]);
      expect(marked.base?.verdict).toBe(getVerdict(review));
    }),
    { numRuns: countCases(40) },
  );
});

test("the verdict of all rows stays the same, and that of the others is not stricter", () => {
  const order = ["pass", "needs approval", "refused"];
  fc.assert(
    fc.property(pairs, ({ review: whole, base }) => {
      const review = { ...whole, verdict: getVerdict({ ...whole, verdict: "pass" }) };
      const marked = markPending(review, base);
      expect(getVerdict(marked)).toBe(review.verdict);
      expect(order.indexOf(marked.verdict)).toBeLessThanOrEqual(order.indexOf(review.verdict));
      if (countPending(marked) === 0) expect(marked.verdict).toBe(review.verdict);
    }),
    { numRuns: countCases(40) },
  );
});

test("a row of the base marks at most one row", () => {
  fc.assert(
    fc.property(anyReview, fc.nat({ max: 3 }), (review, times) => {
      const conflicts = (count: number) => Array.from({ length: count }, () => review.conflicts ?? []).flat();
      const marked = markPending({ ...review, conflicts: conflicts(3) }, { ...review, conflicts: conflicts(times) });
      expect(marked.conflicts?.filter(({ pending }) => pending)).toHaveLength((review.conflicts ?? []).length * times);
    }),
    { numRuns: countCases(20) },
  );
});

test("against itself, a review is pending as far as its rows show everything, and withdraws nothing", () => {
  fc.assert(
    fc.property(anyReview, (review) => {
      const { base, ...marked } = markPending(review, review);
      expect(base?.withdrawn).toEqual([]);
      const rows = [
        ...[...marked.organizations, ...marked.people, ...marked.settings, ...marked.programChanges],
        ...[...(marked.conflicts ?? []), ...marked.violations, ...marked.remarks],
      ];
      const others = rows.filter(({ pending }) => pending === undefined);
      for (const row of others) {
        const isSilent =
          ("email" in row && !isConcerned(row)) ||
          ("complete" in row && !isConcernedOrganization(row)) ||
          ("about" in row && (row.risks ?? []).length === 0);
        const isPartial = "risks" in row && row.risks !== undefined && isUnjudged({ risks: row.risks });
        const isProgram = "section" in row && "stack" in row && row.section !== "options";
        expect(isSilent || isPartial || isProgram).toBe(true);
      }
    }),
    { numRuns: countCases(40) },
  );
});

test("a setting is not pending if no rule can judge it", () => {
  const row = { organization: "acme", section: "general", setting: "name", words: "Renamed." } as const;
  const judged: Review = { ...small, settings: [{ ...row, risks: [] }] };
  const unjudged: Review = { ...small, settings: [{ ...row, risks: ["entersRule"] }] };
  expect([judged, unjudged].map((one) => markPending(one, one).settings[0]?.pending)).toEqual([true, undefined]);
});

test("without a row of the review, each change of the base is withdrawn", () => {
  fc.assert(
    fc.property(anyReview, (base) => {
      const empty: Review = { ...base, organizations: [], people: [], settings: [], programChanges: [] };
      const { organizations, people, settings, programChanges } = base;
      const changes = [
        organizations.filter(isConcernedOrganization),
        people.filter(isConcerned),
        settings,
        programChanges,
      ];
      expect(markPending(empty, base).base?.withdrawn).toHaveLength(changes.flat().length);
    }),
    { numRuns: countCases(20) },
  );
});

test("comments with pending rows keep their limit, count what they omit, and shorten pending rows first", () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: 500, max: 6000 }), ({ review, base }, limit) => {
      const marked = markPending(review, base);
      const text = formatMarkdown(createReport(marked), { limit });
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text.split("<details>\n")).toHaveLength(text.split("</details>\n").length);
      // The amounts, without the classes after them: "2 pending changes: adds a person (2)".
      const amounts = [...text.matchAll(/_Omitted for length: ([^:\n]*)/g)].map(([, some]) => some).join();
      const omitsOthers = /\b(?:person|people|violations?|setting changes?|program changes?)\b/.test(amounts);
      if (omitsOthers) expect(text).not.toMatch(/<summary>[\d,]+ pending changes?, which/);
    }),
    { numRuns: countCases(60) },
  );
});

test("SARIF contains as many results as without a base, and the withdrawn changes", () => {
  fc.assert(
    fc.property(pairs, ({ review, base }) => {
      const place = () => ({ file: "rules.yaml" });
      const marked = markPending(review, base);
      const pending = listResults(marked, place).filter(({ message }) => message.startsWith("Pending, "));
      expect(listResults(marked, place)).toHaveLength(
        listResults(review, place).length + (marked.base?.withdrawn.length ?? 0),
      );
      expect(pending.every(({ level }) => level === "note")).toBe(true);
      // Code scanning has no place for a person in an unknown organization.
      expect(pending.length).toBeLessThanOrEqual(countPending(marked));
    }),
    { numRuns: countCases(20) },
  );
});
