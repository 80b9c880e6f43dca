import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCsv, parseCsv } from "../src/certify/csv";
import { campaignReport } from "../src/certify/report";
import type { Review } from "../src/review/review";
import { small } from "./reviews";
import { Acme, apiKey } from "./support/acme";
import { createRecordFiles } from "./support/records";

let folder: string;
let acme: Acme;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "peridio-certify-"));
  acme = await Acme.begin();
  acme.join("bob@acme.example", "developer");
  acme.join("carl@acme.example", "viewer");
  await acme.control.invite("dora@acme.example", "acme", "viewer");
  acme.join("eve@evil.example", "admin");
  put("layout.yaml", layout);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await acme.end();
});

const layout = `organizations:
  acme:
teams:
  firmware: [carl@acme.example, fritz@acme.example]
people:
  ada@acme.example: { acme: admin }
  grace@acme.example: { acme: admin }
  bob@acme.example: { acme: { role: developer, until: 2027-12-31 } } # contractor
  dora@acme.example: { acme: viewer }
  firmware: { acme: viewer }
`;

const put = (file: string, text: string) => {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const read = () => readFileSync(join(folder, "layout.yaml"), "utf8");

async function certify(...args: readonly string[]) {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url, PATH: process.env.PATH };
  const { code, output, errors } = await acme.run(["certify", ...args], { folder, environment });
  return { code, printed: output, said: errors };
}

/** Returns the rows of a campaign by person. */
async function ask(...args: readonly string[]) {
  const { code, printed, said } = await certify(...args);
  expect([code, said]).toEqual([0, ""]);
  const [head = [], ...rows] = parseCsv(printed);
  return rows.map((row) => Object.fromEntries(head.map((title, index) => [title, row[index] ?? ""])));
}

/** Answers a campaign: the rows are those that it printed, with the given answers. */
async function answer(answers: Readonly<Record<string, string>>, edit = (text: string) => text) {
  const { printed } = await certify();
  const [head = [], ...rows] = parseCsv(printed);
  const filled = rows.map((row) =>
    row.map((cell, at) => (head[at] === "answer" ? (answers[row[1] ?? ""] ?? "") : cell)),
  );
  put("access.csv", edit(formatCsv([head, ...filled])));
  return certify("--answers", "access.csv");
}

const everyoneStays = Object.fromEntries(
  ["ada", "bob", "carl", "dora", "fritz", "grace"].map((name) => [`${name}@acme.example`, "keep"]),
);

test("a campaign says who has what, by which path, and who approved it", async () => {
  const review: Review = { ...small, verdict: "needs approval", violations: [] };
  const [organization] = small.organizations;
  const people = small.people.map((row) => ({ ...row, email: row.changed ? "bob@acme.example" : row.email }));
  const organizations = organization === undefined ? [] : [{ ...organization, name: "acme" }];
  for (const [name, text] of Object.entries(createRecordFiles({ ...review, people, organizations }, 1)))
    put(join("evidence", name), text);
  acme.control.setLastActive("bob@acme.example", "acme", "2027-01-30T08:00:00Z");
  const args = ["--due", "2027-03-31", "--reviewer", "acme=grace", "--evidence", "evidence"];
  const rows = await ask(...args);
  expect(
    rows.map(({ person, role, status, declared, path, ends }) => [person, role, status, declared, path, ends]),
  ).toEqual([
    ["ada@acme.example", "admin", "owner", "admin", "own entry", "never"],
    ["bob@acme.example", "developer", "member", "developer", "own entry", "until 2027-12-31"],
    ["carl@acme.example", "viewer", "member", "viewer", "team firmware", "never"],
    ["dora@acme.example", "viewer", "invited", "viewer", "own entry", "never"],
    ["eve@evil.example", "admin", "member", "none", "none", "never"],
    ["fritz@acme.example", "none", "not in Peridio", "viewer", "team firmware", "never"],
    ["grace@acme.example", "admin", "member", "admin", "own entry", "never"],
  ]);
  expect(rows[1]).toMatchObject({
    ...{ organization: "acme", answer: "", since: "2027-01-31", "last active": "2027-01-30", "second factor": "yes" },
    ...{
      "approved by": "ada",
      evidence: readdirSync(join(folder, "evidence")).find((name) => !name.includes("review")),
    },
    ...{ reviewer: "grace", due: "2027-03-31", created: "2027-01-31T08:00:00.000Z", commit: "unknown" },
  });
  expect(rows[2]).toMatchObject({ "last active": "2027-01-31", "approved by": "unknown", evidence: "unknown" });
  const { access } = campaignReport.parse(JSON.parse((await certify(...args, "--json")).printed));
  expect(access[1]).toMatchObject({ person: "bob@acme.example", lastActive: "2027-01-30", approvedBy: "ada" });
  const { printed } = await certify(...args, "--format", "markdown", "--html-file", "access.html");
  expect(readFileSync(join(folder, "access.html"), "utf8")).toContain('<th scope="row">eve@evil.example</th>');
  expect(printed).toContain(
    "## `acme`\n\nReviewer `grace`, due 2027-03-31, created 2027-01-31T08:00:00.000Z, commit unknown.\n",
  );
  expect(printed).toContain("| `carl@acme.example` |  | `viewer` | `member` | `viewer` | `team firmware` |");
});

