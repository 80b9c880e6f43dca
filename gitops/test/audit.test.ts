import { auditReport, type AuditReport } from "../src/audit/report";
import { Acme, apiKey } from "./support/acme";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

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

test.each([[[]], [layout]])("an organization without findings passes: %j", async (args) => {
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

test("an audit makes the fewest requests and writes nothing", async () => {
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
  [["undeclaredOrganization", ...layout], []],
  [["noAllowlist", "noKeyRotation"], ["retrieve-security-settings"]],
  [["oneAdmin"], ["list-members"]],
  [["tooManyAdmins"], ["list-invitations status:'pending'", "list-members"]],
])("an audit of %j reads no more than it needs", async (kinds, operations) => {
  await acme.run(["audit", "--kind", ...kinds]);
  expect(acme.operations()).toEqual([...operations, "list-organizations"].sort());
});

test("reads only organizations that match a pattern, and each pattern must match one", async () => {
  for (const name of ["acme-dev", "acme-lab", "globex"]) await acme.found(name);
  const { organizations } = await report("--organization", "acme-*", "--organization", "globex");
  expect(organizations).toEqual(["acme-dev", "acme-lab", "globex"]);
  const { code, errors, output } = await acme.run(["audit", "--organization", "globex", "--organization", "initech"]);
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toBe(
    'peridio-gitops: No organization that this API key can see matches "initech". Correct --organization. The organizations are acme, acme-dev, acme-lab, globex.\n',
  );
});

test("fails if the API key sees no organization", async () => {
  acme.control.addUser("eve@acme.example");
  const key = acme.control.addApiKey("eve@acme.example");
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  expect(await acme.run(["audit"], { environment })).toMatchObject({
    code: 1,
    errors:
      "peridio-gitops: This API key can see no organization. Use the API key of a member of at least one organization.\n",
  });
});

test("a viewer's API key suffices", async () => {
  acme.join(bob, "viewer");
  const environment = { PERIDIO_API_KEY: acme.control.addApiKey(bob), PERIDIO_BASE_URL: acme.url };
  expect(await acme.run(["audit"], { environment })).toMatchObject({ code: 0, errors: "" });
});

test("an API key for one organization audits only that organization", async () => {
  await acme.found("globex");
  const environment = {
    PERIDIO_API_KEY: acme.control.addApiKey(ada, { organization: "globex" }),
    PERIDIO_BASE_URL: acme.url,
  };
  const { output, code } = await acme.run(["audit", "--json"], { environment });
  expect([auditReport.parse(JSON.parse(output)).organizations, code]).toEqual([["globex"], 0]);
});

test("reports an organization that the API key cannot read, and keeps the findings of others", async () => {
  await acme.found("closed");
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null });
  await acme.control.updateSecuritySettings("closed", {
    ip_allowlist: [{ cidr: "203.0.113.0/24", description: null }],
  });
  const { findings, gaps, complete, code } = await report();
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    "acme has no API key rotation, so API keys have no maximum age.",
  ]);
  expect(gaps).toMatchObject([{ organization: "closed", failed: true }]);
  expect(gaps[0]?.sentence).toMatch(
    /^The audit cannot read the members, invitations, expired invitations, limits and security settings of closed: The API key is not allowed to read members of closed\. .*HTTP 403/,
  );
  expect([complete, code]).toEqual([false, 1]);
});

test("one unreadable part does not hide other parts", async () => {
  acme.control.fault({ operation: "retrieve-limits", effect: { status: 403 }, times: "always" });
  await acme.control.updateSecuritySettings("acme", { api_key_rotation: null });
  const { findings, gaps, code } = await report();
  expect(findings.map(({ kind }) => kind)).toEqual(["noKeyRotation"]);
  expect(gaps.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^The audit cannot read the limits of acme: /),
  ]);
  expect(code).toBe(1);
  const { errors, output } = await acme.run(["audit"]);
  expect(errors).toBe("peridio-gitops: The audit is incomplete. The report names each failure.\n");
  expect(output).toContain("Not known:\n- The audit cannot read the limits of acme: ");
});

test("reports an organization of the layout that the API key cannot see", async () => {
  await acme.control.deleteOrganization("acme");
  await acme.found("globex");
  const { gaps, code } = await report(...layout, "--ignore", "undeclaredOrganization");
  expect(gaps).toMatchObject([{ organization: "acme", failed: true }]);
  expect(code).toBe(1);
  expect(await report(...layout, "--organization", "globex", "--kind", "oneAdmin")).toMatchObject({
    gaps: [],
    code: 0,
  });
});

test("an unknown API key ends the audit, and no output contains the API key", async () => {
  acme.control.revokeApiKey(apiKey);
  const { code, output, errors } = await acme.run(["audit"]);
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toContain("HTTP 401");
  expect(errors).not.toContain(apiKey);
});

test("sends no request without an API key, and names the remedy", async () => {
  expect(await acme.run(["audit"], { environment: { PERIDIO_BASE_URL: acme.url } })).toMatchObject({
    code: 1,
    errors:
      "peridio-gitops: The API key is missing. Set the environment variable PERIDIO_API_KEY to an API key of Peridio.\n",
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
  [["--kind", "outsideLayout"], "--kind outsideLayout requires a layout. Add --layout."],
  [
    ["--kind", "oneAdmin", "--ignore", "oneAdmin"],
    "--ignore excludes all kinds of findings that the audit would report. Remove a kind from --ignore.",
  ],
  [["--kind", "idle"], "argument 'idle' is invalid"],
  [["--inactive-days", "0"], "Use a whole number from 1 to 3650."],
  [["--limit-percent", "101"], "Use a whole number from 1 to 100."],
  [["--endpoint", "ftp://peridio"], "must be an HTTP or HTTPS URL, such as https://api.peridio.com"],
  [["--fail-on", "critical"], "argument 'critical' is invalid"],
  [["--api-key", "k"], "unknown option '--api-key'"],
])("rejects audit %j", async (args, message) => {
  const { code, errors } = await acme.run(["audit", ...args]);
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(acme.operations()).toEqual([]);
});
