import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { formatRecord, getReviewName } from "../src/evidence/record";
import { run } from "../src/program";
import { formatReviewJson, type Review } from "../src/review/review";
import { small } from "./reviews";
import { createRecord, createRecordFiles, plan } from "./support/records";
import { fakeTerminal } from "./support/terminal";

/** A change of two people. */
const review: Review = { ...small, verdict: "needs approval", violations: [] };
const reviewText = formatReviewJson(review);

let folder: string;
/** The names of three records, from the first. */
let names: readonly string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-evidence-"));
  mkdirSync(join(folder, "evidence"));
  names = [1, 2, 3].reduce<readonly string[]>((before, day) => [...before, keep(day, before.at(-1))], []);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Keeps a record and its review, and returns the name of the record. */
function keep(day: number, previous?: string): string {
  const files = createRecordFiles(review, day, previous);
  for (const [name, text] of Object.entries(files)) write(name, text);
  return Object.keys(files)[0] ?? "";
}

const read = (name: string) => readFileSync(join(folder, "evidence", name), "utf8");
const write = (name: string, text: string) => {
  writeFileSync(join(folder, "evidence", name), text);
};
const remove = (name: string) => {
  rmSync(join(folder, "evidence", name));
};
const at = (index: number) => names[index] ?? "";

async function evidence(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder });
  const code = await run(["evidence", ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

test("verifies a chain, its reviews and a plan, and prints the digest of the last record", async () => {
  writeFileSync(join(folder, "plan-dev.json"), plan);
  expect(await evidence("verify", "evidence", "plan-dev.json")).toEqual({
    code: 0,
    printed: `3 records, complete and unchanged. The last one has the digest ${at(2).slice(17, 81)}.\n`,
    said: "",
  });
  expect((await evidence("verify", "evidence", "--last", at(2).slice(17, 81))).code).toBe(0);
});

/** Replaces one byte of a file. */
function editByte(name: string): void {
  const bytes = readFileSync(join(folder, "evidence", name));
  const place = bytes.indexOf("ada");
  bytes[place] = 0x45;
  writeFileSync(join(folder, "evidence", name), bytes);
}

/** Replaces the second record by another one with the right name and digest. */
function forge(): string {
  const [, second = ""] = names;
  const other = formatRecord({ ...createRecord(review, 2, at(0)), approvals: [] });
  write(other.name, other.text);
  remove(second);
  renameSync(join(folder, "evidence", getReviewName(second)), join(folder, "evidence", getReviewName(other.name)));
  return other.name;
}

test.each<[string, () => void, () => readonly string[], string]>([
  [
    "one changed byte",
    () => {
      editByte(at(1));
    },
    () => [at(1)],
    "The record was changed",
  ],
  [
    "one changed byte of the last record",
    () => {
      editByte(at(2));
    },
    () => [at(2)],
    "The record was changed",
  ],
  [
    "one changed byte of a review",
    () => {
      editByte(getReviewName(at(0)));
    },
    () => [at(0)],
    "The review beside the record is another one",
  ],
  [
    "a replaced review",
    () => {
      write(getReviewName(at(1)), formatReviewJson({ ...review, verdict: "pass" }));
    },
    () => [at(1)],
    "The review beside the record is another one",
  ],
  [
    "a removed first record",
    () => {
      remove(at(0));
    },
    () => [at(1), getReviewName(at(0))],
    "The record before this one is missing",
  ],
  [
    "a removed record",
    () => {
      remove(at(1));
    },
    () => [at(2)],
    "The record before this one is missing",
  ],
  [
    "two records in each other's place",
    () => {
      const [first, second] = [read(at(0)), read(at(1))];
      write(at(0), second);
      write(at(1), first);
    },
    () => [at(0), at(1)],
    "The record was changed",
  ],
  [
    "a replaced record with a valid digest",
    () => {
      forge();
    },
    () => [at(2)],
    "The record before this one is missing",
  ],
  [
    "a second record after the first",
    () => {
      keep(4, at(0));
    },
    () => [at(1)],
    "Several records follow the same one",
  ],
  [
    "a second first record",
    () => {
      keep(4);
    },
    () => [at(0)],
    "Several records are the first one",
  ],
  [
    "a record that is older than the one before it",
    () => {
      names = [...names, keep(1, at(2))];
    },
    () => [at(3)],
    "The apply started before the end of the apply before it",
  ],
  [
    "another time in the name",
    () => {
      renameSync(join(folder, "evidence", at(2)), join(folder, "evidence", at(2).replace("20270103", "20270104")));
    },
    () => [at(2).replace("20270103", "20270104")],
    "The file was renamed",
  ],
  [
    "a record with another name",
    () => {
      renameSync(join(folder, "evidence", at(2)), join(folder, "evidence/last.json"));
    },
    () => ["last.json"],
    "The name of the file is not that of a record",
  ],
  [
    "a file that no record names",
    () => {
      write("plan-dev.json", "{}");
    },
    () => ["plan-dev.json"],
    "No record names this file",
  ],
])("finds %s", async (_, attack, files, message) => {
  attack();
  const { code, printed } = await evidence("verify", "evidence");
  expect(code).toBe(1);
  for (const file of files()) expect(printed).toContain(`${file}: `);
  expect(printed).toContain(message);
  const { said } = await evidence("list", "evidence");
  expect(said).toContain("The list can be incomplete:\n");
  expect(said).toContain(message);
});

test("finds that a record states other changes than its review", async () => {
  const record = createRecord(review, 4, at(2));
  const { name, text } = formatRecord({ ...record, review: { ...record.review, changes: [] } });
  write(name, text);
  write(getReviewName(name), reviewText);
  expect(await evidence("verify", "evidence")).toMatchObject({
    code: 1,
    printed: `${name}: The record states another verdict or other changes than its review.\n`,
  });
});

test("finds a removed last record, and a last record that is forged, by the expected digest", async () => {
  const last = at(2).slice(17, 81);
  remove(at(2));
  remove(getReviewName(at(2)));
  expect((await evidence("verify", "evidence")).code).toBe(0);
  const { code, printed } = await evidence("verify", "evidence", "--last", last);
  expect([code, printed]).toEqual([1, `${last}: The expected last record is missing, or another record follows it.\n`]);
});

test("the record of one run names the record before it, and where to find it", async () => {
  const { code, printed, said } = await evidence("list", join("evidence", at(2)));
  expect(code).toBe(1);
  expect(printed).toContain("2027-01-03 08:00 UTC");
  expect(said).toBe(
    "peridio-gitops: The list can be incomplete:\n" +
      `${at(2)}: The record before this one is missing: the file whose name ends in ${at(1).slice(16)}. ` +
      "The artifact of each run contains one record, so download those of the earlier runs into the same folder.\n",
  );
});

test("lists the applies of a person or a period", async () => {
  const all = await evidence("list", "evidence");
  expect(all.code).toBe(0);
  expect(all.printed).toContain(
    "2027-01-02 08:00 UTC, commit 222222222222 by grace, verdict needs approval, approved by ada\n" +
      "  https://forge.example/acme/access/actions/runs/7\n  access/dev: applied\n  access/production: failed\n",
  );
  const [change] = review.people.filter(({ changed }) => changed);
  const email = change?.email ?? "";
  const one = await evidence(
    "list",
    "evidence",
    "--person",
    email.toUpperCase(),
    "--since",
    "2027-01-02",
    "--until",
    "2027-01-02",
  );
  const lines = one.printed.split("\n").filter((line) => line.startsWith("  - "));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes(email))).toEqual([]);
  expect(one.printed.match(/ UTC, commit/g)).toHaveLength(1);
  expect((await evidence("list", "evidence", "--person", "nobody@acme.example")).printed).toBe("");
});

