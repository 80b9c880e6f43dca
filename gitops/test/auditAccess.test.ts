import stringWidth from "string-width";
import { auditReport } from "../src/audit/report";
import { Acme, apiKey, day } from "./support/acme";
import { expectGolden } from "./support/golden";
import { type AccessKind, type Case, type Reported, testCases } from "./support/findingCases";

const [bob, carl, ada] = ["bob@acme.example", "carl@partner.example", "ada@acme.example"];

/** Audits API tokens, groups and projects with Avocado Connect. */
let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
  acme.join(bob, "developer");
});
afterEach(() => acme.end());

async function run(args: readonly string[], key = apiKey) {
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  return acme.run(["audit", "--backend", "connect", ...args], { environment });
}

async function report(...args: string[]): Promise<Reported> {
  const { code, output } = await run(["--json", ...args]);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

/** Creates a token of Bob. */
async function createToken(name: string): Promise<void> {
  await acme.createToken(name, { key: acme.control.addApiKey(bob) });
}

const cases: Readonly<Record<AccessKind, Case>> = {
  tokenWithoutMember: {
    make: async () => {
      await createToken("ci");
      await acme.createToken("deploy");
      // A removal revokes the tokens.
      acme.control.leave(bob, "acme");
      acme.control.fault({
        operation: "OrgApiToken_index",
        effect: { omit: "data.tokens.1.owner" },
        times: "always",
      });
    },
    found: [
      ["high", bob, "API token ci in acme belongs to bob@acme.example, who is not a member of the organization."],
      ["high", undefined, "API token deploy in acme has no owner."],
    ],
    near: async () => {
      await createToken("ci");
      await createToken("expired");
      acme.control.tokens.setApiToken("expired", "acme", { expires_at: "2027-02-01T08:00:00Z" });
      acme.control.changeEmail(bob, "BOB@acme.example");
      acme.control.advance(day);
    },
  },
  unusedToken: {
    make: async () => {
      await createToken("never");
      await createToken("once");
      acme.control.advance(90 * day);
      acme.control.tokens.setApiToken("once", "acme", { last_used_at: "2027-01-31T08:00:00Z" });
      await createToken("new");
    },
    found: [
      ["medium", bob, "API token never in acme was never used, and was created on 2027-01-31, 90 days ago."],
      ["medium", bob, "API token once in acme was last used on 2027-01-31, 90 days ago."],
    ],
    near: async () => {
      await createToken("once");
      await createToken("expired");
      acme.control.tokens.setApiToken("expired", "acme", { expires_at: "2027-02-01T08:00:00Z" });
      acme.control.advance(20 * day);
      await createToken("never");
      acme.control.tokens.setApiToken("never", "acme", { expires_at: "2028-02-01T08:00:00Z" });
      acme.control.advance(89 * day);
      acme.control.tokens.setApiToken("once", "acme", { last_used_at: "2027-02-20T08:00:00Z" });
    },
  },
  oldToken: {
    make: async () => {
      await createToken("ci");
      await createToken("ci");
      acme.control.advance(30 * day);
    },
    args: ["--token-days", "30"],
    found: [
      [
        "medium",
        bob,
        expect.stringMatching(/^API token ci \([0-9a-f-]{36}\) in acme was created on 2027-01-31, 30 days ago\.$/),
      ],
      ["medium", bob, expect.stringMatching(/^API token ci \([0-9a-f-]{36}\) in acme was created/)],
    ],
    near: async () => {
      await createToken("ci");
      acme.control.advance(29 * day);
    },
  },
  tokenWithoutExpiry: {
    make: () => createToken("ci"),
    found: [["low", bob, "API token ci in acme never expires."]],
    near: async () => {
      await createToken("ci");
      acme.control.tokens.setApiToken("ci", "acme", { expires_at: "2028-01-31T08:00:00Z" });
    },
  },
  grantToNonMember: {
    make: () => {
      acme.control.addUser(carl);
      acme.addProject("firmware", { users: [bob, carl] });
      acme.addCohort("canary", "firmware", { users: [carl] });
    },
    found: [
      ["medium", carl, "carl@partner.example in acme has a direct grant for project firmware, but is not a member."],
      [
        "medium",
        carl,
        "carl@partner.example in acme has a direct grant for cohort firmware/canary, but is not a member.",
      ],
    ],
    near: () => {
      acme.addProject("firmware", { isOpen: false, users: [bob, ada] });
    },
  },
  emptyGroup: {
    make: () => {
      acme.addGroup("field", []);
      acme.addGroup("office", [bob]);
    },
    found: [["low", undefined, "Group field in acme has no members."]],
    near: async () => {
      acme.addGroup("field", []);
      await acme.control.invite(carl, "acme", "viewer", { group: "field" });
    },
  },
  groupWithoutAccess: {
    make: () => {
      acme.addGroup("field", [bob]);
      acme.addProject("firmware");
    },
    found: [["low", undefined, "Group field in acme has no access to a project or a cohort."]],
    near: () => {
      acme.addGroup("field", [bob]);
      acme.addGroup("office", [bob]);
      acme.addGroup("empty", []);
      acme.addProject("firmware", { groups: ["office"] });
      acme.addCohort("canary", "firmware", { groups: ["field"] });
    },
  },
};

testCases(cases, report);

test("a token that an interrupted creation left is named on the next day, with its id beside a used token", async () => {
  await createToken("ci");
  await createToken("ci");
  const [used, left] = acme.control.getOrganization("acme").api_tokens.map(({ id }) => id);
  acme.control.advance(day);
  acme.control.tokens.setApiToken(used ?? "", "acme", { last_used_at: "2027-02-01T08:00:00Z" });
  const { findings } = await report("--kind", "unusedToken", "--token-unused-days", "1");
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    `API token ci (${left ?? ""}) in acme was never used, and was created on 2027-01-31, 1 day ago.`,
  ]);
});

