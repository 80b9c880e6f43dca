import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { commands } from "../src/control/http";
import { readOverview } from "../src/control/overview";
import { Emulator } from "../src/emulator";
import { applySeed, readSeed } from "../src/seed";
import { serve } from "../src/server";

const page = readFileSync("docs/emulator.md", "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function readBlocks(language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n([^]*?)^```/gm)].flatMap(([, blockLanguage, code]) =>
    blockLanguage === language && code !== undefined ? [code] : [],
  );
}

/** The rows of the tables of commands: name and body. */
const examples = [...page.matchAll(/^\| `([a-z-]+)`(?: ★)? +\| `(\{.*?\})` +\|/gm)].map(([, name = "", body = ""]) => ({
  name,
  body,
}));
const creatingCommands = new Set(["add-user", "add-api-key", "add-group", "add-project", "add-cohort", "add-device"]);
const reads = [...page.matchAll(/^\| `(GET|DELETE) ([a-z]+)` +\|/gm)].map(([, method = "", path = ""]) => ({
  method,
  path,
}));

test("every example works, in the order of the page", async () => {
  const emulator = new Emulator();
  const server = await serve(emulator, { port: 0 });
  try {
    const env = { ...process.env, PERIDIO_BASE_URL: server.url, PERIDIO_API_KEY: emulator.apiKey };
    const shell = spawn("bash", ["--norc", "-eu", "-c", readBlocks("bash").join("\n")], { cwd: folder, env });
    const exited = new Promise((resolve) => shell.once("exit", resolve));
    const [output, errors] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect([errors, await exited]).toEqual(["", 0]);
    expect(output).toContain('"slug":"acme-dev"');

    for (const { name, body } of examples) {
      if (name === "reset") expect(readOverview(emulator).organizations[0]?.display_name).toBe("Acme in development");
      const response = await fetch(`${server.url}/_emulator/${name}`, { method: "POST", body });
      expect([name, response.status, response.ok ? "" : await response.text()]).toEqual([
        name,
        creatingCommands.has(name) ? 200 : 204,
        "",
      ]);
    }
    for (const { method, path } of reads) {
      const response = await fetch(`${server.url}/_emulator/${path}`, { method });
      expect([method, path, response.status]).toEqual([method, path, method === "GET" ? 200 : 204]);
    }
  } finally {
    await server.close();
  }
});

test("every command has an example", () => {
  const documented = new Set([...examples.map(({ name }) => name), "restore"]);
  expect([...documented].sort()).toEqual(Object.keys(commands).sort());
  expect(readBlocks("bash").join("")).toContain("$E/restore -");
});

test("the example of a seed file is valid", async () => {
  const file = join(folder, "seed.yaml");
  writeFileSync(file, readBlocks("yaml").join(""));
  const emulator = new Emulator();
  await applySeed(readSeed(file), emulator);
  expect(emulator.control.getOrganization("acme-dev").members).toHaveLength(3);
});
