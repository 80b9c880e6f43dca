import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { commands } from "../src/control/http";
import { Emulator } from "../src/emulator";
import { readSeed, applySeed } from "../src/seed";
import { serve } from "../src/server";

const page = readFileSync("docs/emulator.md", "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function blocks(language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n([^]*?)^```/gm)].flatMap(([, found, code]) =>
    found === language && code !== undefined ? [code] : [],
  );
}

test("every example with curl works, in the order of the page", async () => {
  const emulator = new Emulator();
  const server = await serve(emulator, { port: 0 });
  try {
    const env = { ...process.env, PERIDIO_BASE_URL: server.url, PERIDIO_API_KEY: emulator.apiKey };
    const shell = spawn("bash", ["-eu", "-c", blocks("bash").join("\n")], { cwd: folder, env });
    const exited = new Promise((resolve) => shell.once("exit", resolve));
    const [output, errors] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect([errors, await exited]).toEqual(["", 0]);
    expect(output).toContain('"display_name":"Changed by hand"');
  } finally {
    await server.close();
  }
});

test("every command has an example", () => {
  const examples = blocks("bash").join("\n");
  for (const command of Object.keys(commands)) expect(examples).toContain(`$E/${command} -`);
});

test("the example of a seed can be sown", async () => {
  const file = join(folder, "seed.yaml");
  writeFileSync(file, blocks("yaml").join(""));
  const emulator = new Emulator();
  await applySeed(readSeed(file), emulator);
  expect(emulator.control.organization("acme-dev").members).toHaveLength(3);
});
