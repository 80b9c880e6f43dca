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
        ["ada", "reads a long book about engines"],
        ["grace hopper", "writes"],
      ],
      30,
    ),
  ).toBe(
    ["WHO     WHAT", "ada     reads a long book about", "        engines", "grace   writes", "hopper", ""].join("\n"),
  );
});

test("a cell cannot control the terminal or begin a row, and a table without rows has no titles", () => {
  expect(formatTable([{ title: "who" }], [["ada\u001B[2J\nbob"]], 80)).toBe("WHO\nada\uFFFD[2J\uFFFDbob\n");
  expect(formatTable(columns, [], 80)).toBe("");
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
  expect(wrap("日本 語の 名前", 9)).toEqual(["日本 語の", "名前"]);
});

test("a word without punctuation is never broken: its column is wider, and the last column keeps room", () => {
  expect(
    formatTable(
      columns,
      [
        ["a verylongname", "a word, and averyverylongword at the end"],
        ["b", "c"],
      ],
      30,
    ),
  ).toBe(
    [
      "WHO           WHAT",
      "a             a word, and",
      "verylongname  averyverylongword at the",
      "              end",
      "b             c",
      "",
    ].join("\n"),
  );
  expect(wrap("a verylongword b", 5)).toEqual(["a", "verylongword", "b"]);
});

test("long words end a line at punctuation", () => {
  expect(wrap("by ada.lovelace@acme.example now", 12)).toEqual(["by ada.", "lovelace", "@acme.", "example now"]);
  expect(wrap("firmware/canary-east", 10)).toEqual(["firmware/", "canary-", "east"]);
});
