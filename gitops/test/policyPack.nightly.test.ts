import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack, Packed, run, Site } from "#provider/testing";

/** The policy pack with TypeScript programs of the plugin and of the dynamic provider. */

const root = join(__dirname, "../..");
const pack = ["--policy-pack", join(root, "bin/peridio-gitops")];
const rules = `
rules:
  Few admins: { people: { except: ada@acme.example }, role: { atMost: developer }, because: Two admins are enough. }
`;

let site: Site;
afterEach(() => site.end());

/** Changes the program, and returns what the CLI says. Peridio gets no request to change something. */
async function refuse(from: string, to: string, ...args: string[]): Promise<string> {
  const file = join(site.stack.folder, "index.ts");
  const text = await readFile(file, "utf8");
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
  site.requests();
  const said = await site.fail("up", "--yes", ...args, ...pack);
  expect(site.writes()).toEqual([]);
  await writeFile(file, text);
  return said;
}

test.each([
  ["in its preview", []],
  ["before the write", ["--skip-preview"]],
])("an update of the dynamic provider stops %s", async (_, options) => {
  const packed = await Packed.make();
  const emulator = new Emulator();
  const program = join(root, "examples/dynamic");
  site = new Site(emulator, await newStack({ program, emulator, prepare: (folder) => packed.install(folder) }));
  await packed.end();
  await writeFile(join(site.stack.folder, "access-rules.yaml"), rules);
  await site.stack.succeed("up", "--yes", ...pack);
  const said = await refuse('"bob@acme.example", role: "developer"', '"bob@acme.example", role: "admin"', ...options);
  expect(said).toContain("Few admins  (pulumi-nodejs:dynamic/peridio:Membership: bob)");
  expect(said).toMatch(/bob@acme\.example has the role admin in .*\n *Reason: Two admins are enough\./);
});

test("an update of a TypeScript program of the plugin stops in its preview", async () => {
  // The paths of the example to the SDK and the plugin hold in a folder at its depth.
  const parent = join(root, "dist");
  await mkdir(parent, { recursive: true });
  const emulator = new Emulator();
  const prepare = async (folder: string) => {
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
    const production = "organizations: acme-production";
    await writeFile(join(folder, "access-rules.yaml"), rules.replace("{ people", `{ ${production}, people`));
  };
  const program = join(root, "examples/environments");
  const environment = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  site = new Site(emulator, await newStack({ program, emulator, prepare, parent, environment }));
  await site.stack.succeed("config", "set", "--path", "allowlist[0]", "127.0.0.0/8");
  await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.0/8");
  await site.stack.succeed("preview", ...pack);
  const said = await refuse('production: "developer"', 'production: "admin"');
  expect(said).toContain(
    "bob@acme.example has the role admin in acme-production, but the rule allows at most developer.",
  );
});
