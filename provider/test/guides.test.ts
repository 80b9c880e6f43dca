import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { parseAllDocuments } from "yaml";
import { pages, read, type Block, type Page } from "./guides/markdown";
import { compile } from "./guides/typescript";
import { mistakes } from "./guides/yamlProgram";

const all = pages();
// The framework's own tests run the code of its page.
const blocks = all.filter(({ file }) => !file.startsWith("framework/")).flatMap((page) => page.blocks);
const inLanguage = (...names: readonly string[]) => blocks.filter(({ language }) => names.includes(language));

const known = ["bash", "sh", "shell", "ts", "python", "go", "yaml", "json", "text", "mermaid", "diff"];
const shell = ["bash", "sh", "shell"];

test("every block of code says its language", () => {
  expect(blocks.filter(({ language }) => !known.includes(language)).map(({ at }) => at)).toEqual([]);
});

/** Reports whether a link of a page is broken. */
function broken(page: Page, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return false;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page.file : normalize(join(page.file, "..", path));
  if (!existsSync(file)) return true;
  return anchor !== undefined && !all.find((one) => one.file === file)?.anchors.has(anchor);
}

test.each(all.map((page) => [page.file, page] as const))("the links of %s lead somewhere", (_, page) => {
  expect(page.links.filter((target) => broken(page, target))).toEqual([]);
});

test("the index names every page of the documentation", () => {
  const guides = all.filter(({ file }) => /^docs\/(reference\/)?[^/]+\.md$/.test(file) && file !== "docs/README.md");
  const index = all.find(({ file }) => file === "docs/README.md")?.links ?? [];
  expect(index).toEqual(expect.arrayContaining(guides.map(({ file }) => file.replace("docs/", ""))));
});

test("a heading that is there twice has two anchors, and punctuation is in none", () => {
  const { anchors, links } = read("a.md", "# What's `up`?\n## Again\n## Again\n[x](b.md#c) `[y](z)`\n");
  expect([...anchors]).toEqual(["whats-up", "again", "again-1"]);
  expect(links).toEqual(["b.md#c"]);
});

test("TypeScript compiles", () => {
  expect(compile(inLanguage("ts"))).toEqual([]);
});

test("Python compiles", () => {
  const program = "import json,sys\nfor at, code in json.load(sys.stdin): compile(code, at, 'exec')";
  const input = JSON.stringify(inLanguage("python").map(({ at, code }) => [at, code]));
  const { error, status, stderr } = spawnSync("python3", ["-c", program], { input, encoding: "utf8" });
  // Nothing else in the repository needs Python.
  if (error === undefined) expect([stderr, status]).toEqual(["", 0]);
});

test("Go can be parsed", () => {
  const folder = mkdtempSync(join(tmpdir(), "guides-"));
  try {
    for (const { at, code } of inLanguage("go")) writeFileSync(join(folder, `${at.replace(/\W/g, "-")}.go`), code);
    const { stderr, status } = spawnSync("gofmt", ["-e", "-l", folder], { encoding: "utf8" });
    expect([stderr, status]).toEqual(["", 0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("JSON can be parsed", () => {
  for (const { code } of inLanguage("json")) expect(() => void JSON.parse(code)).not.toThrow();
});

test.each(inLanguage("yaml").map((block) => [block.at, block] as const))("%s is YAML that fits", (_, { code }) => {
  for (const document of parseAllDocuments(code)) {
    expect(document.errors).toEqual([]);
    if (document.has("resources") || document.has("variables")) expect(mistakes(document.toJS())).toEqual([]);
  }
});

test("a program with mistakes is found out", () => {
  const properties = { organizationId: "${dev.id}", email: "a@acme.example", role: "king", onExpire: "ignore" };
  expect(mistakes({ resources: { bob: { type: "peridio:Membership", properties } } })).toEqual([
    'bob.role should be another type than that of "king"',
    "bob.onExpire is unknown",
    "bob refers to dev, which is nowhere",
  ]);
  expect(mistakes({ resources: { x: { type: "peridio:Organization" } } })).toEqual(["x.name is missing"]);
});

/** The commands that lines of shell, or words in the text, begin with `name`. */
function commands(name: string): readonly (readonly [at: string, words: string])[] {
  const lines = (block: Block) => block.code.split("\n").map((line) => [block.at, line] as const);
  const inline = all.flatMap(({ file, words }) => words.map((word) => [file, word] as const));
  const pattern = new RegExp(`(?:^|[;&|] *)(?:\\w+=\\S* +)*${name} ([^;&|#]*)`, "g");
  return [...blocks.filter(({ language }) => shell.includes(language)).flatMap(lines), ...inline].flatMap(
    ([at, line]) => [...line.trim().matchAll(pattern)].map(([, words = ""]) => [at, words] as const),
  );
}

test("every target of make that pages name is there", () => {
  const targets = new Set([...readFileSync("Makefile", "utf8").matchAll(/^([a-z]+):/gm)].map(([, name]) => name));
  const wrong = commands("make").filter(([, words]) => {
    const named = words
      .replace(/-C \S+/, "")
      .trim()
      .split(/\s+/);
    return named.some((word) => /^[a-z]/.test(word) && !targets.has(word));
  });
  expect(wrong).toEqual([]);
});

test("every command of Pulumi that pages name is one", () => {
  const help = execFileSync(".pulumi/bin/pulumi", ["--help"], { encoding: "utf8" });
  const there = new Set([...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name));
  const wrong = commands("pulumi").filter(([, words]) => {
    const [command = ""] = words.trim().split(/\s+/);
    return /^[a-z]/.test(command) && !there.has(command);
  });
  expect(wrong).toEqual([]);
});
