import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Emulator, type Seed, serve, applySeed } from "#emulator";
import { version } from "#provider";
import { parseLayout, readLayoutFiles } from "#layout";
import { exportReport } from "../src/export/report";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

test("the guide shows JSON that fits, and the exit codes of the command", async () => {
  const guide = await readFile("docs/export.md", "utf8");
  const [, json = ""] = /```json\n(.*?)```/s.exec(guide) ?? [];
  expect(exportReport.safeParse(JSON.parse(json)).error).toBeUndefined();
  expect([...guide.matchAll(/^\| (\d) +\|/gm)].map(([, code]) => code)).toEqual(["0", "1", "2", "3"]);
});

const apiKey = "peridio-key-that-must-not-leak";

let folder: string;
let emulator: Emulator;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peridio-export-test-"));
  emulator = new Emulator({ apiKey });
});
afterEach(() => rm(folder, { recursive: true }));

interface Answer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `export` against a fresh emulator, with another key if there is one. */
async function exporting(args: readonly string[] = [], { key = apiKey, peridio = emulator } = {}): Promise<Answer> {
  const server = await serve(peridio, { port: 0 });
  try {
    const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: server.url };
    const terminal = fakeTerminal({ folder, environment });
    const code = await run(["export", ...args], terminal);
    const answer = { code, output: terminal.printed(), errors: terminal.said() };
    expect(answer.output + answer.errors).not.toContain(key);
    return answer;
  } finally {
    await server.close();
  }
}

/** Returns the texts of all files in a folder. */
async function filesIn(where: string): Promise<Record<string, string>> {
  const names = await readdir(where, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.sort().map(async (file) => [file.slice(where.length + 1), await readFile(file, "utf8")]),
  );
  return z.record(z.string(), z.string()).parse(Object.fromEntries(texts));
}

/** Returns the declarations of the layout at this path, by organization. */
function laidOut(path = "layout.yaml") {
  const { organizations } = parseLayout(readLayoutFiles(path, folder), { now: new Date("2027-01-31"), version });
  return new Map(organizations.map((one) => [one.name, one]));
}

const acme: Seed = {
  organizations: {
    "acme-production": {
      display_name: "Acme production",
      contact_email: "devices@acme.example",
      members: { "grace@acme.example": "admin", "bob@acme.example": "viewer" },
      invitations: { "Carl@partner.example": "developer" },
      security_settings: {
        two_factor_required: true,
        session_timeout: 28_800,
        ip_allowlist: [{ cidr: "127.0.0.1/8", description: "here: #1" }],
        api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
      },
      billing_settings: {
        payment_method: "invoice",
        usage_alerts: [{ resource_type: "users", threshold_percent: 90 }],
      },
    },
    "acme-dev": { description: "no" },
  },
};

/** The requests for an organization with short lists. */
const each = {
  "list-members": 1,
  "list-invitations pending": 1,
  "list-invitations expired": 1,
  "retrieve-security-settings": 1,
  "retrieve-billing-settings": 1,
};

/** Counts the requests since the last call. Each must be a read, and each list must use the longest pages. */
function requests(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, operation, query } of emulator.requests()) {
    expect(method).toBe("GET");
    if (operation?.startsWith("list-")) expect(query.limit).toBe("100");
    const status = /pending|expired/.exec(JSON.stringify(query))?.[0];
    const what = [operation, ...(status === undefined ? [] : [status])].join(" ");
    counts[what] = (counts[what] ?? 0) + 1;
  }
  emulator.traffic.log.clear();
  return counts;
}

function times(count: number): Record<string, number> {
  return Object.fromEntries(Object.entries(each).map(([what, once]) => [what, count * once]));
}

