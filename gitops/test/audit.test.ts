import { auditReport, type AuditReport } from "../src/audit/report";
import { type FindingKind, kindNames } from "../src/audit/kinds";
import { Acme, apiKey, day } from "./support/acme";

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

const layout = ["--layout", "gitops/test/fixtures/acme.yaml"];

async function report(...args: string[]): Promise<AuditReport & { readonly code: number }> {
  const { code, output } = await acme.run(["audit", "--json", ...args]);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

/** Everybody does something today. */
function everybodyActs(): void {
  for (const { name, members } of acme.emulator.state.organizations) {
    for (const { user_id } of members) {
      const email = acme.emulator.state.users[user_id]?.email ?? "";
      acme.control.setLastActive(email, name, acme.emulator.now.toISOString());
    }
  }
}

/** Lets days pass, during which everybody does something. */
function pass(days: number): void {
  acme.control.advance(days * day);
  everybodyActs();
}

test.each([[[]], [layout]])("an organization in which all is well passes: %j", async (args) => {
  expect(await report(...args)).toEqual({
    at: "2027-01-31T08:00:00.000Z",
    complete: true,
    organizations: ["acme"],
    counts: { high: 0, medium: 0, low: 0 },
    findings: [],
    gaps: [],
    code: 0,
  });
});

interface Case {
  /** What leads to the finding. */
  readonly make: () => Promise<void> | void;
  readonly args?: readonly string[];
  /** The severity, the person and the sentence. */
  readonly found: readonly (readonly [severity: string, person: string | undefined, sentence: string])[];
  /** What is close to it, and leads to none. */
  readonly near: () => Promise<void> | void;
}

const [bob, carl, ada, grace] = ["bob@acme.example", "carl@partner.example", "ada@acme.example", "grace@acme.example"];

const cases: Readonly<Record<FindingKind, Case>> = {
  withoutTwoFactor: {
    make: async () => {
      acme.control.setTwoFactor(ada, false);
      acme.control.addMember(bob, "acme", "viewer");
      await acme.control.createOrganization("lab");
      acme.control.addMember(bob, "lab", "viewer");
    },
    found: [
      ["high", ada, "ada@acme.example in acme has no second factor, which the organization requires."],
      ["high", bob, "bob@acme.example in acme has no second factor, which the organization requires."],
      ["high", ada, "ada@acme.example in lab is an admin without a second factor."],
      ["medium", bob, "bob@acme.example in lab has no second factor."],
    ],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
    },
  },
  twoFactorNotRequired: {
    make: () => acme.control.updateSecuritySettings("acme", { two_factor_required: false }),
    found: [["medium", undefined, "acme does not require a second factor."]],
    near: () => acme.control.updateSecuritySettings("acme", { session_timeout: 300 }),
  },
  outsideLayout: {
    make: async () => {
      acme.join(carl, "developer");
      acme.join("dora@acme.example", "admin");
      await acme.control.invite("eve@acme.example", "acme", "manager");
      await acme.control.transferOwnership("dora@acme.example", "acme");
    },
    args: layout,
    found: [
      ["high", "dora@acme.example", "dora@acme.example in acme owns the organization, and is not in the layout."],
      ["medium", carl, "carl@partner.example in acme is a developer, and is not in the layout."],
      ["medium", "eve@acme.example", "eve@acme.example in acme is invited as manager, and is not in the layout."],
    ],
    near: async () => {
      // The layout declares Bob in another case, and ignores the robots.
      acme.join("BOB@acme.example", "developer");
      await acme.control.invite("build@robots.example", "acme", "viewer");
    },
  },
  organizationOutsideLayout: {
    make: () => acme.found("lab"),
    args: layout,
    found: [["medium", undefined, "lab is not in the layout."]],
    near: () => acme.control.updateOrganization("acme", { display_name: "lab" }),
  },
  inactive: {
    make: () => {
      acme.join(bob, "developer");
      pass(100);
      acme.control.setLastActive(bob, "acme", "2027-02-10T08:00:00Z");
      acme.control.setLastActive(grace, "acme", "2027-01-31T23:00:00Z");
    },
    found: [
      ["high", grace, "grace@acme.example in acme was last active on 2027-01-31, 99 days ago."],
      ["medium", bob, "bob@acme.example in acme was last active on 2027-02-10, 90 days ago."],
    ],
    near: () => {
      acme.join(bob, "developer");
      pass(100);
      acme.control.setLastActive(bob, "acme", "2027-02-10T08:00:01Z");
    },
  },
  neverActive: {
    make: () => {
      acme.join(bob, "developer");
      pass(90);
      acme.control.setLastActive(bob, "acme", null);
      acme.control.setLastActive(grace, "acme", null);
    },
    found: [
      ["high", grace, "grace@acme.example in acme was never active, and joined on 2027-01-31, 90 days ago."],
      ["medium", bob, "bob@acme.example in acme was never active, and joined on 2027-01-31, 90 days ago."],
    ],
    near: () => {
      acme.join(bob, "developer");
      pass(89);
      acme.control.setLastActive(bob, "acme", null);
    },
  },
  oneAdmin: {
    make: async () => {
      await acme.control.setRole(grace, "acme", "manager");
      await acme.control.invite(bob, "acme", "admin");
    },
    found: [["medium", undefined, "acme has one admin only, ada@acme.example."]],
    near: () => {
      acme.join(bob, "manager");
    },
  },
  tooManyAdmins: {
    make: async () => {
      acme.join(bob, "admin");
      await acme.control.invite(carl, "acme", "admin");
    },
    args: ["--max-admins", "3"],
    found: [["medium", undefined, "acme has 4 admins, 1 of them invited, more than 3."]],
    near: async () => {
      acme.join(bob, "admin");
      await acme.control.invite(carl, "acme", "manager");
    },
  },
  nearLimit: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      await acme.control.invite(carl, "acme", "viewer");
      acme.control.setLimits("acme", { users: 5 });
      acme.control.setBelongings("acme", { devices: 10_000, products: 79, webhooks: 20 });
    },
    found: [
      ["high", undefined, "acme uses 10,000 of 10,000 devices."],
      ["medium", undefined, "acme uses 4 of 5 seats, 2 of them for invitations that wait."],
      ["medium", undefined, "acme uses 20 of 25 webhooks."],
    ],
    near: () => {
      acme.control.setLimits("acme", { users: 3, api_keys: 0 });
      acme.control.setBelongings("acme", { devices: 7_999 });
    },
  },
  noKeyRotation: {
    make: () => acme.control.updateSecuritySettings("acme", { api_key_rotation: null }),
    found: [["medium", undefined, "acme never asks for new API keys."]],
    near: () =>
      acme.control.updateSecuritySettings("acme", { api_key_rotation: { max_age_days: 3650, grace_period_days: 0 } }),
  },
  noAllowlist: {
    make: () => acme.control.updateSecuritySettings("acme", { ip_allowlist: [] }),
    found: [["low", undefined, "acme has no allowlist, so that any address may reach it."]],
    near: () =>
      acme.control.updateSecuritySettings("acme", {
        ip_allowlist: [
          { cidr: "0.0.0.0/1", description: null },
          { cidr: "127.0.0.1/32", description: null },
        ],
      }),
  },
  expiredInvitation: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(8);
    },
    found: [["low", bob, "bob@acme.example in acme was invited as viewer, and the invitation expired on 2027-02-07."]],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      await acme.control.invite(carl, "acme", "viewer");
      pass(8);
      await acme.control.invite(bob, "acme", "viewer");
      acme.join(carl, "viewer");
    },
  },
  oldInvitation: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(5);
    },
    found: [
      [
        "low",
        bob,
        "bob@acme.example in acme was invited as viewer 5 days ago and has not accepted; the invitation expires on 2027-02-07.",
      ],
    ],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(4);
    },
  },
};

