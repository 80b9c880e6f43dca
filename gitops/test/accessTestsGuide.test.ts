import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read } from "#provider/testing";
import { run } from "../src/program";
import { accessTest } from "../src/rules/tests/schema";
import { fakeTerminal } from "./support/terminal";

const guide = readFileSync("docs/access-tests.md", "utf8");
const { blocks } = read("docs/access-tests.md", guide);
const [tests = "", layout = ""] = blocks.filter(({ language }) => language === "yaml").map(({ code }) => code);
const shown = blocks.filter(({ language }) => language === "text").map(({ code }) => code);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guide-"));
  writeFileSync(join(folder, "access-rules.yaml"), tests);
  writeFileSync(join(folder, "layout.yaml"), layout);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function execute(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder });
  const code = await run(args, terminal);
  return { code, output: terminal.printed() };
}

test("the command prints what the guide shows", async () => {
  const args = ["test", "access-rules.yaml", "--layout", "layout.yaml"];
  expect(await execute(...args)).toEqual({ code: 4, output: shown[0] });
  expect((await execute(...args, "--coverage")).output).toContain(`\n${shown[1] ?? "nothing"}`);
});

test("the guide explains every key of a test", () => {
  const [, table = ""] = /^\| key .*\n\| -.*\n((?:\|.*\n)*)/m.exec(guide) ?? [];
  const keys = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
  expect(keys.sort()).toEqual(Object.keys(accessTest.shape).sort());
});

test("all tests of the example pass, also in a validation", async () => {
  cpSync("examples/access-rules", folder, { recursive: true });
  const { code, output } = await execute("test", "access-tests.yaml", "--layout", "layout.yaml", "--coverage");
  expect(output).toMatch(/^5 of 5 tests pass\.\n/);
  expect(output).toContain("Tests notice the loss of 8 of 10 grants.\n");
  expect(code).toBe(0);
  const validation = ["validate", "layout.yaml", "--backend", "connect", "--rules", "access-tests.yaml"];
  expect(await execute(...validation)).toMatchObject({ code: 0 });
});
