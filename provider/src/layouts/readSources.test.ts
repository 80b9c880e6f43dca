import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLayoutFiles } from "./readSources";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layouts-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), `# ${name}\n`);
  }
}

test("a file is read under the name that it is given", () => {
  write("acme.txt");
  expect(readLayoutFiles("acme.txt", folder)).toEqual([{ file: "acme.txt", text: "# acme.txt\n" }]);
});

test("a folder is read with those in it, sorted, without what is hidden or something else", () => {
  write("acme/b.yml", "acme/a.yaml", "acme/eu/c.json", "acme/.git/d.yaml", "acme/.e.yaml", "acme/README.md");
  mkdirSync(join(folder, "acme", "folder.yaml"));
  expect(readLayoutFiles("acme", folder).map(({ file }) => file)).toEqual([
    "acme/a.yaml",
    "acme/b.yml",
    "acme/eu/c.json",
  ]);
});

test("a folder that holds a program is refused with the reason, rather than with all that is no layout in it", () => {
  write("acme/layout.yaml", "acme/eu/Pulumi.yaml", "acme/Pulumi.dev.yaml");
  expect(() => readLayoutFiles("acme", folder)).toThrow(
    "holds eu/Pulumi.yaml, which is a program and no layout: name the layout file",
  );
});

test("a folder may lie in a hidden one", () => {
  write(".acme/a.yaml");
  expect(readLayoutFiles(".acme", folder)).toHaveLength(1);
});

function link(name: string, target: string): void {
  symlinkSync(target, join(folder, name));
}

test("links are followed, and what they lead to is read once", () => {
  write("acme/a.yaml", "acme/eu/c.yaml", "shared/d.yaml");
  link("acme/shared", "../shared");
  link("acme/eu/back", "..");
  link("acme/z.yaml", "a.yaml");
  link("acme/NOTES.txt", "eu/c.yaml");
  const files = readLayoutFiles("acme", folder).map(({ file }) => file);
  expect(files).toEqual(["acme/a.yaml", "acme/eu/c.yaml", "acme/shared/d.yaml"]);
});

test.each([
  ["b.yaml", "gone.yaml"],
  ["eu", "../gone"],
  ["b.yaml", "b.yaml"],
])("the link %s to %s, which leads nowhere, is refused by its name", (name, target) => {
  write("acme/a.yaml");
  link(join("acme", name), target);
  expect(() => readLayoutFiles("acme", folder)).toThrow(
    `the link ${join(folder, "acme", name)} leads nowhere: correct it, or remove it`,
  );
});

test("nothing to read is refused", () => {
  write("README.md");
  expect(() => readLayoutFiles(folder)).toThrow(
    `the folder ${folder} holds no layout: no *.yaml, *.yml or *.json file`,
  );
  expect(() => readLayoutFiles("acme.yaml", folder)).toThrow(`there is no file or folder ${join(folder, "acme.yaml")}`);
});
