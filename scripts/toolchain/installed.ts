import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { gte, valid } from "semver";

/** The first release in which `pulumi do` keeps state by default, as documentation and tests expect. */
export const oldestPulumi = "3.257.0";

/** The programs that the CLI starts for a language. It searches its own folder and PATH. */
const programs: Readonly<Record<string, readonly string[]>> = {
  nodejs: ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
  python: ["pulumi-language-python", "pulumi-language-python-exec"],
  go: ["pulumi-language-go"],
  yaml: ["pulumi-language-yaml"],
};

const languages = Object.keys(programs);

/** Returns the programs that the CLI starts for these languages. Throws if one is unknown. */
export function listCompanions(names: readonly string[] = languages): readonly string[] {
  return names.flatMap((language) => {
    const companions = programs[language];
    if (companions === undefined) throw new Error(`${language} is not one of the languages ${languages.join(", ")}.`);
    return companions;
  });
}

/**
 * Returns why the programs `found` are unusable, or undefined if they are usable. Checks the companions first, because reading the
 * version starts `pulumi`. The `pulumi` of the npm package would then download a CLI.
 */
export function findShortcoming(
  found: ReadonlySet<string>,
  companions: readonly string[],
  readVersion: () => string,
): string | undefined {
  const missing = companions.filter((name) => !found.has(name));
  if (missing.length > 0) return `has no ${missing.join(", ")}`;
  const version = readVersion();
  if (valid(version) === null) return `reports the version "${version}"`;
  return gte(version, oldestPulumi) ? undefined : `is ${version}, older than ${oldestPulumi}`;
}

/** Returns the folders of PATH without those into which npm links the programs of packages, such as of the package `pulumi`. */
export function listFolders(path: string): readonly string[] {
  return path.split(delimiter).filter((folder) => folder !== "" && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder));
}

/** Returns the files of the first pulumi on PATH and of its companions, by name. Ignores the folder `own`. */
export function findInstalled(path: string, own = ""): ReadonlyMap<string, string> {
  const onPath = listFolders(path).filter((folder) => !isSameFolder(folder, own));
  const pulumi = findExecutable("pulumi", onPath);
  const found = new Map<string, string>();
  if (pulumi === undefined || isSameFolder(dirname(realpathSync(pulumi)), own)) return found;
  found.set("pulumi", pulumi);
  for (const name of listCompanions()) {
    const file = findExecutable(name, [dirname(realpathSync(pulumi)), ...onPath]);
    if (file !== undefined) found.set(name, file);
  }
  return found;
}

function findExecutable(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isSameFolder(directory: string, other: string): boolean {
  try {
    return realpathSync(directory) === realpathSync(other);
  } catch {
    return false;
  }
}
