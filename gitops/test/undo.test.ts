import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { type Review, review as reviewSchema } from "../src/review/review";
import { createRecordFiles } from "./support/records";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-undo-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const layout = `organizations:
  acme:
    groups:
      field: { members: [bob@acme.example, carl@partner.example, dora@acme.example] } # in the field
    projects:
      firmware:
        everyoneEnabled: false
        access: { users: [bob@acme.example, carl@partner.example, dora@acme.example], groups: [] }
        cohorts:
          canary: { everyoneEnabled: false, access: { users: [bob@acme.example, carl@partner.example, dora@acme.example], groups: [] } }
  lab:
people:
  ada@acme.example: { acme: admin, lab: admin }
  bob@acme.example: { acme: admin } # the first
  carl@partner.example: { acme: { role: member, until: 2027-05-31 }, lab: member }
  dora@acme.example: { acme: member, lab: member }
`;

async function call(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder });
  const code = await run([...args, "--backend", "connect"], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

const put = (file: string, text: string) => {
  writeFileSync(join(folder, file), text);
};
const read = () => readFileSync(join(folder, "layout.yaml"), "utf8");

/** Reviews the change from a layout to another one, which is then the layout. */
async function change(after: string, before = layout): Promise<Review> {
  put("base.yaml", before);
  put("layout.yaml", after);
  const { printed } = await call("plan", "layout.yaml", "--base", "base.yaml", "--json");
  put("review.json", printed);
  return reviewSchema.parse(JSON.parse(printed));
}

/** Removes a person as `revoke` does. */
async function revoke(...args: readonly string[]): Promise<Review> {
  put("layout.yaml", layout);
  expect((await call("revoke", ...args)).code).toBe(0);
  return change(read());
}

test("a removed person has the role, the groups and the grants again, and no other byte changes", async () => {
  await revoke("bob@acme.example");
  expect(read()).not.toContain("bob@acme.example");
  const { code, printed, said } = await call("undo", "review.json");
  expect([code, said]).toEqual([0, ""]);
  expect(read()).toBe(layout.replace(" # the first", ""));
  expect(printed).toContain("- bob@acme.example: acme: no access → admin (to be invited)");
});

test("a lower role and an earlier end are undone, and more access is not", async () => {
  await change(
    layout
      .replace("acme: admin } # the first", "acme: member } # the first")
      .replace("2027-05-31", "2027-03-31")
      .replace("dora@acme.example: { acme: member, lab: member }", "dora@acme.example: { acme: admin, lab: member }"),
  );
  expect((await call("undo", "review.json")).code).toBe(0);
  expect(read()).toBe(layout.replace("dora@acme.example: { acme: member", "dora@acme.example: { acme: admin"));
});

test("one person and one organization are selected", async () => {
  await change(
    layout
      .replace(/ {2}(carl|dora)@.*: \{ acme.*\n/g, "")
      .replaceAll("carl@partner.example, dora@acme.example", "ada@acme.example"),
  );
  await call("undo", "review.json", "--person", "DORA@acme.example", "--organization", "lab");
  expect(read()).toContain("  dora@acme.example: { lab: member }\n");
  expect(read()).not.toContain("carl@partner.example");
  const again = await call("undo", "review.json", "--person", "DORA@acme.example", "--organization", "lab");
  expect(again.said).toContain("the layout declares all access of dora@acme.example, lab that review.json takes.");
  const { code, said } = await call("undo", "review.json", "--person", "dara@acme.example");
  expect(code).toBe(1);
  expect(said).toContain("The review does not contain dara@acme.example. Did you mean dora@acme.example?");
});

test("the record of an apply stands for the review beside it, unless the review was changed", async () => {
  const review = await revoke("bob@acme.example");
  const files = Object.entries(createRecordFiles(review, 1));
  mkdirSync(join(folder, "evidence"));
  for (const [name, text] of files) put(join("evidence", name), text);
  const [record = "", kept = ""] = files.map(([name]) => name);
  const text = files[1]?.[1] ?? "";
  expect((await call("undo", join("evidence", record))).code).toBe(0);
  put(join("evidence", kept), text.replace("bob@acme.example", "eve@acme.example"));
  const { code, said } = await call("undo", join("evidence", record));
  expect(code).toBe(1);
  expect(said).toContain("is not the review that the record names");
});

/** Edits the row of Carl in the review that removes him. */
async function leave(edit: (row: Review["people"][number]) => object): Promise<string> {
  const review = await change(layout.replace(/ {2}carl@.*\n/, "").replaceAll("carl@partner.example, ", ""));
  const people = review.people.map((row) => (row.email.startsWith("carl") ? { ...row, ...edit(row) } : row));
  put("review.json", JSON.stringify({ ...review, people }));
  const { code, said } = await call("undo", "review.json", "--organization", "acme");
  expect(code).toBe(1);
  expect(read()).not.toContain("carl");
  return said;
}

test.each<readonly [string, object, string]>([
  ["a hidden role", { role: "secret" }, "The review does not show the former access."],
  ["a hidden end", { lastDay: "unknown" }, "The review does not show the former access."],
  ["an end that has passed", { lastDay: "2027-01-30" }, "This access ended: 2027-01-30."],
  ["an owner", { owner: true }, "The person was an owner."],
])("a person decides about %s", async (_, before, reason) => {
  expect(await leave((row) => ({ before: { ...row.before, ...before } }))).toContain(reason);
});

test("after its end, only the role afterwards is restored, unless the layout declares it again", async () => {
  const review = await revoke("carl@partner.example", "--organization", "lab");
  const former = { role: "admin", lastDay: "2027-01-30", afterwards: "member" };
  const people = review.people.map((row) =>
    row.changed && row.before !== null ? { ...row, before: { ...row.before, ...former } } : row,
  );
  put("review.json", JSON.stringify({ ...review, people }));
  const { code, said } = await call("undo", "review.json");
  expect([code, said]).toEqual([0, ""]);
  expect(read()).toBe(layout);
  expect((await call("undo", "review.json")).said).toContain("Nothing to restore");
});

test("a place in a group that a team gives comes back with the role", async () => {
  const given = layout
    .replace("field: { members: [bob@acme.example, ", "field: { members: [cloud, ")
    .replace("people:", "teams:\n  cloud: [bob@acme.example]\npeople:\n  cloud: { acme: member }");
  const before = given.replace("  bob@acme.example: { acme: admin } # the first\n", "");
  put("layout.yaml", before);
  expect((await call("revoke", "bob@acme.example", "--organization", "acme")).code).toBe(0);
  await change(read(), before);
  expect(await call("undo", "review.json")).toMatchObject({ code: 0, said: "" });
  expect(read()).toContain("field: { members: [cloud, carl");
  const same = await call("plan", "layout.yaml", "--base", "base.yaml", "--expect-no-changes");
  expect(same.code).toBe(0);
});

test("access that came from outside Pulumi is not restored", async () => {
  expect(await leave(() => ({ undoesDrift: true }))).toContain("No program declared this access");
});

test("what a layout cannot contain again is listed, and the rest is restored", async () => {
  await change(
    layout
      .replace(/ {4}groups:[^]*?(?= {4}projects)/, "")
      .replace(/ {2}(bob)@.*\n/, "")
      .replaceAll("bob@acme.example, ", ""),
  );
  const { code, said } = await call("undo", "review.json");
  expect(code).toBe(3);
  expect(said).toContain("- bob@acme.example in acme, group field: The layout declares no people of group field.");
  expect(read()).toContain("bob@acme.example: { acme: admin }");
});

test.each([
  ["a role without an end", "{ role: admin, until: 2098-04-30 }", "member", "member without an end"],
  ["a later end", "{ role: admin, until: 2098-04-30 }", "{ role: member, until: 2098-06-30 }", "member until"],
])("a role with an end does not replace %s of the layout", async (_, before, present, words) => {
  const carl = (access: string) => layout.replace("lab: member", `lab: ${access}`);
  await change(carl(present), carl(before));
  const { code, said } = await call("undo", "review.json");
  expect([code, read()]).toEqual([1, carl(present)]);
  expect(said).toContain(`in lab, the role admin: The layout declares more for another time: ${words}`);
});

test("a role below a higher one with an end is listed, and not lost", async () => {
  await change(
    layout
      .replace("lab: member", "lab: { role: admin, until: 2098-04-30 }")
      .replace(" acme: admin } # the", " acme: member } # the"),
  );
  const { code, said } = await call("undo", "review.json");
  expect(code).toBe(3);
  expect(said).toContain(
    "- carl@partner.example in lab, the role member: The layout declares more for another time: admin until",
  );
  expect(read()).toContain("bob@acme.example: { acme: admin }");
});

test("a change that takes nothing, or is not in the layout, has nothing to restore", async () => {
  const expectNothing = async () => {
    const { code, said } = await call("undo", "review.json");
    expect([code, said.includes("Nothing to restore")]).toEqual([1, true]);
  };
  await change(layout.replace("lab: member", "lab: admin"));
  await expectNothing();
  await revoke("bob@acme.example");
  put("layout.yaml", layout);
  await expectNothing();
});
