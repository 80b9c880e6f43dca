import fc from "fast-check";
import { Refusal } from "../errors";
import { parseSearch } from "./search";

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
])("%j is refused", (text) => {
  expect(() => parseSearch(text, keys)).toThrow(Refusal);
});

test("a value that is null matches nothing", () => {
  for (const text of ["name-''", "name:'null'", "inserted_at<'2099-01-01T00:00:00Z'"]) {
    expect(parseSearch(text, keys)({ ...row, name: null, inserted_at: null })).toBe(false);
  }
});

test("any text without a backslash is found when its quotes are escaped", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\\")),
      (name) => {
        expect(parseSearch(`name:'${name.replaceAll("'", "\\'")}'`, keys)({ ...row, name })).toBe(true);
      },
    ),
  );
});

test("no text does worse than being refused", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseSearch(text, keys)(row);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});
