import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findPinnedTool } from "./go";
import { findInstalled, findShortcoming, listCompanions, oldestPulumi } from "./installed";

const companions = listCompanions();
const all = new Set(["pulumi", ...companions]);

const root = join(__dirname, "../..");
const readWorkflow = (name: string) => readFileSync(join(root, ".github/workflows", name), "utf8");

test("the nightly workflow tests the oldest supported release", () => {
  expect(readWorkflow("nightly.yml")).toContain(`{ pulumi: ${oldestPulumi}, node: 20 }`);
});

test.each(["test.yml", "release.yml"])("%s uses the pinned release", (name) => {
  const { version } = findPinnedTool(readFileSync(join(root, "tools/pulumi/go.mod"), "utf8"));
  const installed = [...readWorkflow(name).matchAll(/pulumi-version: (\S+)/g)].map(([, release]) => `v${release}`);
  expect(installed).toEqual([version]);
});

describe("findShortcoming", () => {
  const examine = (version: string, found = all, needed = companions) => findShortcoming(found, needed, () => version);

  test("accepts the oldest supported release and newer ones", () => {
    expect(examine(`v${oldestPulumi}`)).toBeUndefined();
    expect(examine("v3.1000.0")).toBeUndefined();
    expect(examine("v4.0.0-alpha.1")).toBeUndefined();
  });

  test("rejects an older release", () => {
    expect(examine("v3.99.0")).toBe(`is v3.99.0, older than ${oldestPulumi}`);
    expect(examine(`v${oldestPulumi}-alpha.1`)).toContain("older");
  });

  test("rejects a program without a version", () => {
    expect(examine("")).toContain('the version ""');
  });

  test("rejects a CLI without its companions, names them, and does not start the CLI", () => {
    const start = () => {
      throw new Error("pulumi was started");
    };
    expect(findShortcoming(new Set(["pulumi"]), companions, start)).toBe(`has no ${companions.join(", ")}`);
    const without = new Set([...all].filter((name) => name !== "pulumi-language-yaml"));
    expect(findShortcoming(without, companions, start)).toBe("has no pulumi-language-yaml");
  });

  test("accepts a CLI that has the companions of the named languages", () => {
    const found = new Set(["pulumi", "pulumi-language-yaml"]);
    expect(examine(`v${oldestPulumi}`, found, listCompanions(["yaml"]))).toBeUndefined();
    expect(() => listCompanions(["java"])).toThrow("java is not one of the languages nodejs, python, go, yaml.");
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

  test("finds companions beside the target of a link on PATH, and on PATH", () => {
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

  test("ignores the folder of this repository on PATH", () => {
    program("own", "pulumi");
    mkdirSync(at("bin"));
    symlinkSync(at("own", "pulumi"), at("bin", "pulumi"));
    expect(findInstalled(path("own"), at("own")).size).toBe(0);
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });

  test("ignores the programs of npm packages on PATH", () => {
    program("node_modules/.bin", "pulumi");
    expect(findInstalled(path("node_modules/.bin"), at("own")).size).toBe(0);
    expect(findInstalled(path("node_modules/.bin/"), at("own")).size).toBe(0);
  });

  test("ignores files that are not executable", () => {
    program("bin", "pulumi", 0o644);
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });

  test("ignores companions without the CLI", () => {
    program("bin", "pulumi-language-nodejs");
    expect(findInstalled(path("bin"), at("own")).size).toBe(0);
  });
});
