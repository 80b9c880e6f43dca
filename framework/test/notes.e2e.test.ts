import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { newStack, type Stack } from "pulumi-provider-kit/testing";
import { nightlyCases } from "../../scripts/tests";

const root = join(__dirname, "../..");
const example = join(root, "framework/examples/notes");
const password = "correct horse battery staple";

interface Note {
  readonly title: string;
  readonly text: string;
  readonly tags?: readonly string[];
  readonly password?: string;
}

type Notes = Readonly<Record<string, Note>>;

/** The resource option `import` by the name of the resource. */
type ImportIds = Readonly<Record<string, string>>;

/** A program that declares notes through one of the two hosts. */
interface Host {
  /** Installs the provider for the program in the folder. */
  prepare?(folder: string): Promise<void>;
  write(folder: string, notes: Notes, importIds?: ImportIds): Promise<void>;
}

/** The folder of the compiled plugin. Pulumi writes the schema beside it. */
let bin = "";
let stack: Stack | undefined;

beforeAll(async () => {
  bin = join(await mkdtemp(join(tmpdir(), "notes-plugin-")), "bin");
  await mkdir(bin);
  const compile = ["scripts/compile.ts", "pulumi-resource-notes", bin];
  await promisify(execFile)(join(root, "node_modules/.bin/ts-node"), compile, { cwd: root });
});
afterEach(() => stack?.end());
afterAll(() => rm(dirname(bin), { recursive: true, force: true }));

const plugin: Host = {
  write: (folder, notes, importIds = {}) => {
    const resources = Object.entries(notes).map(([name, properties]): [string, unknown] => [
      name,
      { type: "notes:Note", properties, options: { import: importIds[name] } },
    ]);
    const project = {
      name: "notes",
      runtime: "yaml",
      plugins: { providers: [{ name: "notes", path: bin, version: "1.0.0" }] },
      resources: Object.fromEntries(resources),
    };
    // JSON is YAML.
    return writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  },
};

const dynamic: Host = {
  prepare: async (folder) => {
    const modules = join(folder, "node_modules");
    const installed = join(modules, "pulumi-notes");
    await mkdir(installed, { recursive: true });
    await symlink(join(root, "node_modules/@pulumi"), join(modules, "@pulumi"));
    await writeFile(join(installed, "package.json"), '{ "name": "pulumi-notes", "main": "dynamic/index.js" }');
    await build({
      absWorkingDir: root,
      entryPoints: [join(example, "index.ts"), join(example, "host.ts")],
      outdir: join(installed, "dynamic"),
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["@pulumi/pulumi"],
    });
  },
  write: async (folder, notes, importIds = {}) => {
    const declarations = Object.entries(notes).map(([name, args]) => {
      const options = { import: importIds[name] };
      return `new Note(${JSON.stringify(name)}, ${JSON.stringify(args)}, ${JSON.stringify(options)});\n`;
    });
    await writeFile(join(folder, "Pulumi.yaml"), '{ "name": "notes", "runtime": "nodejs", "main": "index.ts" }');
    await writeFile(join(folder, "index.ts"), `import { Note } from "pulumi-notes";\n${declarations.join("")}`);
  },
};

async function begin(host: Host, notes: Notes): Promise<Stack> {
  const prepare = async (folder: string) => {
    await host.prepare?.(folder);
    await host.write(folder, notes);
  };
  const environment = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  return (stack = await newStack({ prepare, environment }));
}

/** Reads the notes of the API. */
async function notebook({ folder }: Stack): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, "notes.json"), "utf8"));
}

/** Changes the notes of the API outside Pulumi. */
async function changeOutside({ folder }: Stack, change: (text: string) => string): Promise<void> {
  const file = join(folder, "notes.json");
  await writeFile(file, change(await readFile(file, "utf8")));
}

const up = ["up", "--yes", "--skip-preview"];

