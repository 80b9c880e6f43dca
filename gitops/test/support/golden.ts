import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..", "golden");

/** Compares a text with the file of that name. `GOLDEN=write` writes the file, for a look before the commit. */
export function expectGolden(name: string, text: string): void {
  const file = join(folder, name);
  if (process.env.GOLDEN === "write") writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
}
