import { existsSync, lstatSync } from "node:fs";
import { dirname, join } from "node:path";

/** The file of access rules that commands read without an option. */
export const usualRulesFile = "access-rules.yaml";

/** Returns the path of access-rules.yaml in a folder, or in the folder of its Pulumi project; undefined if neither contains the file. */
export function findUsualRules(folder: string): string | undefined {
  return (
    listFolders(folder)
      .map((one) => join(one, usualRulesFile))
      // A link that leads nowhere is an error later, and not a missing file.
      .find((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined)
  );
}

/** Returns a folder and, if it is another one, the folder of its Pulumi project. */
function listFolders(folder: string): readonly string[] {
  const isProject = (one: string) => ["Pulumi.yaml", "Pulumi.yml"].some((file) => existsSync(join(one, file)));
  for (let one = folder; ; one = dirname(one)) {
    if (isProject(one)) return [...new Set([folder, one])];
    if (dirname(one) === one) return [folder];
  }
}
