import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as z from "zod";
import type { Values } from "#framework";
import { parseLayout } from "#layout";
import { auditReport } from "../src/audit/report";
import { Acme, apiKey } from "./support/acme";
import {
  apply,
  type Change,
  type Company,
  companyObject,
  type Connection,
  connections,
  folder as fixtures,
  listSteps,
  readCompany,
} from "./support/company";
import { type Judged, judgeInEngine, plan, review } from "./support/companyVerdicts";

/**
 * Changes of a company, judged by a review, a plan, the policy pack and an audit. `fixtures/company/verdicts.md` contains the expected
 * verdicts, which follow from the documentation.
 */

const today = "2027-01-31";
const rulesFiles = ["access-rules.yaml", "later-tests.yaml"].map((file) => join(fixtures, file));

const patch = z.record(z.string(), z.unknown());
const described = z.strictObject({
  /** Other rules and tests that the change breaks, because they cannot know its effect. */
  also: z.array(z.string()).default([]),
  /** The authors, as for `--authors`. */
  authors: z.string().optional(),
  base: patch.optional(),
  layout: patch.optional(),
  objects: z
    .record(z.string(), z.strictObject({ before: companyObject.optional(), after: companyObject.optional() }))
    .optional(),
  configuration: z.strictObject({ office: patch }).optional(),
});
type Described = z.output<typeof described>;

const changeFile = z.record(
  z.string(),
  z.strictObject({ keeps: z.record(z.string(), described), breaks: z.record(z.string(), described) }),
);
const changes = changeFile.parse(readCompany("changes.yaml"));
const company = readCompany("layout.yaml");

interface Row {
  readonly rule: string;
  readonly change: string;
  readonly expected: Readonly<Record<"review" | "plan" | "pack" | "audit", string>>;
}

/** Returns the rows of the table. A row without a rule is about the rule of the row above. */
function readTable(): readonly Row[] {
  const cells = [...readFileSync(join(fixtures, "verdicts.md"), "utf8").matchAll(/^\|(.*)\|$/gm)]
    .slice(2)
    .map(([, line = ""]) => line.split("|").map((cell) => cell.trim()));
  let last = "";
  return cells.map(([rule = "", change = "", review = "", plan = "", pack = "", audit = ""]) => {
    last = rule === "" ? last : rule;
    return { rule: last, change, expected: { review, plan, pack, audit } };
  });
}
const table = readTable();

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "company-"))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}

/** Returns the change of the layout and of the other objects. */
function createChange({ base = {}, layout = {}, objects = {}, configuration }: Described): Change {
  const select = (side: "before" | "after") =>
    Object.fromEntries(
      Object.entries(objects).flatMap(([key, sides]) => {
        const object = sides[side];
        return object === undefined ? [] : [[key, object] as const];
      }),
    );
  const before: Company = { layout: apply(company, base), objects: select("before") };
  const after: Company = { layout: apply(before.layout, layout), objects: select("after") };
  return { before, after, today, configuration };
}

/** Returns what the policy pack does in the stacks that change, without a review. */
function judgeStacks(rule: string, change: Change): Judged {
  const environment = { PERIDIO_RULES: rulesFiles.join(delimiter) };
  const found = connections
    .filter((connection) => hasChange(connection, change))
    .flatMap((connection) => judgeInEngine(folder, connection, change, environment));
  const own = found.filter(({ policy }) => policy === rule);
  const stops = found.filter(({ effect }) => effect === "mandatory");
  const verdict = own.some((one) => stops.includes(one)) ? "stops" : own.length > 0 ? "shows" : "passes";
  return { verdict, broken: [...new Set(stops.map(({ policy }) => policy))] };
}

function hasChange(connection: Connection, change: Change): boolean {
  const isChange = ({ op }: { readonly op: string }) => !["same", "refresh"].includes(op);
  return change.configuration?.[connection] !== undefined || listSteps(connection, change).some(isChange);
}

const givenRole = z.enum(["owner", "admin", "manager", "developer", "viewer"]);