test("writes two organizations into one layout with the fewest requests, all of them reads", async () => {
  await applySeed(acme, emulator);
  emulator.traffic.log.clear();
  const { code, output } = await exporting();
  expect(code).toBe(0);
  expect(output).toContain("2 organizations, 4 members, 1 pending invitation\n");
  expect(requests()).toEqual({ ...times(2), "list-organizations": 1 });
  expect(Object.fromEntries(laidOut())).toEqual({
    "acme-dev": {
      name: "acme-dev",
      description: "no",
      owner: "ada@acme.example",
      members: { "ada@acme.example": "admin" },
      roster: {},
    },
    "acme-production": {
      name: "acme-production",
      displayName: "Acme production",
      contactEmail: "devices@acme.example",
      owner: "ada@acme.example",
      members: {
        "ada@acme.example": "admin",
        "bob@acme.example": "viewer",
        "Carl@partner.example": "developer",
        "grace@acme.example": "admin",
      },
      roster: {},
      security: {
        requireTwoFactor: true,
        sessionTimeout: "8h",
        ipAllowlist: [{ cidr: "127.0.0.0/8", description: "here: #1" }],
        apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
      },
      billing: { paymentMethod: "invoice", usageAlerts: [{ resourceType: "users", thresholdPercent: 90 }] },
    },
  });
  const files = await filesIn(folder);
  expect(files["left-out.json"]).toBe("[]\n");
  expect(files["Pulumi.yaml"]).toContain("path: layout.yaml");
});

test("two exports are equal byte for byte, also after a restart of Peridio", async () => {
  await applySeed(acme, emulator);
  for (const style of [[], ["--split"]]) {
    await exporting([...style, "--out", "first"]);
    await exporting([...style, "--out", "second"], { peridio: new Emulator({ data: emulator.snapshot(), apiKey }) });
    const first = await filesIn(join(folder, "first"));
    expect(await filesIn(join(folder, "second"))).toEqual(first);
    await rm(join(folder, "first"), { recursive: true });
    await rm(join(folder, "second"), { recursive: true });
  }
});

test("imports only declared resources, all of them below the layout", async () => {
  await applySeed(acme, emulator);
  await exporting();
  const resources = z.object({ resources: z.array(z.record(z.string(), z.unknown())) });
  const list = resources.parse(JSON.parse(await readFile(join(folder, "import.json"), "utf8"))).resources;
  const [layout, ...children] = list;
  expect(layout).toEqual({ type: "peridio:index:Layout", name: "organizations", component: true });
  // The pipelines import into a copy of this program.
  const program = z.object({ resources: z.record(z.string(), z.unknown()) });
  const copied = program.parse(parse(await readFile("examples/ci/Pulumi.yaml", "utf8")));
  expect(Object.keys(copied.resources)).toEqual(["organizations"]);
  expect(children.map(({ type, logicalName, parent }) => [type, logicalName, parent].join(" "))).toEqual([
    "peridio:index:Organization acme-dev organizations",
    "peridio:index:OrganizationMembers acme-dev organizations",
    "peridio:index:OrganizationOwner acme-dev organizations",
    "peridio:index:Organization acme-production organizations",
    "peridio:index:OrganizationMembers acme-production organizations",
    "peridio:index:BillingSettings acme-production organizations",
    "peridio:index:SecurityPolicy acme-production organizations",
    "peridio:index:OrganizationOwner acme-production organizations",
  ]);
  expect(children[0]?.id).toBe(`prn:1:${emulator.control.getOrganization("acme-dev").id}`);
});