test("a folder without records is named, and a missing one is a mistake", async () => {
  mkdirSync(join(folder, "empty"));
  const { code, said } = await certify("--evidence", "empty");
  expect([code, said]).toEqual([
    0,
    "peridio-gitops: empty contains no record of an apply, so `approved by` and `evidence` are unknown.\n",
  ]);
  const missing = await certify("--evidence", "missing");
  expect([missing.code, missing.printed]).toEqual([1, ""]);
  expect(missing.said).toContain("missing");
});

test("the answers become one edit of the layout", async () => {
  const { code, printed, said } = await answer({
    ...everyoneStays,
    ...{ "bob@acme.example": "remove", "dora@acme.example": "Until 2027-05-31", "eve@evil.example": "remove" },
  });
  expect(read()).toBe(
    layout
      .replace(/ {2}bob.*\n/, "")
      .replace(
        "dora@acme.example: { acme: viewer }",
        "dora@acme.example: { acme: { role: viewer, until: 2027-05-31 } }",
      ),
  );
  expect(printed).toContain("- bob@acme.example: acme: developer (until 2027-12-31) → no access");
  // Eve is not declared, so no edit can remove her.
  expect(code).toBe(3);
  expect(said).toContain("4 answers keep access, 2 changed, 1 open.");
  expect(said).toContain("- eve@evil.example in acme: The layout gives the person no role.");
});

test("the removal of access that a team gives is an own entry", async () => {
  await answer({ ...everyoneStays, "carl@acme.example": "remove" });
  expect(read()).toContain("  carl@acme.example: { acme: none }\n");
  const { said } = await certify("--answers", "access.csv");
  expect(said).toContain(
    "5 answers keep access, 0 changed, 1 in the layout already, 1 open.\n- eve@evil.example in acme: There is no answer.\n",
  );
});

test("a second run with the same answers changes nothing, and still names what is open", async () => {
  const answers = { ...everyoneStays, "bob@acme.example": "remove", "dora@acme.example": "until 2027-05-31" };
  await answer(answers);
  const edited = read();
  const { code, printed, said } = await certify("--answers", "access.csv");
  expect([code, printed, read()]).toEqual([3, "", edited]);
  expect(said).toContain(
    "4 answers keep access, 0 changed, 2 in the layout already, 1 open.\n- eve@evil.example in acme: There is no answer.\n",
  );
});

test.each(["\r\n", "\r"])(
  "with an answer for everyone, a campaign is complete, also as a spreadsheet saves it (%j)",
  async (end) => {
    await acme.control.removeMember("eve@evil.example", "acme");
    const save = (text: string) => `\uFEFF${text.replaceAll(",", ";").replaceAll("\n", end)}`;
    const { code, said } = await answer(everyoneStays, save);
    expect([code, said]).toEqual([0, "peridio-gitops: 6 answers keep access, 0 changed, 0 open.\n"]);
    expect(read()).toBe(layout);
  },
);

