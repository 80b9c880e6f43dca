import { lstatSync } from "node:fs";
import { basename, dirname, posix, resolve } from "node:path";
import { decodeFile, type SourceFile } from "#framework/documents";
import { chooseLayoutFiles, readLayoutFiles } from "#layout";
import { CommandError } from "../exit";
import { findCommit, type GitContext, tryGit } from "../terminal/git";

/** The beginning of a base that is a revision of Git. A path with this beginning is written as `./git:…`. */
const prefix = "git:";

/** Returns the revision that `git:REVISION` names; undefined for a path. */
export function getRevision(base: string): string | undefined {
  return base.startsWith(prefix) ? base.slice(prefix.length) : undefined;
}

/** Reads the layout that a base names: a path, or the layout at `path` in the commit of `git:REVISION`. */
export function readBase(base: string, path: string, terminal: GitContext): readonly SourceFile[] {
  const revision = getRevision(base);
  return revision === undefined ? readLayoutFiles(base, terminal.folder) : readRevision(revision, path, terminal);
}

/**
 * Reads a layout, a file or a folder, as a commit contains it. The path must exist in the working tree. A relative path starts from
 * the terminal's folder. Names of files in mistakes begin with the revision.
 * @throws CommandError or UserError if the revision is not exactly one commit, or does not contain the layout.
 */
export function readRevision(revision: string, path: string, terminal: GitContext): readonly SourceFile[] {
  const target = resolve(terminal.folder, path);
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new CommandError(
      `${path} does not exist in this folder. Correct the path, or check out a commit that contains it.`,
    );
  // A link can lead to another file in each commit.
  if (stats.isSymbolicLink()) {
    throw new CommandError(`${path} is a symbolic link, which a plan does not follow to a revision. Pass its target.`);
  }
  const isFolder = stats.isDirectory();
  const place = { ...terminal, folder: isFolder ? target : dirname(target) };
  const { id: commit, warnings } = findCommit(revision, place);
  if (commit === undefined)
    throw new CommandError(
      `${JSON.stringify(revision)} is not exactly one commit of the repository (${warnings}). ` +
        "Fetch the commit, or pass a full name, such as `git:refs/remotes/origin/main`, or the id of the commit.",
    );
  // In a subfolder, Git lists only this subfolder, and names files relative to it.
  const selection = isFolder ? ["-r", "-z", commit] : ["-z", commit, "--", basename(target)];
  const entries = listEntries(runGit(["ls-tree", ...selection], place));
  const link = entries.find(({ mode }) => mode === "120000" || mode === "160000");
  if (link !== undefined) {
    throw new CommandError(
      `${link.name} is a symbolic link or a submodule in ${revision}, and a plan follows neither. Check out ${revision} in another folder, and pass the path of the layout there as \`--base\`.`,
    );
  }
  const ids = new Map(entries.map(({ name, id }) => [name, id]));
  if (ids.size === 0 || (!isFolder && entries[0]?.mode === "040000")) {
    throw new CommandError(
      `${revision} does not contain ${path}. If the layout is new or has another path there, save the former layout in a file, and pass this file as \`--base\`.`,
    );
  }
  const shown = `${revision}:${path}`;
  const names = isFolder ? chooseLayoutFiles([...ids.keys()], shown) : [...ids.keys()];
  return readBlobs(
    names.map((name) => ({ file: isFolder ? posix.join(shown, name) : shown, id: ids.get(name) ?? "" })),
    place,
  );
}

/** Parses the output of `git ls-tree -z`. */
function listEntries(output: Buffer) {
  const entries = output.toString().split("\0");
  return entries.flatMap((entry) => {
    const [, mode, id, name] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(entry) ?? [];
    return mode === undefined || id === undefined || name === undefined ? [] : [{ mode, id, name }];
  });
}

/** Reads files by their ids with one process. Git prints a line with the size before each file, and a line feed after it. */
function readBlobs(files: readonly { readonly file: string; readonly id: string }[], place: GitContext) {
  const output = runGit(["cat-file", "--batch"], place, files.map(({ id }) => `${id}\n`).join(""));
  let at = 0;
  return files.map(({ file }): SourceFile => {
    const start = output.indexOf("\n", at) + 1;
    const size = Number(/ blob (\d+)\n$/.exec(output.toString("latin1", at, start))?.[1]);
    if (Number.isNaN(size)) throw new CommandError(`Git cannot read ${file}. Fetch the commit with its files.`);
    at = start + size + 1;
    return decodeFile(file, output.subarray(start, start + size));
  });
}

function runGit(args: readonly string[], place: GitContext, input?: string): Buffer {
  const { output, warnings, hasFailed } = tryGit(args, place, input);
  if (hasFailed) throw new CommandError(`Git cannot read the base: ${warnings}. Correct \`--base\`.`);
  return output;
}
