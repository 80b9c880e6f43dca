import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack, type Stack, Packed } from "#provider/testing";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { describeChanges } from "./support/document";
import { fakeTerminal } from "./support/terminal";

const program = join(__dirname, "../../examples/dynamic");

let packed: Packed;
let stack: Stack;
beforeAll(async () => {
  packed = await Packed.make();
  stack = await newStack({ program, emulator: new Emulator(), prepare: (folder) => packed.install(folder) });
});
afterAll(async () => {
  await stack.end();
  await packed.end();
});

async function reviewed(expected: number) {
  const preview = await stack.succeed("preview", "--refresh", "--show-sames", "--json");
  const terminal = fakeTerminal({ input: () => Promise.resolve(preview) });
  expect([await run(["review", "--json"], terminal), terminal.said()]).toEqual([expected, ""]);
  return schema.parse(JSON.parse(terminal.printed()));
}

test("reviews a program of the dynamic provider", async () => {
  // The id of the new organization is unknown, so its references need approval.
  const first = await reviewed(3);
  expect(first.organizations).toMatchObject([{ name: "acme-dev", change: "created" }]);
  expect(describeChanges(first.people)).toEqual([
    "bob@acme.example: - → developer planned (addsPerson)",
    "carl@acme.example: - → viewer planned (addsPerson)",
  ]);
  expect(first.settings.map(({ words }) => words)).toContain("Two-factor authentication: required.");

  await stack.succeed("up", "--yes", "--skip-preview");
  const file = join(stack.folder, "index.ts");
  const text = await readFile(file, "utf8");
  const changed = text
    .replace('email: "bob@acme.example", role: "developer"', 'email: "bob@acme.example", role: "admin"')
    .replace(/^new Membership\("carl".*$/m, "")
    .replace("requireTwoFactor: true", "requireTwoFactor: false");
  await writeFile(file, changed);
  const change = await reviewed(0);
  expect(change.organizations).toMatchObject([{ name: "acme-dev", change: "kept" }]);
  expect(describeChanges(change.people)).toEqual([
    "bob@acme.example: developer pending → admin pending (grantsAdmin)",
    "carl@acme.example: viewer pending → - (removesPerson)",
  ]);
  expect(change.settings.map(({ words }) => words)).toEqual(["Two-factor authentication: required → not required."]);
});
