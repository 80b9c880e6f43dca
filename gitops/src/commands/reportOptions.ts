import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { CommandError, MisuseError } from "../exit";
import { commentLimit, createMarker, escapeLink, smallestLimit } from "../report/markdown/markdown";
import type { Reviewed } from "../report/report";
import { type Level, levels } from "../risks";
import { parseClaim } from "../rules/claims";
import type { Rule } from "../rules/rule";
import type { Terminal } from "../terminal/terminal";
import { capitalize } from "../wording";
import type { GitopsCommand } from "./command";

/** The options of commands that print a review. `addReportOptions` describes each. */
export interface ReportOptions {
  readonly proposedRules: readonly string[];
  readonly changedControls?: string;
  readonly rules: readonly string[];
  readonly title: string;
  readonly limit: number;
  readonly link?: string;
  readonly commit?: string;
  readonly authors?: readonly string[];
  readonly claim: readonly Rule[];
  readonly failOn: Level | "never";
  readonly expectNoChanges?: true;
  readonly endsWithin: number;
  readonly json?: true;
  readonly markdownFile?: string;
  readonly jsonFile?: string;
  readonly htmlFile?: string;
  readonly sarifFile?: string;
}

/** Adds the options of commands that print a review. */
export function addReportOptions(command: GitopsCommand, title: string): GitopsCommand {
  return command
    .addListOption("--rules <file>", "a file of access rules for the state after the change; repeatable")
    .addListOption(
      "--proposed-rules <file>",
      "a file of access rules after the change; the review shows edited rules and their violations; only with --rules; repeatable",
    )
    .option(
      "--changed-controls <file>",
      "a list of the changed files that control the review, one on each line; each file needs approval",
    )
    .option("--title <text>", "the heading, by which a pipeline finds its comment", parseWith(createMarker), title)
    .option("--limit <characters>", "the maximum length of the Markdown, in characters", parseLimit, commentLimit)
    .option(
      "--link <url>",
      "the URL where you will publish the --html-file page; the Markdown links to it",
      parseWith(escapeLink),
    )
    .option(
      "--commit <sha>",
      "the reviewed commit, for the reports; by default GITHUB_SHA or CI_COMMIT_SHA",
      parseCommit,
    )
    .addAuthorsOption()
    .addOption(
      new Option(
        "--claim <limit>",
        "a limit that this change must keep, such as 'grants: none' or 'onlyPeople: dora@acme.example'; repeatable",
      )
        .argParser(collectClaim)
        .default([], "none"),
    )
    .addChoiceOption(
      "--fail-on <level>",
      "exit with code 3 if a change has a risk of this level or a higher one",
      [...levels, "never"],
      "never",
    )
    .option("--expect-no-changes", "exit with code 3 if anything changes")
    .addEndsWithinOption()
    .option("--json", "print JSON instead of Markdown, or of text on a terminal")
    .option("--markdown-file <file>", "also write the Markdown to this file")
    .option("--json-file <file>", "also write the JSON to this file")
    .option("--html-file <file>", "also write an HTML page with everyone's access, which works offline, to this file")
    .option(
      "--sarif-file <file>",
      "also write the broken rules and the changes in SARIF, for code scanning, to this file",
    );
}

/** Rejects mistakes in the command line as a whole. `files` are the files that the command reads. */
export function rejectMisuse(
  files: readonly string[],
  options: ReportOptions & { readonly drift?: true },
  { folder }: Terminal,
): void {
  if (options.proposedRules.length > 0 && options.rules.length === 0)
    throw new MisuseError(
      "--proposed-rules has no effect without access rules. Add --rules, or remove --proposed-rules.",
    );
  if (options.drift === true && options.claim.length > 0)
    throw new MisuseError("A claim is about a change, and --drift reviews changes outside Pulumi. Remove --claim.");
  const { rules, proposedRules, changedControls = [] } = options;
  const read = [...files.filter((file) => file !== "-"), rules, proposedRules, changedControls].flat();
  const written = [options.markdownFile, options.jsonFile, options.htmlFile, options.sarifFile].flatMap(
    (file) => file ?? [],
  );
  const seen = new Set(read.map((file) => resolve(folder, file)));
  for (const file of written) {
    if (seen.has(resolve(folder, file)))
      throw new MisuseError(
        `The command line contains ${file} twice, so an output would overwrite this file. Choose another file for the output.`,
      );
    seen.add(resolve(folder, file));
  }
}

/** Returns the commit and the time of the review; nothing if the commit is unknown, as on a developer's machine. */
export function findOrigin(
  { commit: given }: Pick<ReportOptions, "commit">,
  { environment, now }: Terminal,
): { readonly reviewed?: Reviewed } {
  const commit = given ?? [environment.GITHUB_SHA, environment.CI_COMMIT_SHA].find((sha) => sha && isCommit(sha));
  return commit === undefined ? {} : { reviewed: { commit, at: now } };
}

function collectClaim(text: string, before: readonly Rule[]): readonly Rule[] {
  try {
    return [...before, parseClaim(text)];
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(`${capitalize(error.message)}.`) : error;
  }
}

function parseCommit(text: string): string {
  if (isCommit(text)) return text;
  throw new InvalidArgumentError("Use 7 to 64 hexadecimal digits.");
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

function parseLimit(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= smallestLimit) return Number(text);
  throw new InvalidArgumentError(`Use a whole number, ${smallestLimit} or more.`);
}

/** Returns a parser of an option that reports the error of `check` as a mistake of the command line. */
function parseWith(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw error instanceof CommandError ? new InvalidArgumentError(error.message) : error;
    }
  };
}
