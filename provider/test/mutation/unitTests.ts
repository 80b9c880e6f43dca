import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The folders of the tests that judge each mutant, the fastest first. */
const folders = [
  "framework/src",
  "framework/src/operations",
  "provider/src",
  "provider/src/roster",
  "provider/src/types",
  "provider/test/roster",
  "provider/test/lifecycle",
];

/** Tests that wait for deadlines. */
const slow = ["lostResponses.test.ts"];

// Each test may wait while two mutants share a busy machine.
jest.setTimeout(30_000);

// As one file, in which Jest loads every module once: Stryker runs some of these tests a thousand times over.
for (const path of folders) {
  const folder = join(__dirname, "../../..", path);
  const names = readdirSync(folder).filter((name) => name.endsWith(".test.ts") && !slow.includes(name));
  for (const name of names) {
    describe(`${path}/${name}:`, () => {
      jest.requireActual(join(folder, name));
    });
  }
}