test.each<readonly [string, Readonly<Record<string, string>>, (text: string) => string, string]>([
  ["an empty answer", { "bob@acme.example": "" }, (text) => text, "bob@acme.example in acme: There is no answer."],
  ["another word", { "bob@acme.example": "yes" }, (text) => text, "bob@acme.example in acme: yes is no answer."],
  ["a day that does not exist", { "bob@acme.example": "until 2027-02-30" }, (text) => text, "is no answer."],
  ["a removed row", {}, (text) => text.replace(/^acme,bob.*\n/m, ""), "The answers do not contain the person."],
  [
    "a role that changed after the campaign",
    { "bob@acme.example": "remove" },
    (text) => text.replace("developer,member,developer", "developer,member,viewer"),
    "The layout has developer in `declared`, and the reviewer saw viewer. Ask again.",
  ],
  [
    "an end that changed after the campaign",
    {},
    (text) => text.replace("until 2027-12-31", "until 2027-06-30"),
    "The layout has until 2027-12-31 in `ends`, and the reviewer saw until 2027-06-30. Ask again.",
  ],
  [
    "another path",
    {},
    (text) => text.replace("team firmware", "own entry"),
    "The layout has team firmware in `path`, and the reviewer saw own entry. Ask again.",
  ],
  [
    "a group that ended",
    {},
    (text) => text.replace("until 2027-12-31,,", "until 2027-12-31,group operators,"),
    "The layout has nothing in `groups and grants`, and the reviewer saw group operators. Ask again.",
  ],
  [
    "a later end",
    { "bob@acme.example": "until 2028-01-01" },
    (text) => text,
    "bob@acme.example in acme: The declared access ends earlier: until 2027-12-31.",
  ],
  [
    "a removed row of an undeclared person",
    {},
    (text) => text.replace(/^acme,eve.*\n/m, ""),
    "- acme: The answers have 6 rows, but the column `people` says 7. Pass all rows of one campaign.",
  ],
  ["an unknown organization", {}, (text) => text.replace(/^acme,bob/m, "lab,bob"), "The layout does not declare lab."],
])("%s is open, and changes nothing", async (_, answers, edit, reason) => {
  const { code, said } = await answer({ ...everyoneStays, ...answers }, edit);
  expect(code).toBe(3);
  expect(said).toContain(reason);
  expect(read()).toBe(layout);
});

test("the removal of a person that the roster ignores is open", async () => {
  put("layout.yaml", layout.replace("  acme:\n", "  acme: { roster: { ignore: ['*@evil.example'] } }\n"));
  const leaving = { ...everyoneStays, "eve@evil.example": "remove" };
  const { code, said } = await answer(leaving);
  expect(code).toBe(3);
  expect(said).toContain("- eve@evil.example in acme: `roster.ignore` matches the address.");
  // The layout has the answer already, but no update removes the person.
  const again = await answer(leaving, (text) => text.replace(/^(acme,eve@evil\.example,.*?),none,/m, "$1,viewer,"));
  expect([again.code, again.said]).toEqual([3, expect.stringContaining("- eve@evil.example in acme: `roster.ignore`")]);
});

test("an end that would leave no admin is open, and the other answers count", async () => {
  await acme.control.removeMember("eve@evil.example", "acme");
  const answers = { "ada@acme.example": "until 2027-05-31", "grace@acme.example": "until 2027-05-31" };
  const { code, said } = await answer({ ...everyoneStays, ...answers, "carl@acme.example": "remove" });
  expect(code).toBe(3);
  expect(said).toContain("3 answers keep access, 2 changed, 1 open.");
  expect(said).toContain("Afterwards it has no admin");
});

