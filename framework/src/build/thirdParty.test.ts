import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import * as z from "zod";
import { findThirdParties, renderSbom } from "./thirdParty";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notices-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The part of an SBOM that the tests read. */
const sbom = z.object({
  components: z.array(z.object({ purl: z.string() })),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});

const acme = { file: "acme", version: "4.5.6" };
const party = (name: string, license = "MIT") => ({ name, version: "1.2.3", license, texts: ["A license."] });

test("an SBOM fits the published schema of CycloneDX, and names program, packages and licenses", async () => {
  const text = renderSbom(acme, [party("@acme/one"), party("two", "BSD-3-Clause AND Apache-2.0")]);
  await expect(new JsonStrictValidator(Version.v1dot6).validate(text)).resolves.toBeNull();
  expect(JSON.parse(text)).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
  const { components, metadata, dependencies } = sbom.parse(JSON.parse(text));
  expect(metadata.component).toMatchObject({ name: "acme", version: "4.5.6" });
  const purls = ["pkg:npm/%40acme/one@1.2.3", "pkg:npm/two@1.2.3"];
  expect(components.map(({ purl }) => purl)).toEqual(purls);
  expect(dependencies).toContainEqual({ ref: "acme", dependsOn: purls });
  expect(text).toContain('"expression": "BSD-3-Clause AND Apache-2.0"');
});

test("equal packages have equal SBOMs", () => {
  expect(renderSbom(acme, [party("b"), party("a")])).toBe(renderSbom(acme, [party("a"), party("b")]));
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
