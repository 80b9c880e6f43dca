import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { Emulator } from "#emulator";
import { packSdk } from "../../scripts/release/packages";
import { newStack, type Stack } from "./support/cli";
import { Packed, succeed } from "./support/packed";

const root = join(__dirname, "../..");

/** A folder with the packages that tools/versions pins, and with both packages of this repository. */
let installed: string;
let packed: Packed;
beforeAll(async () => {
  installed = await mkdtemp(join(tmpdir(), "versions-"));
  await cp(join(root, "tools/versions"), installed, { recursive: true });
  await succeed("npm", ["ci", "--prefer-offline", "--ignore-scripts"], installed);
  packed = await Packed.make();
  await packed.install(installed);
  await succeed("npm", ["install", "--prefer-offline", "--ignore-scripts", await packSdkInto(installed)], installed);
});
afterAll(async () => {
  await packed.end();
  await rm(installed, { recursive: true });
});

const aboutSchema = z.object({ runtime: z.object({ version: z.string() }) });
const manifest = z.object({ version: z.string() });
const pins = z.object({ dependencies: z.object({ "@pulumi/pulumi": z.string() }) });

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}

/** Packs the SDK as npm publishes it, and returns the archive. */
async function packSdkInto(output: string): Promise<string> {
  // The compiler finds packages only in a folder of the repository.
  await mkdir(join(root, "dist"), { recursive: true });
  const scratch = await mkdtemp(join(root, "dist/sdk-"));
  await packSdk({ output, scratch });
  await rm(scratch, { recursive: true });
  const archive = (await readdir(output)).find((file) => file.endsWith(".tgz"));
  return join(output, archive ?? "");
}

/** Writes a program that imports the package. */
async function write(folder: string, imported: (typeof packages)[number]): Promise<void> {
  const program = await readFile(join(root, "examples/dynamic/index.ts"), "utf8");
  await writeFile(join(folder, "index.ts"), program.replace("pulumi-resource-peridio/dynamic", imported));
  await cp(join(installed, "package.json"), join(folder, "package.json"));
  await symlink(join(installed, "node_modules"), join(folder, "node_modules"));
  const providers = [{ name: "peridio", path: join(root, "bin") }];
  await writeFile(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "program", runtime: "nodejs", main: "index.ts", plugins: { providers } }),
  );
}

const nodes = ["node22", "node24"];
const packages = ["pulumi-peridio", "pulumi-resource-peridio/dynamic"] as const;
const cases = nodes.flatMap((node) => packages.map((imported) => ({ node, imported })));

describe.each(cases)("the newest Pulumi SDK with $node and $imported", ({ node, imported }) => {
  const emulator = new Emulator();
  let stack: Stack;
  beforeAll(async () => {
    const prepare = (folder: string) => write(folder, imported);
    const path = [
      join(installed, "node_modules", `${node}-${process.platform}-${process.arch}`, "bin"),
      join(root, ".pulumi/bin"),
      process.env.PATH,
    ];
    stack = await newStack({ emulator, prepare, environment: { PATH: path.join(delimiter) } });
  });
  afterAll(() => stack.end());

  /** The requests since the last call that change something. */
  function writes(): string[] {
    const changes = emulator.requests().filter(({ method }) => method !== "GET");
    emulator.traffic.log.clear();
    return changes.map(({ operation }) => operation ?? "").sort();
  }

  test("the program runs with these versions", async () => {
    const { runtime } = aboutSchema.parse(await stack.json("about"));
    expect(runtime.version).toMatch(new RegExp(`^v${node.slice("node".length)}\\.`));
    const { version } = manifest.parse(await readJson(join(stack.folder, "node_modules/@pulumi/pulumi/package.json")));
    const pinned = pins.parse(await readJson(join(root, "tools/versions/package.json")));
    expect(version).toBe(pinned.dependencies["@pulumi/pulumi"]);
    await expect(
      access(join(stack.folder, "node_modules", imported.split("/")[0] ?? "", "node_modules")),
    ).rejects.toThrow("ENOENT");
  });

  test("a preview sends no write, and up sends one for each resource", async () => {
    expect(Object.values(await stack.plan("preview")).filter((op) => op === "create")).toHaveLength(4);
    expect(writes()).toEqual([]);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(writes()).toEqual([
      "create-an-invitation",
      "create-an-invitation",
      "create-an-organization",
      "update-security-settings",
    ]);
  });

  test("up repairs drift", async () => {
    emulator.control.accept("bob@acme.example", "acme-dev");
    await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
    writes();
    expect(await stack.succeed("up", "--yes", "--refresh", "--diff")).toMatch(/~ role *: "admin" => "developer"/);
    expect(writes()).toEqual(["update-a-member"]);
    await stack.succeed("preview", "--expect-no-changes");
  });

  test("destroy removes everything", async () => {
    await stack.succeed("state", "unprotect", "--all", "--yes");
    await emulator.control.removeMember("bob@acme.example", "acme-dev");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(emulator.state.organizations).toEqual([]);
  });
});
