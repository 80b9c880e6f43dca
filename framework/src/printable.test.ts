import { countOthers, inOneLine, mostPrinted, printable, printableLine } from "./printable";

test.each([
  ["a color", "\u001B[31mred\u001B[0m", "\u{FFFD}[31mred\u{FFFD}[0m"],
  ["a link of a terminal", "\u001B]8;;https://evil.example\u0007", "\u{FFFD}]8;;https://evil.example\u{FFFD}"],
  ["an escape in one byte", "\u009B2J", "\u{FFFD}2J"],
  ["a return to the start of the line", "denied\rgranted", "denied\u{FFFD}granted"],
  ["ends of lines that are no line feeds", "a\u0085b\u2028c\u2029d", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"],
  ["a turned direction of reading", "ada\u202Eelpmaxe.emca@", "ada\u{FFFD}elpmaxe.emca@"],
  ["half a character", "a\uD83Db\uDE00", "a\u{FFFD}b\u{FFFD}"],
  ["a command of GitHub", "::error::no", "\\::error::no"],
  ["a command on a later line, after blanks", "no\n \t::add-mask::x", "no\n \t\\::add-mask::x"],
  ["a command that a removed character hid", "\u200B::error::no", "\u{FFFD}::error::no"],
  ["a command of Azure", "no ##vso[task.complete]", "no ##\\vso[task.complete]"],
  ["a command of the older kind", "no ##[stop-commands]x", "no ##\\[stop-commands]x"],
])("%s has no effect", (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("line breaks and tabs are spelled out", () => {
  expect(inOneLine("a\n::error::b\r\n\tc")).toBe("a\\n::error::b\\r\\n\\tc");
});

test("every other text stays as it is", () => {
  const text = "Zoë Ålström 😀\n\t<b> 203.0.113.0/24, ::1, prn:1:acme, urn:pulumi:dev::acme\n## [Members](#members)";
  expect(printable(text)).toBe(text);
});

test("lines may end as on Windows", () => {
  expect(printable("one\r\ntwo\r\n::error::no")).toBe("one\ntwo\n\\::error::no");
});

test("a text on one line cannot begin another", () => {
  expect(printableLine("acme\n::error::no\tyes")).toBe("acme\u{FFFD}::error::no\u{FFFD}yes");
  expect(printableLine("::error::no")).toBe("\\::error::no");
});

test("the work grows with the length of the text only", () => {
  const blanks = " ".repeat(1_000_000);
  expect(printable(blanks + "\n".repeat(1_000_000) + blanks + "::")).toHaveLength(3_000_003);
});

test("a list beyond the first hundred ends with the number of the others", () => {
  const list = (length: number) => Array.from({ length });
  expect(mostPrinted).toBe(100);
  expect(countOthers(list(0))).toEqual([]);
  expect(countOthers(list(100))).toEqual([]);
  expect(countOthers(list(101))).toEqual(["and 1 more"]);
  expect(countOthers(list(1_334))).toEqual(["and 1,234 more"]);
});
