import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pages } from "./guides/markdown";

/** The code of all pages in a language. */
const inLanguage = (name: string) =>
  pages()
    .flatMap((page) => page.blocks)
    .filter(({ language }) => language === name);

test("Python compiles", () => {
  const program = "import json,sys\nfor at, code in json.load(sys.stdin): compile(code, at, 'exec')";
  const input = JSON.stringify(inLanguage("python").map(({ at, code }) => [at, code]));
  const { error, stderr, status } = spawnSync("python3", ["-c", program], { input, encoding: "utf8" });
  expect([error, stderr, status]).toEqual([undefined, "", 0]);
});

test("Go can be parsed", () => {
  const folder = mkdtempSync(join(tmpdir(), "guides-"));
  try {
    for (const { at, code } of inLanguage("go")) {
      const program = /^package /m.test(code) ? code : `package page\n\n${code}`;
      writeFileSync(join(folder, `${at.replace(/\W/g, "-")}.go`), program);
    }
    const { error, stderr, status } = spawnSync("gofmt", ["-e", "-l", folder], { encoding: "utf8" });
    expect([error, stderr, status]).toEqual([undefined, "", 0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
