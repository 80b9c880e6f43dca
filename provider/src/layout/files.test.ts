import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLayoutFiles } from "./files";

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

test("reads a file under the given name", () => {
  write("acme.txt");
  expect(readLayoutFiles("acme.txt", folder)).toEqual([{ file: "acme.txt", text: "# acme.txt\n" }]);
});

test("reads the layouts of a folder and its subfolders, sorted, without hidden and other files", () => {
  write("acme/b.yml", "acme/a.yaml", "acme/eu/c.json", "acme/.git/d.yaml", "acme/.e.yaml", "acme/README.md");
  mkdirSync(join(folder, "acme", "folder.yaml"));
  expect(readLayoutFiles("acme", folder).map(({ file }) => file)).toEqual([
    "acme/a.yaml",
    "acme/b.yml",
    "acme/eu/c.json",
  ]);
});

test("rejects a folder that contains a program", () => {
  write("acme/layout.yaml", "acme/eu/Pulumi.yaml", "acme/Pulumi.dev.yaml");
  expect(() => readLayoutFiles("acme", folder)).toThrow(
    "contains the Pulumi program eu/Pulumi.yaml, which is not a layout. Specify the layout file",
  );
});

test("reads a hidden folder that is named", () => {
  write(".acme/a.yaml");
  expect(readLayoutFiles(".acme", folder)).toHaveLength(1);
});

function link(name: string, target: string): void {
  symlinkSync(target, join(folder, name));
}

test("follows links, and reads each file once", () => {
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
])("rejects the broken link %s to %s", (name, target) => {
  write("acme/a.yaml");
  link(join("acme", name), target);
  expect(() => readLayoutFiles("acme", folder)).toThrow(
    `The target of the link ${join(folder, "acme", name)} does not exist. Correct or remove the link.`,
  );
});

test("rejects a path without a layout", () => {
  write("README.md");
  expect(() => readLayoutFiles(folder)).toThrow(
    `The folder ${folder} contains no layout. Add a *.yaml, *.yml or *.json file, or specify another folder.`,
  );
  expect(() => readLayoutFiles("acme.yaml", folder)).toThrow(`The path ${join(folder, "acme.yaml")} does not exist`);
});

test("rejects a pipe, which could wait for ever", () => {
  execFileSync("mkfifo", [join(folder, "layout.yaml")]);
  expect(() => readLayoutFiles("layout.yaml", folder)).toThrow(
    /layout\.yaml is neither a file nor a folder\. Save the/,
  );
});
