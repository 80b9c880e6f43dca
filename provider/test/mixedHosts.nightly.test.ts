import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { Packed } from "./support/packed";
import { ada, blocked, bob, refusedDestroy, removal, toForceIt } from "./support/parts";
import { bin, Site } from "./support/program";

/** A program that declares its organization with the plugin, and the people with the dynamic provider. */
const program = `
import { Config, CustomResource } from "@pulumi/pulumi";
import { Membership } from "pulumi-resource-peridio/dynamic";

class Organization extends CustomResource {
  constructor(name: string, args: { readonly name: string }) {
    super("peridio:index:Organization", name, args);
  }
}

const organization = new Organization("dev", { name: "acme-dev" });
if (new Config().getBoolean("bob") !== false)
  new Membership("bob", { organizationId: organization.id, email: "${bob}", role: "developer" });
`;
const dependencies = { "@pulumi/pulumi": "3.245.0", "@types/node": "20.19.43", typescript: "5.9.3" };
const compilerOptions = {
  target: "es2022",
  module: "commonjs",
  moduleResolution: "node",
  types: ["node"],
  strict: true,
};
const project = {
  name: "mixed",
  runtime: "nodejs",
  plugins: { providers: [{ name: "peridio", path: bin }] },
};

let packed: Packed;
let site: Site;
beforeAll(async () => {
  packed = await Packed.make();
  const emulator = new Emulator();
  const prepare = async (folder: string) => {
    await writeFile(join(folder, "index.ts"), program);
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name: "mixed", private: true, main: "index.ts", dependencies }),
    );
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    // JSON is YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    await packed.install(folder);
  };
  site = new Site(emulator, await newStack({ emulator, prepare }));
});
afterAll(async () => {
  await Promise.all([packed.end(), site.end()]);
});

test("the dynamic provider knows the organization that the plugin declares", async () => {
  await site.up();
  site.emulator.control.accept(bob, "acme-dev");
  await site.up();
  const said = await refusedDestroy(site);
  expect(said).toContain(`${blocked}: other_users: 1 (`);
  expect(said).toContain(toForceIt);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`]);

  // The person leaves a program whose organization stays.
  await site.stack.succeed("config", "set", "bob", "false");
  await site.up();
  expect(site.writes()).toEqual([removal]);
  expect(site.people()).toEqual([`${ada} admin`]);
});
