import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

let folder = "";
let launcher = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "launcher "));
  launcher = join(folder, "program");
  copyFileSync(join(__dirname, "launcher.sh"), launcher);
  chmodSync(launcher, 0o755);
  writeFileSync(`${launcher}.js`, "console.log(JSON.stringify([process.pid, ...process.argv.slice(2)]))");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder with the few tools that the launcher needs, and what calls itself node. */
function pathWith(name: string, node?: string): string {
  const bin = join(folder, name);
  mkdirSync(bin);
  for (const tool of ["readlink", "dirname"]) {
    symlinkSync(execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(), join(bin, tool));
  }
  if (node !== undefined) writeFileSync(join(bin, "node"), node, { mode: 0o755 });
  return bin;
}

test("the launcher runs the bundle beside the launcher from any folder, with unchanged arguments", () => {
  const output = execFileSync(launcher, ["a b", "$c", ""], { cwd: "/", encoding: "utf8" });
  expect(JSON.parse(output)).toEqual([expect.any(Number), "a b", "$c", ""]);
});

test("node replaces the launcher, so that signals reach the program", () => {
  const { pid, stdout } = spawnSync(launcher, { encoding: "utf8" });
  expect(JSON.parse(stdout)).toEqual([pid]);
});

test("the launcher finds the bundle through links, relative and absolute", () => {
  mkdirSync(join(folder, "links"));
  symlinkSync("../program", join(folder, "links/relative"));
  symlinkSync(join(folder, "links/relative"), join(folder, "links/absolute"));
  expect(execFileSync("./absolute", ["x"], { cwd: join(folder, "links"), encoding: "utf8" })).toContain('"x"');
});

test("without node, the launcher says what to install", () => {
  const { status, stdout, stderr } = spawnSync(launcher, { env: { PATH: pathWith("none") }, encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^program: node is not on PATH\. Install Node\.js 20 or newer .*\n$/);
});

test.each(["v18.20.8", "v9.0.0", "garbage"])("node %s is rejected", (version) => {
  const PATH = pathWith(version, `#!/bin/sh\necho ${version}\n`);
  const { status, stdout, stderr } = spawnSync(launcher, { env: { PATH }, encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`node is ${version}, which is too old. Install Node.js 20`);
});

test.each(["v20.0.0", "v100.1.2"])("node %s is accepted", (version) => {
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit\nexec "${process.execPath}" "$@"\n`;
  const env = { PATH: `${pathWith(version, script)}:${dirname("/bin/sh")}` };
  expect(execFileSync(launcher, ["y"], { env, encoding: "utf8" })).toContain('"y"');
});
