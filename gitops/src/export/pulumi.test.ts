import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "#provider";
import { fakeTerminal } from "../../test/support/terminal";
import { CommandError } from "../exit";
import { findPlugin, Pulumi } from "./pulumi";

let folder: string;
let pulumi: Pulumi | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-pulumi-"));
});
afterEach(() => {
  pulumi?.end();
  pulumi = undefined;
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Stands in for the CLI. */
function program(script: string): Pulumi {
  const file = join(folder, "pulumi");
  writeFileSync(file, `#!/usr/bin/env node\n${script}`, { mode: 0o755 });
  return new Pulumi(file, process.env);
}

test("an interrupt ends the program first and leaves nothing behind", async () => {
  pulumi = program(`
    const { appendFileSync } = require("node:fs");
    setInterval(() => {}, 1000);
    process.on("SIGTERM", () => { appendFileSync("last", "words"); process.exit(0); });
    appendFileSync("begun", "");
  `);
  const running = pulumi.run("preview");
  while (!existsSync(join(pulumi.folder, "begun"))) await new Promise((done) => setTimeout(done, 20));
  pulumi.interrupt();
  await expect(running).rejects.toThrow(
    new CommandError("The export is written, but its verification was interrupted. Run the command again."),
  );
  expect(existsSync(join(pulumi.folder, "last"))).toBe(true);
  pulumi.end();
  expect(existsSync(pulumi.folder)).toBe(false);
});

test("the second interrupt kills a program that ignores the first one", async () => {
  pulumi = program(`
    setInterval(() => {}, 1000);
    process.on("SIGTERM", () => {});
    require("node:fs").appendFileSync("begun", "");
  `);
  const running = pulumi.run("preview");
  while (!existsSync(join(pulumi.folder, "begun"))) await new Promise((done) => setTimeout(done, 20));
  pulumi.interrupt();
  pulumi.interrupt();
  await expect(running).rejects.toThrow("interrupted");
});

/** Creates the plugin as Pulumi installs it, and returns its folder. */
function installPlugin(home: string): string {
  const plugin = join(home, "plugins", `resource-peridio-v${version}`);
  mkdirSync(plugin, { recursive: true });
  writeFileSync(join(plugin, "pulumi-resource-peridio"), "");
  return plugin;
}

test("PULUMI_HOME replaces the home of the user", () => {
  const plugin = installPlugin(join(folder, "home"));
  const environment = { PULUMI_HOME: join(folder, "home") };
  expect(findPlugin(undefined, fakeTerminal({ folder, environment }))).toBe(plugin);
});

test.each(["pulumi-resource-peridio", "pulumi-resource-peridio.exe"])("finds %s beside the executable", (name) => {
  const beside = join(folder, "tools");
  mkdirSync(beside);
  writeFileSync(join(beside, name), "");
  const { execPath } = process;
  process.execPath = join(beside, "peridio-gitops");
  try {
    expect(findPlugin(undefined, fakeTerminal({ folder, environment: {} }))).toBe(beside);
  } finally {
    process.execPath = execPath;
  }
});