describe.each(kindNames.map((kind) => [kind, cases[kind]] as const))("%s", (kind, { make, found, near, args = [] }) => {
  test("is found where it is so", async () => {
    await make();
    const { findings, code } = await report("--only", kind, ...args);
    expect(findings.map(({ severity, person, sentence }) => [severity, person, sentence])).toEqual(found);
    expect(findings.every((finding) => finding.kind === kind && finding.remedy !== "")).toBe(true);
    expect(code).toBe(3);
  });

  test("is not found where it is nearly so", async () => {
    await near();
    expect(await report("--only", kind, ...args)).toMatchObject({ findings: [], gaps: [], code: 0 });
  });
});

test("an audit asks for the least that the API allows, and writes nothing", async () => {
  await acme.found("globex");
  acme.operations();
  await acme.run(["audit"]);
  const each = [
    "list-invitations status:'expired'",
    "list-invitations status:'pending'",
    "list-members",
    "retrieve-limits",
    "retrieve-security-settings",
  ];
  expect(acme.operations()).toEqual([...each, ...each, "list-organizations"].sort());
});

test.each([
  [["organizationOutsideLayout", ...layout], []],
  [["noAllowlist", "noKeyRotation"], ["retrieve-security-settings"]],
  [["oneAdmin"], ["list-invitations status:'pending'", "list-members"]],
])("an audit of %j reads no more than it needs", async (kinds, operations) => {
  await acme.run(["audit", "--only", ...kinds]);
  expect(acme.operations()).toEqual([...operations, "list-organizations"].sort());
});

test("only organizations that match a pattern are asked, and each pattern has to match one", async () => {
  for (const name of ["acme-dev", "acme-lab", "globex"]) await acme.found(name);
  const { organizations } = await report("--organization", "acme-*", "--organization", "globex");
  expect(organizations).toEqual(["acme-dev", "acme-lab", "globex"]);
  const { code, errors, output } = await acme.run(["audit", "--organization", "globex", "--organization", "initech"]);
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toBe(
    'peridio-gitops: No organization that this key can see matches "initech". There are acme, acme-dev, acme-lab, globex.\n',
  );
});

test("a key that sees no organization audits nothing, and that is no success", async () => {
  acme.control.addUser("eve@acme.example");
  const key = acme.control.addApiKey("eve@acme.example");
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  expect(await acme.run(["audit"], { environment })).toMatchObject({
    code: 1,
    errors: "peridio-gitops: This key can see no organization, so there is nothing to audit. Use a key of a member.\n",
  });
});

