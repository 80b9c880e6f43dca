import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Runs the tests of a folder as part of the calling file. Jest then loads every module once, and not for each of a thousand runs. */
export function runTests(path: string, isIncluded: (name: string) => boolean = () => true): void {
  const folder = join(__dirname, "../../..", path);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".test.ts") && isIncluded(name))) {
    describe(`${path}/${name}:`, () => {
      jest.requireActual(join(folder, name));
    });
  }
}
