import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isRecord } from "#framework";
import { version } from "#provider";
import { CommandError } from "../../exit";
import { readText, writeTexts } from "../../terminal/files";
import type { Terminal } from "../../terminal/terminal";
import { ForgeApi } from "../requests";
import type { Problem } from "./setting";
import { commit, examples, integrity } from "./texts";

export const platforms = ["github", "gitlab", "gitea"] as const;
export type Platform = (typeof platforms)[number];

/** The file of the pipeline on each platform. */
export const pipelineFiles: Readonly<Record<Platform, string>> = {
  github: ".github/workflows/access.yml",
  gitlab: ".gitlab-ci.yml",
  gitea: ".gitea/workflows/access.yml",
};

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

/** The settings of a pipeline that a repository chooses itself, by their paths. */
const ownSettings =
  /^(?:on\.schedule(?:\..*)?|jobs\.access\.(?:with\.(?:expire-schedule|tools-releases|pulumi-version)|env\.TOOLS_RELEASES)|include\.0\.inputs\.tools-releases)$/;

/** The image of the jobs, by its path, and the images that need no look. */
const image = /^(?:jobs\.access\.container|include\.0\.inputs\.image)$/;
const knownImage = /^(?:docker\.io\/)?pulumi\/pulumi-base:\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/;

/** The inputs that the pipeline appends to its command. */
const options = /^(?:jobs\.access\.with|include\.0\.inputs)\.options$/;

/** The variables of the state, of Pulumi and of Peridio. Others, such as PATH, can replace the command. */
const stateVariable = /^(?:AWS|AZURE|ARM|GOOGLE|PULUMI|PERIDIO|PG)[A-Z0-9_]*$/;

/** Options with plain values, in which a shell finds no other command. `--help` would replace the task. */
const onlyOptions = /^(?: +--(?!help\b)[a-z][a-z-]*(?:[ =][\w./,:@+][\w./,:@+-]*)?)+ *$/;

/** Lists the parts in which a pipeline differs from the one of this release, except for settings that a repository chooses itself. */
export function comparePipelines(text: string, released: string): readonly Problem[] {
  try {
    return compare(parse(text), parse(released), "");
  } catch {
    return [{ reason: "it is not valid YAML" }];
  }
}

function compare(own: unknown, released: unknown, path: string): readonly Problem[] {
  if (isMap(own) && isMap(released)) {
    return [...new Set([...Object.keys(own), ...Object.keys(released)])].flatMap((key) => {
      const place = path === "" ? key : `${path}.${key}`;
      // Secrets and variables of the state differ.
      const isLeftOut = path === "jobs.access.secrets" && !(key in own);
      const isAdded = path === "jobs.access.env" && !(key in released) && stateVariable.test(key);
      return isLeftOut || isAdded ? [] : compare(own[key], released[key], place);
    });
  }
  const isCall = typeof own === "string" && typeof released === "string" && released.startsWith("peridio-gitops ci ");
  if (own === released) return [];
  if (isCall && own.startsWith(released) && onlyOptions.test(own.slice(released.length))) return [];
  if (options.test(path) && typeof own === "string" && onlyOptions.test(` ${own}`)) return [];
  // An expression can be a secret, or the choice of a branch.
  if (ownSettings.test(path) && !JSON.stringify(own ?? "").includes("$")) return [];
  return findPlaceToRun(own, released, path) ?? [{ reason: `\`${path}\` is not that of this release` }];
}

/**
 * Reports an image or a runner that only people know; undefined for every other setting. An expression could be the choice of a branch. A job
 * at GitHub, which calls a workflow, has neither.
 */
function findPlaceToRun(own: unknown, released: unknown, path: string): readonly Problem[] | undefined {
  const isImage = image.test(path) && (released !== undefined || path.startsWith("include."));
  const isRunner = path === "jobs.access.runs-on" && released !== undefined;
  const values: readonly unknown[] = Array.isArray(own) ? own : [own];
  const isPlain = values.every((value) => typeof value === "string" && /^\w[\w./:@-]*$/.test(value));
  if (!isPlain || (!isImage && !isRunner)) return undefined;
  const value = values.join(", ");
  if (isImage && knownImage.test(value)) return [];
  const remedy = isImage
    ? "# Use pulumi/pulumi-base, or an image that only people who may have the admin's API key can replace."
    : "# Use runners that exist for one job only: docs/gitops.md#limit-the-code-of-a-branch";
  return [{ reason: `\`${path}\` is \`${value}\``, commands: [remedy], isUnknown: true }];
}

/** Arrays are compared by index. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) || Array.isArray(value);
}
