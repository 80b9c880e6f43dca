import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..");
const page = join(folder, "README.md");

/** Replaces each code block below a comment that names a file with that file, as a provider outside this repository writes it. */
function withFiles(text: string): string {
  return text.replaceAll(/(<!-- (\S+) -->\n\n```ts\n)[^]*?(```\n)/g, (_, start: string, file: string, end: string) => {
    return start + readFileSync(join(folder, file), "utf8").replaceAll('"#framework', '"pulumi-provider-kit') + end;
  });
}

test("the README shows the complete provider as it is", () => {
  const text = readFileSync(page, "utf8");
  // To renew the page, run this test with GOLDEN=write.
  if (process.env.GOLDEN === "write") writeFileSync(page, withFiles(text));
  else expect(text).toBe(withFiles(text));
});

test("the links of the README lead to files", () => {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  expect(links.filter((link) => !files.includes(link))).toEqual([]);
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
