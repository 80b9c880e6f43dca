import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { findMissingApprovals } from "../src/review/approvals";
import { type Review, review } from "../src/review/review";
import { fakeTerminal } from "./support/terminal";

/** Judges approvals by people who gain by the change. */

const rules = `logins: { ada: ada@acme.example, Bob: bob@acme.example, dora: Dora@acme.example }
rules:
  New admins are approved:
    role: { atMost: member }
    existing: ignored
    severity: approve
    approvers: [ada, bob, dora]
`;
const layout = `organizations:
  acme:
    groups:
      field: { members: [dora@acme.example] }
    projects:
      firmware: { everyoneEnabled: false, access: { users: [], groups: [] } }
people:
  ada@acme.example: { acme: admin }
  bob@acme.example: { acme: member }
  dora@acme.example: { acme: member }
`;

let folder: string;
/** The layout before the change. */
let base: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-gain-"));
  base = layout;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function plan(after: string, text = rules, ...args: readonly string[]) {
  const files = { "base.yaml": base, "layout.yaml": after, "rules.yaml": text };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const terminal = fakeTerminal({ folder });
  const options = ["--backend", "connect", "--rules", "rules.yaml", "--json", ...args];
  const code = await run(["plan", "layout.yaml", "--base", "base.yaml", ...options], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

async function read(after: string, ...args: readonly string[]): Promise<Review> {
  return review.parse(JSON.parse((await plan(after, rules, ...args)).printed));
}

test.each([
  ["a higher role", "bob@acme.example: { acme: member }", "bob@acme.example: { acme: admin }", ["Bob"]],
  ["a place in a group", "members: [dora", "members: [bob@acme.example, dora", ["Bob"]],
  ["a direct grant", "users: []", "users: [bob@acme.example]", ["Bob"]],
  ["a grant of the group", "groups: [] }", "groups: [field] }", ["dora"]],
  [
    "a lower role",
    "ada@acme.example: { acme: admin }\n",
    "ada@acme.example: { acme: member }\n  eve@acme.example: { acme: admin }\n",
    [],
  ],
  [
    "a project that is opened to everyone, except for admins",
    "everyoneEnabled: false",
    "everyoneEnabled: true",
    ["Bob", "dora"],
  ],
  [
    "a grant of a group whose members no program declares",
    "groups: [] }",
    "groups: [field] }",
    ["Bob", "dora"],
    (text: string) => text.replace("field: { members: [dora@acme.example] }", "field: {}"),
  ],
  ["nothing", "", "", []],
])("%s is a gain of a person", async (_, before, after, expected, vary = (text: string) => text) => {
  base = vary(layout);
  const { evidence } = await read(base.replace(before, after));
  expect(evidence.beneficiaries ?? []).toEqual(expected);
});

test("an approval by a person who gains does not count", async () => {
  const promoted = layout.replace("bob@acme.example: { acme: member }", "bob@acme.example: { acme: admin }");
  const proposed = await read(promoted, "--authors", "ada");
  expect(findMissingApprovals(proposed, ["BOB", "ada"])).toEqual([
    'The rule "New admins are approved" needs an approval by dora.',
  ]);
  expect(findMissingApprovals(proposed, ["dora"])).toEqual([]);
  const unruled = { ...proposed, violations: [] };
  expect(findMissingApprovals(unruled, ["bob"])).toEqual([
    expect.stringContaining("by another person than ada or Bob. Only people in `logins` of the access rules count."),
  ]);
  // Also if the authors are unknown.
  expect(findMissingApprovals({ ...(await read(promoted)), violations: [] }, ["bob"])).toHaveLength(1);
  const all = promoted.replace("dora@acme.example: { acme: member }", "dora@acme.example: { acme: admin }");
  expect(findMissingApprovals(await read(all, "--authors", "ada"), ["bob", "dora"])).toEqual([
    expect.stringContaining("by ada, bob or dora, who are authors of the change or gain by it."),
  ]);
});

test("the report names the people who gain, and an edit of the logins is an edit of the rules with approvers", async () => {
  const promoted = layout.replace("bob@acme.example: { acme: member }", "bob@acme.example: { acme: admin }");
  const terminal = fakeTerminal({ folder });
  const edited = join(folder, "edited.yaml");
  writeFileSync(edited, rules.replace("Bob: bob@", "Bob: eve@"));
  await plan(promoted);
  const args = ["plan", "layout.yaml", "--base", "base.yaml", "--backend", "connect", "--rules", "rules.yaml"];
  await run([...args, "--proposed-rules", "edited.yaml"], terminal);
  expect(terminal.printed()).toContain("Nor does one by Bob, because of what they gain.");
  expect(terminal.printed()).toContain("The change edits the access rule `New admins are approved`");
});

test("with logins, each approver needs one, and an address", async () => {
  const unlisted = await plan(layout, rules.replace(", dora: Dora@acme.example", ""));
  expect(unlisted).toMatchObject({ code: 1, printed: "" });
  expect(unlisted.said).toMatch(/approvers\[2\].* is not in `logins`, so nobody knows what this person gains/);
  const invalid = await plan(layout, rules.replace("Bob: bob@acme.example", '"@bob": bob'));
  expect(invalid.said).toContain('logins["@bob"]');
});

test("an author is a person with all logins, and a login without a person approves nothing", async () => {
  const more = rules.replace("logins: {", "logins: { ada-2: ADA@acme.example,");
  const promoted = layout.replace("bob@acme.example: { acme: member }", "bob@acme.example: { acme: admin }");
  const { printed } = await plan(promoted, more, "--authors", "ada-2");
  const unruled = { ...review.parse(JSON.parse(printed)), violations: [] };
  expect(unruled.evidence.authors).toEqual(["ada-2", "ada"]);
  for (const login of ["ada", "zoe"]) expect(findMissingApprovals(unruled, [login], true)).toHaveLength(1);
  expect(findMissingApprovals(unruled, ["dora"], true)).toEqual([]);
});

test("two files of rules cannot give one login to two people", async () => {
  writeFileSync(
    join(folder, "more.yaml"),
    "logins: { ADA: eve@acme.example }\nrules: { Locked: { requireTwoFactor: true } }\n",
  );
  const { code, said } = await plan(layout, rules, "--rules", "more.yaml");
  expect([code, said]).toEqual([1, expect.stringMatching(/the login \w+ two addresses, .*eve@acme\.example/i)]);
});
