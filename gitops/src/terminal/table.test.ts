import { printable } from "./printable";
import { table, wrapped } from "./table";

const columns = [
  { title: "who", most: 6 },
  { title: "what", most: 20 },
];

test("columns are as wide as needed, and the last takes what is left", () => {
  expect(
    table(
      columns,
      [
        ["ada", "reads a book"],
        ["grace hopper", "writes"],
      ],
      16,
    ),
  ).toBe(["WHO     WHAT", "ada     reads a", "        book", "grace   writes", "hopper", ""].join("\n"));
});

test("Asian characters take two places", () => {
  expect(
    table(
      columns,
      [
        ["日本", "x"],
        ["ab", "y"],
      ],
      20,
    ),
  ).toBe("WHO   WHAT\n日本  x\nab    y\n");
  expect(wrapped("日本語の名前", 5)).toEqual(["日本", "語の", "名前"]);
});

test("a word that is too long is broken, and nothing of it is lost", () => {
  expect(wrapped("a verylongword", 5)).toEqual(["a", "veryl", "ongwo", "rd"]);
});

test("colours take no place", () => {
  const painted = [
    { title: "who", most: 6, paint: (text: string) => `\u001B[31m${text}\u001B[39m` },
    { title: "what", most: 9 },
  ];
  expect(table(painted, [["ada", "reads"]], 20)).toBe("WHO  WHAT\n\u001B[31mada\u001B[39m  reads\n");
});

test("what commands a terminal is not printed", () => {
  expect(printable("a\u001B[31mb\nc\u202Ed")).toBe("a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d");
});
