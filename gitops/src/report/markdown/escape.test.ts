import { formatCell, formatCode, formatProse } from "./escape";

test.each([
  ["a sentence stays as it is", "No stack declares this person after the change; the owner stays.", undefined],
  ["numbers and two-part words too", "1,024 two-factor seats (of 2000), that's 50% more…", undefined],
  ["an address is no link", "carl@partner.example would be admin.", "`carl@partner.example` would be admin."],
  ["nor is a site", "See www.evil.example, https://evil.example!", "See `www.evil.example`, `https://evil.example`!"],
  ["nobody is called", "cc @ada, @acme/admins", "cc `@ada`, `@acme/admins`"],
  ["no page is referred to", "#12 !3 GH-12 acme#4 deadbeef", "`#12` `!3` `GH-12` `acme#4` `deadbeef`"],
  ["no picture, tag or comment comes in", "<img src=x> ![x](y) <!--", "`<img` `src=x>` `![x](y`) `<!--`"],
  ["no emoji", ":smile: 8:30", "`:smile`: `8:30`"],
  ["no command for a robot", "/approve", "`/approve`"],
  ["no list begins", "1. - * + # > one", "`1`. `-` `*` `+` `#` `>` one"],
  ["lines become one", "one\n\n  two\tthree ", "one two three"],
  ["what is code stays code", "run `pulumi import a b`, then `up`", undefined],
  ["codes that touch are kept apart", "#1`one`#2", "`#1` `one` `#2`"],
  ["a backtick alone ends nothing", "a`b c", "``a`b`` c"],
])("in prose, %s", (_, text, expected = text) => {
  expect(formatProse(text)).toBe(expected);
});

test("marks a shortened text, and does not cut within a character", () => {
  expect(formatProse("one two three", 13)).toBe("one two three");
  expect(formatProse("one two three", 5)).toBe("one t… (shortened; the JSON report has the whole text)");
  expect(formatProse("\u{1f600}\u{1f600}", 3)).toBe("`\u{1f600}`… (shortened; the JSON report has the whole text)");
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
  ["what turns the direction of writing", "ada\u202egro", "`ada[U+202E]gro`"],
  ["what nobody sees", "a\u200bd\u00a0a\u3164\n", "`a[U+200B]d[U+00A0]a[U+3164][U+000A]`"],
  ["half a character", "a\ud83d", "`a[U+D83D]`"],
  ["letters and emojis of the world", "zoë@bücher.example 😀", "`zoë@bücher.example 😀`"],
])("shows %s unchanged or visibly", (_, text, expected) => {
  expect(formatCode(text)).toBe(expected);
});

test("a cell contains no bar", () => {
  expect(formatCell("a|b\\|c")).toBe("`a[U+007C]b\\[U+007C]c`");
});