test("JSON names the object of a finding", async () => {
  acme.control.addUser(carl);
  acme.addGroup("field", []);
  acme.addProject("firmware");
  acme.addCohort("canary", "firmware", { users: [carl] });
  await createToken("ci");
  const { findings } = await report("--kind", "emptyGroup", "grantToNonMember", "tokenWithoutExpiry");
  const named = findings.map(({ object }) => [object?.type, object?.name, object?.id.split("/").length]);
  expect(named).toEqual([
    ["cohort", "firmware/canary", 3],
    ["apiToken", "ci", 2],
    ["group", "field", 2],
  ]);
});

/** Creates findings of every kind. The names try to break reports. */
async function trouble(): Promise<void> {
  acme.addGroup("field | <b>", []);
  acme.addGroup("office", []);
  acme.addGroup("support", [bob]);
  acme.control.addUser(carl);
  acme.addProject("firmware | <b>", { users: [carl] });
  acme.addCohort("canary", "firmware | <b>", { users: [carl] });
  await createToken("ci @all \u001B[31m");
  await createToken("ci");
  await createToken("ci");
  acme.control.leave(bob, "acme");
  acme.join("dora@acme.example", "viewer");
  acme.addGroup("lab", ["dora@acme.example"]);
  acme.control.advance(400 * day);
}

