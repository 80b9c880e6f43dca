import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = join(__dirname, "..");
const pages = [
  "README.md",
  "docs/tutorial.md",
  "docs/coming-from-dynamic.md",
  "docs/coming-from-infer.md",
  "docs/resources.md",
  "docs/secrets.md",
];

/** Replaces each code block below a comment that names a file with that file. */
function withFiles(text: string): string {
  const blocks = /(<!-- (part of )?((?:examples|template)\/\S+) -->\n\n```ts\n)([^]*?)(```\n)/g;
  return text.replaceAll(
    blocks,
    (_, start: string, part: string | undefined, file: string, shown: string, end: string) => {
      const source = readFileSync(join(folder, file), "utf8");
      return start + (part === undefined ? source : findStatement(source, shown)) + end;
    },
  );
}

/** Returns the statement of a file that begins as the first words of a block. */
function findStatement(source: string, shown: string): string {
  const [beginning = ""] = /^\w+ \w+/.exec(shown) ?? [];
  return source.split(/(?<=\n)\n/).find((statement) => statement.startsWith(beginning)) ?? "";
}

test.each(pages)("%s shows files as they are", (name) => {
  const page = join(folder, name);
  const text = readFileSync(page, "utf8");
  // To renew the pages, run this test with GOLDEN=write.
  if (process.env.GOLDEN === "write") writeFileSync(page, withFiles(text));
  else expect(text).toBe(withFiles(text));
});

test.each(pages)("the links of %s lead to files", (name) => {
  const page = join(folder, name);
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  const targets = links.filter((link) => !link.startsWith("https:")).map((link) => link.replace(/#.*/, ""));
  expect(targets.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
});

test("the framework contains no word of a provider's service", () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // The addresses of the repository are in package.json.
  const others = [__filename, join(folder, "test/package.nightly.test.ts"), join(folder, "package.json")];
  const found = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !others.includes(file) && /peridio|avocado/i.test(readFileSync(file, "utf8")));
  expect(files.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
