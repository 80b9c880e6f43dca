import { readdirSync } from "node:fs";
import { join } from "node:path";

declare const mutationTests: readonly string[];

// Each test may wait while two mutants share a busy machine.
jest.setTimeout(30_000);

/** Excludes tests that run other programs, because Stryker breaks nothing there, and tests that call git, because the copy is no repository. */
function isChosen(name: string): boolean {
  return name.endsWith(".test.ts") && !/\.(?:e2e|nightly|page)\.test\.ts$|guides?\.|checkpoints|pipelines/i.test(name);
}

// As one file, in which Jest loads every module once: Stryker runs some of these tests a thousand times.
for (const path of mutationTests) {
  const folder = join(__dirname, "../../..", path);
  for (const name of readdirSync(folder).filter(isChosen)) {
    describe(`${path}/${name}:`, () => {
      jest.requireActual(join(folder, name));
    });
  }
}
