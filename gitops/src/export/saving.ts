import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { listBriefly } from "#framework/messages";
import { CommandError } from "../exit";
import { writeText } from "../terminal/files";
import { layoutFile, layoutFolder } from "./documents";
import { mark } from "./layoutText";

/**
 * Writes the files of an export, each completely or not at all. Files with equal contents stay. With `force`,
 * replaces files with other contents, and removes layouts of an earlier export that this export does not write.
 * @returns the removed layouts, as paths in the folder
 * @throws CommandError before the first write, if a loss requires `force` or the program would read a foreign layout
 */
export function save(
  folder: string,
  files: ReadonlyMap<string, string>,
  { force }: { readonly force: boolean },
): readonly string[] {
  const others = listLayouts(folder).filter((path) => !files.has(path));
  const isExported = (path: string) => readIfPresent(folder, path)?.startsWith(mark) === true;
  const isSplit = [...files.keys()].some((path) => path.startsWith(`${layoutFolder}/`));
  const foreign = isSplit ? others.filter((path) => path !== layoutFile && !isExported(path)) : [];
  if (foreign.length > 0) {
    const [files, these, parts, them] =
      foreign.length === 1
        ? ["a file that is", "this file", "a part", "it"]
        : ["files that are", "these files", "parts", "them"];
    throw new CommandError(
      `${folder} contains ${files} not from an export: ${listBriefly(foreign)}. The program would read ${these} as ${parts} of the layout. Move ${them}, or set --out to another folder.`,
    );
  }
  // No program reads layouts of the other style, and people would take them for current ones.
  const surplus = others.filter(isExported);
  const changed = [...files]
    .filter(([path, text]) => ![undefined, text].includes(readIfPresent(folder, path)))
    .map(([path]) => path);
  if (!force && changed.length + surplus.length > 0) {
    const effects = [
      ...(changed.length > 0 ? [`replace ${listBriefly(changed)}`] : []),
      ...(surplus.length > 0 ? [`remove ${listBriefly(surplus)}`] : []),
    ];
    throw new CommandError(
      `The export would ${effects.join(" and ")} in ${folder}. Add --force, or set --out to another folder.`,
    );
  }
  for (const path of surplus) rmSync(join(folder, path));
  for (const [path, text] of files) if (readIfPresent(folder, path) !== text) writeText({ folder }, path, text);
  return surplus;
}

/** Returns all layouts in the places of both styles. */
function listLayouts(folder: string): readonly string[] {
  const isFile = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
  const layouts = join(folder, layoutFolder);
  const exists = statSync(layouts, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = exists ? readdirSync(layouts, { recursive: true, encoding: "utf8" }) : [];
  return [
    layoutFile,
    ...names
      .map((name) => `${layoutFolder}/${name.replaceAll("\\", "/")}`)
      // Hidden files are no layouts.
      .filter((path) => /\.(ya?ml|json)$/i.test(path) && !path.includes("/."))
      .sort(),
  ].filter(isFile);
}

function readIfPresent(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  if (!existsSync(file)) return undefined;
  if (!statSync(file).isFile())
    throw new CommandError(`${file} is not a file. Remove it, or set --out to another folder.`);
  return readFileSync(file, "utf8");
}
