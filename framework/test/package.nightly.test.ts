import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import * as z from "zod";
import { thisPlatform } from "../src/build";

/** The package as a provider of someone else uses it: outside this repository, with the packages that it names, and no others. */

const root = join(__dirname, "../..");
const execute = promisify(execFile);
const names = z.record(z.string(), z.string());
const manifest = z.looseObject({ exports: names, dependencies: names, peerDependencies: names });

let folder = "";
let entries: string[] = [];

/** The options of a strict compilation. */
const options = ["--strict", "--module", "node16", "--target", "es2022", "--types", "node"];

/** Runs a program in the folder. Returns its output. */
async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { cwd: folder }).catch((error: unknown) => {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  });
  return stdout;
}

async function link(name: string): Promise<void> {
  const target = join(folder, "node_modules", name);
  await mkdir(dirname(target), { recursive: true });
  await symlink(join(root, "node_modules", name), target);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "provider-kit-"));
  const installed = join(folder, "node_modules/pulumi-provider-kit");
  await mkdir(installed, { recursive: true });
  const pack = ["pack", "--silent", "--workspace", "framework", "--pack-destination", folder];
  const { stdout } = await execute("npm", pack, { cwd: root });
  await extract({ file: join(folder, stdout.trim()), cwd: installed, strip: 1 });
  const { exports, dependencies, peerDependencies } = manifest.parse(
    JSON.parse(await readFile(join(installed, "package.json"), "utf8")),
  );
  entries = Object.keys(exports).filter((entry) => entry !== "./package.json");
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, "@types/node": "", typescript: "", bun: "" }))
    await link(name);
  await cp(join(installed, "examples/notes"), join(folder, "src"), { recursive: true });
  const bundled = ["--bundle", "--packages=external", "--platform=node"];
  await run(join(root, "node_modules/.bin/esbuild"), "src/provider.ts", ...bundled, "--outfile=lib/provider.js");
});
afterAll(() => rm(folder, { recursive: true }));

/** Applies a program, and prints what the engine did. */
const program = (launch = "") => `
  const engine = new Engine({ provider }, { PATH: process.env.PATH }, { file: process.argv[2] }${launch});
  const notes = { hello: { type: "Note", inputs: () => ({ title: "Hello", text: "A note", tags: ["b", "a"] }) } };
  const operations = async (steps) => (await steps).map(({ op }) => op);
  (async () => {
    const steps = [await operations(engine.up(notes)), await operations(engine.preview(notes)), await operations(engine.destroy())];
    console.log(JSON.stringify(steps));
  })();
`;
const applied = '[["create"],["same"],["delete"]]\n';

