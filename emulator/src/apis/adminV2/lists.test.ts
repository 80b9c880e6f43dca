import fc from "fast-check";
import { ApiError } from "../../contract/errors";
import { type ListQuery, paginate, parseSearch } from "./lists";

interface Row {
  readonly sequence: number;
  readonly name: string;
}

function listing(rows: readonly Row[], name = "rows") {
  return { name, rows, show: (row: Row) => row, keys: { name: "text" } as const };
}

/** Creates rows with gaps in their sequence. */
function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ sequence: 3 * index + 1, name: `row ${index}` }));
}

/** Reads all pages. Calls `between` after each. */
function pagesOf(rows: readonly Row[], query: ListQuery, between: () => void = () => undefined): Row[][] {
  const pages: Row[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data, next_page } = paginate<Row, Row>(listing(rows), {
      ...query,
      ...(cursor !== undefined && { page: cursor }),
    });
    pages.push([...data]);
    between();
    cursor = next_page;
  }
  return pages;
}

test.each([
  [0, [0]],
  [1, [1]],
  [10, [10]],
  [11, [10, 1]],
  [20, [10, 10]],
  [25, [10, 10, 5]],
])("%i rows make pages of %j", (count, sizes) => {
  const rows = rowsOf(count);
  const pages = pagesOf(rows, { limit: 10, order: "asc" });
  expect(pages.map(({ length }) => length)).toEqual(sizes);
  expect(pages.flat()).toEqual(rows);
  expect(pagesOf(rows, { limit: 10, order: "desc" }).flat()).toEqual(rows.toReversed());
});

test("pages of any limit and order contain all matching rows in order", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("asc", "desc"),
      fc.boolean(),
      (count, limit, order, searching) => {
        const rows = rowsOf(count);
        const matching = searching ? rows.filter(({ name }) => name.includes("3")) : rows;
        const query = { limit, order, ...(searching && { search: "name~'3'" }) } as const;
        const pages = pagesOf(rows, query);
        expect(pages.flat()).toEqual(order === "asc" ? matching : matching.toReversed());
        expect(pages).toHaveLength(Math.max(1, Math.ceil(matching.length / limit)));
      },
    ),
  );
});

test.each(["asc", "desc"] as const)(
  "rows that are removed between two requests neither hide nor repeat others (%s)",
  (order) => {
    const rows = rowsOf(30);
    const stays = rows.filter((_, index) => index % 4 !== 0);
    const seen = pagesOf(rows, { limit: 5, order }, () => {
      rows.splice(0, rows.length, ...stays);
    });
    const names = seen.flat().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of stays) expect(names).toContain(name);
  },
);

test("a cursor is valid only for its own list and query", () => {
  const rows = rowsOf(30);
  const query: ListQuery = { limit: 10, order: "asc" };
  const cursor = paginate<Row, Row>(listing(rows), query).next_page ?? "";
  const foreign: [string, ListQuery][] = [
    ["others", query],
    ["rows", { ...query, limit: 11 }],
    ["rows", { ...query, order: "desc" }],
    ["rows", { ...query, search: "name~'1'" }],
  ];
  for (const [name, other] of foreign) {
    expect(() => paginate<Row, Row>(listing(rows, name), { ...other, page: cursor })).toThrow(ApiError);
  }
});

test("rejects invented cursors", () => {
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      expect(() => paginate<Row, Row>(listing(rowsOf(3)), { limit: 1, order: "asc", page: cursor })).toThrow(ApiError);
    }),
  );
});

test("a page reads its own rows and one more", () => {
  const rows = rowsOf(10_000);
  let shown = 0;
  const counted = { ...listing(rows), show: (row: Row) => (shown++, row) };
  const first = paginate<Row, Row>(counted, { limit: 100, order: "asc" });
  paginate<Row, Row>(counted, { limit: 100, order: "asc", page: first.next_page ?? "" });
  expect(shown).toBe(202);
});

const keys = { name: "text", role: "exact", is_owner: "boolean", inserted_at: "moment" } as const;
const row = { name: "Ada O'Hara", role: "admin", is_owner: true, inserted_at: "2027-01-01T00:00:00Z", email: "a@b.c" };

test.each([
  ["name:'Ada O\\'Hara'", true],
  ["name:'ada O\\'Hara'", false],
  ["name~'da O'", true],
  ["name~'DA o'", false],
  ["name-'DA o'", true],
  ["role:'admin'", true],
  ["role:'Admin'", false],
  ["is_owner:true", true],
  ["is_owner:false", false],
  ["inserted_at:'2027-01-01T00:00:00Z'", true],
  ["inserted_at<'2027-01-01T00:00:00Z'", false],
  ["inserted_at<='2027-01-01T00:00:00Z'", true],
  ["inserted_at>'2026-12-31T23:59:59Z'", true],
  ["inserted_at>='2027-01-01T00:00:01Z'", false],
  ["role:'admin' and is_owner:true", true],
  ["role:'admin'  and  is_owner:false", false],
  ["name:' and ' and role:'admin'", false],
  ["name~'a' and name~'A' and name~'H' and name~'O' and role:'admin'", true],
])("%s matches: %s", (text, expected) => {
  expect(parseSearch(text, keys)(row)).toBe(expected);
});

test.each([
  "",
  "name",
  "name:",
  "name:Ada",
  "name:'Ada",
  "name:'Ada\\'",
  'name:"Ada"',
  "name='Ada'",
  "name<'Ada'",
  "role~'adm'",
  "is_owner:'true'",
  "is_owner:yes",
  "is_owner:trueish",
  "inserted_at-'2027'",
  "inserted_at:2027-01-01T00:00:00Z",
  "inserted_at:'2027-01-01'",
  "inserted_at:'2027-01-01T00:00:00.000Z'",
  "inserted_at:'2027-13-01T00:00:00Z'",
  "email:'a@b.c'",
  "constructor:'x'",
  " name:'a'",
  "name:'a' ",
  "name:'a' and",
  "name:'a' or name:'b'",
  "name:'a'and name:'b'",
  "name:'a' and name:'a' and name:'a' and name:'a' and name:'a' and name:'a'",
])("rejects %j", (text) => {
  expect(() => parseSearch(text, keys)).toThrow(ApiError);
});

test("null matches no condition", () => {
  for (const text of ["name-''", "name:'null'", "inserted_at<'2099-01-01T00:00:00Z'"]) {
    expect(parseSearch(text, keys)({ ...row, name: null, inserted_at: null })).toBe(false);
  }
});

test("finds any text without a backslash if its quotes are escaped", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\\")),
      (name) => {
        expect(parseSearch(`name:'${name.replaceAll("'", "\\'")}'`, keys)({ ...row, name })).toBe(true);
      },
    ),
  );
});

test("rejects every invalid text with an API error", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseSearch(text, keys)(row);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }),
  );
});
