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
 * files. Follows links, and reads each file once. Mistakes name the files as `path` does. A relative path starts from `base`.
 * @throws UserError if there is no layout, a link is broken, or the folder contains a Pulumi program.
 */
export function readLayoutFiles(path: string, base = "."): readonly SourceFile[] {
  const start = resolve(base, path);
  const stats = findStats(start);
  if (stats === undefined) {
    throw new UserError(`there is no file or folder ${start}: name a layout file, or a folder of them`);
  }
  if (!stats.isDirectory()) return [decodeFile(path, readFileSync(start))];
  const names = listFiles(start, new Set([realpathSync(start)]))
    .map((file) => relative(start, file))
    .sort();
  const program = names.find((name) => /^Pulumi\.ya?ml$/.test(basename(name)));
  if (program !== undefined) {
    throw new UserError(
      `the folder ${start} holds ${program}, which is a program and no layout: name the layout file, or a folder that holds nothing else`,
    );
  }
  if (names.length === 0) throw new UserError(`the folder ${start} holds no layout: no *.yaml, *.yml or *.json file`);
  return names.map((name) => decodeFile(join(path, name), readFileSync(join(start, name))));
}

/** Lists the layout files of a folder and its subfolders. `visited` contains the real paths of the files found before. */
function listFiles(folder: string, visited: Set<string>): readonly string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stats = findStats(path);
    // Without the link's target, people could be missing from the layout and be removed.
    if (stats === undefined) throw new UserError(`the link ${path} leads nowhere: correct it, or remove it`);
    const isLayout = stats.isFile() && /\.(ya?ml|json)$/i.test(name);
    const real = realpathSync(path);
    if (visited.has(real) || !(isLayout || stats.isDirectory())) return [];
    visited.add(real);
    return isLayout ? [path] : listFiles(path, visited);
  });
}

/** Follows links. Returns undefined if nothing exists at the path, or its links form a circle. */
function findStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isRecord(error) && error.code === "ELOOP") return undefined;
    throw error;
  }
}
