import { addItem, removeEntry, setEntry } from "./yamlText";

const layout = `# the layout
people:
  # admins
  ada@acme.example: { dev: admin, production: admin } # boss

  bob@acme.example:
    dev: developer # since May

    # for the pilot
    production:
      role:   "viewer" # quoted
  # dangling

  carl@acme.example: {
    dev: admin, # first
    production: viewer # last
  }
  zoe@acme.example: &zoe { dev: viewer }
  yan@acme.example: *zoe
teams:
  cloud: [pia@acme.example, quentin@acme.example]
  firmware:
    - pia@acme.example # lead
    # the second
    - quentin@acme.example
`;

/** Returns the lines that an edit removes and adds. */
function compare(before: string, after: string): readonly string[] {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  return [
    ...(old ?? []).filter((line) => !now?.includes(line)).map((line) => `-${line}`),
    ...(now ?? []).filter((line) => !old?.includes(line)).map((line) => `+${line}`),
  ];
}

test("each line keeps its own line break", () => {
  const mixed = "people:\r\n  ada: { dev: admin }\n";
  const longer = setEntry(mixed, ["people", "bob"], { dev: "viewer" }).text;
  expect(longer).toBe("people:\r\n  ada: { dev: admin }\n  bob: { dev: viewer }\n");
  expect(removeEntry(longer, ["people", "bob"]).text).toBe(mixed);
});

const bob = ["people", "bob@acme.example"];
const carl = ["people", "carl@acme.example"];

test.each([
  { path: [...bob, "dev"], value: "admin", lines: ["-    dev: developer # since May", "+    dev: admin # since May"] },
  {
    path: [...bob, "production"],
    value: "admin",
    lines: ["-    production:", '-      role:   "viewer" # quoted', "+    production: admin # quoted"],
  },
  {
    path: [...bob, "production"],
    value: { role: "admin", until: "2027-01-31" },
    lines: ['-      role:   "viewer" # quoted', '+      role:   "admin" # quoted', "+      until: 2027-01-31"],
  },
  {
    path: [...bob, "dev"],
    value: { role: "admin", until: "2027-01-31" },
    lines: ["-    dev: developer # since May", "+    dev: { role: admin, until: 2027-01-31 } # since May"],
  },
  { path: [...bob, "lab"], value: "admin", lines: ["+    lab: admin"] },
  {
    path: [...carl, "test"],
    value: "admin",
    lines: ["-    production: viewer # last", "+    production: viewer, # last", "+    test: admin"],
  },
  { path: [...carl, "lab"], value: "admin", lines: ["+    lab: admin,"] },
  {
    path: ["people", "ada@acme.example", "test"],
    value: "viewer",
    lines: [
      "-  ada@acme.example: { dev: admin, production: admin } # boss",
      "+  ada@acme.example: { dev: admin, production: admin, test: viewer } # boss",
    ],
  },
  {
    path: ["people", "dora@acme.example", "dev"],
    value: "viewer",
    lines: ["+  dora@acme.example: { dev: viewer }"],
  },
  { path: ["organizations", "dev"], value: {}, lines: ["+organizations:", "+  dev: {}"] },
])("sets $path to $value in its place", ({ path, value, lines }) => {
  const { text, lostComments } = setEntry(layout, path, value);

  expect({ lines: compare(layout, text), lostComments }).toEqual({ lines, lostComments: [] });
});

test.each([
  {
    path: bob,
    lines: [
      "-  bob@acme.example:",
      "-    dev: developer # since May",
      "-    # for the pilot",
      "-    production:",
      '-      role:   "viewer" # quoted',
    ],
    lostComments: ["# since May", "# for the pilot", "# quoted"],
  },
  { path: [...carl, "dev"], lines: ["-    dev: admin, # first"], lostComments: ["# first"] },
  {
    path: [...carl, "production"],
    lines: ["-    dev: admin, # first", "-    production: viewer # last", "+    dev: admin # first"],
    lostComments: ["# last"],
  },
  {
    path: ["people", "ada@acme.example", "dev"],
    lines: [
      "-  ada@acme.example: { dev: admin, production: admin } # boss",
      "+  ada@acme.example: { production: admin } # boss",
    ],
    lostComments: [],
  },
  { path: ["people", "yan@acme.example"], lines: ["-  yan@acme.example: *zoe"], lostComments: [] },
  { path: ["teams", "firmware", 0], lines: ["-    - pia@acme.example # lead"], lostComments: ["# lead"] },
  {
    path: ["teams", "cloud", 1],
    lines: ["-  cloud: [pia@acme.example, quentin@acme.example]", "+  cloud: [pia@acme.example]"],
    lostComments: [],
  },
])("removes $path and names the comments that this removes", ({ path, lines, lostComments }) => {
  const edited = removeEntry(layout, path);

  expect({ lines: compare(layout, edited.text), lostComments: edited.lostComments }).toEqual({ lines, lostComments });
});

