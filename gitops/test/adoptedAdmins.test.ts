import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessPack } from "../src/policyPack/pack";
import { readPreview } from "../src/preview/preview";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, prn, unknownText as unknown, urn } from "./support/document";
import { fakeTerminal } from "./support/terminal";

/** The number of admins in an organization that a change adopts: one answer of a review, a plan and the policy pack. */

const members = { "ada@acme.example": "admin", "grace@acme.example": "admin", "bob@acme.example": "member" };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "adopted-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

/** Returns the broken rules in a review of the adoption. `organizationId` is the id as the preview shows it. */
function review(text: string, organizationId: string): readonly string[] {
  const provider = `${urn("pulumi:providers:peridio::default")}::${unknown}`;
  const roster = { organizationId, members };
  const preview = document([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" }, provider } },
    { op: "create", name: "OrganizationMembers::lab", after: { inputs: roster, of: ["Organization::lab"], provider } },
  ]);
  const { rules } = parseRulesFile({ file: "access-rules.yaml", text });
  const judge = createJudge(rules, { now: new Date("2027-01-31") });
  return createReview([readPreview(preview, "preview.json", "change")], "change", { judge }).violations.map(
    ({ message }) => message,
  );
}

/** Returns the broken rules in a plan that adds the organization. */
async function plan(text: string): Promise<readonly string[]> {
  const other = "connections: { live: { backend: connect } }\norganizations:\n  acme-dev: { connection: live }\n";
  const people = (names: readonly string[]) =>
    `people:\n${Object.entries(members)
      .map(([email, role]) => `  ${email}: { ${names.map((name) => `${name}: ${role}`).join(", ")} }\n`)
      .join("")}`;
  put("base.yaml", other + people(["acme-dev"]));
  put("layout.yaml", `${other}  acme-lab: { connection: live }\n${people(["acme-dev", "acme-lab"])}`);
  put("rules.yaml", text);
  const terminal = fakeTerminal({ folder });
  await run(["plan", "layout.yaml", "--base", "base.yaml", "--rules", "rules.yaml", "--json"], terminal);
  expect(terminal.said()).toBe("");
  return schema.parse(JSON.parse(terminal.printed())).violations.map(({ message }) => message);
}

/** Returns the violations that stop the policy pack in a preview. */
function judge(text: string, organizationId: string): readonly string[] {
  put("access-rules.yaml", text);
  const pack = new AccessPack({ folder, environment: {}, now: new Date("2027-01-31T08:00:00Z") });
  const create = (kind: string, inputs: object, dependencies = {}) => {
    const provider = { urn: urn("pulumi:providers:peridio::default"), inputs: {} };
    const resource = { urn: urn(`${kind}::lab`), isProtected: false, ignoredChanges: [], provider };
    const outputs = { createdAt: unknown, people: unknown };
    return [
      { ...resource, values: { ...inputs } },
      { ...resource, values: { ...inputs, ...outputs }, dependencies },
    ] as const;
  };
  const own = { organizationId: [urn("Organization::lab")] };
  const roster = create("OrganizationMembers", { organizationId, members }, own);
  const resources = [create("Organization", { name: "acme-lab" }), roster];
  pack.configureStack({ stack: "acme/dev", isPreview: true, configuration: {} });
  for (const [declared] of resources) pack.analyze(declared);
  return pack
    .analyzeStack(resources.map(([, present]) => present))
    .flatMap(({ effect, message }) => (effect === "mandatory" ? message : []));
}

const rules = (limits: string) => `rules:\n  Admins: { organizations: acme-lab, admins: ${limits} }\n`;

/** Returns the answers of all three. */
async function judgeAll(limits: string, organizationId: string): Promise<readonly (readonly string[])[]> {
  const text = rules(limits);
  return [review(text, organizationId), await plan(text), judge(text, organizationId)];
}

const remedy =
  "The change adopts acme-lab, so no preview shows its members. First import its people, set `countInvited: true`, or exempt acme-lab from the rule.";

test.each([
  ["with a known id", prn(2)],
  ["with an unknown id", unknown],
])("no admin of an adopted organization %s is known, so `atLeast` and `including` are broken", async (_, id) => {
  const few = [`No admin of acme-lab is known, but the rule requires at least 2. ${remedy}`];
  expect(await judgeAll("{ atLeast: 2 }", id)).toEqual([few, few, few]);
  const missing = [`The rule requires that grace@acme.example is an admin of acme-lab. ${remedy}`];
  expect(await judgeAll("{ including: grace@acme.example }", id)).toEqual([missing, missing, missing]);
});

test("declared admins of an adopted organization count if the rule counts invitations", async () => {
  expect(await judgeAll("{ atLeast: 2, including: grace@acme.example, countInvited: true }", prn(2))).toEqual([
    [],
    [],
    [],
  ]);
});

test("in an existing organization, an invitation counts in a plan, unless it replaces an admin", async () => {
  const text = (people: string) =>
    `organizations:\n  acme-dev:\npeople:\n  ada@acme.example: { acme-dev: admin }\n${people}`;
  put("base.yaml", text(""));
  put("layout.yaml", text("  grace@acme.example: { acme-dev: admin }\n"));
  put("rules.yaml", rules("{ atLeast: 2 }").replace("acme-lab", "acme-dev"));
  const plan = ["plan", "layout.yaml", "--base", "base.yaml", "--rules", "rules.yaml"];
  expect(await run(plan, fakeTerminal({ folder }))).toBe(0);
  put("base.yaml", text("").replaceAll("acme-dev", "acme-other"));
  expect(await run(plan, fakeTerminal({ folder }))).toBe(0);
  put("base.yaml", text("  dora@acme.example: { acme-dev: admin }\n"));
  const terminal = fakeTerminal({ folder });
  expect(await run(plan, terminal)).toBe(4);
  expect(terminal.printed()).toContain("will count after accepting the invitation, because");
});
