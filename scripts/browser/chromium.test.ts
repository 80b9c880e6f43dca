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

/** A program that ends with this code, whatever it is asked. */
function program(path: string, code: number): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
  return file;
}

const path = (...folders: string[]) => folders.map((name) => join(folder, name)).join(delimiter);
const find = (environment: Record<string, string>) => findChromium(environment, join(folder, "own"))?.executable;

test("the first on PATH that starts is taken; some only say how to install one", () => {
  program("a/chromium-browser", 1);
  const chrome = program("b/google-chrome", 0);
  expect(find({ PATH: path("a", "b") })).toBe(chrome);
});

test("what make browser has put into its folder comes first: it is there because the others did not do", () => {
  program("a/chromium", 0);
  const own = program("own/chromium", 0);
  expect(find({ PATH: path("a") })).toBe(own);
});

test("CHROMIUM_PATH leaves no choice", () => {
  program("own/chromium", 0);
  const named = program("named", 0);
  expect(find({ PATH: "", CHROMIUM_PATH: named })).toBe(named);
  expect(find({ PATH: "", CHROMIUM_PATH: join(folder, "nothing") })).toBeUndefined();
});
