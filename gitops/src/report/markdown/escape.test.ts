import { formatCell, formatCode, formatLines, formatProse } from "./escape";

test.each([
  [
    "a sentence stays as it is",
    "No stack declares this person after the change, but the person stays, as the owner of the organization.",
    undefined,
  ],
  ["numbers and hyphenated words stay as they are", "1,024 two-factor seats (of 2000), that's 50% more…", undefined],
  [
    "an e-mail address is code, not a link",
    "carl@partner.example would be admin.",
    "`carl@partner.example` would be admin.",
  ],
  [
    "a web address is code, not a link",
    "See www.evil.example, https://evil.example!",
    "See `www.evil.example`, `https://evil.example`!",
  ],
  ["a mention is code", "cc @ada, @acme/admins", "cc `@ada`, `@acme/admins`"],
  ["a reference to a page is code", "#12 !3 GH-12 acme#4 deadbeef", "`#12` `!3` `GH-12` `acme#4` `deadbeef`"],
  ["a picture, a tag and a comment are code", "<img src=x> ![x](y) <!--", "`<img` `src=x>` `![x](y`) `<!--`"],
  ["the name of an emoji is code", ":smile: 8:30", "`:smile`: `8:30`"],
  ["a command for a bot is code", "/approve", "`/approve`"],
  ["a list marker is code", "1. - * + # > one", "`1`. `-` `*` `+` `#` `>` one"],
  ["line breaks and tabs become spaces", "one\n\n  two\tthree ", "one two three"],
  ["code stays code", "run `pulumi import a b`, then `up`", undefined],
  ["a space separates adjacent code", "#1`one`#2", "`#1` `one` `#2`"],
  ["a single backtick is part of the code", "a`b c", "``a`b`` c"],
])("in prose, %s", (_, text, expected = text) => {
  expect(formatProse(text)).toBe(expected);
});

test("marks a shortened text, and does not cut within a character", () => {
  expect(formatProse("one two three", 13)).toBe("one two three");
  expect(formatProse("one two three", 5)).toBe("one t… (shortened, see the JSON report for the whole text)");
  expect(formatProse("\u{1f600}\u{1f600}", 3)).toBe("`\u{1f600}`… (shortened, see the JSON report for the whole text)");
});

test("code in a sentence may be as long as the sentence", () => {
  const long = "10.0.0.0/8 ".repeat(100).trim();
  expect(formatProse(`of \`${long}\``)).toBe(`of \`${long}\``);
  expect(formatProse("#".repeat(400))).toBe(`\`${"#".repeat(400)}\``);
});

test.each([
  ["an address", "ada@acme.example", "`ada@acme.example`"],
  ["nothing", "", "(empty)"],
  ["a backtick", "a`b", "``a`b``"],
  ["a backtick at an end", "`a", "`` `a ``"],
  ["a space at an end", " a", "`  a `"],
  ["a change of the writing direction", "ada\u202egro", "`ada[U+202E]gro`"],
  ["invisible characters", "a\u200bd\u00a0a\u3164\n", "`a[U+200B]d[U+00A0]a[U+3164][U+000A]`"],
  ["half a character", "a\ud83d", "`a[U+D83D]`"],
  ["letters and emojis of the world", "zoë@bücher.example 😀", "`zoë@bücher.example 😀`"],
])("shows %s unchanged or visibly", (_, text, expected) => {
  expect(formatCode(text)).toBe(expected);
});

test("a cell contains no bar", () => {
  expect(formatCell("a|b\\|c")).toBe("`a[U+007C]b\\[U+007C]c`");
});

test("messages become a block of code, which no character of a message ends", () => {
  expect(formatLines("refused:\n  king\r\r/merge\r\n# Passed\u2028/close\n\n")).toBe(
    "    refused:\n      king\uFFFD\uFFFD/merge\n    # Passed\uFFFD/close\n",
  );
});
