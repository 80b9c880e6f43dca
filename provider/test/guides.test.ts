import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { parseAllDocuments } from "yaml";
import { listCommands } from "./guides/commands";
import { pages, read, type Page } from "./guides/markdown";
import { compile } from "./guides/typescript";
import { mistakes } from "./guides/yamlProgram";

const all = pages();
// Other tests run the code of these pages.
const runElsewhere = ["framework/", "docs/contributing/"];
const blocks = all
  .filter(({ file }) => !runElsewhere.some((folder) => file.startsWith(folder)))
  .flatMap((page) => page.blocks);
const inLanguage = (name: string) => blocks.filter(({ language }) => language === name);

const known = ["bash", "sh", "shell", "ts", "python", "go", "yaml", "json", "text", "mermaid", "diff"];

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

test("every target of make that pages name is there", () => {
  const targets = new Set([...readFileSync("Makefile", "utf8").matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));
  const wrong = listCommands(all, "make").filter(([, words]) => {
    const named = words
      .replace(/-C \S+/, "")
      .trim()
      .split(/\s+/);
    return named.some((word) => /^[a-z]/.test(word) && !targets.has(word));
  });
  expect(wrong).toEqual([]);
});