test("reports name the objects, and equal findings share a row", async () => {
  await trouble();
  const hideUuids = (text: string) => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID");
  const { output } = await run([]);
  expect(output.split("\n").filter((line) => stringWidth(line) > 100)).toEqual([]);
  const { output: markdown } = await run(["--format", "markdown"]);
  const markup = markdown.replace(/`[^`\n]*`/g, "");
  for (const dangerous of ["<b>", "@", "\u001B"]) expect(markup).not.toContain(dangerous);
  const { output: json } = await run(["--json"]);
  // Tokens with one name are in the order of their random ids.
  expectGolden("auditConnect.json", hideUuids(json));
  // A UUID may continue on the next line of a table.
  const unique = ["--ignore", "tokenWithoutMember", "unusedToken", "oldToken", "tokenWithoutExpiry"];
  expectGolden("auditConnect.txt", (await run(unique)).output);
  expectGolden("auditConnect.md", hideUuids(markdown));
});

test("reads each list once, and each group, project and cohort once", async () => {
  acme.addGroup("field", [bob]);
  acme.addProject("firmware", { groups: ["field"] });
  acme.addProject("gateways");
  acme.addCohort("canary", "firmware");
  acme.emulator.traffic.log.clear();
  await run([]);
  expect(acme.operations()).toEqual([
    "Cohort_index_all",
    "Cohort_show",
    "Group_index",
    "Group_show",
    "Me_show",
    "OrgApiToken_index",
    "OrgInvitation_index",
    "Organization_members",
    "Project_index",
    "Project_show",
    "Project_show",
  ]);
});

test.each([
  [["unusedToken"], ["OrgApiToken_index"]],
  [["emptyGroup"], ["Group_index", "OrgInvitation_index", "Organization_members"]],
  [["groupWithoutAccess"], ["Cohort_index_all", "Group_index", "Project_index"]],
])("an audit of %j reads no more than it needs", async (kinds, operations) => {
  await run(["--kind", ...kinds]);
  expect(acme.operations()).toEqual(["Me_show", ...operations].sort());
});

test("says what a member's token cannot see, and finds no group without access", async () => {
  acme.control.addUser(carl);
  acme.addGroup("field", [bob]);
  acme.addProject("closed", { isOpen: false, groups: ["field"], users: [carl] });
  acme.addProject("firmware", { users: [carl] });
  acme.join("eve@acme.example", "viewer");
  const { output, code } = await run(
    ["--json", "--kind", "groupWithoutAccess", "grantToNonMember"],
    acme.control.addApiKey("eve@acme.example"),
  );
  const { findings, gaps, complete } = auditReport.parse(JSON.parse(output));
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    "carl@partner.example in acme has a direct grant for project firmware, but is not a member.",
  ]);
  expect(gaps).toEqual([
    {
      organization: "acme",
      sentence:
        "The API key's user is neither an admin nor an owner of acme and sees only some of its projects and cohorts. Use the API key of an admin or an owner.",
      kinds: ["grantToNonMember", "groupWithoutAccess"],
      failed: true,
    },
  ]);
  expect([complete, code]).toEqual([false, 1]);
});

// N4: members see only their own tokens.
test("says that a member's token cannot see the tokens of other people", async () => {
  await createToken("ci");
  acme.join("eve@acme.example", "viewer");
  const { output, code } = await run(
    ["--json", "--kind", "tokenWithoutExpiry"],
    acme.control.addApiKey("eve@acme.example"),
  );
  const { findings, gaps } = auditReport.parse(JSON.parse(output));
  expect(findings).toEqual([]);
  expect(gaps).toEqual([
    {
      organization: "acme",
      sentence:
        "The API key's user is neither an admin nor an owner of acme and sees only some of its API tokens. Use the API key of an admin or an owner.",
      kinds: ["tokenWithoutExpiry"],
      failed: true,
    },
  ]);
  expect(code).toBe(1);
});

test("says that it cannot read tokens, and keeps other findings", async () => {
  acme.addGroup("field", []);
  acme.control.fault({ operation: "OrgApiToken_index", effect: { status: 403 }, times: "always" });
  const { findings, gaps, code } = await report();
  expect(findings.map(({ kind }) => kind)).toEqual(["emptyGroup"]);
  expect(gaps[0]?.sentence).toMatch(/^The audit cannot read the API tokens of acme: /);
  expect(gaps[0]?.kinds).toEqual(["tokenWithoutMember", "unusedToken", "oldToken", "tokenWithoutExpiry"]);
  expect(code).toBe(1);
});

test("the Admin API has no API tokens to audit, so it is misuse to ask for them", async () => {
  const { code, errors } = await acme.run(["audit", "--kind", "unusedToken"]);
  expect([code, errors]).toEqual([
    2,
    "peridio-gitops: --kind unusedToken requires Avocado Connect. Add --backend connect.\n",
  ]);
  expect(acme.operations()).toEqual([]);
});
