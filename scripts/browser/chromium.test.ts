import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findChromium } from "./chromium";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chromium-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Makes a program that always exits with this code. */
function program(path: string, code: number): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
  return file;
}

const path = (...folders: string[]) => folders.map((name) => join(folder, name)).join(delimiter);
const find = (environment: Record<string, string>) => findChromium(environment, join(folder, "own"))?.executable;

test("takes the first Chromium on PATH that starts", () => {
  program("a/chromium-browser", 1);
  const chrome = program("b/google-chrome", 0);
  expect(find({ PATH: path("a", "b") })).toBe(chrome);
});

test("prefers the Chromium that make browser unpacked", () => {
  program("a/chromium", 0);
  const own = program("own/chromium", 0);
  expect(find({ PATH: path("a") })).toBe(own);
});

test("tries only CHROMIUM_PATH if it is set", () => {
  program("own/chromium", 0);
  const named = program("named", 0);
  expect(find({ PATH: "", CHROMIUM_PATH: named })).toBe(named);
  expect(find({ PATH: "", CHROMIUM_PATH: join(folder, "nothing") })).toBeUndefined();
});
