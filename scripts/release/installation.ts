/** The page of a release: the lines with which pipelines install its programs, and the checksum of the plugin for each system. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, version } from "../../package.json";
import { nameSystem, platforms } from "#framework/build";

/** The page of all releases, which contains the archives of a version under `/download/vVERSION/`. */
export const releases = `${repository.url.replace(/^git\+|\.git$/g, "")}/releases`;

/** The system of the pipelines in examples/ci. */
const pipelineSystem = "linux-amd64";

/** The archives of programs: peridio-gitops with the emulator, and the plugin. */
export type ProgramArchive = "peridio-tools" | "pulumi-resource-peridio";

export function nameArchive(archive: ProgramArchive, system: string): string {
  return `${archive}-v${version}-${system}.tar.gz`;
}

/** Returns the lines of SHA256SUMS about the programs of the pipelines in examples/ci, for their input `tools-sha256sums`. */
export function pipelineChecksums(checksums: string): string[] {
  return (["peridio-tools", "pulumi-resource-peridio"] as const).map((archive) =>
    findLine(checksums, nameArchive(archive, pipelineSystem)),
  );
}

/** Returns the digest of a file as GitLab's `integrity` states it. */
function readIntegrity(file: string): string {
  return `sha256-${createHash("sha256").update(readFileSync(file)).digest("base64")}`;
}

/**
 * Writes INSTALL.md beside the file SHA256SUMS of a release. `commit` is the commit of the release.
 * @returns its text
 * @throws Error if an archive has no checksum
 */
export function writeInstallation(folder: string, commit: string): string {
  const checksums = readFileSync(join(folder, "SHA256SUMS"), "utf8");
  const server = `github://api.github.com/${new URL(releases).pathname.split("/").slice(1, 3).join("/")}`;
  // Pulumi selects an archive by operating system and processor, so it never selects one for musl.
  const systems = platforms.filter((platform) => !platform.endsWith("-musl")).map(nameSystem);
  const plugins = systems.map((system) => {
    const [checksum = ""] = findLine(checksums, nameArchive("pulumi-resource-peridio", system)).split(" ");
    return `| ${system} | \`${checksum}\` |\n`;
  });
  const text = `## Install

The pipeline for GitHub calls the workflow at the commit \`${commit}\`. The pipeline for GitLab includes the file with \`integrity: ${readIntegrity(join(__dirname, "../../templates/access.yml"))}\`. Both install \`peridio-gitops\` and the plugin with these inputs:

\`\`\`yaml
tools-version: ${version}
tools-sha256sums: |
${pipelineChecksums(checksums)
  .map((line) => `  ${line}\n`)
  .join("")}\`\`\`

To install the plugin on your machine, replace SHA256 with the checksum of your system:

\`\`\`sh
pulumi plugin install resource peridio ${version} --server ${server} --checksum SHA256
\`\`\`

| system | SHA-256 of the plugin's archive |
| --- | --- |
${plugins.join("")}
\`SHA256SUMS\` contains the checksums of all archives.
`;
  writeFileSync(join(folder, "INSTALL.md"), text);
  return text;
}

function findLine(checksums: string, archive: string): string {
  const line = checksums.split("\n").find((one) => one.endsWith(`  ${archive}`));
  if (line === undefined) throw new Error(`SHA256SUMS contains no ${archive}.`);
  return line;
}
