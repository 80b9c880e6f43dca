import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "../../emulator/src/emulator";
import { newStack } from "./support/cli";
import { Site } from "./support/program";

const root = join(__dirname, "../..");
const ada = "ada@acme.example";

let site: Site;
afterEach(() => site.end());

/** An example, in a folder at the depth of the original, so that its path to the plugin holds. */
async function begin(name: string): Promise<void> {
  const parent = join(root, "dist/examples");
  await mkdir(parent, { recursive: true });
  const emulator = new Emulator();
  site = new Site(emulator, await newStack({ program: join(root, "examples/layouts", name), emulator, parent }));
}

test("environments: a stack is about the organization that is named after it", async () => {
  await begin("environments");
  expect(await site.fail("preview")).toContain("acme-test");
  await site.stack.succeed("stack", "init", "dev");
  await site.up();
  await site.stack.succeed("stack", "init", "production");
  await site.up();
  expect(site.emulator.state.organizations.map(({ name }) => name)).toEqual(["acme-dev", "acme-production"]);
  expect(site.people()).toContain("bob@acme.example developer invited");
  expect(site.people("acme-production")).toEqual([
    `${ada} admin`,
    "bob@acme.example viewer invited",
    "dora@acme.example viewer invited",
    "grace@acme.example admin invited",
  ]);
  await site.up("--expect-no-changes");
  expect(await site.stack.succeed("stack", "output", "organizations")).toMatch(
    /^\{"acme-production":"prn:1:[^"]*"\}\s*$/,
  );
});

test.each([
  ["business-units", ["acme-consumer", "acme-industrial", "acme-partners"]],
  ["regions", ["acme-asia-pacific", "acme-europe", "acme-north-america"]],
])("%s: the preview shows every organization", async (name, organizations) => {
  await begin(name);
  const plan = await site.stack.succeed("preview");
  for (const organization of organizations) expect(plan).toMatch(new RegExp(`Organization +${organization} +create`));
  expect(site.writes()).toEqual([]);
});