test("the JSON fits the published schemas", async () => {
  const check = (schema: string, value: unknown) => {
    const validate = new Ajv({ allErrors: true, formats: { "date-time": true } }).compile(
      JSON.parse(readFileSync(`gitops/${schema}.schema.json`, "utf8")),
    );
    validate(value);
    return validate.errors ?? [];
  };
  expect(check("evidence", JSON.parse(read(at(0))))).toEqual([]);
  expect(check("evidence-verify", JSON.parse((await evidence("verify", "evidence", "--json")).printed))).toEqual([]);
  expect(check("evidence-list", JSON.parse((await evidence("list", "evidence", "--json")).printed))).toEqual([]);
  expect(readdirSync(join(folder, "evidence"))).toHaveLength(6);
});

test.each([
  [["verify", "evidence", "--person", "ada@acme.example"], 2, "belong to `evidence list`"],
  [["list", "evidence", "--last", "0"], 2, "belongs to `evidence verify`"],
  [["list", "evidence", "--since", "soon"], 2, "--since"],
  [["verify", "absent"], 1, "Cannot read absent"],
  [["verify", "empty"], 1, "empty contains no record."],
])("%j ends with %d", async (args, code, message) => {
  mkdirSync(join(folder, "empty"));
  const ended = await evidence(...args);
  expect(ended.code).toBe(code);
  expect(ended.said).toContain(message);
});
