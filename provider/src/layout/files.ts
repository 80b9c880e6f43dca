import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { isRecord, UserError } from "#framework";
import { decodeFile, type SourceFile } from "#framework/documents";

/** A layout file, or a layout in the arguments of a program. */
export type LayoutSource = SourceFile | InlineLayout;

/** A layout in the arguments of a program. Its mistakes name property paths. */
interface InlineLayout {
  readonly value: unknown;
}

/**
 * Reads a layout file, or all *.yaml, *.yml and *.json files of a folder and its subfolders, sorted by name. Ignores hidden
 * files. Follows links, and reads each file once. Names of files in mistakes begin with `path`. A relative path starts at `base`.
 * @throws UserError if there is no layout, a link is broken, or the folder contains a Pulumi program.
 */
export function readLayoutFiles(path: string, base = "."): readonly SourceFile[] {
  const start = resolve(base, path);
  const stats = findStats(start);
  if (stats === undefined) {
    throw new UserError(`The path ${start} does not exist. Specify a layout file, or a folder of layout files.`);
  }
  // A read of a pipe could wait for ever.
  if (!stats.isDirectory() && !stats.isFile()) {
    throw new UserError(
      `The path ${start} is neither a file nor a folder. Save the layout as a file, and specify that file.`,
    );
  }
  if (!stats.isDirectory()) return [decodeFile(path, readFileSync(start))];
  const names = listFiles(start, new Set([realpathSync(start)]))
    .map((file) => relative(start, file))
    .sort();
  checkNames(names, start);
  return names.map((name) => decodeFile(join(path, name), readFileSync(join(start, name))));
}

/**
 * Chooses the layout files among the files of a folder, sorted by name. The names are relative to the folder.
 * @throws UserError if there is none, or if the folder contains a Pulumi program.
 */
export function chooseLayoutFiles(files: readonly string[], folder: string): readonly string[] {
  const names = files.filter(isInLayout).sort();
  checkNames(names, folder);
  return names;
}

/** Reports if a file of a folder is part of the layout in this folder. The name is relative to the folder. */
export function isInLayout(name: string): boolean {
  return isLayoutName(name) && !name.split("/").some(isHidden);
}

function checkNames(names: readonly string[], folder: string): void {
  const program = names.find((name) => /^Pulumi\.ya?ml$/.test(basename(name)));
  if (program !== undefined) {
    throw new UserError(
      `The folder ${folder} contains the Pulumi program ${program}, which is not a layout. Specify the layout file, or a folder that contains only layouts.`,
    );
  }
  if (names.length === 0) {
    throw new UserError(
      `The folder ${folder} contains no layout. Add a *.yaml, *.yml or *.json file, or specify another folder.`,
    );
  }
}

function isLayoutName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name);
}

function isHidden(name: string): boolean {
  return name.startsWith(".");
}

/** Lists the layout files of a folder and its subfolders. `visited` contains the real paths of the files found before. */
function listFiles(folder: string, visited: Set<string>): readonly string[] {
  const names = readdirSync(folder).filter((name) => !isHidden(name));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stats = findStats(path);
    // Without the link's target, people could be missing from the layout and be removed.
    if (stats === undefined)
      throw new UserError(`The target of the link ${path} does not exist. Correct or remove the link.`);
    const isLayout = stats.isFile() && isLayoutName(name);
    const real = realpathSync(path);
    if (visited.has(real) || !(isLayout || stats.isDirectory())) return [];
    visited.add(real);
    return isLayout ? [path] : listFiles(path, visited);
  });
}

/** Follows links. Returns undefined if nothing exists at the path, or if links form a circle. */
function findStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isRecord(error) && error.code === "ELOOP") return undefined;
    throw error;
  }
}
