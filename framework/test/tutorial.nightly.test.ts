import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { newStack, run, type Stack } from "pulumi-provider-kit/testing";
import { startService } from "../template/fakeService";

/**
 * The path of an author: each step of the tutorial with the packed package, the packages of the registry and the real CLI, in an empty folder
 * outside the repository. Then programs that use the built provider with and without the plugin.
 */

const root = join(__dirname, "../..");
let folder = "";
let provider = "";
let service: Awaited<ReturnType<typeof startService>>;
let stack: Stack | undefined;

/** Runs a command. Rejects with its output if it fails. */
async function succeed(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tutorial-"));
  provider = join(folder, "acme");
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

/** A block of code, below a comment that names its file, if any. */
interface Block {
  readonly file: string | undefined;
  readonly language: string;
  readonly text: string;
}

async function readBlocks(): Promise<Block[]> {
  const page = await readFile(join(__dirname, "../docs/tutorial.md"), "utf8");
  return [...page.matchAll(/(?:<!-- (?:part of )?(\S+) -->\n\n)?```(\w+)\n([^]*?)```\n/g)].map(
    ([, file, language = "", text = ""]) => ({ file, language, text }),
  );
}

/** Replaces the lines of a file that a block shows. */
async function edit(file: string, diff: string): Promise<void> {
  const lines = diff.split("\n");
  const side = (other: string) =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => line.slice(1))
      .join("\n");
  const parts = (await readFile(file, "utf8")).split(side("+"));
  if (parts.length !== 2)
    throw new Error(`${file} contains the lines of this block ${parts.length - 1} times:\n${diff}`);
  await writeFile(file, parts.join(side("-")));
}

/** Runs `npm run service` until it listens. */
async function serve(): Promise<ChildProcess> {
  const started = spawn("npm", ["run", "service"], {
    cwd: provider,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const text of started.stdout) if (String(text).includes("The service runs at")) return started;
  throw new Error("The service ended.");
}

test("each step of the tutorial works", async () => {
  await succeed(root, "npm", "pack", "--workspace", "framework", "--pack-destination", folder);
  const [tarball = ""] = await readdir(folder);
  const variables = join(folder, "variables");
  // The steps have one shell: each block begins with the variables and the folder of the last one.
  const runBlock = (text: string) =>
    succeed(folder, "bash", "-ec", `set -a; . ${variables}; cd "$PWD"; ${text}\nexport -p > ${variables}`);
  const home = `PWD=${folder} PULUMI_HOME=${folder}/home PULUMI_SKIP_UPDATE_CHECK=true`;
  await writeFile(variables, `export ${home} KIT=${join(folder, tarball)} PATH="${join(root, ".pulumi/bin")}:$PATH"\n`);
  // Another program of this machine may use the port of the page.
  const port = new URL(service.url).port;
  let running: ChildProcess | undefined;
  const printed: string[] = [];
  await service.end();
  try {
    for (const { file, language, text } of await readBlocks()) {
      if (file?.startsWith("template/") === true || text.startsWith("make framework")) continue;
      if (text === "npm run service\n") running = await serve();
      else if (language === "sh") printed.push(await runBlock(text.replaceAll("4010", port)));
      else if (language === "diff") await edit(join(folder, file ?? ""), text);
      else await writeFile(join(provider, file ?? ""), text);
      if (text.includes(" init acme"))
        for (const name of ["fakeService.ts", "example/Pulumi.yaml"]) {
          const source = await readFile(join(provider, name), "utf8");
          await writeFile(join(provider, name), source.replace("4010", port));
        }
    }
  } finally {
    if (running?.pid !== undefined) {
      process.kill(-running.pid);
      await once(running, "close");
    }
    service = await startService(0);
  }
  const checks = printed.filter((text) => /pass 11\b/.test(text) && /fail 0\b/.test(text));
  expect(checks).toHaveLength(2);
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
