import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The rooms whose tests take milliseconds, and together notice what goes wrong in the core, the guard rails and with people. */
const rooms = [
  "framework/src",
  "provider/src",
  "provider/src/roster",
  "provider/src/resources/settings",
  "provider/test/roster",
];

// As one file, in which Jest loads every module once: Stryker runs some of these tests a thousand times over.
for (const room of rooms) {
  const folder = join(__dirname, "../../..", room);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".test.ts"))) {
    describe(`${room}/${name}:`, () => {
      jest.requireActual(join(folder, name));
    });
  }
}
