import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { Emulator, type Seed, serve, type Server, applySeed } from "#emulator";
import { nightly, nightlyCases } from "#testing";
import { version } from "#provider";
import { newStack, run as runProgram, bin, Site } from "#provider/testing";
import { run } from "../src/program";
import { fakeTerminal, type FakeTerminal } from "./support/terminal";

const pulumi = join(__dirname, "../../.pulumi/bin");
const apiKey = "peridio-key-that-must-not-leak";

let folder: string;
let emulator: Emulator;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peridio-export-e2e-"));
  emulator = new Emulator({ apiKey });
  server = await serve(emulator, { port: 0 });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs Pulumi with its own state, as a pipeline does. */
function pipeline(): FakeTerminal {
  const environment = {
    ...process.env,
    PATH: [pulumi, process.env.PATH].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_STACK: "production",
    PERIDIO_API_KEY: apiKey,
    PERIDIO_BASE_URL: server.url,
  };
  return fakeTerminal({ folder, environment });
}

function writes(): string[] {
  const lines = emulator.requests().map(({ method, operation }) => `${method} ${operation ?? ""}`);
  emulator.traffic.log.clear();
  return lines.filter((line) => !line.startsWith("GET "));
}

/** Three organizations, a hundred and twenty members and fifteen pending invitations. */
function company(): Seed {
  const roles = ["admin", "manager", "developer", "viewer"] as const;
  const people = (who: string, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `${who}${index}@acme.example`,
        roles[index % roles.length] ?? "viewer",
      ]),
    );
  return {
    users: { "grace@acme.example": {} },
    organizations: {
      "acme-dev": {
        display_name: "Acme: development",
        description: "yes",
        members: people("dev", 49),
        invitations: people("guest", 5),
        limits: { users: 100 },
      },
      "acme-production": {
        owner: "grace@acme.example",
        contact_email: "devices@acme.example",
        members: { "ada@acme.example": "admin", ...people("dev", 38) },
        invitations: people("Partner", 10),
        limits: { users: 100 },
        security_settings: {
          two_factor_required: true,
          session_timeout: 5400,
          ip_allowlist: [{ cidr: "127.0.0.1/8", description: "here" }, { cidr: "2001:DB8::/32" }],
          api_key_rotation: { max_age_days: 90 },
        },
        billing_settings: {
          billing_email: "Invoices@acme.example",
          payment_method: "invoice",
          usage_alerts: [
            { resource_type: "users", threshold_percent: 90 },
            { resource_type: "devices", threshold_percent: 80 },
          ],
        },
      },
      "acme-staging": { members: people("dev", 29), security_settings: { session_timeout: 28_800 } },
    },
  };
}

describe.each<[string, readonly string[]]>([
  ["one file with teams", ["--teams"]],
  ...nightlyCases<[string, readonly string[]]>(["one file", []], ["a file each", ["--split"]]),
])("imports three organizations in %s", (_, style) => {
  test("with an empty preview, and shows later changes outside Pulumi", async () => {
    await applySeed(company(), emulator);
    emulator.traffic.log.clear();
    const terminal = pipeline();
    const code = await run(["export", "--out", "acme", "--verify", "--plugin", bin, ...style], terminal);
    expect([code, terminal.said()]).toEqual([0, ""]);
    expect(terminal.printed()).toContain("3 organizations, 120 members, 15 pending invitations\n");
    expect(terminal.printed()).toContain("the preview after the import is empty");
    expect(writes()).toEqual([]);
    // Does not touch the Pulumi home and the state of the developer.
    expect(await readdir(folder)).toEqual(["acme"]);

    const site = new Site(emulator, await newStack({ emulator, program: join(folder, "acme") }));
    try {
      const { stack } = site;
      await stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
      await stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes");
      await site.up("--expect-no-changes");
      await site.up("--refresh", "--expect-no-changes");
      expect(site.writes()).toEqual([]);

      await emulator.control.setRole("dev3@acme.example", "acme-production", "admin");
      await emulator.control.updateSecuritySettings("acme-staging", {
        two_factor_required: true,
        session_timeout: 300,
      });
      await emulator.control.revoke("guest0@acme.example", "acme-dev");
      const drift = await stack.succeed("preview", "--refresh", "--diff");
      expect(drift).toMatch(/~ dev3@acme\.example *: "admin" => "viewer"/);
      expect(drift).toMatch(/~ sessionTimeout *: "5m" => "8h"/);
      expect(drift).toMatch(/\+ guest0@acme\.example *: "admin"/);
      // It had its default, so no stack declares it.
      expect(drift).not.toContain("requireTwoFactor: true => false");
    } finally {
      await site.end();
    }
  });
});

