import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../package.json";

const root = join(__dirname, "..");
let folder = "";

// Outside the repository, where no node_modules can help.
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

test("the bundled plugin runs by itself, with and without code that this Node.js accepts", () => {
  expect(run("pulumi-resource-peridio", "--version")).toBe(`${version}\n`);
  const bundle = join(folder, "pulumi-resource-peridio.bundle");
  const refused = `console.log(require("${join(folder, "pulumi-resource-peridio.js")}").script.cachedDataRejected)`;
  expect(execFileSync("node", ["-e", refused], { encoding: "utf8" })).toBe("false\n");
  writeFileSync(`${bundle}.cache`, "the code of another one");
  expect(execFileSync(join(folder, "pulumi-resource-peridio"), ["--version"], { encoding: "utf8" })).toBe(
    `${version}\n`,
  );
  rmSync(`${bundle}.cache`);
  expect(execFileSync(join(folder, "pulumi-resource-peridio"), ["--version"], { encoding: "utf8" })).toBe(
    `${version}\n`,
  );
});

test("the bundled emulator runs by itself, and has the documents of both APIs with it", async () => {
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

test("the bundled peridio-gitops runs by itself, and looks for no page beside it", () => {
  expect(run("peridio-gitops", "--version")).toBe(`${version}\n`);
  expect(readFileSync(join(folder, "peridio-gitops.js"), "utf8")).not.toContain('"frame.html"');
});
