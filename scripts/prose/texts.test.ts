import { extractTexts } from "./texts";

const findTexts = (path: string, source: string) =>
  extractTexts(path, source).map(({ kind, line, lines }) => [kind, line, ...lines] as const);

test("joins line comments on consecutive lines, and ignores directives", () => {
  const source = [
    "/**",
    " * Returns a name.",
    " *",
    " * @throws An error.",
    " */",
    "const name = 1; // A number.",
    "// One comment",
    "// on two lines.",
    "",
    "// Another comment.",
    "// eslint-disable-next-line no-console",
    "const text = `// ${name} // no comment`;",
  ].join("\n");
  expect(findTexts("a.ts", source)).toEqual([
    ["comments", 1, "", "Returns a name.", "", "An error.", ""],
    ["comments", 6, "A number."],
    ["comments", 7, "One comment", "on two lines."],
    ["comments", 10, "Another comment."],
  ]);
});

test("finds strings of at least four words, and replaces inserted values with a word", () => {
  const source = [
    'const short = "three words only";',
    "const long = `${short} is the name of ${short}.`;",
    'throw new Error("A message on two lines: " +',
    "  `${long} is wrong.` + more);",
    'const code = "if (a) {\\n  return b and c;\\n}";',
  ].join("\n");
  expect(findTexts("a.ts", source)).toEqual([
    ["messages", 2, "value is the name of value."],
    ["messages", 3, "A message on two lines: value is wrong.value"],
  ]);
});

test("finds only names and comments in a test", () => {
  const source = 'test("rejects it", () => {\n  expect("some text of many words").toBe(1); // A reason.\n});';
  expect(findTexts("a.test.ts", source)).toEqual([
    ["comments", 2, "A reason."],
    ["messages", 1, "rejects it"],
  ]);
});

test("finds comments and descriptions in YAML, remedies in front matter, and descriptions in JSON", () => {
  const yaml = "# A comment.\nname: x # Another one.\ndescription: What it is.\n";
  expect(findTexts("a.yaml", yaml)).toEqual([
    ["comments", 1, "A comment."],
    ["comments", 2, "Another one."],
    ["messages", 3, "What it is."],
  ]);
  expect(findTexts("a.md", `---\nerrors:\n  - remedy: Open it.\n---\nremedy: none\n`)).toEqual([
    ["messages", 3, "Open it."],
  ]);
  expect(findTexts("a.json", '{\n  "description": "A \\"name\\"."\n}')).toEqual([["messages", 2, 'A "name".']]);
});
