import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { companions, findInstalled, oldestPulumi, shortcoming } from "./installed";

const all = new Set(["pulumi", ...companions]);

describe("shortcoming", () => {
  test("the oldest release that is good enough, and any newer one, will do", () => {
    expect(shortcoming(`v${oldestPulumi}`, all)).toBeUndefined();
    expect(shortcoming("v3.1000.0", all)).toBeUndefined();
    expect(shortcoming("v4.0.0-alpha.1", all)).toBeUndefined();
  });

  test("an older release will not do", () => {
    expect(shortcoming("v3.99.0", all)).toBe(`is v3.99.0, older than ${oldestPulumi}`);
    expect(shortcoming(`v${oldestPulumi}-alpha.1`, all)).toContain("older");
  });

  test("a program that does not say its version will not do", () => {
    expect(shortcoming("", all)).toContain('version is ""');
  });

  test("the CLI alone will not do, and what is missing is named", () => {
    expect(shortcoming(`v${oldestPulumi}`, new Set(["pulumi"]))).toBe(`lacks ${companions.join(", ")}`);
    const without = new Set([...all].filter((name) => name !== "pulumi-language-yaml"));
    expect(shortcoming(`v${oldestPulumi}`, without)).toBe("lacks pulumi-language-yaml");
  });
});

describe("findInstalled", () => {
  let folder = "";
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "installed-")));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const at = (...path: string[]) => join(folder, ...path);
  const path = (...directories: string[]) => directories.map((directory) => at(directory)).join(delimiter);

  function program(directory: string, name: string, mode = 0o755): void {
    mkdirSync(at(directory), { recursive: true });
    writeFileSync(at(directory, name), "", { mode });
  }

  test("companions are found beside the file that a link on PATH leads to, and on PATH", () => {
    program("cellar", "pulumi");
    program("cellar", "pulumi-language-nodejs");
    program("other", "pulumi-language-yaml");
    mkdirSync(at("bin"));
    symlinkSync(at("cellar", "pulumi"), at("bin", "pulumi"));
    expect(Object.fromEntries(findInstalled(path("bin", "other"), at("own")))).toEqual({
      pulumi: at("bin", "pulumi"),
      "pulumi-language-nodejs": at("cellar", "pulumi-language-nodejs"),
      "pulumi-language-yaml": at("other", "pulumi-language-yaml"),
    });
  });

  test("our own folder on PATH is no installation", () => {
    program("own", "pulumi");
    mkdirSync(at("bin"));
    symlinkSync(at("own", "pulumi"), at("bin", "pulumi"));
    expect(findInstalled(path("own"), at("own")).size).toBe(0);
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });

  test("what cannot be executed is not found", () => {
    program("bin", "pulumi", 0o644);
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });

  test("companions without the CLI are no installation", () => {
    program("bin", "pulumi-language-nodejs");
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });
});
