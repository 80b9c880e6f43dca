import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditReport, type AuditReport } from "../src/audit/report";
import { Acme, apiKey, type Answer } from "./support/acme";

const bob = "bob@acme.example";

/** The organization acme of both APIs, in one layout. The servers are different, and so are the organizations. */
let live: Acme;
let own: Acme;
let folder = "";
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleet-"));
  [live, own] = await Promise.all([Acme.begin(), Acme.begin()]);
  await live.found("acme-dev");
  await own.found("acme-production");
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([live.end(), own.end()]);
});

const fleet = `
connections:
  live: { backend: connect }
  own-servers: { backend: admin-v2 }
defaults:
  connection: live
  security: { requireTwoFactor: true }
organizations:
  acme: { connection: own-servers }
  acme-dev:
  acme-production: { connection: own-servers }
people:
  ada@acme.example: { acme: admin, acme-dev: admin, acme-production: admin }
  grace@acme.example: { acme: admin, acme-dev: admin, acme-production: admin }
`;

function run(
  args: readonly string[],
  settings: Readonly<Record<string, string | undefined>> = {},
  text = fleet,
): Promise<Answer> {
  const file = join(folder, "layout.yaml");
  writeFileSync(file, text);
  const environment = {
    PERIDIO_API_KEY: undefined,
    PERIDIO_BASE_URL: undefined,
    PERIDIO_API_KEY_LIVE: apiKey,
    PERIDIO_BASE_URL_LIVE: live.url,
    PERIDIO_API_KEY_OWN_SERVERS: apiKey,
    PERIDIO_BASE_URL_OWN_SERVERS: own.url,
    ...settings,
  };
  return own.run(
    args.map((arg) => (arg === "LAYOUT" ? file : arg)),
    { environment },
  );
}

async function report(...args: string[]): Promise<AuditReport & { readonly code: number }> {
  const { code, output } = await run(["audit", "--json", "--layout", "LAYOUT", ...args]);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

test("one audit covers both APIs, each with its key", async () => {
  live.join(bob, "admin", "acme-dev");
  own.join(bob, "viewer", "acme-production");
  const { organizations, findings, complete, code } = await report("--kind", "outsideLayout", "undeclaredOrganization");
  expect({ organizations, complete, code }).toEqual({
    // The organization acme of Avocado Connect is not the one of the layout.
    organizations: ["acme", "acme", "acme-dev", "acme-production"],
    complete: true,
    code: 3,
  });
  expect(findings.map(({ kind, organization, person }) => [kind, organization, person])).toEqual([
    ["outsideLayout", "acme-dev", bob],
    ["undeclaredOrganization", "acme", undefined],
    ["outsideLayout", "acme-production", bob],
  ]);
});

test("reads only the parts that each API has", async () => {
  await report("--kind", "noAllowlist", "unusedToken");
  const operations = (acme: Acme) => new Set(acme.emulator.requests().map(({ operation }) => operation));
  expect(operations(own)).toEqual(new Set(["list-organizations", "retrieve-security-settings"]));
  expect([...operations(live)].sort()).toEqual(["Me_show", "OrgApiToken_index"]);
});

test("an organization that a key cannot see makes the audit incomplete", async () => {
  const { code, output } = await run(
    ["audit", "--json", "--layout", "LAYOUT"],
    {},
    fleet.replace(/acme-dev/g, "acme-lab"),
  );
  const { complete, gaps } = auditReport.parse(JSON.parse(output));
  expect({ code, complete }).toEqual({ code: 1, complete: false });
  expect(gaps.find(({ failed }) => failed)?.sentence).toMatch(
    /^acme-lab is in the layout, but this API key cannot see it/,
  );
});

test.each([
  [
    { PERIDIO_API_KEY_LIVE: undefined, PERIDIO_API_KEY: apiKey },
    "The layout has the connections live, own-servers. Set PERIDIO_API_KEY_LIVE, because each connection has its own API key.",
  ],
  [
    { PERIDIO_BASE_URL: "http://127.0.0.1:1" },
    "The layout has the connections live, own-servers, so PERIDIO_BASE_URL is ambiguous. Each connection has its API in the layout. For its address, use PERIDIO_BASE_URL_LIVE or PERIDIO_BASE_URL_OWN_SERVERS.",
  ],
  [
    { PERIDIO_API_KEY_OWN_SERVERS: "avo_0123456789" },
    "The API key is a token of Avocado Connect (`avo_…`), but the command uses another API. The command did not send the token. Correct PERIDIO_API_KEY_OWN_SERVERS, or set `backend` of the connection own-servers to connect.",
  ],
])("refuses %j before the first request", async (settings, message) => {
  const { code, errors } = await run(["audit", "--layout", "LAYOUT"], settings);
  expect({ code, errors }).toEqual({ code: 1, errors: `peridio-gitops: ${message}\n` });
  expect([...live.emulator.requests(), ...own.emulator.requests()]).toEqual([]);
});

test("one validate checks each organization against its API", async () => {
  const text = fleet.replace("people:\n", `people:\n  ${bob}: { acme-dev: developer, acme-production: developer }\n`);
  const { code, output } = await run(["validate", "LAYOUT"], {}, text);
  expect({
    code,
    lines: output
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^.*?layout\.yaml/, "layout.yaml")),
  }).toEqual({
    code: 1,
    lines: [
      "layout.yaml:7:3: warning: defaults.security does not apply to acme-dev: Avocado Connect cannot manage security settings",
      `layout.yaml:13:23: people["${bob}"]["acme-dev"]: Avocado Connect has no role developer: use \`member\`. A \`member\` has access to every project unless the project sets \`everyoneEnabled: false\``,
    ],
  });
});
