import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditReport, type AuditReport } from "../src/audit/report";
import { type KindName, kindNames, getKind } from "../src/rules/kinds";
import { Acme, apiKey, type Answer } from "./support/acme";

const [ada, bob, carl, grace] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "grace@acme.example"];

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

/** Creates what breaks and what meets a requirement. */
interface Case {
  readonly make?: () => Promise<void> | void;
  readonly broken: unknown;
  readonly met: unknown;
  readonly args?: readonly string[];
  readonly sentence: RegExp;
}

/** The kinds that a live organization can break. A kind without a case fails the test of all kinds. */
const cases: Readonly<Partial<Record<KindName, Case>>> = {
  admins: { broken: { atLeast: 3 }, met: { atLeast: 2 }, sentence: /acme has 2 admins \(ada@.*, grace@/ },
  role: {
    make: () => acme.control.invite(carl, "acme", "manager"),
    broken: ["admin", "viewer"],
    met: ["admin", "manager"],
    sentence: /carl@partner\.example is invited to acme as manager, but the rule allows only admin or viewer/,
  },
  notTogether: {
    make: async () => {
      await acme.found("lab");
      acme.control.addMember(bob, "acme", "viewer");
      acme.control.addMember(bob, "lab", "manager");
    },
    broken: [{ role: "viewer" }, { role: "manager" }],
    met: [{ role: "viewer" }, { role: "developer" }],
    sentence: /bob@acme\.example has the role viewer in acme together with the role manager in lab/,
  },
  groups: {
    make: () => {
      acme.addGroup("field", [grace]);
    },
    broken: "none",
    met: "field",
    args: connect,
    sentence: /grace@acme\.example is in group field of acme/,
  },
  access: {
    make: () => {
      acme.addProject("gateway", { isOpen: false, users: [grace] });
    },
    broken: { users: "none" },
    met: undefined,
    args: connect,
    sentence: /grace@acme\.example has a direct grant for project gateway of acme/,
  },
  owner: {
    broken: "bob@acme.example",
    met: "*@acme.example",
    sentence: /ada@acme\.example owns acme, but the rule allows only bob@/,
  },
  requireTwoFactor: {
    make: () => acme.control.updateSecuritySettings("acme", { two_factor_required: false }),
    broken: true,
    met: undefined,
    sentence: /acme requires no second factor/,
  },
  ipAllowlist: {
    broken: { within: ["10.0.0.0/8"] },
    met: { within: ["127.0.0.0/8"] },
    sentence: /allowlist of acme contains 127\.0\.0\.0\/8|127\.0\.0\.0\/8/,
  },
  sessionTimeout: {
    make: () => acme.control.updateSecuritySettings("acme", { session_timeout: 28_800 }),
    broken: { atMost: "4h" },
    met: { atMost: "8h" },
    sentence: /acme.*8h/,
  },
  apiKeyRotation: { broken: { maxAgeDays: 30 }, met: { maxAgeDays: 90 }, sentence: /acme.*90 days/ },
  everyoneEnabled: {
    make: () => {
      acme.addProject("gateway", { isOpen: true });
    },
    broken: false,
    met: undefined,
    args: connect,
    sentence: /Everyone in the organization has access to project gateway of acme/,
  },
  expiresAt: {
    make: () => acme.createToken("ci"),
    broken: "required",
    met: { of: "ClaimToken" },
    args: connect,
    sentence: /API token "?ci"? of acme does not expire/,
  },
  claimTokens: {
    make: () => acme.createClaimToken("fleet", { max_uses: 10 }),
    broken: { maxUses: 5 },
    met: { maxUses: 10 },
    args: connect,
    sentence: /[Cc]laim token "?fleet"? of acme has 10 uses/,
  },
  webhookHosts: {
    make: () => acme.createWebhook("https://hooks.partner.example/x"),
    broken: "*.acme.example",
    met: "hooks.partner.example",
    args: connect,
    sentence: /sends events to hooks\.partner\.example/,
  },
  webhookSchemes: {
    make: () => acme.createWebhook("http://hooks.acme.example/x"),
    broken: "https",
    met: undefined,
    args: connect,
    sentence: /Webhook hooks\.acme\.example of acme sends events to hooks\.acme\.example without encryption/,
  },
  tunnels: {
    make: () => {
      acme.control.access.setTunnelPolicy("acme", { max_ttl_seconds: 3600 });
    },
    broken: { atMost: "30m" },
    met: { atMost: "1h" },
    args: connect,
    sentence: /Tunnels in acme last up to 1h/,
  },
  name: { broken: "globex-*", met: "acme*", sentence: /The name acme breaks the rule/ },
  displayName: { broken: "required", met: undefined, sentence: /acme has no display name that differs/ },
};

test("every kind has a case, or a reason why an audit cannot judge it", () => {
  const judged = kindNames.filter((name) => "reads" in getKind(name).audit);
  expect(Object.keys(cases).sort()).toEqual(judged.sort());
});

describe.each(Object.entries(cases))("%s", (kind, { make, broken, met, args, sentence }) => {
  test("breaks the rule, and then meets it", async () => {
    await make?.();
    const found = await audit({ [kind]: broken }, args);
    expect(found.gaps.filter(({ failed }) => failed)).toEqual([]);
    expect(found.findings.length).toBeGreaterThan(0);
    expect(found.findings[0]?.sentence).toMatch(sentence);
    expect(found).toMatchObject({ complete: true, code: 3 });
    if (met !== undefined)
      expect(await audit({ [kind]: met }, args)).toMatchObject({ findings: [], gaps: [], complete: true, code: 0 });
  });
});

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
