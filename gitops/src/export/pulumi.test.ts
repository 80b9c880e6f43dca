import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../exit";
import { Pulumi } from "./pulumi";

let folder: string;
let pulumi: Pulumi;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-pulumi-"));
});
afterEach(() => {
  pulumi.end();
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
