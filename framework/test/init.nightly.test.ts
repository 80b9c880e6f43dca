import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { newStack, run, type Run, type Stack } from "#framework/testing";
import { startService } from "../template/fakeService";

/**
 * The path of an author: the packed package in an empty folder, a new provider with the packages of the registry, its own checks, its build,
 * and programs with the real CLI that use it with and without the plugin.
 */

const root = join(__dirname, "../..");
let folder = "";
let provider = "";
let service: Awaited<ReturnType<typeof startService>>;
let stack: Stack | undefined;

/** Runs a command, and rejects with its output if it fails. */
async function succeed(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  return expectSuccess(`${command} ${args.join(" ")}`, await run(command, args, cwd));
}

function expectSuccess(what: string, { code, stdout, stderr }: Run): string {
  if (code !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "init-"));
  provider = join(folder, "acme");
  await succeed(root, "npm", "pack", "--workspace", "framework", "--pack-destination", folder);
  const [tarball = ""] = await readdir(folder);
  const kit = join(folder, tarball);
  await succeed(folder, "npx", "--yes", "--package", kit, "pulumi-provider-kit", "init", "acme");
  await succeed(provider, "npm", "install", kit);
  await succeed(provider, "npm", "run", "build");
  service = await startService(0);
});
afterEach(async () => {
  await stack?.end();
  stack = undefined;
});
afterAll(async () => {
  await service.end();
  await rm(folder, { recursive: true });
});

test("the new provider passes its checks", async () => {
  const printed = await succeed(provider, "npm", "test");
  expect(printed).toMatch(/pass 10\b/);
  expect(printed).toMatch(/fail 0\b/);
});

/** A program of each host. */
interface Host {
  /** Writes the program, which declares a project with this import id, if any. */
  readonly prepare: (program: string, importId?: string) => Promise<unknown>;
}

const properties = { name: "site", description: "The web site" };

const hosts: Readonly<Record<string, Host>> = {
  "the plugin": {
    prepare: async (program, importId) => {
      // The example as it is, with the folder of the plugin.
      const text = await readFile(join(provider, "example/Pulumi.yaml"), "utf8");
      const option = importId === undefined ? "" : `    options: { import: ${importId} }\n`;
      const placed = text.replace("../dist/bin", join(provider, "dist/bin")).replace("outputs:", `${option}outputs:`);
      return writeFile(join(program, "Pulumi.yaml"), placed);
    },
  },
  "the dynamic provider": {
    prepare: async (program, importId) => {
      await writeFile(join(program, "Pulumi.yaml"), "name: acme-example\nruntime: nodejs\nmain: index.ts\n");
      const lines = [
        'import { Project } from "pulumi-resource-acme";',
        `const options = ${JSON.stringify({ import: importId })};`,
        `export const projectId = new Project("site", ${JSON.stringify(properties)}, options).id;`,
      ];
      await writeFile(join(program, "index.ts"), lines.join("\n"));
      if ((await readdir(program)).includes("node_modules")) return;
      await writeFile(join(program, "package.json"), "{}");
      await cp(join(provider, "dist/dynamic"), join(program, "dynamic"), { recursive: true });
      await succeed(program, "npm", "install", "./dynamic", "@pulumi/pulumi", "typescript@5", "@types/node@20");
    },
  },
};

const projects = z.array(z.object({ id: z.string(), name: z.string(), description: z.string() }));

/** Reads the projects of the service. */
async function list() {
  const headers = { authorization: "Bearer key" };
  return projects.parse(await (await fetch(`${service.url}/projects`, { headers })).json());
}

/** Sends a request outside Pulumi. */
function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: "Bearer key" };
  return fetch(service.url + path, { method, headers, body: JSON.stringify(body) });
}

const up = ["up", "--yes", "--skip-preview"];

test.each(Object.entries(hosts))(
  "a program with %s creates, refreshes, imports and destroys",
  async (_, { prepare }) => {
    const environment = { ACME_API_KEY: "any" };
    stack = await newStack({ prepare, environment });
    await stack.succeed("config", "set", "acme:endpoint", service.url);
    await stack.succeed(...up);
    const [created] = await list();
    expect(created).toMatchObject(properties);
    expect(await stack.json("stack", "output")).toEqual({ projectId: created?.id });
    await stack.succeed(...up, "--expect-no-changes");

    await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await send("PATCH", `/projects/${created?.id ?? ""}`, { description: "Changed" });
    expect(await stack.plan("preview", "--refresh")).toMatchObject({ site: "update" });
    await stack.succeed(...up, "--refresh");
    expect(await list()).toEqual([created]);

    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await list()).toEqual([]);

    await send("POST", "/projects", properties);
    const refused = await stack.pulumi("preview");
    expect(refused.stdout + refused.stderr).toContain("already exists with this name");
    const [found] = await list();
    await prepare(stack.folder, found?.id);
    await stack.succeed(...up);
    await prepare(stack.folder);
    await stack.succeed(...up, "--expect-no-changes");
    expect(await list()).toEqual([found]);
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await list()).toEqual([]);
  },
);
