import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CommandError } from "../exit";
import { digestRulesFiles, readRulesFiles, type RulesFile } from "../rules/readRules";
import type { Terminal } from "../terminal/terminal";

const usualFile = "access-rules.yaml";

/** The rules and tests of a run. */
interface FoundRules extends RulesFile {
  /** The digest of the files, as the evidence of a review contains it. */
  readonly digest: string;
}

/**
 * Reads the rules and tests that `PERIDIO_RULES` names: one file or several, separated as in `PATH`. By default, reads access-rules.yaml in the
 * folder of the program, or in the folder of its Pulumi project.
 * @throws CommandError without a file. @throws InvalidRulesError with all mistakes of a file.
 */
export function findRules({ folder, environment }: Pick<Terminal, "folder" | "environment">): FoundRules {
  const named = (environment.PERIDIO_RULES ?? "").split(delimiter).filter((file) => file !== "");
  const usual = listFolders(folder)
    .map((one) => join(one, usualFile))
    .find((file) => existsSync(file));
  const files = named.length > 0 ? named : usual === undefined ? [] : [usual];
  if (files.length === 0) {
    throw new CommandError(
      `The policy pack has no access rules: ${folder} contains no ${usualFile}. Write this file, or set PERIDIO_RULES to the path of the rules.`,
    );
  }
  return { ...readRulesFiles(files, folder), digest: digestRulesFiles(files, { folder }) };
}

/** Returns the folder of the program and, if it is another one, the folder of its Pulumi project. */
function listFolders(folder: string): readonly string[] {
  const isProject = (one: string) => ["Pulumi.yaml", "Pulumi.yml"].some((file) => existsSync(join(one, file)));
  for (let one = folder; ; one = dirname(one)) {
    if (isProject(one)) return [...new Set([folder, one])];
    if (dirname(one) === one) return [folder];
  }
}
