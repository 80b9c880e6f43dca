import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { build, type BuildOptions } from "esbuild";
import { z } from "zod";
import { version } from "../package.json";
import { dynamicHost, getProgramOptions, programs } from "./programs";
import { findPackageFolder, findThirdParties, readThirdParty, renderSbom } from "./thirdParty";

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
  components: z.array(
    z.object({ name: z.string(), group: z.string().optional(), version: z.string(), purl: z.string() }),
  ),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
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
  const { metafile } = await build({ ...dynamicHost, write: false });
  const packages = await packagesIn(dynamicHost);
  expect(packages).toContain("node_modules/undici");
  expect(findThirdParties(metafile)).toEqual(packages.map((one) => readThirdParty(join(root, one))));
});

const party = (name: string, license = "MIT") => ({ name, version: "1.2.3", license, texts: ["A license."] });

test("an SBOM fits the published schema of CycloneDX, and names program, packages and licenses", async () => {
  const text = renderSbom("acme", [party("@acme/one"), party("two", "BSD-3-Clause AND Apache-2.0")]);
  await expect(new JsonStrictValidator(Version.v1dot6).validate(text)).resolves.toBeNull();
  expect(JSON.parse(text)).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
  const { components, metadata, dependencies } = sbom.parse(JSON.parse(text));
  expect(metadata.component).toMatchObject({ name: "acme", version });
  const purls = ["pkg:npm/%40acme/one@1.2.3", "pkg:npm/two@1.2.3"];
  expect(components.map(({ purl }) => purl)).toEqual(purls);
  expect(dependencies).toContainEqual({ ref: "acme", dependsOn: purls });
  expect(text).toContain('"expression": "BSD-3-Clause AND Apache-2.0"');
});

test("equal packages have equal SBOMs", () => {
  expect(renderSbom("acme", [party("b"), party("a")])).toBe(renderSbom("acme", [party("a"), party("b")]));
});

test.each([
  ["without a license file", "MIT", {}, "@acme/bare 1.0.0 (MIT) has no license file"],
  ["with a license that restricts users", "AGPL-3.0-only", { LICENSE: "text" }, "has a license that is not accepted"],
  ["with one accepted license of two", "MIT AND GPL-3.0-only", { LICENSE: "text" }, "is not accepted"],
])("a package %s fails the build", (_, license, files, reason) => {
  const made = join(folder, "node_modules/@acme/bare");
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "package.json"), JSON.stringify({ name: "@acme/bare", version: "1.0.0", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(made, file), text);
  const inputs = { "node_modules/@acme/bare/lib/index.js": { bytesInOutput: 1 } };
  const outputs = { "x.js": { bytes: 1, inputs, imports: [], exports: [] } };
  expect(() => findThirdParties({ outputs }, folder)).toThrow(reason);
});
