import { formatTable, wrap } from "./text";

const columns = [
  { title: "who", most: 6 },
  { title: "what", most: 20 },
];

test("columns are as wide as needed, and the last takes the rest", () => {
  expect(
    formatTable(
      columns,
      [
        ["ada", "reads a book"],
        ["grace hopper", "writes"],
      ],
      16,
    ),
  ).toBe(["WHO     WHAT", "ada     reads a", "        book", "grace   writes", "hopper", ""].join("\n"));
});

test("Asian characters take two columns", () => {
  expect(
    formatTable(
      columns,
      [
        ["日本", "x"],
        ["ab", "y"],
      ],
      20,
    ),
  ).toBe("WHO   WHAT\n日本  x\nab    y\n");
  expect(wrap("日本語の名前", 5)).toEqual(["日本", "語の", "名前"]);
});

test("breaks a word that is too long without losing a character", () => {
  expect(wrap("a verylongword", 5)).toEqual(["a", "veryl", "ongwo", "rd"]);
});
