import { basename, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Layout } from "#layout";
import { parseLayoutAt } from "../access/layout";
import { chooseExitCode, CommandError, type ExitCode, MisuseError } from "../exit";
import { buildModel } from "../model/model";
import type { Kind } from "../model/stackChange";
import { FailedPreviewError } from "../preview/document";
import { readPreviewFiles } from "../preview/preview";
import { formatHtml } from "../report/html/html";
import { formatReviewJson } from "../review/review";
import {
  commentLimit,
  smallestLimit,
  formatFailure,
  formatMarkdown,
  escapeLink,
  createMarker,
} from "../report/markdown/markdown";
import { createReport, type Reviewed } from "../report/report";
import { type Judge, type ReviewOptions, changesAnything, countChanges, reviewModel } from "../review/assemble";
import type { Review } from "../review/review";
import { type Level, levels } from "../risks";
import { createJudge } from "../rules/checkRules";
import { parseClaim } from "../rules/claims";
import type { Rule } from "../rules/rule";
import { isLogin, splitLogins } from "../logins";
import { digestRulesFiles, readRulesFiles } from "../rules/readRules";
import { listResults } from "../report/sarif";
import { elsewhere, formatSarif, type Place, type Subject } from "../sarif/sarif";
import { readText, writeText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { capitalize, formatCount } from "../wording";
import { type CommandFactory, createCommand, type GitopsCommand } from "./command";

interface Options extends ReportOptions {
  readonly drift?: true;
  readonly stacks?: readonly string[];
  readonly layout: readonly string[];
  readonly allowType: readonly string[];
}

/** The options of commands that print a review. */
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
  readonly json?: true;
  readonly markdownFile?: string;
  readonly jsonFile?: string;
  readonly htmlFile?: string;
  readonly sarifFile?: string;
}

/** The meanings of exit codes that commands share which print a review. */
export const reportCodes = {
  passed: "the verdict is `pass`, no risk reaches --fail-on, and --expect-no-changes found no change",
  attention: "the change needs approval, a risk reaches --fail-on, or --expect-no-changes found a change",
};

export const createReviewCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("review", {
    summary: "show the effect of a change on people's access",
    description:
      "Reads Pulumi's preview and shows which people get or lose access, and the risks. Access rules apply to the " +
      "state after the change, in all organizations of all given stacks. Uses no network.",
    examples: [
      "pulumi preview --json --show-sames --refresh > preview.json && peridio-gitops review preview.json",
      "peridio-gitops review dev.json production.json --rules access-rules.yaml",
      "peridio-gitops review dev.json production.json --stacks 'access/dev access/production'",
      "peridio-gitops review dev.json production.json --layout layout.yaml",
      "peridio-gitops review preview.json --fail-on high",
      "pulumi refresh --preview-only --json | peridio-gitops review --drift",
      "peridio-gitops review preview.json --claim 'grants: none' --claim 'onlyOrganizations: acme-dev'",
    ],
    codes: {
      ...reportCodes,
      failed: "the review failed, for example because a preview is incomplete: standard error has the reason",
      refused: "a rule refuses the change, or stacks contradict each other",
    },
  })
    .argument(
      "[previews...]",
      "files with the output of `pulumi preview --json --show-sames`, one for each stack; by default, or for -, standard input",
    )
    .option("--drift", "review drift: the files are the output of `pulumi refresh --preview-only --json`")
    .option(
      "--stacks <names>",
      "the expected stacks, as `project/stack`, separated by spaces or commas; a missing or additional preview fails the review",
      parseStacks,
    )
    .addListOption(
      "--layout <path>",
      "the layout after the change, a file or a folder; an organization that no stack declares needs approval; repeatable",
    )
    .addListOption(
      "--allow-type <pattern>",
      "a type of another provider's resources whose changes need no approval, such as 'random:*'; repeatable",
    );
  return addReportOptions(command, "Access review").action(async (files: readonly string[], options: Options) => {
    rejectMisuse([...files, ...options.layout], options, terminal);
    if (options.drift === true && options.layout.length > 0)
      throw new MisuseError("--drift reviews changes outside Pulumi, and no layout. Remove --layout.");
    try {
      const { review, locate } = await readReview(files, options, terminal);
      end(publishReview(review, options, terminal, locate));
    } catch (error) {
      if (error instanceof FailedPreviewError) publishFailure(error, options, terminal);
      throw error;
    }
  });
};

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
    .option(
      "--authors <logins>",
      "the authors of the change, separated by spaces or commas, for rules with `authors` or `approvers`; repeatable; omit unknown authors",
      parseLogins,
    )
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
    .option("--json", "print JSON instead of Markdown")
    .option("--markdown-file <file>", "also write the Markdown to this file")
    .option("--json-file <file>", "also write the JSON to this file")
    .option("--html-file <file>", "also write an HTML page with everyone's access, which works offline, to this file")
    .option(
      "--sarif-file <file>",
      "also write the broken rules and the changes in SARIF, for code scanning, to this file",
    );
}

/**
 * Writes the reports of a review, and prints one of them. Returns the exit code. SARIF has a place for each result: where `locate` finds
 * it, or the first rules file.
 */