describe.each<[string, Host]>([["the plugin", plugin], ...nightlyCases<[string, Host]>(["pulumi.dynamic", dynamic])])(
  "the notes provider through %s",
  (_, host) => {
    const hello: Note = { title: "Hello", text: "A note", tags: ["b", "a"], password };

    test("creates, repairs, updates, replaces and deletes a note", async () => {
      const stack = await begin(host, { hello });
      await stack.succeed(...up);
      expect(await notebook(stack)).toEqual({ Hello: { ...hello, revision: 1 } });
      expect(await stack.plan("preview")).toEqual({});

      await changeOutside(stack, (text) => text.replace("A note", "A changed note"));
      expect(await stack.plan("preview", "--refresh")).toMatchObject({ hello: "update" });
      await stack.succeed(...up, "--refresh");
      expect(await notebook(stack)).toEqual({ Hello: { ...hello, revision: 2 } });

      await host.write(stack.folder, { hello: { ...hello, text: "A new text", tags: ["a", "b"] } });
      await stack.succeed(...up);
      expect(await notebook(stack)).toMatchObject({ Hello: { text: "A new text", revision: 3 } });

      await host.write(stack.folder, { hello: { title: "Goodbye", text: "A note" } });
      await stack.succeed(...up);
      expect(await notebook(stack)).toEqual({ Goodbye: { title: "Goodbye", text: "A note", tags: [], revision: 1 } });

      await stack.succeed("destroy", "--yes", "--skip-preview");
      expect(await notebook(stack)).toEqual({});
    });

    test("keeps a password out of the state's clear text, and changes one that the notebook never returns", async () => {
      const stack = await begin(host, { hello });
      await stack.succeed(...up);
      expect(await stack.succeed("stack", "export")).not.toContain(password);
      expect(await stack.succeed("stack", "export", "--show-secrets")).toContain(password);
      await stack.succeed(...up, "--refresh", "--expect-no-changes");
      await host.write(stack.folder, { hello: { ...hello, password: "another password" } });
      await stack.succeed(...up);
      expect(await notebook(stack)).toMatchObject({ Hello: { password: "another password", revision: 2 } });
      await host.write(stack.folder, { hello: { title: "Hello", text: "A note" } });
      await stack.succeed(...up);
      expect(await notebook(stack)).toEqual({ Hello: { title: "Hello", text: "A note", tags: [], revision: 3 } });
    });

    test("imports a note, and refuses to create one that exists", async () => {
      const stack = await begin(host, { hello });
      const found: Note = { title: "Found", text: "Written by hand", tags: [] };
      await writeFile(join(stack.folder, "notes.json"), JSON.stringify({ Found: { ...found, revision: 7 } }));
      await host.write(stack.folder, { found });
      const refused = await stack.pulumi("preview");
      expect(refused.code).not.toBe(0);
      expect(refused.stdout + refused.stderr).toContain("already exists in the notebook");

      await host.write(stack.folder, { found }, { found: "Found" });
      await stack.succeed(...up);
      expect(await notebook(stack)).toEqual({ Found: { ...found, revision: 7 } });
      await host.write(stack.folder, { found });
      expect(await stack.plan("preview")).toEqual({});
    });
  },
);

test("a preview shows that an update changes the revision, on which another note depends", async () => {
  const child = { title: "Revision ${hello.revision}", text: "A note" };
  const stack = await begin(plugin, { hello: { title: "Hello", text: "A note" }, child });
  await stack.succeed(...up);
  await plugin.write(stack.folder, { hello: { title: "Hello", text: "A new text" }, child });
  expect(Object.keys(await stack.plan("preview"))).toContain("child");
});

test("`pulumi do` lists notes through the plugin", async () => {
  const notes = { first: { title: "Hello", text: "1" }, second: { title: "World", text: "2" } };
  const stack = await begin(plugin, notes);
  await stack.succeed(...up);
  await stack.succeed("plugin", "install", "resource", "notes", "1.0.0", "--file", bin);
  const list = (...more: string[]) => stack.succeed("do", "notes:index:Note", "list", "--all", ...more);
  const all = await list();
  for (const { title } of Object.values(notes)) expect(all).toContain(title);
  expect(await list("--prefix", "W")).not.toContain("Hello");
});

test("the plugin ends quietly if the engine ends before it reads the port", async () => {
  const child = spawn(join(bin, "pulumi-resource-notes"), ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let printed = "";
  child.stderr.on("data", (text) => (printed += String(text)));
  await once(child, "close");
  expect([child.exitCode, printed]).toEqual([0, ""]);
});
