import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { applySeed, Emulator } from "#emulator";
import { type Declarations, Site } from "#provider/testing";
import { nightly } from "#testing";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { kindNames } from "../src/rules/kinds";
import { parseRulesFile } from "../src/rules/readRules";
import { otherStacks } from "../src/rules/rule";
import { fakeTerminal } from "./support/terminal";

/** The policy pack reports the violations that a review of the same stack reports, with every kind of rules. */

const pack = join(__dirname, "../../bin/peridio-gitops");

const rules = `rules:
  admins: { organizations: acme-*, admins: { atLeast: 5, including: eve@acme.example } }
  role: { people: { except: ada@acme.example }, role: none }
  certified: { organizations: acme-dev, certified: { on: 2026-01-31, everyDays: 31 } }
  until: { organizations: { except: acme-staging }, until: required }
  notTogether: { notTogether: [{ role: admin }, { role: [admin, manager] }] }
  groups: { organizations: acme-dev, groups: none }
  owner: { owner: eve@acme.example }
  roster: { roster: required }
  security: { requireTwoFactor: true, ipAllowlist: required, sessionTimeout: { atMost: 5m }, apiKeyRotation: { maxAgeDays: 1 } }
  projects: { everyoneEnabled: false }
  tokens: { expiresAt: required }
  grants: { access: { users: none } }
  claims: { claimTokens: { maxUses: 1, cohort: other/* } }
  webhooks: { webhookHosts: peridio.acme.example, webhookSchemes: https }
  tunnels: { tunnels: { atMost: 1m, within: [203.0.113.0/24], requireReason: true } }
  endpoint: { endpoint: https://peridio.acme.example }
  names: { protect: true, name: { regex: "[a-z]+" }, displayName: required }
`;

const event = z.object({
  policyEvent: z.object({ policyName: z.string(), message: z.string() }).optional(),
});

let site: Site | undefined;
afterEach(() => site?.end());

function show({ stack }: Site): Promise<string> {
  return stack.succeed("preview", "--show-sames", "--json");
}

/** Returns the violations that a review of the program finds. */
async function review({ stack }: Site, preview: string) {
  const terminal = fakeTerminal({ folder: stack.folder, input: () => Promise.resolve(preview), now: new Date() });
  await run(["review", "--json", "--rules", "access-rules.yaml"], terminal);
  return schema.parse(JSON.parse(terminal.printed())).violations;
}

/** Returns the violations that stop a program, after the approval of a review of a preview, with rules that need approval. */
async function stopsApproved({ stack }: Site, preview: string): Promise<readonly string[]> {
  const { folder } = stack;
  writeFileSync(join(folder, "access-rules.yaml"), rules.replace(/ }$/gm, ", severity: approve }"));
  const runHere = (...args: string[]) =>
    run(args, fakeTerminal({ folder, input: () => Promise.resolve(preview), now: new Date() }));
  await runHere("review", "--rules", "access-rules.yaml", "--json-file", "review.json");
  const record = ["--approved-by", "grace", "--approval-file", "approval.json"];
  expect(await runHere("confirm", "review.json", "review.json", ...record)).toBe(0);
  const environment = { PERIDIO_REVIEW: "review.json", PERIDIO_APPROVAL: "approval.json" };
  const { stdout } = await stack.with(environment).pulumi("preview", "--policy-pack", pack);
  return [...stdout.matchAll(/\[mandatory\] \[severity: medium\] {2}(\w+) .*\n +(.*)/g)].map(
    ([, rule = "", words = ""]) => `${rule}: ${words}`,
  );
}

/**
 * Expects the same violations of a review and of the pack: before the first update, by their number, and then by their words. `more` are
 * those that only the pack sees in the first preview.
 */