describe("with --stacks, each stack of the program has an import file", () => {
  const program = (layouts: Readonly<Record<string, object>>) =>
    JSON.stringify({
      name: "access",
      runtime: "yaml",
      resources: Object.fromEntries(
        Object.entries(layouts).map(([name, properties]) => [name, { type: "peridio:Layout", properties }]),
      ),
    });
  const only = program({ access: { path: "layouts", only: ["acme-${pulumi.stack}"] } });
  const divide = async (text: string, ...args: readonly string[]) => {
    await writeFile(join(folder, "Pulumi.yaml"), text);
    await writeFile(join(folder, "stacks.txt"), "access/dev\naccess/production\n");
    return exporting(["--stacks", "stacks.txt", "--out", "import", ...args]);
  };
  const resources = z.object({ resources: z.array(z.record(z.string(), z.unknown())) });
  const list = async (stack: string) =>
    resources.parse(JSON.parse(await readFile(join(folder, `import/import-${stack}.json`), "utf8"))).resources;

  test("which contains the organizations that `only` selects, below the layout of the program", async () => {
    await applySeed(acme, emulator);
    await exporting(["--out", "all"]);
    const { code, output } = await divide(only);
    expect(code).toBe(0);
    expect(output).toContain("pulumi import --stack dev --file import/import-dev.json --generate-code=false\n");
    expect(await readdir(join(folder, "import"))).toEqual(
      ["import-dev.json", "import-production.json", "layout.yaml", "left-out.json"].sort(),
    );
    const all = resources.parse(JSON.parse(await readFile(join(folder, "all/import.json"), "utf8"))).resources;
    for (const stack of ["dev", "production"])
      expect(await list(stack)).toEqual([
        { type: "peridio:index:Layout", name: "access", component: true },
        ...all
          .filter(({ logicalName }) => logicalName === `acme-${stack}`)
          .map((one) => ({ ...one, parent: "access" })),
      ]);
  });

  test("a stack can have several layouts, or none of the organizations", async () => {
    await applySeed(acme, emulator);
    const two = program({
      first: { path: "layouts", only: ["*-${pulumi.stack}"] },
      second: { path: "layouts", only: ["acme-production"] },
    });
    expect((await divide(two.replace("${pulumi.stack}", "dev"))).errors).toContain(
      "of access/production declare acme-dev",
    );
    await writeFile(join(folder, "stacks.txt"), "access/dev\n");
    expect((await exporting(["--stacks", "stacks.txt", "--out", "import"])).code).toBe(0);
    const layouts = (await list("dev")).filter(({ component }) => component === true).map(({ name }) => name);
    expect(layouts).toEqual(["first", "second"]);
    expect((await divide(only, "--organization", "acme-dev", "--force")).output).not.toContain("--stack production");
  });

  test("an organization of no stack is named, and the exit code is 3", async () => {
    await applySeed({ organizations: { ...acme.organizations, "acme-lab": {} } }, emulator);
    const { code, output } = await divide(only, "--json");
    expect(code).toBe(3);
    expect(exportReport.parse(JSON.parse(output))).toMatchObject({
      stacks: [
        { stack: "dev", file: "import-dev.json", organizations: ["acme-dev"] },
        { stack: "production", file: "import-production.json", organizations: ["acme-production"] },
      ],
      unselected: ["acme-lab"],
    });
    expect((await divide(only)).output).toContain(
      "No stack declares acme-lab, so no file imports it. Correct `only` in Pulumi.yaml,",
    );
  });

  test.each([
    [
      program({ access: { path: "layout.yaml" } }),
      "the layout access of access/dev and the layout access of access/production declare acme-dev, and only one stack can manage it",
    ],
    [
      only.replace('"path"', '"connection":"${connection}","path"'),
      "Pulumi.yaml does not show which organizations a stack declares",
    ],
    ["name: access\nruntime: nodejs\n", "Pulumi.yaml does not show which organizations a stack declares"],
  ])("a program that does not divide them is refused, and nothing is written", async (text, reason) => {
    await applySeed(acme, emulator);
    const { code, errors } = await divide(text);
    expect([code, errors]).toEqual([1, expect.stringContaining(reason)]);
    expect((await readdir(folder)).sort()).toEqual(["Pulumi.yaml", "stacks.txt"]);
  });
});