test("an answer with an end keeps the role afterwards", async () => {
  await acme.control.removeMember("eve@evil.example", "acme");
  const declared = layout.replace("until: 2027-12-31 }", "until: 2027-12-31, afterwards: viewer }");
  put("layout.yaml", declared);
  const { code } = await answer({ ...everyoneStays, "bob@acme.example": "until 2027-05-31" });
  expect(code).toBe(0);
  expect(read()).toBe(declared.replace("2027-12-31", "2027-05-31"));
});

test("only the answers of the selected organizations count, and each of them needs rows", async () => {
  await acme.control.removeMember("eve@evil.example", "acme");
  const two = layout
    .replace("  acme:\n", "  acme:\n  lab:\n")
    .replace("ada@acme.example: { acme: admin }", "ada@acme.example: { acme: admin, lab: admin }");
  put("layout.yaml", two);
  const [head = [], ...rows] = parseCsv((await certify("--organization", "acme")).printed);
  const keep = rows.map((row) => row.with(head.indexOf("answer"), "keep"));
  const remove = keep.slice(0, 1).map((row) => row.with(0, "lab").with(head.indexOf("answer"), "remove"));
  put("access.csv", formatCsv([head, ...keep]));
  put("all.csv", formatCsv([head, ...keep, ...remove]));
  const { code, said } = await certify("--answers", "all.csv", "--organization", "acme");
  expect([code, said]).toEqual([0, "peridio-gitops: 6 answers keep access, 0 changed, 0 open.\n"]);
  expect(read()).toBe(two);
  const all = await certify("--answers", "access.csv");
  expect(all.code).toBe(3);
  expect(all.said).toContain("- ada@acme.example in lab: The answers do not contain the person.");
  expect((await certify("--answers", "all.csv", "--organization", "test")).said).toContain("Correct --organization.");
});

test.each([
  ["--reviewer", "acme=grace"],
  ["--due", "2027-03-31"],
  ["--evidence", "evidence"],
  ["--format", "csv"],
  ["--html-file", "access.html"],
])("%s is not for answers", async (...option) => {
  expect((await certify("--answers", "access.csv", ...option)).code).toBe(2);
});

test("two rows of one person, no rows, a missing or repeated column and a broken quote are mistakes", async () => {
  const mistakes = [
    (text: string) => text.replace(/^(acme,bob.*\n)/m, "$1$1"),
    (text: string) => text.replace(/\n[^]*/, "\n"),
    (text: string) => text.replace(",answer,", ",answers,"),
    (text: string) => text.replace(/^(organization.*)due/m, "$1answer"),
    (text: string) => `${text}"`,
  ];
  const said = [];
  for (const edit of mistakes) said.push((await answer(everyoneStays, edit)).said);
  expect(said).toEqual([
    expect.stringContaining("The answers contain bob@acme.example in acme twice. Remove one row."),
    expect.stringContaining("access.csv has no rows."),
    expect.stringContaining("access.csv has no column answer."),
    expect.stringContaining("access.csv has two columns answer. Keep one of them."),
    expect.stringContaining("is no CSV: a quote does not end."),
  ]);
});

test("a campaign fails if an organization cannot be read, and its options are checked", async () => {
  put(
    "layout.yaml",
    layout.replace("  acme:\n", "  acme:\n  lab:\n").replace("{ acme: admin }", "{ acme: admin, lab: admin }"),
  );
  expect((await certify()).said).toContain("The API key cannot see lab.");
  expect((await certify("--reviewer", "test=grace", "--organization", "acme")).said).toContain("--reviewer names test");
  expect((await certify("--reviewer", "grace")).code).toBe(2);
  expect((await certify("--dry-run")).code).toBe(2);
});

test("CSV keeps each cell, and no cell is a formula", () => {
  const rows = [["=1+1", "@a", "'=x", 'say "hi"', "a,b", "c;d", "two\nlines", "", "-", "x"]];
  expect(parseCsv(formatCsv(rows))).toEqual(rows);
  expect(formatCsv(rows)).not.toMatch(/(^|[,\n])"?[=+\-@]/);
});