async function expectAgreement(site: Site, preview: string, more: readonly string[] = []): Promise<void> {
  const { stack } = site;
  writeFileSync(join(stack.folder, "access-rules.yaml"), rules);
  const planned = await review(site, preview);
  const said = await site.fail("preview", "--policy-pack", pack);
  const shown = [...said.matchAll(/- \[mandatory\] \[severity: critical\] {2}(\w+) /g)].map(([, rule]) => rule);
  expect(shown.sort()).toEqual([...planned.map(({ rule }) => rule), ...more].sort());

  await stack.succeed("up", "--yes", "--skip-preview");
  const found = await review(site, await show(site));
  const { stdout } = await stack.pulumi("policy", "analyze", "--stack", "test", "--json", "--policy-pack", pack);
  const events = stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : (event.parse(JSON.parse(line)).policyEvent ?? [])));
  const own = events.filter(({ policyName }) => policyName !== otherStacks);
  expect(own.map(({ policyName, message }) => `${policyName}: ${message}`).sort()).toEqual(
    found.map(({ rule, message }) => `${rule}: ${message}`).sort(),
  );
  expect(found.length).toBeGreaterThan(20);
}

function readLayout(name: string): Declarations[string] {
  return declare("Layout", { path: join(__dirname, "../../examples/layouts", name, "layout.yaml") });
}

function declare(type: string, properties: Declarations[string]["properties"]) {
  return { type: `peridio:${type}`, properties, options: {} };
}

test("the rules have every kind", () => {
  const kinds = parseRulesFile({ file: "access-rules.yaml", text: rules }).rules.flatMap(
    ({ requirements }) => requirements,
  );
  // The engine does not show the change.
  expect(new Set([...kinds.map(([kind]) => kind), "change"])).toEqual(new Set(kindNames));
});

test("a layout of the Admin API", async () => {
  site = await Site.begin({ acme: readLayout("environments") });
  await expectAgreement(site, await show(site));
});

nightly("a layout, tokens, webhooks and tunnel policies of Avocado Connect", async () => {
  const emulator = new Emulator();
  const members = { "grace@acme.example": "admin", "bob@acme.example": "viewer" } as const;
  await applySeed({ organizations: { "acme-dev": { members }, "acme-production": { members } } }, emulator);
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: emulator.control.addApiKey("ada@acme.example") };
  const organizationId = '${acme.organizationIds["acme-dev"]}';
  const program = {
    acme: readLayout("avocado-connect"),
    one: declare("Group", { organizationId, name: "one", members: ["bob@acme.example"] }),
    two: declare("Group", { organizationId, name: "two" }),
    gateway: declare("Project", {
      organizationId,
      name: "gateway",
      everyoneEnabled: true,
      access: { groups: ["${one.id}", "${two.id}"] },
    }),
    canary: declare("Cohort", { projectId: "${gateway.id}", name: "canary", everyoneEnabled: true }),
    ci: declare("OrganizationApiToken", { organizationId, name: "pipeline" }),
    alerts: declare("Webhook", { organizationId, name: "alerts", url: "http://eve.example" }),
    factory: declare("ClaimToken", { organizationId, name: "factory", cohortId: "${canary.id}" }),
    tunnels: declare("TunnelPolicy", { cohortId: "${canary.id}", organizationId, cidrAllowlist: ["198.51.100.0/24"] }),
  };
  site = await Site.begin(program, { emulator, environment });
  const preview = await show(site);
  const access = { users: ["bob@acme.example"] };
  const canary = { ...program.canary, properties: { ...program.canary.properties, access } };
  const events = ["device.created"];
  const alerts = { ...program.alerts, properties: { ...program.alerts.properties, events } };
  await site.declare({ ...program, canary, alerts });
  const stops = await stopsApproved(site, preview);
  // A review does not know the members and the display name of an organization that the change adopts.
  expect(stops.filter((text) => !/^(admins|owner|names):/.test(text))).toEqual([
    expect.stringContaining("grants: bob@acme.example has a direct grant for cohort gateway/canary of acme-dev"),
    expect.stringContaining("webhooks: Webhook alerts of acme-dev sends events to eve.example without encryption"),
    expect.stringContaining(
      "webhooks: Webhook alerts of acme-dev sends events to eve.example, but the rule allows only",
    ),
  ]);
  await site.declare(program);
  // A preview of a roster reads the members, but Pulumi does not print the owners among them.
  await expectAgreement(site, preview, ["owner"]);
});
