import fc from "fast-check";
import { ApiError } from "../../contract/errors";
import { type ListQuery, paginate } from "./lists";

interface Row {
  readonly sequence: number;
}

/** Creates rows with gaps in their sequence. */
function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ sequence: 3 * index + 1 }));
}

function ask(rows: readonly Row[], query: ListQuery, name = "rows") {
  return paginate({ name, rows, show: (row: Row) => row }, query);
}

/** Reads all pages from one end to the other. Calls `between` after each. */
function walk(
  rows: readonly Row[],
  limit: number,
  direction: "after" | "before",
  between: () => void = () => undefined,
): Row[] {
  const seen: Row[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data, meta } = ask(rows, { limit, direction, ...(cursor !== undefined && { cursor }) });
    if (direction === "after") seen.push(...data);
    else seen.unshift(...data);
    between();
    cursor = meta?.[direction] ?? null;
  }
  return seen;
}

const size = fc.integer({ min: 1, max: 20 });
const direction = fc.constantFrom("after", "before");

test("the pages from either end contain all rows in order", () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), size, direction, (count, limit, way) => {
      expect(walk(rowsOf(count), limit, way)).toEqual(rowsOf(count));
    }),
  );
});

test("meta announces the neighbouring pages, and the way back visits the same pages", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), size, (count, limit) => {
      const rows = rowsOf(count);
      const first = ask(rows, { limit });
      expect(first.meta).toMatchObject({ has_previous: false, before: null, has_next: count > limit, total: count });
      const cursor = first.meta?.after;
      if (typeof cursor !== "string") return;
      const second = ask(rows, { limit, cursor });
      expect(second.data).toEqual(rows.slice(limit, 2 * limit));
      const back = second.meta?.before ?? "";
      expect(ask(rows, { limit, cursor: back, direction: "before" })).toEqual(first);
    }),
  );
});

test("a list skips no remaining row if rows are removed between two requests", () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), size, direction, fc.array(fc.nat()), (count, limit, way, gone) => {
      const rows = rowsOf(count);
      const removed = new Set<number>();
      const seen = walk(rows, limit, way, () => {
        const index = gone.pop();
        if (index === undefined || rows.length === 0) return;
        const [row] = rows.splice(index % rows.length, 1);
        if (row !== undefined) removed.add(row.sequence);
      });
      const sequences = seen.map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(sequences.length);
      const kept = rowsOf(count).filter(({ sequence }) => !removed.has(sequence));
      expect(sequences).toEqual(expect.arrayContaining(kept.map(({ sequence }) => sequence)));
    }),
  );
});

test("an empty page next to a removed row leads back to the others", () => {
  const rows = rowsOf(3);
  const { meta } = ask(rows, { limit: 2 });
  const all = [...rows];
  rows.pop();
  const empty = ask(rows, { limit: 2, cursor: meta?.after ?? "" });
  expect(empty).toMatchObject({ data: [], meta: { after: null, has_next: false, has_previous: true, total: 2 } });
  expect(ask(rows, { cursor: empty.meta?.before ?? "", direction: "before" }).data).toEqual(all.slice(0, 2));
});

test.each(["", "abc", "MQ"])("%j is not a cursor", (cursor) => {
  expect(() => ask(rowsOf(3), { cursor })).toThrow(ApiError);
});

test("rejects the cursor of another list", () => {
  const { meta } = ask(rowsOf(3), { limit: 1 });
  expect(() => ask(rowsOf(3), { cursor: meta?.after ?? "" }, "others")).toThrow(ApiError);
});