/** Brings the company of a connection into an emulator. People who are only in the layout after the change are invited. */
async function settle(acme: Acme, connection: Connection, { before, after }: Change): Promise<void> {
  const read = (layout: Values) =>
    parseLayout([{ file: "layout.yaml", text: JSON.stringify(layout) }], { today, version: "0.1.0", connection })
      .organizations;
  const former = new Map(read(before.layout).map(({ name, members }) => [name, members]));
  for (const { name: organization, members, groups = [], projects = [] } of read(after.layout)) {
    await acme.control.createOrganization(organization);
    const isMember = (email: string) => email in (former.get(organization) ?? {});
    const others = Object.entries(members).filter(([email]) => !email.startsWith("ada@"));
    const parseRole = (role: string) => givenRole.parse(role === "member" ? "viewer" : role);
    for (const [email, role] of others) if (isMember(email)) acme.join(email, parseRole(role), organization);
    for (const { name, members = [] } of groups) acme.addGroup(name, members.filter(isMember), organization);
    for (const [email, role] of others) {
      const group = groups.find(({ members = [] }) => members.includes(email))?.name;
      if (!isMember(email)) await acme.control.invite(email, organization, parseRole(role), { group });
    }
    for (const { name, everyoneEnabled: isOpen, access, cohorts = [] } of projects) {
      acme.addProject(name, { organization, isOpen, ...access });
      for (const cohort of cohorts) {
        const { everyoneEnabled: isOpen, access } = cohort;
        acme.addCohort(cohort.name, name, { organization, isOpen, ...access });
      }
    }
  }
}

/** Returns the failed tests of access in an audit after the change. */
async function audit(change: Change): Promise<readonly string[]> {
  const [office, fleet] = [await Acme.begin(), await Acme.begin()];
  try {
    await settle(office, "office", change);
    await settle(fleet, "fleet", change);
    const environment = {
      PERIDIO_API_KEY_OFFICE: apiKey,
      PERIDIO_BASE_URL_OFFICE: office.url,
      PERIDIO_API_KEY_FLEET: apiKey,
      PERIDIO_BASE_URL_FLEET: fleet.url,
    };
    const layout = put("audited.yaml", JSON.stringify(change.after.layout));
    const args = ["audit", "--layout", layout, "--rules", rulesFiles[0] ?? "", "--kind", "failedTest", "--json"];
    const { output, errors } = await office.run(args, { environment });
    if (output === "") throw new Error(errors);
    return auditReport.parse(JSON.parse(output)).findings.map(({ sentence }) => /"(.*?)"/.exec(sentence)?.[1] ?? "");
  } finally {
    await office.end();
    await fleet.end();
  }
}

test("the table contains two changes for each of thirty rules and ten tests of access", () => {
  const read = rulesFiles.map((file) => readCompany(file.slice(fixtures.length + 1)));
  const [rules = [], tests = []] = ["rules", "tests"].map((key) =>
    read.flatMap((one) => Object.keys(patch.parse(one[key] ?? {}))),
  );
  expect([rules.length, tests.length]).toEqual([30, 10]);
  expect(table.map(({ rule, change }) => [rule, change])).toEqual(
    [...rules, ...tests].flatMap((rule) =>
      [changes[rule]?.keeps, changes[rule]?.breaks].flatMap((side) =>
        Object.keys(side ?? {}).map((one) => [rule, one]),
      ),
    ),
  );
});

describe.each(table)("$rule: $change", ({ rule, change: name, expected }) => {
  const breaks = changes[rule]?.breaks[name];
  const given = breaks ?? changes[rule]?.keeps[name] ?? described.parse({});
  const { authors = "bob", also } = given;
  const change = createChange(given);
  const options = [...rulesFiles.flatMap((file) => ["--rules", file]), "--authors", authors];
  // An existing violation is listed too.
  const isBroken = breaks !== undefined || given.base?.organizations !== undefined;

  test(`review: ${expected.review}, plan: ${expected.plan}`, async () => {
    const found = await review(folder, change, ...options);
    expect(found).toEqual({ verdict: expected.review, broken: [...(isBroken ? [rule] : []), ...also].sort() });
    if (expected.plan === "not known") return;
    const broken = expected.plan === "pass" ? [] : found.broken;
    expect(await plan(folder, change, ...options)).toEqual({ verdict: expected.plan, broken });
  });

  test(`policy pack: ${expected.pack}, audit: ${expected.audit}`, async () => {
    const verdict = expected.pack === "not judged" ? "passes" : expected.pack;
    expect(judgeStacks(rule, change)).toEqual({ verdict, broken: verdict === "stops" ? [rule] : [] });
    if (expected.audit === "not judged") return;
    expect(await audit(change)).toEqual(expected.audit === "fails" ? [rule] : []);
  });
});
