import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedLedger } from "./ledger";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "acme-ledger-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("shares facts between the processes of one operation", () => {
  const [one, other] = [sharedLedger(folder, "operation", "world"), sharedLedger(folder, "operation", "world")];
  expect(other.has("kept bob")).toBe(false);
  one.add("kept bob");
  expect(other.has("kept bob")).toBe(true);
  other.add("kept eve");
  expect([one.has("kept eve"), one.has("kept bob"), one.has("failed bob")]).toEqual([true, true, false]);
});

test.each([
  ["another operation", "later", "world"],
  ["another API", "operation", "elsewhere"],
])("%s has other facts", (_, operation, world) => {
  sharedLedger(folder, "operation", "world").add("kept bob");
  expect(sharedLedger(folder, operation, world).has("kept bob")).toBe(false);
});

test("writes no names of people", () => {
  sharedLedger(folder, "operation", "world").add("kept bob@acme.example");
  const [file = ""] = readdirSync(folder);
  expect(readFileSync(join(folder, file), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
});

test("deletes the file of an operation of the day before", () => {
  sharedLedger(folder, "old", "world").add("kept bob");
  const [file = ""] = readdirSync(folder);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(folder, file), yesterday, yesterday);
  sharedLedger(folder, "new", "world");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["cannot be created", () => "/dev/null/nowhere"],
  ["rejects the file", blockedFolder],
])("keeps the facts of one process if the folder %s", (_, place) => {
  const ledger = sharedLedger(place(), "operation", "world");
  expect(ledger.has("kept bob")).toBe(false);
  ledger.add("kept bob");
  expect([ledger.has("kept bob"), ledger.has("kept eve")]).toEqual([true, false]);
});

/** Returns the folder with a folder in place of the file. Permissions would not stop a superuser. */
function blockedFolder(): string {
  sharedLedger(folder, "operation", "world").add("kept eve");
  const [file = ""] = readdirSync(folder);
  rmSync(join(folder, file));
  mkdirSync(join(folder, file));
  return folder;
}
