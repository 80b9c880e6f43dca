import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { nightly } from "#testing";
import { version } from "../package.json";

const root = join(__dirname, "..");
/** A folder outside the repository, which has no node_modules. */
let folder = "";
let plugin = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "compile-"));
  plugin = compile("pulumi-resource-peridio", join(folder, "plugin"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The variables of a process that finds no other program. */
const alone = { PATH: "/nowhere" };

function compile(name: string, output = folder): string {
  execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/compile.ts", name, output], { cwd: root });
  return join(output, name);
}

test("the plugin is one executable, which serves the engine without any other program", async () => {
  expect(readdirSync(join(plugin, "..")).sort()).toEqual([
    "pulumi-resource-peridio",
    "pulumi-resource-peridio.cdx.json",
    "pulumi-resource-peridio.notices.txt",
  ]);
  expect(readFileSync(`${plugin}.notices.txt`, "utf8")).toMatch(/^bun \d+\.\d+\.\d+ \(MIT AND LGPL-2\.1-only\)$/m);
  expect(readFileSync(`${plugin}.cdx.json`, "utf8")).toMatch(/"purl": "pkg:npm\/bun@\d+\.\d+\.\d+"/);
  expect(execFileSync(plugin, ["--version"], { env: alone, encoding: "utf8" })).toBe(`${version}\n`);
  const running = spawn(plugin, { cwd: folder, env: alone });
  try {
    const port = await new Promise((resolve) => running.stdout.once("data", resolve));
    const session = connect(`http://127.0.0.1:${String(port).trim()}`);
    await once(session, "remoteSettings");
    await promisify<unknown>((answered) => session.ping(answered))();
    session.destroy();
  } finally {
    running.kill();
    await once(running, "close");
  }
});

nightly("the same sources give the same executable", () => {
  const again = compile("pulumi-resource-peridio", join(folder, "again"));
  expect(readFileSync(again).equals(readFileSync(plugin))).toBe(true);
});

test("an unknown program or platform is refused, with the names of all", () => {
  const run = (...args: string[]) =>
    execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/compile.ts", ...args], {
      cwd: root,
      stdio: "pipe",
    });
  expect(() => run("peridio")).toThrow(/NAME is one of: pulumi-resource-peridio, /);
  expect(() => run("peridio-gitops", folder, "plan9-x64")).toThrow(/PLATFORM is one of: linux-x64, /);
});

test("the emulator runs alone, and contains the documents of both APIs", async () => {
  const emulator = spawn(compile("peridio-emulator"), ["--port", "0"], { cwd: folder, env: alone });
  try {
    const url = await new Promise<string>((resolve) => {
      emulator.stdout.on("data", (text: Buffer) => {
        const [, found] = /PERIDIO_BASE_URL=(\S+)/.exec(text.toString()) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    for (const path of ["/v2/users/me", "/api/me"]) expect((await fetch(url + path)).status).toBe(401);
  } finally {
    emulator.kill();
    await once(emulator, "close");
  }
});

describe("peridio-gitops", () => {
  let program = "";
  beforeAll(() => (program = compile("peridio-gitops")));

  test("runs alone, and contains its page", () => {
    expect(execFileSync(program, ["--version"], { env: alone, encoding: "utf8" })).toBe(`${version}\n`);
    expect(readFileSync(program).includes('id="data"')).toBe(true);
  });

  // Bun reads these files by default. A program runs in the folder of a checkout that others can change.
  test("reads no settings of its runtime from the current folder", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(401).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    writeFileSync(join(folder, ".env"), `PERIDIO_BASE_URL=http://127.0.0.1:${port}\nPERIDIO_API_KEY=stolen\n`);
    writeFileSync(join(folder, "evil.js"), 'console.log("EVIL");\n');
    writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./evil.js"]\n');
    const gitops = spawn(program, ["audit"], { cwd: folder, env: alone });
    let printed = "";
    for (const stream of [gitops.stdout, gitops.stderr])
      stream.on("data", (text: Buffer) => (printed += text.toString()));
    await once(gitops, "close");
    server.close();
    expect(printed).toContain("API key");
    expect(printed).not.toContain("EVIL");
    expect(requests).toBe(0);
  });

  test("is also a bundle for Node.js", () => {
    const output = join(folder, "npm");
    execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", "peridio-gitops", output], {
      cwd: root,
    });
    expect(readdirSync(output).sort()).toEqual([
      "peridio-gitops",
      "peridio-gitops.cdx.json",
      "peridio-gitops.notices.txt",
    ]);
    expect(execFileSync(join(output, "peridio-gitops"), ["--version"], { encoding: "utf8" })).toBe(`${version}\n`);
  });
});
