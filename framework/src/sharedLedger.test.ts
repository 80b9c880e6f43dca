import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testsWith } from "../../scripts/tests";
import { openLedger, createSharedLedger } from "./sharedLedger";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "acme-ledger-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("shares facts between the processes of one operation", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  expect(other.has("kept bob")).toBe(false);
  one.add("kept bob");
  expect(other.has("kept bob")).toBe(true);
  other.add("kept eve");
  expect([one.has("kept eve"), one.has("kept bob"), one.has("failed bob")]).toEqual([true, true, false]);
});

test("another operation has other facts", () => {
  createSharedLedger(folder, "operation").add("kept bob");
  expect(createSharedLedger(folder, "later").has("kept bob")).toBe(false);
});

test("creates no file for a question", () => {
  expect(createSharedLedger(folder, "operation").has("kept bob")).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test("adds several facts at once", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  one.add("kept bob", "kept eve");
  expect([other.has("kept bob"), other.has("kept eve"), other.has("kept bobkept eve")]).toEqual([true, true, false]);
});

test("learns a fact when the other process has written all of it", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  one.add("kept eve", "kept bob");
  const [name = ""] = readdirSync(folder);
  const file = join(folder, name);
  const text = readFileSync(file, "latin1");
  writeFileSync(file, text.slice(0, 100));
  expect([other.has("kept bob"), other.has("kept eve")]).toEqual([false, true]);
  writeFileSync(file, text);
  expect(other.has("kept bob")).toBe(true);
});

test("keeps the file of an operation that began today", () => {
  createSharedLedger(folder, "running").add("kept bob");
  const [file = ""] = readdirSync(folder);
  const earlier = new Date(Date.now() - 23 * 3_600_000);
  utimesSync(join(folder, file), earlier, earlier);
  createSharedLedger(folder, "new");
  expect(readdirSync(folder)).toEqual([file]);
});

testsWith("Use a POSIX system.", process.platform !== "win32").test(
  "only the user who runs the command can read the folder and the file",
  () => {
    const inner = join(folder, "inner");
    createSharedLedger(inner, "operation").add("kept bob");
    const [file = ""] = readdirSync(inner);
    expect([inner, join(inner, file)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  },
);

describe("the ledger of an operation", () => {
  const environment = () => ({ PULUMI_HOME: folder });
  const open = (address: string, engine?: string) =>
    openLedger("acme", environment(), address, engine === undefined ? undefined : () => engine);

  test("is shared by the processes with the same engine, and by no others", () => {
    open("127.0.0.1:1")?.add("kept bob");
    expect(open("127.0.0.1:1")?.has("kept bob")).toBe(true);
    expect(open("127.0.0.1:2")?.has("kept bob")).toBe(false);
    expect(readdirSync(folder)).toEqual(["acme"]);
  });

  test("is another one for a later engine with the same address", () => {
    open("127.0.0.1:1", "7 noon")?.add("kept bob");
    expect(open("127.0.0.1:1", "7 noon")?.has("kept bob")).toBe(true);
    expect(open("127.0.0.1:1", "7 later")?.has("kept bob")).toBe(false);
    expect(open("127.0.0.1:1")?.has("kept bob")).toBe(false);
  });

  test("is absent without an engine", () => {
    expect(open("")).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("writes no names of people", () => {
  createSharedLedger(folder, "operation").add("kept bob@acme.example");
  const [file = ""] = readdirSync(folder);
  expect(readFileSync(join(folder, file), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
});

test("deletes the file of an operation of the day before", () => {
  createSharedLedger(folder, "old").add("kept bob");
  const [file = ""] = readdirSync(folder);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(folder, file), yesterday, yesterday);
  createSharedLedger(folder, "new");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["cannot be created", () => "/dev/null/nowhere"],
  ["rejects the file", blockedFolder],
])("keeps the facts of one process if the folder %s", (_, place) => {
  const ledger = createSharedLedger(place(), "operation");
  expect(ledger.has("kept bob")).toBe(false);
  ledger.add("kept bob");
  expect([ledger.has("kept bob"), ledger.has("kept eve")]).toEqual([true, false]);
});

test.each([
  ["cannot be created", () => "/dev/null/nowhere"],
  ["rejects the file", blockedFolder],
])("names the folder and the remedy if the folder %s, although nothing was written", (_, place) => {
  const unusable = place();
  expect(createSharedLedger(unusable, "operation").explainFailure()).toMatch(
    new RegExp(`^the folder ${unusable} is unusable: .*Make the folder writable, and run the command again$`),
  );
});

test("explains no failure of a usable folder, and adds no fact by asking", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  one.add("kept bob");
  expect([one.explainFailure(), other.explainFailure()]).toEqual([undefined, undefined]);
  expect(other.has("kept bob")).toBe(true);
});

testsWith("Use a system with the device /dev/full.", existsSync("/dev/full")).test("a full disk is a failure", () => {
  // Each write to this device fails, as on a full disk.
  symlinkSync("/dev/full", join(folder, nameOf("operation")));
  expect(createSharedLedger(folder, "operation").explainFailure()).toContain("ENOSPC");
});

test("a file that lost facts is a failure", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  one.add("kept bob");
  expect(other.has("kept bob")).toBe(true);
  const [file = ""] = readdirSync(folder);
  truncateSync(join(folder, file));
  expect(other.has("kept eve")).toBe(false);
  expect(other.explainFailure()).toContain("is unusable: another provider of this program could not write in it. ");
});

/** Returns the name of the file of an operation. */
function nameOf(operation: string): string {
  createSharedLedger(folder, operation).add("kept eve");
  const [file = ""] = readdirSync(folder);
  rmSync(join(folder, file));
  return file;
}

/** Returns the folder with a folder in place of the file. Permissions would not stop a superuser. */
function blockedFolder(): string {
  mkdirSync(join(folder, nameOf("operation")));
  return folder;
}

test("a process that could not write makes the facts of all others unknown", () => {
  const [one, other] = [createSharedLedger(folder, "operation"), createSharedLedger(folder, "operation")];
  other.add("kept eve");
  const [file = ""] = readdirSync(folder);
  rmSync(join(folder, file));
  mkdirSync(join(folder, file));
  one.add("kept bob");
  expect(one.explainFailure()).toContain("is unusable");
  expect(other.explainFailure()).toContain("another provider of this program could not write in it");
  expect(createSharedLedger(folder, "operation").explainFailure()).toContain("is unusable");
  expect(createSharedLedger(folder, "later").explainFailure()).toBeUndefined();
});
