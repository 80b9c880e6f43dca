import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { version } from "../package.json";

const root = join(__dirname, "..");
let folder = "";

// A folder outside the repository has no node_modules.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bundle-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(name: string, ...argv: string[]): string {
  execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", name, folder], { cwd: root });
  return execFileSync(join(folder, name), argv, { cwd: folder, encoding: "utf8" });
}

describe("the bundled plugin", () => {
  const name = "pulumi-resource-peridio";
  const caches = () => readdirSync(folder).filter((file) => file.includes(".cache"));

  /** Starts the plugin as the engine does, and stops it when it answers and `done` is true. */
  async function serve(done: () => boolean, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const plugin = spawn(join(folder, name), { cwd: folder, env: { ...process.env, ...settings } });
    try {
      const port = await new Promise((resolve) => plugin.stdout.once("data", resolve));
      const session = connect(`http://127.0.0.1:${String(port).trim()}`);
      await once(session, "remoteSettings");
      await promisify<unknown>((answered) => session.ping(answered))();
      session.destroy();
      while (!done()) await setTimeout(10);
    } finally {
      plugin.kill();
      await once(plugin, "close");
    }
  }

  /** Returns a number that changes when the file is written again. */
  const written = (file: string) => statSync(join(folder, file)).ino;

  test("runs alone, and keeps the compiled code of its first start as a server", async () => {
    expect(run(name, "--version")).toBe(`${version}\n`);
    expect(caches()).toEqual([]);
    await serve(() => caches().some((file) => file.endsWith(".cache")));
    const [cache = "", ...others] = caches();
    expect(others).toEqual([]);
    expect(cache).toMatch(new RegExp(`^${name}\\.[0-9a-f]{16}-[0-9a-f]+\\.cache$`));

    const first = written(cache);
    execFileSync(join(folder, name), ["--version"]);
    await serve(() => true);
    expect(written(cache)).toBe(first);
  });

  test.each([
    ["the code of another bundle", () => Buffer.from("the code of another one")],
    ["empty", () => Buffer.alloc(0)],
    // V8 would crash on it.
    ["damaged", (code: Buffer) => Buffer.from(code).fill(0, 80_000, 240_000)],
  ])("compiles again when the kept code is %s", async (_, damage) => {
    const [cache = ""] = caches();
    const code = readFileSync(join(folder, cache));
    writeFileSync(join(folder, cache), damage(code));
    const refused = written(cache);
    await serve(() => written(cache) !== refused);
    expect(caches()).toEqual([cache]);
    expect(statSync(join(folder, cache)).size).toBeGreaterThan(100_000);
  });

  test("keeps separate code for other flags", async () => {
    const [own] = caches();
    await serve(() => caches().length === 2, { NODE_OPTIONS: "--max-old-space-size=3000" });
    for (const other of caches()) if (other !== own) rmSync(join(folder, other));
    expect(caches()).toEqual([own]);
  });

  test("runs if it cannot keep the code", async () => {
    const [cache = ""] = caches();
    rmSync(join(folder, cache));
    // Even root cannot replace a folder with a file.
    mkdirSync(join(folder, cache));
    await serve(() => true);
    expect(execFileSync(join(folder, name), ["--version"], { encoding: "utf8" })).toBe(`${version}\n`);
    expect(caches()).toEqual([cache]);
  });

  test("removes the code of an earlier bundle", () => {
    writeFileSync(join(folder, `${name}.0123456789abcdef-v20.0.0-x64.cache`), "");
    run(name, "--version");
    expect(caches()).toEqual([]);
  });
});

test("the bundled emulator runs alone, and contains the documents of both APIs", async () => {
  expect(run("peridio-emulator", "--help")).toContain("peridio-emulator");
  const emulator = spawn(join(folder, "peridio-emulator"), ["--port", "0"], { cwd: folder });
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
  }
});

test("the bundled peridio-gitops runs alone, and contains its page", () => {
  expect(run("peridio-gitops", "--version")).toBe(`${version}\n`);
  expect(readFileSync(join(folder, "peridio-gitops.js"), "utf8")).not.toContain('"frame.html"');
});
