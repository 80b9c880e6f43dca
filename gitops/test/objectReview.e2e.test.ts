import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator, applySeed } from "#emulator";
import { type Declarations, Site } from "#provider/testing";
import { run } from "../src/program";
import { expectGolden } from "./support/golden";
import { fakeTerminal } from "./support/terminal";

/** Previews that Pulumi makes of groups, projects, tokens and webhooks, as reviews show them. */
let site: Site;
afterEach(() => site.end());

const rules = `
rules:
  Partners are only in their groups: { people: "*@partner.example", groups: "partner-*" }
  Nothing is shared with everyone: { everyoneEnabled: false }
  Tokens expire: { expiresAt: required, severity: approve }
  Events stay in the company: { webhookHosts: "*.acme.example" }
`;

const organizationId = "${dev.id}";

interface Choice {
  readonly members: readonly string[];
  readonly everyoneEnabled: boolean;
  readonly rotate: string;
  readonly host: string;
  readonly maxUses: number;
}

function program({ members, everyoneEnabled, rotate, host, maxUses }: Choice): Declarations {
  const declare = (type: string, properties: Declarations[string]["properties"]) => ({
    type: `peridio:${type}`,
    properties,
    options: {},
  });
  return {
    dev: declare("Organization", { name: "acme-dev", deletionPolicy: "retain" }),
    field: declare("Group", { organizationId, name: "field", members: [...members] }),
    firmware: declare("Project", {
      organizationId,
      name: "firmware",
      everyoneEnabled,
      access: { groups: ["${field.id}"] },
    }),
    canary: declare("Cohort", { projectId: "${firmware.id}", name: "canary", everyoneEnabled: false }),
    ci: declare("OrganizationApiToken", { organizationId, name: "pipeline", rotate }),
    alerts: declare("Webhook", { organizationId, name: "alerts", url: `https://${host}/peridio?key=must-not-appear` }),
    factory: declare("ClaimToken", { organizationId, name: "factory", maxUses, cohortId: "${canary.id}" }),
  };
}

test("a review shows the changes and the broken rules, and contains no secret", async () => {
  const emulator = new Emulator();
  const members = { "bob@acme.example": "viewer", "carl@partner.example": "viewer" } as const;
  await applySeed({ organizations: { "acme-dev": { members } } }, emulator);
  const initial = {
    members: ["bob@acme.example"],
    everyoneEnabled: false,
    rotate: "1",
    host: "alerts.acme.example",
    maxUses: 10,
  };
  site = await Site.begin(program(initial), { emulator, environment: { PERIDIO_BACKEND: "connect" } });
  await writeFile(join(site.stack.folder, "rules.yaml"), rules);
  const review = async () => {
    const { stdout } = await site.stack.pulumi("preview", "--json", "--show-sames", "--refresh");
    const terminal = fakeTerminal({ folder: site.stack.folder, input: () => Promise.resolve(stdout) });
    await run(["review", "--rules", "rules.yaml"], terminal);
    expect(terminal.said()).toBe("");
    expect(terminal.printed()).not.toMatch(/must-not-appear|avo_/);
    return terminal.printed();
  };

  expectGolden("reviews/objectsCreation.md", await review());
  await site.up();
  await site.declare(
    program({
      members: ["bob@acme.example", "carl@partner.example"],
      everyoneEnabled: true,
      rotate: "2",
      host: "hooks.evil.example",
      maxUses: 100,
    }),
  );
  expectGolden("reviews/objectsChange.md", await review());
});
