import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { Emulator } from "#emulator";
import { listCommands } from "./guides/commands";
import { pages } from "./guides/markdown";
import { newStack, run } from "./support/cli";
import { dev, linkPlugin, organization, roster, Site } from "./support/program";

/** The only block of a language in a guide. */
function block(file: string, language: string): string {
  const found = pages()
    .filter((page) => page.file === file)
    .flatMap((page) => page.blocks)
    .filter((one) => one.language === language);
  expect(found).toHaveLength(1);
  return found[0]?.code ?? "";
}

let site: Site | undefined;
afterEach(() => site?.end());

/** Writes a program as a guide prints it, with the plugin of this repository. */
async function writeProgram(folder: string, text: string): Promise<void> {
  const program = z.record(z.string(), z.unknown()).parse(parse(text));
  const plugins = { providers: [await linkPlugin(folder)] };
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...program, plugins }));
}

async function begin(text: string): Promise<Site> {
  const prepare = (folder: string) => writeProgram(folder, text);
  const emulator = new Emulator();
  return new Site(emulator, await newStack({ emulator, prepare }));
}

test("the program in getting started is created, repaired after drift, changed and deleted", async () => {
  const program = block("docs/getting-started.md", "yaml");
  site = await begin(program);
  const { stack, emulator } = site;
  await site.up();
  emulator.control.accept("bob@acme.example", "acme-dev");
  await stack.succeed("preview", "--expect-no-changes");
  await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
  expect(await stack.succeed("refresh", "--preview-only")).toContain("[diff: ~members");
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"developer"}']);
  await writeProgram(stack.folder, program.replace("carl@acme.example: viewer", "carl@acme.example: developer"));
  expect(await stack.succeed("up", "--yes")).toContain("Peridio sends a new e-mail to carl@acme.example");
  expect(site.people("acme-dev")).toContain("carl@acme.example developer invited");
  expect(await site.fail("destroy", "--yes")).toContain("protect");
  await stack.succeed("state", "unprotect", "--all", "--yes");
  expect(await site.fail("destroy", "--yes", "--skip-preview")).toContain("These users remain: bob@acme.example.");
  await writeProgram(stack.folder, program.replace("name: acme-dev", "name: acme-dev, forceDestroy: true"));
  await site.up();
  await stack.succeed("state", "unprotect", "--all", "--yes");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(emulator.state.organizations).toEqual([]);
});

test("the quick start in the README creates an organization, and a second update changes nothing", async () => {
  site = await begin("name: acme\nruntime: nodejs");
  const { folder } = site.stack;
  // languages.nightly.test.ts installs the SDK with npm.
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await symlink(resolve("sdk/nodejs"), join(modules, "pulumi-peridio"));
  await symlink(resolve("node_modules/@pulumi"), join(modules, "@pulumi"));
  await writeFile(join(folder, "index.ts"), block("README.md", "ts"));
  await site.up();
  expect(site.people("acme-dev")).toEqual([
    "ada@acme.example admin",
    "bob@acme.example developer invited",
    "carl@acme.example viewer invited",
  ]);
  site.requests();
  // The first update has run the compiler.
  const again = site.stack.with({ PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
  await again.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(site.writes()).toEqual([]);
});

test("Pulumi reports a plugin without its loader, as on Alpine Linux, as Troubleshooting says", async () => {
  site = await Site.begin({});
  // The kernel reports the missing interpreter of a script as it reports the missing loader of an executable.
  const plugin = join(site.stack.folder, "pulumi-resource-peridio");
  await writeFile(plugin, "#!/lib/missing-loader.so\n", { mode: 0o755 });
  await site.declare({ dev: organization("acme-dev") }, site.stack.folder);
  const row = (await readFile("docs/troubleshooting.md", "utf8")).split("\n").find((line) => line.includes("Alpine"));
  const [, before, after] = /^\| ([^|]+) …(: plugin not found), on Alpine Linux/.exec(row ?? "") ?? [];
  if (before === undefined || after === undefined) throw new Error("Troubleshooting has no row on Alpine Linux");
  expect(await site.failUp()).toContain(`${before} ${plugin}${after}`);
});

test("what the guide imports in one go is declared by what Pulumi prints for it", async () => {
  site = await begin("name: acme\nruntime: yaml");
  const { stack, emulator } = site;
  await emulator.control.createOrganization("acme-dev");
  await emulator.control.invite("bob@acme.example", "acme-dev", "developer");
  await writeFile(join(stack.folder, "existing.json"), block("docs/importing.md", "json"));
  site.requests();
  await stack.succeed("import", "--file", "existing.json", "--out", "imported.yaml", "--yes");
  expect(site.writes()).toEqual([]);
  const printed = await readFile(join(stack.folder, "imported.yaml"), "utf8");
  await writeProgram(stack.folder, `name: acme\nruntime: yaml\n${printed}`);
  await stack.succeed("preview", "--expect-no-changes");
});

test("the recipe for a roster removes it from the program, and everyone keeps access", async () => {
  const text = pages().find(({ file }) => file === "docs/recipes.md");
  const block = text?.blocks.find(({ code }) => code.includes("URN of the OrganizationMembers"));
  const commands = block?.code.match(/^pulumi .*/gm) ?? [];
  expect(commands).toHaveLength(2);
  site = await Site.begin({
    ...dev,
    roster: roster({ "bob@acme.example": "developer", "carl@acme.example": "viewer" }),
  });
  const { stack } = site;
  await site.up();
  const people = site.people();
  await site.declare(dev);
  const urns = await stack.succeed("stack", "--show-urns");
  const [urn = ""] = /urn:\S+OrganizationMembers::\S+/.exec(urns) ?? [];
  site.requests();
  for (const command of commands) {
    const words = command.replace("'URN of the OrganizationMembers'", urn).split(" ");
    await stack.succeed(...words.slice(1), ...(command.includes("preview") ? [] : ["--yes"]));
  }
  expect([site.writes(), site.people()]).toEqual([[], people]);
});

test("every command of Pulumi that pages name is one", async () => {
  const { stdout } = await run(".pulumi/bin/pulumi", ["--help"], ".");
  const there = new Set([...stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name));
  const wrong = listCommands(pages(), "pulumi").filter(([, words]) => {
    const [command = ""] = words.trim().split(/\s+/);
    return /^[a-z]/.test(command) && !there.has(command);
  });
  expect(wrong).toEqual([]);
});
