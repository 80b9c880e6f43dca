import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedLedger } from "./ledger";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "acme-ledger-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what one process writes, another one of the same operation reads", () => {
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
])("%s knows nothing of it", (_, operation, world) => {
  sharedLedger(folder, "operation", "world").add("kept bob");
  expect(sharedLedger(folder, operation, world).has("kept bob")).toBe(false);
});

test("names of people are not written down", () => {
  sharedLedger(folder, "operation", "world").add("kept bob@acme.example");
  const [file = ""] = readdirSync(folder);
  expect(readFileSync(join(folder, file), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
});

test("what an operation of the day before left behind is removed", () => {
  sharedLedger(folder, "old", "world").add("kept bob");
  const [file = ""] = readdirSync(folder);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(folder, file), yesterday, yesterday);
  sharedLedger(folder, "new", "world");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["cannot be made", () => "/dev/null/nowhere"],
  ["refuses the file", refusing],
])("if the folder %s, a process remembers its own facts", (_, place) => {
  const ledger = sharedLedger(place(), "operation", "world");
  expect(ledger.has("kept bob")).toBe(false);
  ledger.add("kept bob");
  expect([ledger.has("kept bob"), ledger.has("kept eve")]).toEqual([true, false]);
});

/** The folder with something else in the file's place. Permissions would not stop a superuser. */
function refusing(): string {
  sharedLedger(folder, "operation", "world").add("kept eve");
  const [file = ""] = readdirSync(folder);
  rmSync(join(folder, file));
  mkdirSync(join(folder, file));
  return folder;
}
