import { Emulator, applySeed, serve, type Server } from "#emulator";
import { type Declarations, Site } from "#provider/testing";
import { run } from "../src/program";
import { auditReport } from "../src/audit/report";
import { fakeTerminal } from "./support/terminal";

/** Audits with previews that Pulumi makes. */
let site: Site;
let server: Server;
afterEach(async () => {
  await site.end();
  await server.close();
});

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@partner.example"];
const organizationId = "${dev.id}";

function declare(type: string, properties: Declarations[string]["properties"]): Declarations[string] {
  return { type: `peridio:${type}`, properties, options: {} };
}

const program: Declarations = {
  dev: declare("Organization", { name: "acme-dev", deletionPolicy: "retain" }),
  people: declare("OrganizationMembers", {
    organizationId,
    members: { [ada]: "admin", [bob]: "member", [carl]: "member" },
  }),
  field: declare("Group", { organizationId, name: "field", members: [bob] }),
  firmware: declare("Project", {
    organizationId,
    name: "firmware",
    everyoneEnabled: false,
    access: { groups: ["${field.id}"] },
  }),
  canary: declare("Cohort", { projectId: "${firmware.id}", name: "canary", everyoneEnabled: false }),
  ci: declare("OrganizationApiToken", { organizationId, name: "pipeline" }),
  alerts: declare("Webhook", { organizationId, name: "alerts", url: "https://alerts.acme.example/hook" }),
  factory: declare("ClaimToken", { organizationId, name: "factory", maxUses: 5, cohortId: "${canary.id}" }),
};

test("an audit finds what a person changes outside Pulumi, and nothing that the stack declares", async () => {
  const emulator = new Emulator();
  await applySeed({ organizations: { "acme-dev": { members: { [bob]: "viewer", [carl]: "viewer" } } } }, emulator);
  site = await Site.begin(program, { emulator, environment: { PERIDIO_BACKEND: "connect" } });
  server = await serve(emulator, { port: 0 });
  await site.up();
  const audit = async () => {
    const { stdout } = await site.stack.pulumi("preview", "--json", "--show-sames", "--refresh");
    const terminal = fakeTerminal({
      folder: site.stack.folder,
      environment: { PERIDIO_API_KEY: emulator.apiKey, PERIDIO_BASE_URL: server.url, PERIDIO_BACKEND: "connect" },
      input: () => Promise.resolve(stdout),
    });
    await run(["audit", "--preview", "-", "--json"], terminal);
    const { findings } = auditReport.parse(JSON.parse(terminal.printed()));
    return findings
      .filter(({ kind }) => /^(undeclared|opened|changed)/.test(kind))
      .map(({ severity, sentence }) => `${severity}: ${sentence}`);
  };
  expect(await audit()).toEqual([]);

  const { groups, projects } = emulator.control.getOrganization("acme-dev");
  const [group, project] = [groups[0], projects[0]];
  const userId = emulator.state.user_ids[carl] ?? "";
  group?.user_ids.push(userId);
  project?.user_ids.push(userId);
  if (project !== undefined) project.everyone_enabled = true;
  emulator.control.addGroup("backdoor", "acme-dev");
  emulator.control.access.addProject("backdoor", "acme-dev", { everyone_enabled: true });
  expect(await audit()).toEqual([
    "high: Project firmware in acme-dev is open to everyone, but is declared with `everyoneEnabled: false`.",
    "high: Project backdoor in acme-dev is open to everyone, and is not in the previews.",
    "medium: Group backdoor in acme-dev is not in the previews.",
    "medium: carl@partner.example in acme-dev has a direct grant for project firmware, but is not in its declared `access`.",
    "medium: carl@partner.example in acme-dev is in group field, but not in its declared `members`.",
  ]);
});