nightly(
  "imports everything that Avocado Connect reports with an empty preview, and shows later changes outside Pulumi",
  async () => {
    const members = { "grace@acme.example": "admin", "bob@acme.example": "viewer" } as const;
    const invitations = { "Carl@partner.example": "developer" } as const;
    const organizations = {
      "acme-dev": { members },
      "acme-production": {
        display_name: "Acme: production",
        members,
        invitations,
        security_settings: { session_timeout: 300 },
      },
    };
    await applySeed({ organizations }, emulator);
    emulator.traffic.log.clear();
    const terminal = pipeline();
    const code = await run(["export", "--backend", "connect", "--out", "acme", "--verify", "--plugin", bin], terminal);
    expect([code, terminal.said()]).toEqual([0, ""]);
    expect(terminal.printed()).toContain("2 organizations, 6 members, 1 pending invitation\n");
    expect(terminal.printed()).toContain(
      "With Avocado Connect, the export does not contain descriptions, contact e-mail addresses, ",
    );
    expect(terminal.printed()).toContain("the preview after the import is empty");
    expect(new Set(emulator.requests().map(({ operation }) => operation))).toEqual(
      new Set([
        ...["Me_show", "Organization_members", "OrgInvitation_index", "TunnelPolicy_show_org"],
        ...[
          "Group_index",
          "Project_index",
          "Cohort_index_all",
          "OrgApiToken_index",
          "Webhook_index",
          "ClaimToken_index",
        ],
      ]),
    );
    emulator.traffic.log.clear();

    // Only the program names the API.
    const site = new Site(emulator, await newStack({ emulator, program: join(folder, "acme") }));
    try {
      const { stack } = site;
      await stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
      await stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes");
      await site.up("--refresh", "--expect-no-changes");
      expect(site.writes()).toEqual([]);
      await emulator.control.setRole("bob@acme.example", "acme-production", "admin");
      const drift = await stack.succeed("preview", "--refresh", "--diff");
      expect(drift).toMatch(/~ bob@acme\.example *: "admin" => "member"/);
    } finally {
      await site.end();
    }
  },
);

nightly("a backup restores changed roles and settings, and a deleted organization", async () => {
  const members = { "bob@acme.example": "viewer", "carl@acme.example": "developer" } as const;
  const security_settings = { two_factor_required: true };
  const organizations = { "acme-dev": { members }, "acme-lab": { members, security_settings } };
  await applySeed({ organizations }, emulator);
  expect(await run(["export", "--out", "backup"], pipeline())).toBe(0);
  await emulator.control.setRole("bob@acme.example", "acme-lab", "admin");
  await emulator.control.updateSecuritySettings("acme-lab", { two_factor_required: false, session_timeout: 300 });
  await emulator.control.updateBillingSettings("acme-lab", { billing_email: "new@acme.example" });
  await emulator.control.deleteOrganization("acme-dev");

  const file = join(folder, "backup/import.json");
  const list = z.object({ resources: z.array(z.looseObject({ logicalName: z.string().optional() })) });
  const { resources } = list.parse(JSON.parse(await readFile(file, "utf8")));
  const there = resources.filter(({ logicalName }) => logicalName !== "acme-dev");
  const site = new Site(emulator, await newStack({ emulator, program: join(folder, "backup") }));
  try {
    await site.stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
    expect(await site.fail("import", "--file", "import.json", "--generate-code=false", "--yes")).toContain("acme-dev");
    await writeFile(join(site.stack.folder, "import.json"), JSON.stringify({ resources: there }));
    await site.stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes");
    await site.up();
    expect(site.people("acme-lab")).toEqual([
      "ada@acme.example admin",
      "bob@acme.example viewer",
      "carl@acme.example developer",
    ]);
    expect(site.people("acme-dev")).toEqual([
      "ada@acme.example admin",
      "bob@acme.example viewer invited",
      "carl@acme.example developer invited",
    ]);
    const { security, billing } = emulator.control.getOrganization("acme-lab");
    expect(security).toMatchObject({ two_factor_required: true, session_timeout: null });
    // The backup does not mention it.
    expect(billing).toMatchObject({ billing_email: "new@acme.example" });
  } finally {
    await site.end();
  }
});

