import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { UserError, isRecord } from "#framework";
import { decodeFile, type SourceFile } from "#framework/documents";

/**
 * Reads a layout file, or every *.yaml, *.yml and *.json file in a folder and the folders in it, but hidden ones. Sorted by name.
 * Links are followed, and what several of them lead to is read once.
 * Files are named as `path` is; `base` is the folder that a relative path starts from.
 * @throws UserError if there is nothing to read, if a link leads nowhere, or if the folder holds a Pulumi program.
 */
export function readLayoutFiles(path: string, base = "."): readonly SourceFile[] {
  const start = resolve(base, path);
  const kind = kindOf(start);
  if (kind === undefined) {
    throw new UserError(`there is no file or folder ${start}: name a layout file, or a folder of them`);
  }
  if (!kind.isDirectory()) return [decodeFile(path, readFileSync(start))];
  const names = layoutsIn(start, new Set([realpathSync(start)]))
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

/** The layout files in a folder and those in it. `seen` is what has been taken already, by its place on the disk. */
function layoutsIn(folder: string, seen: Set<string>): readonly string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const kind = kindOf(path);
    // It may have led to people who would now be removed, whatever it is called.
    if (kind === undefined) throw new UserError(`the link ${path} leads nowhere: correct it, or remove it`);
    const isLayout = kind.isFile() && /\.(ya?ml|json)$/i.test(name);
    const real = realpathSync(path);
    if (seen.has(real) || !(isLayout || kind.isDirectory())) return [];
    seen.add(real);
    return isLayout ? [path] : layoutsIn(path, seen);
  });
}

/** What is there, through links; undefined if nothing is, or links lead in a circle. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isRecord(error) && error.code === "ELOOP") return undefined;
    throw error;
  }
}
