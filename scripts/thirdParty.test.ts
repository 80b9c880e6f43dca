import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { z } from "zod";
import { findPackageFolder, findThirdParties, hostOptions, readThirdParty } from "#framework/build";
import { dynamicSource, getProgramOptions, programs } from "./programs";

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

/** The part of an SBOM that the tests read. */
const sbom = z.object({
  components: z.array(z.object({ name: z.string(), group: z.string().optional(), version: z.string() })),
});

/** Returns the npm packages of an SBOM as `name version`. */
function listComponents(text: string): string[] {
  return sbom
    .parse(JSON.parse(text))
    .components.map(({ name, group, version }) => `${group === undefined ? "" : `${group}/`}${name} ${version}`);
}

const describeParty = (one: string) => {
  const { name, version } = readThirdParty(join(root, one));
  return `${name} ${version}`;
};

test.each(["pulumi-resource-peridio", "peridio-emulator", "peridio-gitops"])(
  "%s ships the license of every package in its bundle, and an SBOM with all of them",
  async (name) => {
    const program = programs.get(name);
    if (program === undefined) throw new Error(`${name} is not a program`);
    execFileSync(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", name, folder], { cwd: root });
    const notices = readFileSync(join(folder, `${name}.notices.txt`), "utf8");
    const packages = await packagesIn(getProgramOptions(program));
    expect(packages).toContain("node_modules/zod");
    expect(titles(notices).map((title) => title.replace(/ \(.*/, ""))).toEqual(packages.map(describeParty));
    expect(notices).toContain(readFileSync(join(root, "node_modules/zod/LICENSE"), "utf8").trim());
    const components = listComponents(readFileSync(join(folder, `${name}.cdx.json`), "utf8"));
    expect(components.sort()).toEqual(packages.map(describeParty).sort());
  },
);

test("the dynamic provider ships the license of every package in its host", async () => {
  const options = { ...hostOptions, ...dynamicSource.host };
  const { metafile } = await build({ ...options, metafile: true, write: false });
  const packages = await packagesIn(options);
  expect(packages).toContain("node_modules/undici");
  expect(findThirdParties(metafile)).toEqual(packages.map((one) => readThirdParty(join(root, one))));
});
