import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { Emulator } from "#emulator";
import { nightly, nightlyCases } from "#testing";
import { newStack, type Stack } from "./support/cli";
import { Packed, succeed } from "./support/packed";

const repository = join(__dirname, "../..");
const program = join(repository, "examples/dynamic");

let packed: Packed;
beforeAll(async () => {
  packed = await Packed.make();
});
afterAll(() => packed.end());

const prepare = (folder: string) => packed.link(folder);
const compiler = join(repository, "node_modules/.bin/tsc");

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
  await writeFile(file, text.replace(from, to));
}

/** The files that have the text in them, packed or not: of the state, its history, backups and the program. */
async function filesWith(text: string, { folder, backend }: Stack): Promise<string[]> {
  const found: string[] = [];
  for (const root of [folder, backend]) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || file.includes("/node_modules/@pulumi/")) continue;
      const content = await readFile(file);
      if ((file.endsWith(".gz") ? gunzipSync(content) : content).includes(text)) found.push(file);
    }
  }
  return found;
}

const exported = z.object({
  deployment: z.object({
    resources: z.array(z.object({ outputs: z.object({ __provider: z.string().optional() }).optional() })),
  }),
});

describe("a program that installs no plugin", () => {
  const emulator = new Emulator();
  let stack: Stack;
  // The first test runs the compiler, so that not every command of Pulumi does.
  const environment = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  beforeAll(async () => (stack = await newStack({ program, emulator, prepare, environment })));
  afterAll(() => stack.end());

  const index = () => join(stack.folder, "index.ts");

  /** The requests since the last call that change something. */
  function writes(): string[] {
    const lines = emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ operation, body }) => [operation, ...(body === null ? [] : [JSON.stringify(body)])].join(" "));
    emulator.traffic.log.clear();
    return lines;
  }

  test("its types stand alone", async () => {
    await succeed(compiler, ["-p", "."], stack.folder);
  });

  nightly("its types stand alone for the way in which older programs find modules", async () => {
    await succeed(compiler, ["-p", ".", "--module", "node16", "--moduleResolution", "node16"], stack.folder);
  });

  test("the first preview shows all that will be made, and makes nothing", async () => {
    expect(await stack.plan("preview")).toEqual({
      "dynamic-test": "create",
      dev: "create",
      bob: "create",
      carl: "create",
    });
    expect(writes()).toEqual([]);
  });

  test("up makes it with one request each", async () => {
    await stack.succeed("up", "--yes", "--skip-preview");
    const [organization, ...others] = writes();
    expect(organization).toContain("create-an-organization");
    expect(others.sort()).toEqual([
      'create-an-invitation {"email":"bob@acme.example","role":"developer"}',
      'create-an-invitation {"email":"carl@acme.example","role":"viewer"}',
      'update-security-settings {"two_factor_required":true,"session_timeout":28800}',
    ]);
  });

  test("the state holds of this package no more than how to load it", async () => {
    const { deployment } = exported.parse(JSON.parse(await stack.succeed("stack", "export")));
    const providers = deployment.resources.flatMap(({ outputs }) => outputs?.__provider ?? []);
    expect(providers).toHaveLength(4);
    for (const text of providers) {
      expect(text.length).toBeLessThan(2000);
      expect(text.match(/require\(.*?\)/g)).toEqual(["require(`${this.packageName}/dynamic/host`)"]);
      expect(text).toContain('packageName: "pulumi-resource-peridio"');
    }
  });

  test("the next preview is empty, because the acceptance of an invitation is no change", async () => {
    emulator.control.accept("bob@acme.example", "acme-dev");
    expect(await stack.plan("preview")).toEqual({});
  });

  nightly("a refresh shows drift, and up repairs it with one PATCH", async () => {
    await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
    writes();
    expect(await stack.succeed("refresh", "--yes", "--diff")).toMatch(/~ role +: "developer" => "admin"/);
    expect(await stack.succeed("up", "--yes", "--diff")).toMatch(/~ role +: "admin" => "developer"/);
    expect(writes()).toEqual(['update-a-member {"role":"developer"}']);
  });

  nightly("another role is one PATCH", async () => {
    await edit(index(), 'role: "developer"', 'role: "manager"');
    expect(await stack.plan("preview")).toEqual({ bob: "update" });
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(writes()).toEqual(['update-a-member {"role":"manager"}']);
  });

  nightly(
    "a mistake fails the preview with the property's path, and a warning stands beside its resource",
    async () => {
      await edit(index(), 'role: "viewer"', 'role: "developer"');
      expect(await stack.succeed("preview")).toMatch(
        /Membership \(carl\):\s+warning: Peridio sends a new e-mail to carl/,
      );
      await edit(index(), "sessionTimeout", 'ipAllowlist: [{ cidr: "10.0.0.1" }], sessionTimeout');
      const { code, stdout } = await stack.pulumi("preview");
      expect(code).not.toBe(0);
      expect(stdout).toContain("has a problem: ipAllowlist[0].cidr: ");
      await edit(index(), 'ipAllowlist: [{ cidr: "10.0.0.1" }], ', "");
    },
  );

  test("destroy keeps an organization with members, and with `forceDestroy` removes all of it", async () => {
    await stack.succeed("state", "unprotect", "--all", "--yes");
    const { stdout } = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(stdout).toContain("other_users: 1 ");
    expect(writes()).toEqual([]);
    await edit(index(), 'name: "acme-dev"', 'name: "acme-dev", forceDestroy: true');
    await stack.succeed("up", "--yes", "--skip-preview");
    await stack.succeed("state", "unprotect", "--all", "--yes");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(emulator.state.organizations).toEqual([]);
  });

  test("a key from the environment was never written anywhere", async () => {
    expect(await filesWith("acme-dev", stack)).not.toEqual([]);
    expect(await filesWith(emulator.apiKey, stack)).toEqual([]);
  });
});

