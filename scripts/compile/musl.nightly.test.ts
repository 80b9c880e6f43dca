import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version } from "../../package.json";
import { run } from "#framework/testing";
import { testsWithTool } from "#testing";
import { canInstallMusl, Musl } from "./musl";

/** The executables for Alpine Linux, started with musl. The workflow of releases also starts them on Alpine Linux. */

const { describe } = testsWithTool(
  "Install gcc, libc6-dev and pip on Debian for x64, for the executables for musl.",
  canInstallMusl(),
);

describe("with musl", () => {
  let folder: string;
  let musl: Musl;
  let env: Readonly<Record<string, string>>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "compile-"));
    musl = new Musl();
    // Each program finds no other program.
    env = { PATH: "/nowhere", ...musl.environment };
    for (const name of ["pulumi-resource-peridio", "peridio-gitops", "peridio-emulator"]) {
      execFileSync("node_modules/.bin/ts-node", ["scripts/compile.ts", name, folder, "linux-x64-musl"]);
      musl.use(join(folder, name));
    }
  });
  afterAll(() => {
    musl.end();
    rmSync(folder, { recursive: true });
  });

  test.each(["pulumi-resource-peridio", "peridio-gitops", "peridio-emulator"])("%s starts", (name) => {
    const { stdout, stderr, status } = spawnSync(join(folder, name), ["--version"], { env, encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: `${version}\n`, stderr: "", status: 0 });
  });

  test("the plugin serves the engine", async () => {
    const running = spawn(join(folder, "pulumi-resource-peridio"), { cwd: folder, env });
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

  test("peridio-gitops reads the emulator", async () => {
    const emulator = spawn(join(folder, "peridio-emulator"), ["--port", "0"], { cwd: folder, env });
    try {
      const printed = await new Promise<string>((resolve) => {
        let text = "";
        emulator.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes("PERIDIO_API_KEY=")) resolve(text);
        });
      });
      const variables = Object.fromEntries(
        [...printed.matchAll(/export (\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
      );
      const { code, stderr } = await run(join(folder, "peridio-gitops"), ["audit"], folder, { ...env, ...variables });
      expect([code, stderr]).toEqual([1, expect.stringContaining("This API key can see no organization.")]);
    } finally {
      emulator.kill();
      await once(emulator, "close");
    }
  });
});
