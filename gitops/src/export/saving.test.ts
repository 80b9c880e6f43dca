import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mark } from "./layoutText";
import { save } from "./saving";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-saving-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (path: string, text: string) => {
  writeFileSync(join(folder, path), text);
};
const get = (path: string) => readFileSync(join(folder, path), "utf8");
const split = new Map([
  ["layouts/acme.yaml", `${mark}\n`],
  ["Pulumi.yaml", "name: acme\n"],
]);

test("creates folders and leaves no temporary file", () => {
  const below = join(folder, "new", "one");
  save(below, split, { force: false });
  expect(readdirSync(below, { recursive: true }).sort()).toEqual(["Pulumi.yaml", "layouts", "layouts/acme.yaml"]);
});

test("does not touch a file with the same text", () => {
  save(folder, split, { force: false });
  const before = statSync(join(folder, "Pulumi.yaml")).ino;
  save(folder, split, { force: false });
  expect(statSync(join(folder, "Pulumi.yaml")).ino).toBe(before);
});

test("rejects a file with a different text before it writes anything, and replaces the file with force", () => {
  put("Pulumi.yaml", "name: mine\n");
  const refusal = `The export would replace Pulumi.yaml in ${folder}. Add --force, or set --out to another folder.`;
  expect(() => {
    save(folder, split, { force: false });
  }).toThrow(refusal);
  expect(existsSync(join(folder, "layouts"))).toBe(false);
  save(folder, split, { force: true });
  expect(get("Pulumi.yaml")).toBe("name: acme\n");
});

test("removes a layout of an earlier export, which the program would also read, only with force", () => {
  mkdirSync(join(folder, "layouts"));
  put("layouts/acme-old.yaml", `${mark}: before\n`);
  expect(() => {
    save(folder, split, { force: false });
  }).toThrow("would remove layouts/acme-old.yaml");
  expect(save(folder, split, { force: true })).toEqual(["layouts/acme-old.yaml"]);
  expect(readdirSync(join(folder, "layouts"))).toEqual(["acme.yaml"]);
  expect(save(folder, split, { force: true })).toEqual([]);
});

test("removes the layouts of an export of the other style only with force", () => {
  const single = new Map([["layout.yaml", `${mark}\n`]]);
  const layouts = new Map([["layouts/acme.yaml", `${mark}\n`]]);
  save(folder, single, { force: false });
  expect(() => save(folder, layouts, { force: false })).toThrow("The export would remove layout.yaml");
  expect(save(folder, layouts, { force: true })).toEqual(["layout.yaml"]);
  expect(() => save(folder, single, { force: false })).toThrow("The export would remove layouts/acme.yaml");
  expect(save(folder, single, { force: true })).toEqual(["layouts/acme.yaml"]);
  expect([existsSync(join(folder, "layout.yaml")), existsSync(join(folder, "layouts/acme.yaml"))]).toEqual([
    true,
    false,
  ]);
});

test("ignores a layout of the other style by a person, because the program does not read it", () => {
  mkdirSync(join(folder, "layouts"));
  put("layouts/mine.yaml", "people: {}\n");
  expect(save(folder, new Map([["layout.yaml", `${mark}\n`]]), { force: true })).toEqual([]);
  rmSync(join(folder, "layouts"), { recursive: true });
  put("layout.yaml", "people: {}\n");
  expect(save(folder, split, { force: true })).toEqual([]);
  expect(get("layout.yaml")).toBe("people: {}\n");
});

test("never removes a layout by a person", () => {
  mkdirSync(join(folder, "layouts/more"), { recursive: true });
  put("layouts/more/mine.yml", "people: {}\n");
  expect(() => {
    save(folder, split, { force: true });
  }).toThrow("layouts/more/mine.yml");
  expect(get("layouts/more/mine.yml")).toBe("people: {}\n");
});

test("ignores other files in the folder", () => {
  mkdirSync(join(folder, "layouts"));
  put("layouts/README.md", "hello");
  put("layouts/.draft.yaml", "hello");
  put("notes.yaml", "hello");
  save(folder, split, { force: false });
  expect(get("layouts/README.md")).toBe("hello");
});

test("names a folder in the place of a file", () => {
  mkdirSync(join(folder, "Pulumi.yaml"));
  expect(() => {
    save(folder, split, { force: true });
  }).toThrow("Pulumi.yaml is not a file");
});