test("a viewer's key is enough", async () => {
  acme.join(bob, "viewer");
  const environment = { PERIDIO_API_KEY: acme.control.addApiKey(bob), PERIDIO_BASE_URL: acme.url };
  expect(await acme.run(["audit"], { environment })).toMatchObject({ code: 0, errors: "" });
});

test("a key that is bound to an organization audits that one", async () => {
  await acme.found("globex");
  const environment = {
    PERIDIO_API_KEY: acme.control.addApiKey(ada, { organization: "globex" }),
    PERIDIO_BASE_URL: acme.url,
  };
  const { output, code } = await acme.run(["audit", "--json"], { environment });
  expect([auditReport.parse(JSON.parse(output)).organizations, code]).toEqual([["globex"], 0]);
});

test("an organization that the key cannot read is said, and what is found in others is kept", async () => {
  await acme.found("closed");
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null });
  await acme.control.updateSecuritySettings("closed", {
    ip_allowlist: [{ cidr: "203.0.113.0/24", description: null }],
  });
  const { findings, gaps, complete, code } = await report();
  expect(findings.map(({ sentence }) => sentence)).toEqual(["acme never asks for new API keys."]);
  expect(gaps).toMatchObject([{ organization: "closed", failed: true }]);
  expect(gaps[0]?.sentence).toMatch(
    /^The members and invitations, expired invitations, limits, security settings of closed could not be read: The API key may not read invitations of closed\. .*HTTP 403/,
  );
  expect([complete, code]).toEqual([false, 1]);
});

test("one part that cannot be read loses none of the others", async () => {
  acme.control.fault({ operation: "retrieve-limits", effect: { status: 403 }, times: "always" });
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null });
  const { findings, gaps, code } = await report();
  expect(findings.map(({ kind }) => kind)).toEqual(["noKeyRotation"]);
  expect(gaps.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^The limits of acme could not be read: /),
  ]);
  expect(code).toBe(1);
  const { errors, output } = await acme.run(["audit"]);
  expect(errors).toBe("peridio-gitops: the audit is incomplete, since not everything could be read.\n");
  expect(output).toContain("Not known:\n- The limits of acme could not be read: ");
});

test("an organization of the layout that the key cannot see is said", async () => {
  await acme.control.deleteOrganization("acme");
  await acme.found("globex");
  const { gaps, code } = await report(...layout, "--ignore", "organizationOutsideLayout");
  expect(gaps).toMatchObject([{ organization: "acme", failed: true }]);
  expect(code).toBe(1);
  expect(await report(...layout, "--organization", "globex", "--only", "oneAdmin")).toMatchObject({
    gaps: [],
    code: 0,
  });
});

test("a key that Peridio does not know ends the audit, and is in no output", async () => {
  acme.control.revokeApiKey(apiKey);
  const { code, output, errors } = await acme.run(["audit"]);
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toContain("HTTP 401");
  expect(errors).not.toContain(apiKey);
});

test("without a key nothing is asked, and the remedy is said", async () => {
  expect(await acme.run(["audit"], { environment: { PERIDIO_BASE_URL: acme.url } })).toMatchObject({
    code: 1,
    errors: "peridio-gitops: Peridio needs an API key: set the environment variable PERIDIO_API_KEY.\n",
  });
  expect(acme.operations()).toEqual([]);
});

test("--endpoint wins over the environment", async () => {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: "http://127.0.0.1:9" };
  expect(await acme.run(["audit", "--endpoint", acme.url], { environment })).toMatchObject({ code: 0 });
});

test.each([
  ["high", 0],
  ["medium", 3],
  ["low", 3],
  ["never", 0],
])("a finding of medium severity with --fail-on %s ends with %d", async (failOn, code) => {
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null });
  expect(await acme.run(["audit", "--fail-on", failOn])).toMatchObject({ code });
});

test("--ignore leaves kinds out", async () => {
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null, ip_allowlist: [] });
  const { findings } = await report("--ignore", "noKeyRotation", "oneAdmin");
  expect(findings.map(({ kind }) => kind)).toEqual(["noAllowlist"]);
});

test.each([
  [["--only", "outsideLayout"], "outsideLayout is found with a layout only: add --layout"],
  [["--only", "oneAdmin", "--ignore", "oneAdmin"], "--ignore leaves nothing of --only to look for"],
  [["--only", "idle"], "argument 'idle' is invalid"],
  [["--inactive-days", "0"], "Give a whole number from 1 to 3650."],
  [["--limit-percent", "101"], "Give a whole number from 1 to 100."],
  [["--endpoint", "ftp://peridio"], "is not a URL such as https://api.peridio.com"],
  [["--fail-on", "critical"], "argument 'critical' is invalid"],
  [["--api-key", "k"], "unknown option '--api-key'"],
])("audit %j is misuse", async (args, message) => {
  const { code, errors } = await acme.run(["audit", ...args]);
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(acme.operations()).toEqual([]);
});
