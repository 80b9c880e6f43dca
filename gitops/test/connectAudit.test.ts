import { auditReport, type AuditReport } from "../src/audit/report";
import { Acme, apiKey, day, type Answer } from "./support/acme";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@partner.example"];

/** Audits with Avocado Connect. */
let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

function run(args: readonly string[], key = apiKey): Promise<Answer> {
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  return acme.run(["audit", "--backend", "connect", ...args], { environment });
}

async function report(args: readonly string[] = [], key = apiKey): Promise<AuditReport & { readonly code: number }> {
  const { code, output } = await run([...args, "--json"], key);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

const writeUnreported = (members: string) =>
  `For acme, Avocado Connect does not report the last activity of ${members}, the second factor of ${members}, ` +
  "the number of products, devices, API keys and webhooks in use, the requirement of a second factor, " +
  "the rotation of API keys, the allowlist.";

test("names facts that this API does not report, does not fail, and finds nothing in them", async () => {
  acme.control.addMember(bob, "acme", "viewer");
  acme.control.setTwoFactor(bob, false);
  await acme.control.updateSecuritySettings("acme", {
    two_factor_required: false,
    ip_allowlist: [],
    api_key_rotation: null,
  });
  acme.control.advance(200 * day);
  expect(await report()).toMatchObject({
    complete: true,
    findings: [],
    gaps: [{ organization: "acme", sentence: writeUnreported("3 members"), failed: false }],
    code: 0,
  });
  const { output } = await run([]);
  expect(output).toMatch(
    /^No findings in 1 organization, but some facts are not known\n\nNot known:\n- For acme, Avocado Connect/,
  );
  const { output: markdown } = await run(["--format", "markdown"]);
  expect(markdown).toMatch(
    /^## No findings in 1 organization, but some facts are not known\n\n### Not known\n\n- For acme, /,
  );
});

test("only reads: the organizations once and each list once, without features that the API lacks", async () => {
  await acme.found("globex");
  acme.emulator.traffic.log.clear();
  await run(["--layout", "gitops/test/fixtures/acme.yaml"]);
  const requests = acme.emulator.requests().map(({ method, operation }) => `${method} ${operation ?? "none"}`);
  const each = [
    "GET Organization_members",
    "GET OrgInvitation_index",
    "GET OrgApiToken_index",
    "GET Group_index",
    "GET Project_index",
    "GET Cohort_index_all",
  ];
  expect(requests.sort()).toEqual(["GET Me_show", ...each, ...each].sort());
});

test("tests of access need no further requests", async () => {
  acme.addProject("firmware");
  acme.addCohort("canary", "firmware");
  acme.operations();
  await run([]);
  const operations = acme.operations();
  await run(["--rules", "gitops/test/fixtures/access-tests.yaml"]);
  expect(acme.operations()).toEqual(operations);
});

test("finds everything that this API reports", async () => {
  await acme.control.removeMember("grace@acme.example", "acme");
  await acme.control.invite(bob, "acme", "viewer");
  acme.control.advance(6 * day);
  await acme.control.invite(carl, "acme", "developer");
  acme.control.setLimits("acme", { users: 2 });
  acme.control.advance(2 * day);
  const { findings, code } = await report();
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    "acme uses 2 of 2 seats, 1 of them for pending invitations.",
    "acme has only one admin, ada@acme.example.",
    "bob@acme.example in acme was invited with the role member, and the invitation expired on 2027-02-07.",
  ]);
  expect(code).toBe(3);
});

test("finds people outside a layout, and ignores roles and settings that this API reports differently", async () => {
  acme.control.addMember(bob, "acme", "developer");
  acme.control.addMember("eve@acme.example", "acme", "developer");
  await acme.control.invite(carl, "acme", "viewer");
  const { findings } = await report(["--layout", "gitops/test/fixtures/acme.yaml"]);
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    "carl@partner.example in acme is invited with the role member, and is not in the layout.",
    "eve@acme.example in acme has the role member, and is not in the layout.",
  ]);
});

test("reports that a member's token cannot see invitations, and shows everything else", async () => {
  acme.control.addMember(bob, "acme", "viewer");
  await acme.control.removeMember("grace@acme.example", "acme");
  const { findings, gaps, code } = await report([], acme.control.addApiKey(bob));
  expect(findings.map(({ kind }) => kind)).toEqual(["oneAdmin"]);
  const [unread, tokens, invisible, unknown] = gaps;
  expect(unread?.sentence).toMatch(
    /^The audit cannot read the invitations and expired invitations of acme: The API key is not allowed to do this\. Peridio says: Only admins and owners of the organization may do this\./,
  );
  expect(unread?.kinds).toEqual(["tooManyAdmins", "nearLimit", "expiredInvitation", "oldInvitation", "emptyGroup"]);
  expect(tokens?.sentence).toMatch(/ sees only some of its API tokens\. /);
  expect(invisible?.sentence).toMatch(/ sees only some of its projects and cohorts\. /);
  expect([unread, tokens, invisible, unknown].map((gap) => gap?.failed)).toEqual([true, true, true, false]);
  expect(unknown?.sentence).toBe(writeUnreported("2 members"));
  expect(code).toBe(1);
});

test("a member's token suffices without invitations", async () => {
  acme.control.addMember(bob, "acme", "viewer");
  const kinds = ["oneAdmin", "inactive", "withoutTwoFactor"];
  expect(await report(["--kind", ...kinds], acme.control.addApiKey(bob))).toMatchObject({ complete: true, code: 0 });
});

test("a token for one organization audits only that organization", async () => {
  await acme.found("globex");
  const { organizations, complete } = await report([], acme.control.addApiKey(ada, { organization: "globex" }));
  expect([organizations, complete]).toEqual([["globex"], true]);
});

test("the environment also names the API, and the option wins", async () => {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url, PERIDIO_BACKEND: "connect" };
  expect((await acme.run(["audit"], { environment })).output).toContain("Avocado Connect");
  expect(acme.operations()).toContain("Me_show");
  expect((await acme.run(["audit", "--backend", "admin-v2"], { environment })).output).not.toContain("Avocado Connect");
  expect((await acme.run(["audit", "--backend", "v3"])).code).toBe(2);
});

test("sends a token of this API only if the API is named, and no output contains the token", async () => {
  const key = "avo_a-token-that-must-not-leak";
  const { code, errors } = await acme.run(["audit"], { environment: { PERIDIO_API_KEY: key } });
  expect(code).toBe(1);
  expect(errors).toContain("Add --backend connect, or set PERIDIO_BACKEND=connect");
  expect(errors).not.toContain(key);
});
