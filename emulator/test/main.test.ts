import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { version } from "../../package.json";

let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Reads the variables that the emulator prints for a shell. */
interface Environment {
  readonly url: string;
  readonly key: string;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, ["-r", "ts-node/register", "emulator/src/main.ts", ...args]);
  running.push(child);
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  const ready = new Promise<Environment>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const [, url, key] = /PERIDIO_BASE_URL=(\S+)\nexport PERIDIO_API_KEY=(\S+)\n/.exec(output) ?? [];
      if (url !== undefined && key !== undefined) resolve({ url, key });
    });
    child.once("exit", () => {
      reject(new Error(`The emulator ended: ${output}`));
    });
  });
  // Tests that only wait for the end ignore this rejection.
  ready.catch(() => undefined);
  return { child, exited, ready, errors: textOf(child.stderr) };
}

test("prints variables for a shell, keeps the data and ends on SIGTERM", async () => {
  const file = join(folder, "data.json");
  const first = start("--port", "0", "--data", file);
  const { url, key } = await first.ready;
  const headers = { authorization: `Bearer ${key}` };
  const made = await fetch(`${url}/v2/organizations`, { method: "POST", headers, body: '{"name":"acme-dev"}' });
  expect(made.status).toBe(201);
  first.child.kill("SIGTERM");
  expect(await first.exited).toBe(0);

  writeFileSync(`${file}.4711.tmp`, "the draft of a save that was killed");
  const second = start("--port", "0", "--data", file, "--api-key", "another-key");
  const environment = await second.ready;
  expect(readdirSync(folder)).toEqual(["data.json"]);
  expect(environment.key).toBe("another-key");
  const response = await fetch(`${environment.url}/v2/users/me`, { headers });
  expect(await response.text()).toContain("acme-dev");
  second.child.kill("SIGINT");
  expect(await second.exited).toBe(0);
});

test("reports a port in use in one line and exits with 1", async () => {
  const first = start("--port", "0");
  const port = new URL((await first.ready).url).port;
  const second = start("--port", port);
  expect(await second.exited).toBe(1);
  expect(await second.errors).toBe(
    `peridio-emulator: port ${port} is in use. Choose another port with --port (or run make emulator PORT=4011), or use --port 0 for any free port.\n`,
  );
});

test("names a broken data file and does not change it", async () => {
  const file = join(folder, "data.json");
  writeFileSync(file, "broken");
  const { exited, errors } = start("--port", "0", "--data", file);
  expect(await exited).toBe(1);
  expect(await errors).toContain(`${file} does not contain an emulator's data`);
  expect(readFileSync(file, "utf8")).toBe("broken");
});

test("starts with a seed file", async () => {
  const file = join(folder, "seed.yaml");
  writeFileSync(file, "organizations: { acme-dev: {} }");
  const { ready } = start("--port", "0", "--seed", file);
  const { url } = await ready;
  expect(await (await fetch(`${url}/_emulator/overview`)).text()).toContain("acme-dev");
});

test.each([
  [["--port", "http"], "--port http is not a port"],
  [["--port", "65536"], "--port 65536 is not a port"],
  [["--colour"], "--colour"],
  [["--seed", "/nowhere.yaml"], "/nowhere.yaml"],
])("rejects %j in one line", async (args, reason) => {
  const { exited, errors } = start(...args);
  expect(await exited).toBe(1);
  expect((await errors).trimEnd().split("\n")).toEqual([expect.stringContaining(reason)]);
});

test("escapes control characters and workflow commands in a file name", async () => {
  const { exited, errors } = start("--seed", join(folder, "x\u001B[31m\n::error::y##[add-mask]z\u202E.yaml"));
  expect(await exited).toBe(1);
  expect(await errors).toContain("x\u{FFFD}[31m\n\\::error::y##\\[add-mask]z\u{FFFD}.yaml");
});

test("--help lists the options", async () => {
  const { child, exited } = start("--help");
  const help = await textOf(child.stdout);
  expect(await exited).toBe(0);
  for (const word of ["/v2", "/api", "--port", "--host", "--allow-host", "--data", "--seed", "--api-key"])
    expect(help).toContain(word);
});

test("--version prints the version", async () => {
  const { child, exited } = start("--version");
  const printed = await textOf(child.stdout);
  expect(await exited).toBe(0);
  expect(printed).toBe(`${version}\n`);
});
