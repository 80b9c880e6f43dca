import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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

test("the bundled plugin runs by itself", () => {
  expect(run("pulumi-resource-peridio", "--version")).toBe(`${version}\n`);
});

test("the bundled emulator runs by itself", () => {
  expect(run("peridio-emulator", "--help")).toContain("peridio-emulator");
});
