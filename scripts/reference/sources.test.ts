import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSource, readSources } from "./sources";

const full = { message: "it is full", remedy: "Empty it." };
const parse = (text: string) => parseSource({ file: "Box.md", text }, { full });

test("a page has front matter, and notes in Markdown", () => {
  const text = "---\nimports: [a-box]\nerrors:\n  - message: it is shut\n    remedy: Open it.\n---\n\nA note.\n";
  const errors = [{ message: "it is shut", remedy: "Open it." }];
  expect(parse(text)).toEqual({ imports: ["a-box"], errors, notes: "A note." });
});

test("a page lists shared errors by name", () => {
  expect(parse("---\nerrors: [full]\n---\n")).toEqual({ errors: [full], notes: "" });
});

test.each([
  [
    "an unknown key",
    "---\nimport: [a]\n---\n",
    "Box.md:2:1: import is not a key here: use one of imports, permissions, errors",
  ],
  ["an empty list of imports", "---\nerrors: []\nimports: []\n---\n", "Box.md:3:10: imports "],
  [
    "an error without a remedy",
    "---\nerrors:\n  - message: it is shut\n---\n",
    "Box.md:3:5: errors[0].remedy is required",
  ],
  [
    "an unknown shared error",
    "---\nerrors: [ful]\n---\n",
    "Box.md:2:10: errors[0] is not in shared-errors.yaml; did you mean full?",
  ],
  [
    "invalid YAML",
    "---\nerrors: [\n---\n",
    "Box.md:3:1: the page has no `]` before this place: add `]` at the end of the list or map",
  ],
  ["a page without front matter", "# Box\n", "Box.md:1:1: the page is empty"],
])("rejects %s, with its line", (_, text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test("the name of a page is the name of its resource or function", () => {
  const folder = mkdtempSync(join(tmpdir(), "sources-"));
  try {
    writeFileSync(join(folder, "shared-errors.yaml"), "full: { message: it is full, remedy: Empty it. }\n");
    writeFileSync(join(folder, "Box.md"), "---\nerrors: [full]\n---\n");
    expect([...readSources(folder)]).toEqual([["Box", { errors: [full], notes: "" }]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
