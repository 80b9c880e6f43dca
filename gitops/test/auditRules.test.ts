import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditReport, type AuditReport } from "../src/audit/report";
import { Acme, apiKey, type Answer } from "./support/acme";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

let acme: Acme;
let folder: string;
beforeEach(async () => {
  acme = await Acme.begin();
  folder = mkdtempSync(join(tmpdir(), "peridio-rules-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await acme.end();
});

/** Audits with one rule, or with a whole file of rules. */
async function run(rules: string | object, args: readonly string[] = [], key = apiKey): Promise<Answer> {
  const file = join(folder, "rules.yaml");
  writeFileSync(file, typeof rules === "string" ? rules : JSON.stringify({ rules: { Rule: rules } }));
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  return acme.run(["audit", "--rules", file, "--kind", "brokenRule", ...args], { environment });
}

type Audited = AuditReport & { readonly code: number };

async function audit(rules: string | object, args: readonly string[] = [], key = apiKey): Promise<Audited> {
  const { code, output, errors } = await run(rules, [...args, "--json"], key);
  if (output === "") throw new Error(errors);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

const connect = ["--backend", "connect"];

test("a finding has the severity and the reason of the rule", async () => {
  const { findings } = await audit({ admins: { atLeast: 3 }, severity: "approve", because: "People fall ill." });
  expect(findings).toMatchObject([{ severity: "medium", organization: "acme" }]);
  expect(findings[0]?.sentence).toMatch(
    /^The rule "Rule" in acme is broken: acme has 2 admins .* Reason for the rule: People fall ill\.$/,
  );
  expect((await audit({ admins: { atLeast: 3 } })).findings[0]?.severity).toBe("high");
});

test("a person with an expired invitation has a role of the rule, and the owner of Avocado Connect is a member", async () => {
  await acme.control.invite(bob, "acme", "viewer");
  acme.control.advance(8 * 86_400);
  const { findings } = await audit({ people: bob, role: "none" });
  expect(findings[0]?.sentence).toMatch(/bob@acme\.example has an expired invitation to acme as viewer/);
  const owners = await audit({ owner: bob }, connect);
  expect(owners.findings.map(({ person }) => person)).toEqual([ada]);
});

test("names each requirement that a live organization does not show, once for all organizations", async () => {
  await acme.found("lab");
  const { output, code } = await run({ until: "required", protect: true, role: { atMost: "admin" } });
  expect(output).toContain(
    'The audit does not judge `until` of the rule "Rule": Peridio has no last days.\n- The audit does not judge `protect` of the rule "Rule": Peridio does not know Pulumi\'s options.\n',
  );
  expect(output.match(/`until`/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test("rules about a change have no meaning, and exempt organizations no gap", async () => {
  expect(await audit({ change: { grants: "none" } })).toMatchObject({ findings: [], gaps: [], code: 0 });
  expect(await audit({ admins: { atLeast: 9 }, existing: "ignored" })).toMatchObject({ findings: [], code: 0 });
  expect(await audit({ admins: { atLeast: 9 }, authors: "bot" })).toMatchObject({ findings: [], code: 0 });
  expect(await audit({ organizations: "lab", until: "required" })).toMatchObject({ findings: [], gaps: [], code: 0 });
});

test("a part that the API key cannot read makes the audit incomplete, and no rule is judged without it", async () => {
  acme.control.fault({ operation: "retrieve-security-settings", effect: { status: 403 }, times: "always" });
  const rules = "rules: { Factor: { requireTwoFactor: true }, Admins: { admins: { atLeast: 2 } } }";
  const { gaps, findings, complete, code } = await audit(rules);
  expect(findings).toEqual([]);
  expect(gaps).toMatchObject([{ organization: "acme", failed: true, kinds: ["brokenRule"] }]);
  expect(gaps[0]?.sentence).toMatch(/^The audit does not judge `requireTwoFactor` of the rule "Factor" in acme: /);
  expect({ complete, code }).toEqual({ complete: false, code: 1 });
});

test("with the API key of a viewer, rules about projects are not judged, because it shows only some of them", async () => {
  acme.join(bob, "viewer");
  acme.addProject("gateway", { isOpen: false });
  const key = acme.control.addApiKey(bob);
  const { gaps, code } = await audit({ everyoneEnabled: false }, connect, key);
  expect(gaps).toMatchObject([
    {
      failed: true,
      sentence:
        'The audit does not judge `everyoneEnabled` of the rule "Rule" in acme: The API key\'s user is neither an admin nor an owner of acme and sees only some of its projects and cohorts. Use the API key of an admin or an owner.',
    },
  ]);
  expect(code).toBe(1);
});

test.each([
  ["admin-api", []],
  ["connect", connect],
])("with %s, the pending invitation of a member leaves open which role follows", async (_, args) => {
  await acme.control.invite(bob, "acme", "admin");
  acme.control.addMember(bob, "acme", "viewer");
  const { findings, gaps, complete, code } = await audit(
    "rules: { Bob: { people: bob@acme.example, role: [viewer, member] }, Admins: { admins: { atLeast: 3 } } }",
    args,
  );
  const reason =
    "bob@acme.example is a member of acme and has a pending invitation, which can change the access. Revoke the invitation.";
  expect(gaps.map(({ sentence }) => sentence)).toEqual([
    `The audit judges only the present access for \`role\` of the rule "Bob" in acme: ${reason}`,
    `The audit judges only the present access for \`admins\` of the rule "Admins" in acme: ${reason}`,
  ]);
  expect(findings.map(({ sentence }) => sentence)).toEqual([expect.stringContaining("acme has 2 admins")]);
  expect({ complete, code }).toEqual({ complete: false, code: 1 });
});

test("reads only the parts that the rules need, and nothing twice", async () => {
  await run({ admins: { atLeast: 2 }, name: "acme" });
  expect(acme.emulator.requests().map(({ operation }) => operation)).toEqual([
    "list-organizations",
    "list-invitations",
    "list-invitations",
    "list-members",
  ]);
});

test("rejects a file without rules for `--kind brokenRule`", async () => {
  const { code, errors } = await run(
    "tests: { Ada: { person: ada@acme.example, can: [{ organization: acme, role: admin }] } }",
  );
  expect(errors).toContain("has no rules. Add them to the file, or remove the kind from `--kind`.");
  expect(code).toBe(1);
});