nightly("each stack of a program imports its own organizations, and its preview is empty", async () => {
  await applySeed(company(), emulator);
  const program = join(folder, "access");
  await mkdir(program);
  await writeFile(
    join(program, "Pulumi.yaml"),
    'name: access\nruntime: yaml\nresources:\n  fleet:\n    type: peridio:Layout\n    properties: { path: layout.yaml, only: ["acme-${pulumi.stack}"] }\n',
  );
  await writeFile(join(program, "stacks.txt"), "access/dev\naccess/production\naccess/staging\n");
  const terminal = { ...pipeline(), folder: program };
  expect(await run(["export", "--stacks", "stacks.txt", "--teams"], terminal)).toBe(0);

  const site = new Site(emulator, await newStack({ emulator, program }));
  try {
    const { stack } = site;
    await stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
    for (const name of ["dev", "production", "staging"]) {
      await stack.init(name);
      await stack.succeed("import", "--file", `import-${name}.json`, "--generate-code=false", "--yes");
      await stack.succeed("preview", "--refresh", "--expect-no-changes");
      expect(await stack.succeed("stack", "--show-urns")).toContain(`Organization::acme-${name}\n`);
    }
    expect(site.writes()).toEqual([]);
  } finally {
    await site.end();
  }
});

nightly("names with a meaning in YAML, file systems or Pulumi work, and omitted parts do not matter", async () => {
  const names = [
    "organizations",
    "acme::dev",
    "acme prod/eu",
    'say "hi" to ${pulumi.stack}',
    "a\nb",
    "日本 😀",
    "__proto__",
    "Acme",
    "acme",
  ];
  const organizations = Object.fromEntries(
    names.map((name) => [name, { description: name, members: { "bob@acme.example": "viewer" as const } }]),
  );
  await applySeed({ organizations }, emulator);
  const ip_allowlist = ["127.0.0.0/8", "127.0.0.0/9"].map((cidr) => ({ cidr, description: null }));
  await emulator.control.updateSecuritySettings("acme", { ip_allowlist, two_factor_required: true });
  emulator.traffic.log.clear();

  const terminal = pipeline();
  const { PULUMI_HOME: home = "" } = terminal.environment;
  const install = ["plugin", "install", "resource", "peridio", version, "--file", bin];
  expect((await runProgram(join(pulumi, "pulumi"), install, folder, terminal.environment)).code).toBe(0);
  expect(await readdir(join(home, "plugins"))).toContain(`resource-peridio-v${version}`);
  expect(await run(["export", "--split", "--verify", "--json"], terminal)).toBe(3);
  expect(JSON.parse(terminal.printed())).toMatchObject({ verification: { passed: true, differences: "" } });
  expect(writes()).toEqual([]);
});

nightly("shows changes during the export and does not verify it", async () => {
  await applySeed({ organizations: { acme: { members: { "bob@acme.example": "viewer" } } } }, emulator);
  await mkdir(join(folder, "tools"));
  const hand = `${server.url}/_emulator/set-role`;
  const change = JSON.stringify({ email: "bob@acme.example", organization: "acme", role: "admin" });
  const meddler = `#!/usr/bin/env node
const { spawnSync } = require("node:child_process");
const args = process.argv.slice(2);
const body = ${JSON.stringify(change)};
const ready = args[0] === "import" ? fetch("${hand}", { method: "POST", body, headers: { "content-type": "application/json" } }) : null;
Promise.resolve(ready).then(() => process.exit(spawnSync("${join(pulumi, "pulumi")}", args, { stdio: "inherit" }).status));
`;
  await writeFile(join(folder, "tools/pulumi"), meddler);
  await chmod(join(folder, "tools/pulumi"), 0o755);
  const terminal = pipeline();
  const code = await run(["export", "--verify", "--plugin", bin, "--pulumi", "tools/pulumi"], terminal);
  expect(code).toBe(1);
  expect(terminal.printed()).toContain("Not verified. The preview after the import is not empty");
  expect(terminal.printed()).toMatch(/~ bob@acme\.example *: "admin" => "viewer"/);
  expect(await readFile(join(folder, "layout.yaml"), "utf8")).toContain("bob@acme.example: { acme: viewer }");
});

test("names a missing Pulumi CLI with the remedy", async () => {
  await applySeed({ organizations: { acme: {} } }, emulator);
  const terminal = pipeline();
  expect(await run(["export", "--verify", "--plugin", bin, "--pulumi", "./nowhere/pulumi"], terminal)).toBe(1);
  expect(terminal.said()).toMatch(
    /The Pulumi CLI .*nowhere\/pulumi does not run: .* Install Pulumi, or set --pulumi to the path of its CLI\.\n$/,
  );
});
