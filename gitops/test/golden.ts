import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Compares a text with a file of `golden/`, byte for byte. With the environment variable `UPDATE_GOLDEN`, it writes the file instead,
 * and whoever changed the text reads what becomes of it in `git diff`.
 */
export function expectGolden(name: string, text: string): void {
  const file = join(__dirname, "golden", name);
  if (process.env.UPDATE_GOLDEN !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, "utf8") : undefined).toBe(text);
}
