/** The page of a release: the lines with which pipelines install its programs, and the checksum of the plugin for each system. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, version } from "../../package.json";
import { nameSystem, platforms } from "../compile/runtime";

/** The page of all releases, which contains the archives of a version under `/download/vVERSION/`. */
export const releases = `${repository.url.replace(/^git\+|\.git$/g, "")}/releases`;

/** The system of the pipelines in examples/ci. */
const pipelines = "linux-amd64";

/** The archives of programs: peridio-gitops with the emulator, and the plugin. */
export type ProgramArchive = "peridio-tools" | "pulumi-resource-peridio";

export function nameArchive(archive: ProgramArchive, system: string): string {
  return `${archive}-v${version}-${system}.tar.gz`;
}

/** Returns the lines of SHA256SUMS about the programs of the pipelines in examples/ci, for their variable TOOLS_SHA256SUMS. */
export function pipelineChecksums(checksums: string): string[] {
  return (["peridio-tools", "pulumi-resource-peridio"] as const).map((archive) =>
    findLine(checksums, nameArchive(archive, pipelines)),
  );
}

/** Writes INSTALL.md beside the file SHA256SUMS of a release. @returns its text @throws Error if an archive has no checksum */
export function writeInstallation(folder: string): string {
  const checksums = readFileSync(join(folder, "SHA256SUMS"), "utf8");
  const server = `github://api.github.com/${new URL(releases).pathname.split("/").slice(1, 3).join("/")}`;
  // Pulumi selects an archive by operating system and processor, so it never selects one for musl.
  const systems = platforms.filter((platform) => !platform.endsWith("-musl")).map(nameSystem);
  const plugins = systems.map((system) => {
    const [checksum = ""] = findLine(checksums, nameArchive("pulumi-resource-peridio", system)).split(" ");
    return `| ${system} | \`${checksum}\` |\n`;
  });
  const text = `## Install

Pipelines install \`peridio-gitops\` and the plugin with these variables:

\`\`\`yaml
TOOLS_RELEASES: ${releases}
TOOLS_VERSION: ${version}
TOOLS_SHA256SUMS: |
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
