import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Declarations, Site } from "#provider/testing";
import { formatCsv, parseCsv } from "../src/certify/csv";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

/** A yearly review of five organizations and eighty people, from the campaign to the empty list of open answers. */

const organizations = ["acme-dev", "acme-test", "acme-production", "acme-field", "acme-lab"] as const;
const roles = ["viewer", "developer", "manager", "admin"];
const program: Declarations = {
  acme: { type: "peridio:Layout", properties: { path: "layout.yaml" }, options: {} },
};

/** Declares people, each in one to three organizations, and one team. Every organization keeps two admins. */
function declareCompany(): string {
  const people = Array.from({ length: 75 }, (_, index) => {
    const places = Array.from({ length: 1 + (index % 3) }, (_, step) => organizations[(index + 2 * step) % 5] ?? "");
    const access = places.map((name, step) => `${name}: ${roles[(index + step) % 4] ?? ""}`);
    return `  p${index}@acme.example: { ${access.join(", ")} } # desk ${index}`;
  });
  const everywhere = organizations.map((name) => `${name}: admin`).join(", ");
  return [
    "# Every comment stays.",
    "organizations:",
    ...organizations.map((name) => `  ${name}:`),
    "teams:",
    `  cloud: [${[1, 2, 3].map((index) => `t${index}@acme.example`).join(", ")}]`,
    "people:",
    `  ada@acme.example: { ${everywhere} }`,
    `  grace@acme.example: { ${everywhere} }`,
    ...people,
    "  cloud: { acme-dev: developer, acme-lab: viewer }",
    "",
  ].join("\n");
}

let site: Site;
afterEach(() => site.end());

const file = () => join(site.stack.folder, "layout.yaml");

async function certify(...args: readonly string[]) {
  const environment = {
    PERIDIO_API_KEY: site.emulator.apiKey,
    PERIDIO_BASE_URL: site.stack.variable("PERIDIO_BASE_URL") ?? "",
  };
  const terminal = fakeTerminal({ folder: site.stack.folder, environment });
  const code = await run(["certify", ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

/** Removes one person in five, which the guardrail of a roster permits, and keeps both people who are admins everywhere. */
function chooseAnswer(person: string, index: number): string {
  if (["ada@acme.example", "grace@acme.example"].includes(person)) return "keep";
  return ["keep", "remove", "until 2099-05-31", "keep", "keep"][index % 5] ?? "";
}

test("a campaign of eighty people is answered, applied and complete", async () => {
  site = await Site.begin(program);
  writeFileSync(file(), declareCompany());
  await site.up();
  const [head = [], ...rows] = parseCsv((await certify()).printed);
  const [person, organization, answer] = ["person", "organization", "answer"].map((title) => head.indexOf(title));
  if (person === undefined || organization === undefined || answer === undefined) throw new Error("No such column.");
  expect(new Set(rows.map((row) => row[person])).size).toBe(80);
  const answered = rows.map((row, index) => row.with(answer, chooseAnswer(row[person] ?? "", index)));
  writeFileSync(join(site.stack.folder, "answers.csv"), formatCsv([head, ...answered]));
  const { said } = await certify("--answers", "answers.csv");
  const count = (text: string) => answered.filter((row) => row[answer]?.startsWith(text)).length;
  expect(said).toContain(`${count("keep")} answers keep access, ${count("remove") + count("until")} changed, 0 open.`);

  await site.up();
  await site.up("--expect-no-changes");
  const removed = answered.filter((row) => row[answer] === "remove");
  for (const row of removed) expect(site.people(row[organization]).join()).not.toContain(row[person]);
  // Only lines of people with a change differ, and no comment of the others is lost.
  const changed = answered.filter((row) => row[answer] !== "keep").map((row) => row[person] ?? "");
  const listOthers = (text: string) =>
    text.split("\n").filter((line) => !changed.some((email) => line.includes(email)));
  expect(listOthers(readFileSync(file(), "utf8"))).toEqual(listOthers(declareCompany()));
});
