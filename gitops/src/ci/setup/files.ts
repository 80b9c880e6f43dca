import { existsSync } from "node:fs";
import { join } from "node:path";
import { version } from "#provider";
import { CommandError } from "../../exit";
import { readText, writeTexts } from "../../terminal/files";
import type { Terminal } from "../../terminal/terminal";
import { ForgeApi } from "../requests";
import { commit, examples, integrity } from "./texts";

export const platforms = ["github", "gitlab", "gitea"] as const;
export type Platform = (typeof platforms)[number];

/** The file of the pipeline on each platform. */
export const pipelineFiles: Readonly<Record<Platform, string>> = {
  github: ".github/workflows/access.yml",
  gitlab: ".gitlab-ci.yml",
  gitea: ".gitea/workflows/access.yml",
};

/** Returns the platform that runs this job; undefined outside of jobs. */
export function findJobPlatform({ environment }: Terminal): Platform | undefined {
  const { GITEA_ACTIONS, GITHUB_ACTIONS, GITLAB_CI } = environment;
  // Gitea sets the variables of GitHub too.
  if (GITEA_ACTIONS === "true") return "gitea";
  if (GITHUB_ACTIONS === "true") return "github";
  return GITLAB_CI === "true" ? "gitlab" : undefined;
}

/** Returns the platform whose pipeline a folder contains. @throws CommandError with the remedy unless it is exactly one. */
export function findPlatform(folder: string, name: "folder" | "repository", remedy: string): Platform {
  const [platform, ...others] = platforms.filter((one) => existsSync(join(folder, pipelineFiles[one])));
  if (platform !== undefined && others.length === 0) return platform;
  throw new CommandError(`The ${name} does not contain the pipeline of exactly one platform. ${remedy}`);
}

const releases = "https://github.com/pulumi-peridio/pulumi-peridio/releases";

/** A file of a repository, with the difference from this release. */
export interface WrittenFile {
  readonly file: string;
  readonly result: "wrote" | "equal" | "differs";
}

/**
 * Returns the pipeline of this release, pinned to its commit and to the checksums of its archives.
 * @param checksums a file `SHA256SUMS` of this release; by default, the one on the page of the release
 * @throws CommandError if the checksums cannot be read, or if the commit is not known.
 */
export async function createPipeline(platform: Platform, checksums: string | undefined, terminal: Terminal) {
  if (commit === "")
    throw new CommandError("This program does not know the commit of its release. Install it from a release.");
  const sums = checksums === undefined ? await fetchChecksums() : readText(terminal, checksums);
  return (examples[pipelineFiles[platform]] ?? "")
    .replace(/@0{40} /, `@${commit} `)
    .replace(/sha256-0+=/, integrity)
    .replace(/0{64} {2}(\S+)/g, (_, archive: string) => {
      const line = sums.split(/\r?\n/).find((one) => /^[0-9a-f]{64} [ *]\S+$/.test(one) && one.slice(66) === archive);
      if (line !== undefined) return `${line.slice(0, 64)}  ${archive}`;
      const source = checksums ?? `The page of the release ${version}`;
      throw new CommandError(
        `${source} has no checksum of ${archive}. Pass the file SHA256SUMS of this release with --checksums.`,
      );
    });
}

async function fetchChecksums(): Promise<string> {
  const page = new ForgeApi("the page of releases", releases, {});
  try {
    return (await page.bytes(`download/v${version}/SHA256SUMS`)).toString();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      `Cannot read the checksums of the release ${version}: ${error.message} Pass the file SHA256SUMS of this release with --checksums.`,
    );
  }
}

/** Writes the files that the folder does not contain. Never changes a file. */
export function writeFiles(folder: string, platform: Platform, pipeline: string): readonly WrittenFile[] {
  const hasProgram = ["Pulumi.yaml", "layout.yaml", "layouts"].some((name) => existsSync(join(folder, name)));
  const files = new Map([
    [pipelineFiles[platform], pipeline],
    ...["access-rules.yaml", ...(platform === "gitea" ? [] : ["CODEOWNERS"])].map(createExample),
    ...(hasProgram ? [] : ["Pulumi.yaml", "layout.yaml", "stacks.txt"].map(createExample)),
  ]);
  const written = [...files].map(([file, text]): WrittenFile => {
    const path = join(folder, file);
    if (!existsSync(path)) return { file, result: "wrote" };
    return { file, result: readText({ folder }, file) === text ? "equal" : "differs" };
  });
  const missing = written.filter(({ result }) => result === "wrote");
  writeTexts(
    { folder },
    missing.map(({ file }) => ({ file, text: files.get(file) ?? "" })),
  );
  return written;
}

function createExample(file: string): readonly [string, string] {
  return [file, leaveOut(examples[file] ?? "")];
}

/** Leaves out each part whose comment asks to remove it, because it needs this repository or fixed addresses. */
function leaveOut(text: string): string {
  const lines = text.split("\n");
  const getIndent = (line = "") => line.search(/\S/);
  const isComment = (line: string | undefined) => line?.trimStart().startsWith("#") === true;
  for (let at = 0; at < lines.length; at += 1) {
    let end = at;
    while (isComment(lines[end])) end += 1;
    if (!lines.slice(at, end).join(" ").includes(", remove ")) {
      at = end;
      continue;
    }
    const indent = getIndent(lines[end]);
    do end += 1;
    while (getIndent(lines[end]) > indent);
    lines.splice(at, end - at);
    at -= 1;
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