test.each([
  {
    path: ["teams", "firmware"],
    item: "ada@acme.example",
    lines: ["+    - ada@acme.example"],
    next: "    - pia@acme.example # lead",
  },
  {
    path: ["teams", "firmware"],
    item: "zoe@acme.example",
    lines: ["+    - zoe@acme.example"],
    next: "",
  },
  {
    path: ["teams", "cloud"],
    item: "pit@acme.example",
    lines: [
      "-  cloud: [pia@acme.example, quentin@acme.example]",
      "+  cloud: [pia@acme.example, pit@acme.example, quentin@acme.example]",
    ],
    next: "  firmware:",
  },
])("adds $item to the sorted list $path", ({ path, item, lines, next }) => {
  const { text } = addItem(layout, path, item);

  expect(compare(layout, text)).toEqual(lines);
  const all = text.split("\n");
  expect(all[all.findIndex((line) => line.includes(item) && !layout.includes(`${line}\n`)) + 1]).toBe(next);
});

test.each([
  [
    "changes a map that an alias repeats",
    () => setEntry(layout, ["people", "zoe@acme.example", "production"], "admin"),
  ],
  ["changes the alias of a map", () => setEntry(layout, ["people", "yan@acme.example", "dev"], "admin")],
  ["removes an anchor that is in use", () => removeEntry(layout, ["people", "zoe@acme.example"])],
  ["removes what a merged map contains", () => removeEntry("a: &a { b: 1 }\nc: { <<: *a, d: 2 }\n", ["c", "b"])],
  ["shares a line with a hyphen", () => removeEntry("a:\n  - b: 1\n    c: 2\n", ["a", 0, "b"])],
])("refuses an edit that %s", (_, edit) => {
  expect(edit).toThrow(/cannot be changed alone|is not written at this place|has no place|shares a line/);
});

test("overrides a merged map", () => {
  expect(setEntry("a: &a { b: 1 }\nc: { <<: *a, d: 2 }\n", ["c", "b"], 3).text).toBe(
    "a: &a { b: 1 }\nc: { <<: *a, b: 3, d: 2 }\n",
  );
});

test.each([
  ["a: 1", ["b"], "a: 1\nb: 2"],
  ["a: 1\r\n", ["b"], "a: 1\r\nb: 2\r\n"],
  ["a:\n", ["a", "b"], "a: { b: 2 }\n"],
  ["a: {}\n", ["a", "b"], "a: { b: 2 }\n"],
  ['{\n  "a": 1\n}\n', ["b"], '{\n  "a": 1,\n  "b": 2\n}\n'],
  ['{ "a": { "c": 1 } }', ["a", "b"], '{ "a": { "c": 1, "b": 2 } }'],
  ["a: |\n  text\n\nc: 1\n", ["a"], "a: 2\n\nc: 1\n"],
  ["? a\n: 1\n", ["a"], "? a\n: 2\n"],
])("edits %j", (text, path, expected) => {
  expect(setEntry(text, path, 2).text).toBe(expected);
});

test.each([
  ["a: 1\nb: 2", ["b"], "a: 1"],
  ["a: 1\r\nb: 2\r\n", ["a"], "b: 2\r\n"],
  ['{\n  "a": 1,\n  "b": 2\n}\n', ["b"], '{\n  "a": 1\n}\n'],
  ["a:\n  b: 1\n", ["a", "b"], "a: {}\n"],
  ["a:\n  - b\n", ["a", 0], "a: []\n"],
])("removes an entry from %j", (text, path, expected) => {
  expect(removeEntry(text, path).text).toBe(expected);
});

test("keeps a text with a hash, which is no comment", () => {
  const { lostComments } = removeEntry('a: "# no comment"\nb: x#y\nc: |\n  # text\nd: 1 # comment\ne: 2\n', ["d"]);

  expect(lostComments).toEqual(["# comment"]);
});