for (const name of nightlyCases("a key in the stack's configuration")) {
  describe(name, () => {
    const emulator = new Emulator();
    let stack: Stack;
    beforeAll(async () => {
      const environment = { PERIDIO_API_KEY: "", PULUMI_SELF_MANAGED_STATE_GZIP: "true" };
      stack = await newStack({ program, emulator, prepare, environment });
    });
    afterAll(() => stack.end());

    test("without any, the failure says how to give one", async () => {
      const { code, stdout } = await stack.pulumi("preview");
      expect(code).not.toBe(0);
      expect(stdout).toContain("pulumi config set --secret peridio:apiKey");
    });

    test("it is used, and never written in clear; nor is a secret that the program declares", async () => {
      const index = join(stack.folder, "index.ts");
      await edit(index, "import {", 'import * as pulumi from "@pulumi/pulumi";\nimport { OrganizationMembers,');
      await edit(index, '"platform@acme.example"', 'pulumi.secret("platform@acme.example")');
      const lab = `
        const { id, displayName } = new Organization("lab", { name: "acme-lab" });
        export const leftOut = displayName;
        new OrganizationMembers("lab", {
          organizationId: id,
          members: pulumi.secret({ "ada@acme.example": "admin", "yan@acme.example": "viewer" }),
        });
      `;
      await writeFile(index, `${await readFile(index, "utf8")}${lab}`);
      await stack.succeed("config", "set", "--secret", "peridio:apiKey", emulator.apiKey);
      await stack.succeed("up", "--yes");
      await stack.succeed("refresh", "--yes");
      expect(await stack.json("stack", "output")).toMatchObject({ leftOut: "acme-lab" });
      expect(emulator.control.getOrganization("acme-dev").contact_email).toBe("platform@acme.example");
      const states = await filesWith("acme-dev", stack);
      expect(states.some((file) => file.includes("history") && file.endsWith(".gz"))).toBe(true);
      expect(await filesWith(emulator.apiKey, stack)).toEqual([]);
      expect(await filesWith("platform@acme.example", stack)).toEqual([index]);
      expect(await filesWith("yan@acme.example", stack)).toEqual([index]);
    });

    test("a secret that is wrong is refused without being shown", async () => {
      await edit(join(stack.folder, "index.ts"), "platform@acme.example", "no-address-at-all");
      const { code, stdout, stderr } = await stack.pulumi("preview");
      expect(code).not.toBe(0);
      expect(stdout).toContain("contactEmail: must be an e-mail address");
      expect(stdout + stderr).not.toContain("no-address-at-all");
    });

    test("a secret argument of a function is in no failure", async () => {
      const index = join(stack.folder, "index.ts");
      await edit(index, "no-address-at-all", "platform@acme.example");
      await edit(index, "OrganizationMembers,", "getMembers, OrganizationMembers,");
      const call = 'getMembers({ organizationId: pulumi.secret("hush-hush-hush") });';
      await writeFile(index, `${await readFile(index, "utf8")}${call}`);
      const { code, stdout, stderr } = await stack.pulumi("preview");
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/peridio:index:getMembers: .*\[secret\]/);
      expect(stdout + stderr).not.toContain("hush-hush-hush");
    });
  });
}