test("contains compiled sources with types, and neither tests nor names of this repository", async () => {
  const installed = join(folder, "node_modules/pulumi-provider-kit");
  const files = await readdir(installed, { recursive: true });
  for (const name of ["LICENSE", "README.md", "CHANGELOG.md", "docs/tutorial.md", "dist/index.d.ts"])
    expect(files).toContain(name);
  const own = files.filter((name) => !/^(template|examples)\//.test(name));
  expect(own.filter((name) => /\.test\.|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  const compiled = files.filter((name) => name.startsWith("dist/") && /\.(js|ts)$/.test(name));
  const texts = await Promise.all(compiled.map((name) => readFile(join(installed, name), "utf8")));
  expect(compiled.filter((_, index) => /"#(framework|testing)|peridio/i.test(texts[index] ?? ""))).toEqual([]);
});

test("compiles its examples with strict types, and without a check of libraries left out", async () => {
  const examples = join(folder, "examples");
  await cp(join(folder, "node_modules/pulumi-provider-kit/examples"), examples, { recursive: true });
  const sources = (await readdir(examples, { recursive: true })).filter((name) => name.endsWith(".ts"));
  expect(sources).toContain("notes/provider.ts");
  const build = ["--declaration", "--outDir", "types", "--skipLibCheck", "false"];
  await run(join(root, "node_modules/.bin/tsc"), ...options, ...build, ...sources.map((name) => `examples/${name}`));
});

describe.each([
  ["Node.js", process.execPath],
  ["Bun", join(root, "node_modules/.bin/bun")],
])("with %s", (runtime, executable) => {
  test("all entries have the same exports in CommonJS and in ESM", async () => {
    const packages = entries.map((entry) => `pulumi-provider-kit${entry.slice(1)}`);
    const list = (load: string) =>
      packages
        .map(
          (name) =>
            `console.log(${JSON.stringify(name)}, Object.keys(${load}(${JSON.stringify(name)})).filter((key) => !["default", "module.exports", "__esModule"].includes(key)).sort().join(" "));`,
        )
        .join("\n");
    await writeFile(join(folder, "list.cjs"), list("require"));
    await writeFile(join(folder, "list.mjs"), list("await import"));
    const [required, imported] = [await run(executable, "list.cjs"), await run(executable, "list.mjs")];
    expect(required).toContain("pulumi-provider-kit/plugin runPlugin\n");
    expect(imported).toBe(required);
  });

  test("a provider in CommonJS runs in the test engine", async () => {
    const start =
      'const { Engine } = require("pulumi-provider-kit/testing"); const { provider } = require("./lib/provider.js");';
    await writeFile(join(folder, "program.cjs"), start + program());
    expect(await run(executable, "program.cjs", `${runtime}-cjs.json`)).toBe(applied);
  });

  test("a provider in ESM runs in the test engine", async () => {
    await run(
      join(root, "node_modules/.bin/esbuild"),
      "src/provider.ts",
      "--bundle",
      "--packages=external",
      "--platform=node",
      "--format=esm",
      "--outfile=provider.mjs",
    );
    const start = 'import { Engine } from "pulumi-provider-kit/testing"; import { provider } from "./provider.mjs";';
    await writeFile(join(folder, "program.mjs"), start + program());
    expect(await run(executable, "program.mjs", `${runtime}-esm.json`)).toBe(applied);
  });
});

/** The start of a CommonJS program that runs an executable in the test engine. */
const engine = `
  const { Engine, executable } = require("pulumi-provider-kit/testing");
  const { provider } = require("./lib/provider.js");
`;
const kit = (...args: string[]) =>
  run(process.execPath, "node_modules/pulumi-provider-kit/dist/build/main.js", ...args);

describe("the command", () => {
  beforeAll(() => kit("release", "src/provider.ts", "--output", "out", "--platform", thisPlatform));

  test("writes the schema", async () => {
    const schema: unknown = JSON.parse(await readFile(join(folder, "out/schema.json"), "utf8"));
    expect(schema).toMatchObject({ name: "notes", version: "1.0.0", resources: { "notes:index:Note": {} } });
  });

  test("writes a page for each resource", async () => {
    expect(await readdir(join(folder, "out/reference"))).toEqual(["Note.md"]);
    const text = await readFile(join(folder, "out/reference/Note.md"), "utf8");
    expect(text).toContain("| `title` | string | required | replaces | The title. |");
    expect(text).toContain("pulumi import notes:index:Note NAME ID");
  });

  test("writes a plugin that serves the engine over gRPC, with the licenses of its packages", async () => {
    await writeFile(join(folder, "plugin.cjs"), engine + program(', executable("out/bin/pulumi-resource-notes")'));
    expect(await run(process.execPath, "plugin.cjs", join(folder, "plugin.json"))).toBe(applied);
    expect(await readFile(join(folder, "out/bin/pulumi-resource-notes.notices.txt"), "utf8")).toContain("zod");
  });

  test("writes the package of the dynamic provider, with types", async () => {
    await symlink(join(folder, "out/dynamic"), join(folder, "node_modules/pulumi-resource-notes"));
    const typed = `import { Note } from "pulumi-resource-notes";
      new Note("hello", { title: "Hello", text: "A note" }).revision.apply((revision) => revision.toFixed());
      // @ts-expect-error -- a note needs a text
      new Note("hello", { title: "Hello" });`;
    await writeFile(join(folder, "typed.ts"), typed);
    await run(join(root, "node_modules/.bin/tsc"), ...options, "--noEmit", "--skipLibCheck", "typed.ts");
    const print = `console.log(Object.keys(require("pulumi-resource-notes")), Object.keys(require("pulumi-resource-notes/dynamic/host")))`;
    expect(await run(process.execPath, "--eval", print)).toBe("[ 'Note' ] [ 'ask', 'serve' ]\n");
  });

  test("packs an executable that needs no Node.js, with its checksum", async () => {
    const release = join(folder, "out/release");
    const archive = `pulumi-resource-notes-v1.0.0-${thisPlatform.replace("x64", "amd64")}.tar.gz`;
    expect((await readdir(release)).sort()).toEqual(["SHA256SUMS", archive]);
    await run("sh", "-c", "cd out/release && sha256sum --check SHA256SUMS && tar xzf *.tar.gz");
    const serve = program(', executable("out/release/pulumi-resource-notes")').replace(
      "process.env.PATH",
      '"/nowhere"',
    );
    await writeFile(join(folder, "alone.cjs"), engine + serve);
    expect(await run(process.execPath, "alone.cjs", join(folder, "alone.json"))).toBe(applied);
  });

  test("begins a provider in a folder, and names its path", async () => {
    expect(await kit("init", "acme", "out/../begun")).toContain(`Wrote a provider to ${join(folder, "begun")}. Next`);
    await expect(kit("init", "acme", ".")).rejects.toThrow(`The folder ${folder} is not empty`);
  });

  test("explains a module that exports no provider", async () => {
    await expect(kit("build", "src/notebook.ts")).rejects.toThrow("src/notebook.ts does not export `provider`.");
  });
});
