import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { isRecord } from "#framework";
import { decodeFile, type SourceFile } from "#framework/documents";
import { computeDigest } from "../digest";
import { CommandError } from "../exit";
import type { Terminal } from "./terminal";

/**
 * Reads a text file in UTF-8 or, as some shells of Windows write it, in UTF-16. Relative paths start from the
 * terminal's folder.
 * @throws CommandError if the file cannot be read.
 */
export function readText(terminal: Pick<Terminal, "folder">, file: string): string {
  return readDocument(terminal, file).text;
}

/** Reads a text file, with the place of bytes that are not UTF-8. */
export function readDocument(terminal: Pick<Terminal, "folder">, file: string): SourceFile {
  return decodeFile(file, readBytes(terminal, file));
}

/** Reads a text file once, and returns the text and the SHA-256 digest of the file. */
export function readWithDigest(
  terminal: Pick<Terminal, "folder">,
  file: string,
): { readonly text: string; readonly digest: string } {
  const bytes = readBytes(terminal, file);
  return { text: decodeFile(file, bytes).text, digest: computeDigest(bytes) };
}

function readBytes({ folder }: Pick<Terminal, "folder">, file: string): Uint8Array {
  try {
    return readFileSync(resolve(folder, file));
  } catch (error) {
    throw new CommandError(`Cannot read ${file}: ${explainFileError(error)}.`);
  }
}

/**
 * Writes a file completely or not at all, and creates its folders. Relative paths start from the terminal's folder.
 * Follows symbolic links.
 * @throws CommandError if the file cannot be written.
 */
export function writeText(terminal: Pick<Terminal, "folder">, file: string, text: string): void {
  writeTexts(terminal, [{ file, text }]);
}

/**
 * Writes files: replaces none before the new contents of all of them are on the disk. Creates their folders, and follows symbolic links.
 * @param check checks the former contents. From the check until the end, no other process writes these files with a check.
 * @throws CommandError if a file cannot be written.
 */
export function writeTexts(
  { folder }: Pick<Terminal, "folder">,
  files: readonly { readonly file: string; readonly text: string }[],
  check?: () => void,
): void {
  const staged: { readonly file: string; readonly unfinished: string; readonly target: string }[] = [];
  const attempt = (file: string, write: () => void) => {
    try {
      write();
    } catch (error) {
      for (const { unfinished } of staged) rmSync(unfinished, { force: true });
      if (error instanceof CommandError) throw error;
      throw new CommandError(`Cannot write ${file}: ${explainFileError(error)}.`);
    }
  };
  for (const { file, text } of files) {
    attempt(file, () => {
      const named = resolve(folder, file);
      mkdirSync(dirname(named), { recursive: true });
      if (isStream(named)) writeFileSync(named, text);
      else {
        const target = followLinks(named);
        const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o666) & 0o777;
        const unfinished = check === undefined ? `${target}.${process.pid}.new` : `${target}.new`;
        closeSync(openSync(unfinished, check === undefined ? "w" : "wx", mode));
        staged.push({ file, unfinished, target });
        writeFileSync(unfinished, text);
      }
    });
  }
  if (check !== undefined) attempt(files[0]?.file ?? "", check);
  for (const { file, unfinished, target } of staged) {
    attempt(file, () => {
      renameSync(unfinished, target);
    });
  }
}

/** Reports if a path is a pipe, a terminal or the like, which must not be replaced. */
function isStream(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/** Follows symbolic links, also to a missing target. Links in a circle are an error of `statSync`. */
function followLinks(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? followLinks(resolve(realpathSync(dirname(path)), readlinkSync(path))) : path;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "the file does not exist. Correct the path",
  EEXIST:
    "another command edits the file. Try again. If no command runs, delete the file with the same name and `.new`",
  EISDIR: "the path is a folder. Use the path of a file",
  ENOTDIR: "a part of the path is not a folder. Correct the path",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "permission denied",
  ELOOP: "the symbolic links form a loop",
};

function explainFileError(error: unknown): string {
  const { code, message } = isRecord(error) ? error : {};
  return reasons[String(code)] ?? String(message ?? error);
}
