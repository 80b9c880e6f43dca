import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { findPackageFolder, collectNotices, readTitle } from "./notices";
import { dynamicHost, getProgramOptions, programs } from "./programs";

const root = join(__dirname, "..");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notices-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Returns the packages in a bundle, from esbuild's comment before each file. */
async function packagesIn(options: BuildOptions): Promise<string[]> {
  const { outputFiles } = await build({ ...options, minifyWhitespace: false, write: false });
  const files = [...(outputFiles[0]?.text ?? "").matchAll(/^ *\/\/ (\S*node_modules\/\S+)$/gm)].map(
    ([, file = ""]) => file,
  );
  return [...new Set(files.flatMap((file) => findPackageFolder(file) ?? []))].sort();
}

/** The first line of each notice. */
function titles(notices: string): string[] {
  return [...notices.matchAll(/^={80}\n(.*)$/gm)].map(([, title = ""]) => title);
}

test.each(["pulumi-resource-peridio", "peridio-emulator", "peridio-gitops"])(
  "%s ships the license of every package in its bundle",
  async (name) => {
    const program = programs.get(name);
    if (program === undefined) throw new Error(`${name} is not a program`);
    execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", name, folder], { cwd: root });
    const notices = readFileSync(join(folder, `${name}.notices.txt`), "utf8");
    const packages = await packagesIn(getProgramOptions(program));
    expect(packages).toContain("node_modules/zod");
    expect(titles(notices)).toEqual(packages.map((one) => readTitle(join(root, one))));
    expect(notices).toContain(readFileSync(join(root, "node_modules/zod/LICENSE"), "utf8").trim());
  },
);

test("the dynamic provider ships the license of every package in its host", async () => {
  const { metafile } = await build({ ...dynamicHost, write: false });
  const packages = await packagesIn(dynamicHost);
  expect(packages).toContain("node_modules/undici");
  expect(titles(collectNotices(metafile))).toEqual(packages.map((one) => readTitle(join(root, one))));
});

test("a package without a license file fails the build", () => {
  const made = join(folder, "node_modules/@acme/bare");
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "package.json"), '{"name":"@acme/bare","version":"1.0.0","license":"MIT"}');
  const inputs = { "node_modules/@acme/bare/lib/index.js": { bytesInOutput: 1 } };
  const outputs = { "x.js": { bytes: 1, inputs, imports: [], exports: [] } };
  expect(() => collectNotices({ outputs }, folder)).toThrow("@acme/bare 1.0.0 (MIT) has no license file");
});
