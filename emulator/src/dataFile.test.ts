import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFile, readDataFile, removeTemporaryFiles } from "./dataFile";
import { Emulator } from "./emulator";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
  file = join(folder, "data.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("an emulator continues with the data of a file", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  emulator.control.advance(60);
  await new DataFile(file, () => emulator.state).save();
  const again = new Emulator({ data: readDataFile(file) });
  expect(again.snapshot()).toEqual(emulator.snapshot());
  expect(again.apiKey).toBe(emulator.apiKey);
});

test("a file from before a list existed has an empty list", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  emulator.control.access.addProject("gateway", "acme-dev");
  const isNew = (name: string, value: unknown) => ["webhooks", "runtimes"].includes(name) && Array.isArray(value);
  const withoutLists = (name: string, value: unknown) => (isNew(name, value) ? undefined : value);
  writeFileSync(file, JSON.stringify(emulator.snapshot(), withoutLists));
  const [organization] = readDataFile(file)?.organizations ?? [];
  expect([organization?.webhooks, organization?.projects[0]?.runtimes]).toEqual([[], []]);
});

test("the file contains all of several quick changes", async () => {
  const emulator = new Emulator();
  const data = new DataFile(file, () => emulator.state);
  const saves = Array.from({ length: 20 }, (_, index) => {
    emulator.control.addUser(`user${index}@acme.example`);
    return data.save();
  });
  await Promise.all(saves);
  expect(Object.keys(readDataFile(file)?.users ?? {})).toHaveLength(21);
  expect(readdirSync(folder)).toEqual(["data.json"]);
});

test("only the temporary files of killed saves are removed", () => {
  const others = ["data.json", "data.json.12.tmp.bak", "data.json.tmp", "data.json.x1.tmp", "other.json.12.tmp"];
  for (const name of [...others, "data.json.12.tmp", "data.json.4711.tmp"]) writeFileSync(join(folder, name), "{");
  removeTemporaryFiles(file);
  expect(readdirSync(folder).sort()).toEqual(others);
});

test("only its owner can read the file, because it contains API keys", async () => {
  await new DataFile(file, () => new Emulator().state).save();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a missing file has no data", () => {
  expect(readDataFile(file)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});

test.each(["", "{", "[]", "{}", '{"version":2}'])("a file with %j is rejected and not changed", (text) => {
  writeFileSync(file, text);
  expect(() => readDataFile(file)).toThrow(`${file} does not contain an emulator's data`);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a failed save rejects, and the next one works", async () => {
  const data = new DataFile(join(folder, "missing", "data.json"), () => new Emulator().state);
  await expect(data.save()).rejects.toThrow("ENOENT");
  await expect(data.save()).rejects.toThrow("ENOENT");
});
