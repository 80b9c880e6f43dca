import { readdirSync } from "node:fs";
import { join } from "node:path";

declare const mutationTests: readonly string[];

// Each test may wait while two mutants share a busy machine.
jest.setTimeout(30_000);

// As one file, in which Jest loads every module once: Stryker runs some of these tests a thousand times.
for (const path of mutationTests) {
  const folder = join(__dirname, "../../..", path);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".test.ts"))) {
    describe(`${path}/${name}:`, () => {
      jest.requireActual(join(folder, name));
    });
  }
}
