import { delimiter } from "node:path";
import { CommandError } from "../exit";
import { digestRulesFiles, readRulesFiles, type RulesFile } from "../rules/readRules";
import { findUsualRules, usualRulesFile } from "../rules/usualFile";
import type { Terminal } from "../terminal/terminal";

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
  const usual = findUsualRules(folder);
  const files = named.length > 0 ? named : usual === undefined ? [] : [usual];
  if (files.length === 0) {
    throw new CommandError(
      `The policy pack has no access rules: ${folder} contains no ${usualRulesFile}. Write this file, or set PERIDIO_RULES to the path of the rules.`,
    );
  }
  return { ...readRulesFiles(files, folder), digest: digestRulesFiles(files, { folder }) };
}