test("reads all pages of every list", async () => {
  const people = (count: number, who: string, role: "viewer") =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${who}${index}@acme.example`, role]));
  const others = Array.from({ length: 100 }, (_, index) => [`acme-${index}`, {}] as const);
  await applySeed(
    {
      organizations: {
        "acme-large": {
          limits: { users: 500 },
          members: people(150, "member", "viewer"),
          invitations: people(120, "guest", "viewer"),
        },
        ...Object.fromEntries(others),
      },
    },
    emulator,
  );
  emulator.traffic.log.clear();
  expect((await exporting()).code).toBe(0);
  expect(requests()).toEqual({
    ...times(101),
    "list-organizations": 2,
    "list-members": 102,
    "list-invitations pending": 102,
  });
  expect(laidOut().size).toBe(101);
  expect(Object.keys(laidOut().get("acme-large")?.members ?? {})).toHaveLength(271);
});

test("a split export has a file for each organization, with any names", async () => {
  const names = ["Acme", "acme", "acme prod/eu", "ACME", "con", "007", "a\nb"];
  await applySeed({ organizations: Object.fromEntries(names.map((name) => [name, {}])) }, emulator);
  expect((await exporting(["--split"])).code).toBe(0);
  expect([...laidOut("layouts").keys()].sort()).toEqual([...names].sort());
  const files = Object.keys(await filesIn(join(folder, "layouts")));
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
  expect(await readFile(join(folder, "Pulumi.yaml"), "utf8")).toContain("path: layouts\n");
});

test("names expired invitations and does not declare them", async () => {
  await applySeed(acme, emulator);
  emulator.control.advance(60 * 86_400);
  await emulator.control.invite("dora@acme.example", "acme-dev", "viewer");
  const { code, output } = await exporting();
  expect(code).toBe(0);
  expect(output).toContain("acme-production: expired invitations are not exported: Carl@partner.example (developer)\n");
  expect(laidOut().get("acme-production")?.members).not.toHaveProperty(["Carl@partner.example"]);
  expect(laidOut().get("acme-dev")?.members).toHaveProperty(["dora@acme.example"], "viewer");

  const { "left-out.json": kept = "" } = await filesIn(folder);
  const expired = { email: "Carl@partner.example", role: "developer" };
  expect(JSON.parse(kept)).toMatchObject([
    { organization: "acme-production", part: "expiredInvitations", value: [expired] },
  ]);

  await emulator.control.invite("carl@partner.example", "acme-production", "viewer");
  expect((await exporting(["--force"])).output).not.toContain("expired");
});

test("a viewer's API key exports the same", async () => {
  await applySeed(acme, emulator);
  await exporting(["--organization", "acme-production", "--out", "admin"]);
  const key = emulator.control.addApiKey("bob@acme.example", { key: "a-key-of-bob-the-viewer" });
  expect((await exporting(["--out", "viewer"], { key })).code).toBe(0);
  expect(await filesIn(join(folder, "viewer"))).toEqual(await filesIn(join(folder, "admin")));
});

test("an API key for one organization exports only that organization", async () => {
  await applySeed(acme, emulator);
  const key = emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev", key: "a-key-of-acme-dev" });
  expect((await exporting([], { key })).code).toBe(0);
  expect([...laidOut().keys()]).toEqual(["acme-dev"]);
});

test("patterns choose organizations, and a pattern without a match is rejected", async () => {
  await applySeed(acme, emulator);
  expect((await exporting(["--organization", "*-dev", "--project", "acme.dev"])).code).toBe(0);
  expect([...laidOut().keys()]).toEqual(["acme-dev"]);
  expect(await readFile(join(folder, "Pulumi.yaml"), "utf8")).toContain("name: acme.dev\n");
  const { code, errors } = await exporting(["--organization", "acme-dve"]);
  expect(code).toBe(1);
  expect(errors).toContain(
    'No organization that this API key can see matches "acme-dve"; did you mean acme-dev? Correct --organization. The organizations are acme-dev, acme-production.',
  );
});

test("rejects an API key without organizations, a missing API key, and an invalid project name", async () => {
  const nothing = await exporting();
  expect([nothing.code, nothing.errors]).toEqual([
    1,
    "peridio-gitops: This API key can see no organization. Use the API key of a member of at least one organization.\n",
  ]);
  const without = fakeTerminal({ folder });
  expect(await run(["export"], without)).toBe(1);
  expect(without.said()).toContain("Set the environment variable PERIDIO_API_KEY");
  expect((await exporting(["--project", "acme dev"])).code).toBe(2);
  expect(await readdir(folder)).toEqual([]);
});

test("names an unreadable organization and writes nothing", async () => {
  await applySeed(acme, emulator);
  emulator.control.fault({ operation: "retrieve-security-settings", effect: { status: 403 } });
  const { code, errors } = await exporting();
  expect(code).toBe(1);
  expect(errors).toMatch(/^peridio-gitops: The command cannot read acme-(dev|production): .*403/);
  expect(await readdir(folder)).toEqual([]);
});

test("leaves out parts that layouts reject, reports them and keeps them in a file", async () => {
  await applySeed(acme, emulator);
  const blocks = ["127.0.0.0/8", "127.0.0.0/16"].map((cidr) => ({ cidr, description: null }));
  await emulator.control.updateSecuritySettings("acme-production", { ip_allowlist: blocks });
  const { code, output } = await exporting(["--json"]);
  expect(code).toBe(3);
  const security = {
    requireTwoFactor: true,
    ipAllowlist: ["127.0.0.0/8", "127.0.0.0/16"],
    sessionTimeout: "8h",
    apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
  };
  const left = {
    part: "security",
    reasons: [expect.stringContaining("127.0.0.0/16 overlaps 127.0.0.0/8")],
    value: security,
  };
  expect(exportReport.parse(JSON.parse(output))).toMatchObject({
    organizations: [
      { name: "acme-dev", members: 1, pendingInvitations: 0, expiredInvitations: [], leftOut: [] },
      { name: "acme-production", members: 3, pendingInvitations: 1, expiredInvitations: [], leftOut: [left] },
    ],
    folder: ".",
    files: ["layout.yaml", "import.json", "left-out.json", "Pulumi.yaml"],
    removed: [],
    verification: null,
  });
  expect(laidOut().get("acme-production")).not.toHaveProperty("security");
  const { "left-out.json": kept = "", "import.json": imports, "layout.yaml": layout } = await filesIn(folder);
  expect(JSON.parse(kept)).toMatchObject([{ organization: "acme-production", ...left }]);
  expect(imports).not.toContain("SecurityPolicy");
  expect(layout).toContain(
    "  # Left out, because a layout cannot declare these parts (see left-out.json): security.\n  acme-production:",
  );
});

test("writes nothing if layouts reject everything", async () => {
  emulator.control.addUser("root@localhost");
  await emulator.control.createOrganization("acme", {}, { as: "root@localhost" });
  const key = emulator.control.addApiKey("root@localhost", { key: "a-key-of-somebody-else" });
  const { code, errors } = await exporting([], { key });
  expect(code).toBe(1);
  expect(errors).toContain("A layout can declare none of the selected organizations");
  expect(errors).toContain("root@localhost");
  expect(await readdir(folder)).toEqual([]);
});

test("replaces an edited export only with --force", async () => {
  await applySeed(acme, emulator);
  await exporting();
  expect((await exporting()).code).toBe(0);
  await emulator.control.setRole("bob@acme.example", "acme-production", "developer");
  const { code, errors } = await exporting();
  expect(code).toBe(1);
  expect(errors).toContain("would replace layout.yaml in");
  expect(laidOut().get("acme-production")?.members).toHaveProperty(["bob@acme.example"], "viewer");
  expect((await exporting(["--force"])).code).toBe(0);
  expect(laidOut().get("acme-production")?.members).toHaveProperty(["bob@acme.example"], "developer");
});

test("names the removed layouts", async () => {
  await applySeed({ organizations: { "acme-dev": {}, "acme-old": {} } }, emulator);
  await exporting(["--split"]);
  const fewer = ["--split", "--organization", "acme-dev"];
  expect((await exporting(fewer)).errors).toContain("remove layouts/acme-old.yaml in");
  expect((await exporting([...fewer, "--force"])).output).toContain(
    "removed layouts of an earlier export: layouts/acme-old.yaml\n",
  );
  const { output } = await exporting(["--force", "--json"]);
  expect(exportReport.parse(JSON.parse(output)).removed).toEqual(["layouts/acme-dev.yaml"]);
});

test("rejects a verification without the plugin before any request", async () => {
  await applySeed(acme, emulator);
  emulator.traffic.log.clear();
  const { code, errors } = await exporting(["--verify", "--plugin", "nowhere"]);
  expect(code).toBe(1);
  expect(errors).toContain("nowhere");
  expect(emulator.requests()).toEqual([]);
});
