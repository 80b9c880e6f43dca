import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import schema from "../../schema.json";
import { nameSystem, platforms } from "#framework/build";
import { nameArchive, pipelineChecksums, writeInstallation } from "./installation";

const commit = "c".repeat(40);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "installation-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A release with a different checksum for each archive of a program. */
const lines = platforms.map(nameSystem).flatMap((system, index) =>
  (["peridio-tools", "pulumi-resource-peridio"] as const).map((archive, other) => {
    const checksum = (index * 2 + other).toString(16).padStart(64, "0");
    return `${checksum}  ${nameArchive(archive, system)}`;
  }),
);
const checksumOf = (archive: string) => lines.find((line) => line.endsWith(`  ${archive}`))?.split(" ")[0] ?? "none";

test("a release contains the lines for pipelines, and the checksum of the plugin for each system that Pulumi selects", () => {
  writeFileSync(join(folder, "SHA256SUMS"), `${lines.join("\n")}\n`);
  expect(writeInstallation(folder, commit)).toBe(readFileSync(join(folder, "INSTALL.md"), "utf8"));
  const text = readFileSync(join(folder, "INSTALL.md"), "utf8");
  expect(text).toContain(`the workflow at the commit \`${commit}\`.`);
  const integrity = createHash("sha256").update(readFileSync("templates/access.yml")).digest("base64");
  expect(text).toContain(`with \`integrity: sha256-${integrity}\`.`);
  expect(text).toContain(`tools-version: ${version}
tools-sha256sums: |
  ${checksumOf(`peridio-tools-v${version}-linux-amd64.tar.gz`)}  peridio-tools-v${version}-linux-amd64.tar.gz
  ${checksumOf(`pulumi-resource-peridio-v${version}-linux-amd64.tar.gz`)}  pulumi-resource-peridio-v${version}-linux-amd64.tar.gz
`);
  expect(text).toContain(`--server ${schema.pluginDownloadURL} --checksum SHA256`);
  const rows = [...text.matchAll(/^\| (\S+) \| `(\w+)` \|$/gm)].map(([, system, checksum]) => [system, checksum]);
  const systems = ["linux", "darwin", "windows"].flatMap((name) => [`${name}-amd64`, `${name}-arm64`]);
  expect(rows).toEqual(
    systems.map((system) => [system, checksumOf(`pulumi-resource-peridio-v${version}-${system}.tar.gz`)]),
  );
});

test("a release without an archive of the pipelines is refused", () => {
  expect(() => pipelineChecksums(`${"0".repeat(64)}  other.tar.gz\n`)).toThrow(
    `SHA256SUMS contains no peridio-tools-v${version}-linux-amd64.tar.gz.`,
  );
});

test("the page on installation contains the lines for pipelines, and names each system", () => {
  writeFileSync(join(folder, "SHA256SUMS"), `${lines.join("\n")}\n`);
  const [, variables = ""] = /^```yaml\n(.*?)```$/ms.exec(writeInstallation(folder, commit)) ?? [];
  const page = readFileSync("docs/installation-configuration.md", "utf8");
  expect(page).toContain(variables.replace(/\b[0-9a-f]{64}\b/g, "CHECKSUM"));
  for (const system of platforms.map(nameSystem)) expect(page).toContain(`\`${system}\``);
});