export function publishReview(
  review: Review,
  options: ReportOptions,
  terminal: Terminal,
  locate: (subject: Subject) => Place | undefined,
): ExitCode {
  const { title, limit, link, markdownFile, jsonFile, htmlFile, sarifFile, rules } = options;
  const origin = findOrigin(options, terminal);
  const report = createReport(review);
  const comment = formatMarkdown(report, { title, limit, ...(link !== undefined && { link }), ...origin });
  if (markdownFile !== undefined) writeText(terminal, markdownFile, comment);
  if (jsonFile !== undefined) writeText(terminal, jsonFile, formatReviewJson(review));
  if (htmlFile !== undefined) writeText(terminal, htmlFile, formatHtml(report, { title, ...origin }));
  if (sarifFile !== undefined) {
    const [file] = rules;
    const results = listResults(review, (subject) => locate(subject) ?? (file === undefined ? elsewhere : { file }));
    writeText(terminal, sarifFile, formatSarif(results, review.unknowns));
  }
  terminal.print(options.json === true ? formatReviewJson(review) : comment);
  const { verdict } = review;
  const needsAttention =
    verdict === "needs approval" || (verdict === "pass" && isUnexpected(review, options, terminal));
  return chooseExitCode({ refused: verdict === "refused", needsAttention });
}

/** Writes the comment on a failed preview. There is no review that another command could confirm. */
function publishFailure(error: FailedPreviewError, options: ReportOptions, terminal: Terminal): void {
  const { markdownFile, title, limit } = options;
  if (markdownFile === undefined) return;
  writeText(terminal, markdownFile, formatFailure(error, { title, limit, ...findOrigin(options, terminal) }));
}

/** Reports if a change that the rules let pass is too risky for the options, or may change nothing. */
function isUnexpected(review: Review, { failOn, expectNoChanges }: ReportOptions, terminal: Terminal): boolean {
  const count = failOn === "never" ? 0 : countChanges(failOn, review);
  if (count > 0) {
    terminal.say(
      `peridio-gitops: ${formatCount(count, "change has", "changes have")} a risk that reaches --fail-on ${failOn}. The report names each change.\n`,
    );
  }
  return count > 0 || (expectNoChanges === true && changesAnything(review));
}

/** Returns the commit and the time of the review; nothing if the commit is unknown, as on a developer's machine. */
function findOrigin(
  { commit: given }: ReportOptions,
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

function parseLogins(text: string, before: readonly string[] = []): readonly string[] {
  const logins = splitLogins(text);
  const mistaken = logins.find((login) => !isLogin(login));
  if (mistaken !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(mistaken)} is not a login. Write a login without @, such as ada.`);
  if (logins.length > 0) return [...before, ...logins];
  throw new InvalidArgumentError("Name each author by the login, or omit the option if the authors are unknown.");
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

function parseStacks(text: string): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  if (names.length > 0 && names.every((name) => /^[^/]+\/[^/]+$/.test(name))) return [...new Set(names)];
  throw new InvalidArgumentError("Use names such as access/dev: the project, a slash and the stack.");
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

/** Rejects mistakes in the command line as a whole. `files` are the files that the command reads. */
export function rejectMisuse(
  files: readonly string[],
  options: ReportOptions & Pick<Options, "drift">,
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

async function readReview(files: readonly string[], options: Options, terminal: Terminal) {
  const kind: Kind = options.drift === true ? "drift" : "change";
  // Reports mistakes in rules before it waits for a pipe.
  const conditions = readConditions(options, terminal);
  const { stacks, allowType: allowedTypes } = options;
  const previews = await readPreviewFiles(files.length === 0 ? ["-"] : files, kind, terminal, stacks);
  // A preview that fails because of the layout names more than its mistakes.
  const layouts = options.layout.map((path) => ({
    path,
    organizations: listLayoutNames(parseLayoutAt(path, terminal)),
  }));
  return {
    review: reviewModel(buildModel(previews, kind), { ...conditions.options, layouts, allowedTypes }),
    locate: conditions.locate,
  };
}

function listLayoutNames({ organizations }: Layout): readonly string[] {
  return organizations.map(({ name }) => name);
}

/** The options of a review, and the places of its rules and tests. */
interface Conditions {
  readonly options: ReviewOptions;
  /** Returns the place of a broken rule or a failed test. */
  readonly locate: (subject: Subject) => Place | undefined;
}

/**
 * Reads the files that decide about a review. `today` is the day for exemptions, UTC. `leftOut` are the names of existing organizations that
 * the review leaves out on request.
 */
export function readConditions(
  options: ReportOptions,
  terminal: Terminal,
  {
    today = terminal.now.toISOString().slice(0, 10),
    leftOut = [],
  }: { readonly today?: string; readonly leftOut?: readonly string[] } = {},
): Conditions {
  const { rules, proposedRules, changedControls, authors, claim } = options;
  const read = (files: readonly string[]): Pick<Conditions, "locate"> & { readonly judge: Judge | undefined } => {
    if (files.length + claim.length === 0) return { judge: undefined, locate: () => undefined };
    const { rules, tests } = readRulesFiles(files, terminal.folder);
    const places = new Map([
      ...rules.map(({ name, location }) => [name, location] as const),
      ...tests.map(({ name, place }) => [name, place.location] as const),
    ]);
    return {
      judge: createJudge([...rules, ...claim], { today, authors, tests, leftOut }),
      locate: ({ rule = "" }) => places.get(rule),
    };
  };
  const { judge, locate } = read(rules);
  const isProposed =
    proposedRules.length > 0 && digestRulesFiles(proposedRules, terminal) !== digestRulesFiles(rules, terminal);
  const proposedJudge = isProposed ? read(proposedRules).judge : undefined;
  const controls = changedControls === undefined ? "" : readText(terminal, changedControls);
  return {
    options: {
      judge,
      proposedJudge,
      rulesFiles: [...rules, ...proposedRules].map((file) => basename(file)),
      changedControls: controls.split(/\r?\n/).filter((line) => line.trim() !== ""),
      sources: {
        commit: findOrigin(options, terminal).reviewed?.commit ?? null,
        ...(authors !== undefined && { authors: [...authors] }),
        rules: rules.length === 0 ? null : digestRulesFiles(rules, terminal),
      },
    },
    locate,
  };
}
