import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { SourceFile } from "#framework/documents";
import { type BackendName, canonicalizeEmail, chooseBackend, email } from "#provider";
import { formatLayoutMistake, type Layout } from "#layout";
import { PullRequests } from "../ci/pullRequest";
import { offlineSettingNames } from "../connection";
import { type EditableLayout, type EditedLayout, openLayout } from "../edit/editableLayout";
import { type Adoption, adoptAll } from "../edit/adopt";
import { chooseExitCode, CommandError, type ExitCode, MisuseError } from "../exit";
import { buildModel } from "../model/model";
import { compareLayouts } from "../plan/layouts";
import { formatMarkdown } from "../report/markdown/markdown";
import { createReport } from "../report/report";
import { formatReportText } from "../report/text";
import { reviewModel } from "../review/assemble";
import { formatReviewJson, type Review } from "../review/review";
import { findUsualRules, usualRulesFile } from "../rules/usualFile";
import { computeDigest } from "../digest";
import { writeTexts } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { rejectUnsupported } from "../validation/validate";
import type { GitopsCommand } from "./command";
import { readConditions } from "./conditions";

/** The options of commands that edit a layout. */
export interface EditOptions {
  readonly layout: string;
  /** The named files of access rules; empty for the usual file. */
  readonly rules: readonly string[];
  readonly noRules?: true;
  readonly authors?: readonly string[];
  readonly dryRun?: true;
  readonly pullRequest?: true;
  readonly reason?: string;
  readonly json?: true;
  readonly backend?: BackendName;
}

/** The options of an edit, and the words for its pull request. */
interface Edited extends EditOptions {
  readonly terminal: Terminal;
  readonly title: string;
  /** Tells edits with the same title apart. */
  readonly id?: string;
}

/** A layout to edit and, if the edit becomes a pull request, the place for it. */
export interface OpenedLayout extends EditableLayout {
  readonly requests: PullRequests | undefined;
}

/** The meanings of exit codes that all commands which edit a layout share. */
export const editCodes = {
  passed: "the layout is edited, or --dry-run has shown the edit",
  failed: "the layout is not edited: standard error has the reason",
  attention: "the layout is edited, and a rule requires approval of the change",
  refused: "a rule refuses the change, so the layout is not edited",
};

/** Adds the argument for the person whose access a command edits. Each spelling of an address is the same person, and has the same pull request. */
export function addPersonArgument(command: GitopsCommand): GitopsCommand {
  return command.argument("<person>", "the person's e-mail address", (text: string) => {
    const { success, data } = email.safeParse(text);
    if (success) return canonicalizeEmail(data);
    throw new InvalidArgumentError("Use an e-mail address.");
  });
}

/** Adds the options of commands that edit a layout, except the API. */
export function addWritingOptions(command: GitopsCommand): GitopsCommand {
  return command
    .option("--layout <path>", "the layout: a file, or a folder whose files are one layout together", "layout.yaml")
    .addListOption("--rules <file>", "a file of access rules for the layout after the edit; repeatable", {
      none: `${usualRulesFile} beside the layout or in the folder of the Pulumi project, if it exists`,
    })
    .addNoRulesOption("without access rules")
    .addAuthorsOption()
    .option("--dry-run", "show the edit, and do not write it")
    .addExclusiveOption(
      "--pull-request",
      "edit the layout of main at the forge, and open or update a pull request with the plan, with the token in PULL_REQUEST_TOKEN; leave the files of the folder as they are",
      ["dryRun"],
    )
    .addOption(
      new Option(
        "--reason <text>",
        "the reason, such as INC-42, for the pull request and its commit; `grant` also writes a comment above the role",
      ).argParser(parseReason),
    );
}

/** Reports if options are given that only an edit uses. */
export function isWriting({ dryRun, rules, noRules, pullRequest, reason }: EditOptions): boolean {
  return [dryRun, noRules, pullRequest].includes(true) || rules.length > 0 || reason !== undefined;
}

/** A longer reason would hide the entry that it explains. */
const longestReason = 200;

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason !== "" && reason.length <= longestReason && !/[\p{C}\p{Zl}\p{Zp}]/u.test(reason)) return reason;
  throw new InvalidArgumentError(`Use one line of up to ${longestReason} characters, without control characters.`);
}

/**
 * Opens the layout in the folder or, for a pull request, the layout of main at the forge.
 * @throws MisuseError if a reason would be lost
 */
export async function openEdited(
  { layout, pullRequest, reason }: EditOptions,
  terminal: Terminal,
  { keepsReason }: { readonly keepsReason?: true } = {},
): Promise<OpenedLayout> {
  if (pullRequest === true) {
    const requests = await PullRequests.open(terminal, layout);
    return { ...openLayout(layout, terminal, requests.base), requests };
  }
  if (reason !== undefined && keepsReason !== true)
    throw new MisuseError(
      "This edit leaves no entry for a reason. Add --pull-request, or write the reason into your commit.",
    );
  return { ...openLayout(layout, terminal), requests: undefined };
}

export function addEditOptions(command: GitopsCommand): GitopsCommand {
  const description = "the API of organizations without a connection; by default PERIDIO_BACKEND";
  return addWritingOptions(command)
    .addBackendOption(description)
    .option("--json", "print the review of the edit as JSON instead of text");
}

/**
 * Makes one edit: proves its effect, prints the changed lines and the plan, and writes the files.
 * @throws CommandError if the layout cannot be edited. No file is changed then.
 */
export async function editLayout(editable: OpenedLayout, adoption: Adoption, options: Edited): Promise<ExitCode> {
  const edited = adoptAll(editable, [{ adoption }]);
  for (const reason of edited.refused.values()) throw new CommandError(`The layout is not edited: ${reason}`);
  return chooseExitCode(await writeEdit(editable, edited, options));
}

/**
 * Prints the changed lines and the plan of a proved edit. Unless a rule refuses the change, writes the files, or opens the pull request.
 * @throws CommandError if the edit changes nothing, if a file cannot be edited, or if an end would leave an organization without an admin. No file is changed then.
 */
export async function writeEdit(
  { sources, layout: before, requests }: OpenedLayout,
  { files, layout: after }: EditedLayout,
  { terminal, ...options }: Edited,
): Promise<{ readonly refused: boolean; readonly needsAttention: boolean }> {
  const changed = files.listChanged();
  if (changed.length === 0) throw new CommandError("The layout already says this. Nothing is changed.");
  const read = (file: string) => requests?.read(file) ?? readFileSync(resolve(terminal.folder, file));
  /** Also rejects a file that has changed since it was read. */
  const readMarks = () => new Map(sources.map((source) => [source.file, readMark(source, read)]));
  readMarks();
  const review = plan(before, after, sources, options, terminal);
  const headerOptions = FILE_HEADERS_ONLY;
  const patches = changed.map(({ file, before, after }) =>
    createTwoFilesPatch(file, file, before, after, "", "", { context: 1, headerOptions }),
  );
  for (const warning of after.warnings.filter(({ path }) => !before.warnings.some((one) => one.path === path)))
    terminal.say(`peridio-gitops: ${formatLayoutMistake(warning)}\n`);
  for (const { file, comment } of files.lostComments)
    terminal.say(`peridio-gitops: The edit removes a comment from ${file}: ${comment}\n`);
  terminal.print(
    options.json === true
      ? formatReviewJson(review)
      : `${patches.join("")}\n${formatReportText(createReport(review), { title: "Access plan", width: terminal.columns })}`,
  );
  const refused = review.verdict === "refused";
  const reason = refused ? "a rule refuses the edit" : options.dryRun === true ? "of --dry-run" : undefined;
  if (reason !== undefined) terminal.say(`peridio-gitops: Nothing is written, because ${reason}.\n`);
  else {
    const marks = readMarks();
    const texts = changed.map(({ file, after: text }) => ({ file, text: `${marks.get(file) ?? ""}${text}` }));
    if (requests === undefined) writeTexts(terminal, texts, readMarks);
    else {
      const changes = patches.flatMap((patch) => patch.split("\n").filter((line) => /^[+-]/.test(line)));
      const plan = formatMarkdown(createReport(review), { limit: planLimit, title: "Access plan" });
      const { title, id, reason } = options;
      const words = { title, reason, ...(id !== undefined && { id }) };
      const result = await requests.publish({ ...words, plan, changes, files: texts });
      terminal.say(`peridio-gitops: ${result}\n`);
    }
  }
  return { refused, needsAttention: review.verdict === "needs approval" };
}

/** Does the same as `writeEdit`, or nothing if the edit changes nothing. */
export async function writeChanges(...args: Parameters<typeof writeEdit>): ReturnType<typeof writeEdit> {
  const [, { files }] = args;
  return files.listChanged().length === 0 ? { refused: false, needsAttention: false } : writeEdit(...args);
}

/** The most characters of a plan, so that each forge accepts the text of the pull request. */
const planLimit = 60_000;

function plan(
  base: Layout,
  layout: Layout,
  sources: readonly SourceFile[],
  options: EditOptions,
  terminal: Terminal,
): Review {
  const backend = chooseBackend({ backend: options.backend }, terminal.environment, offlineSettingNames);
  rejectUnsupported(layout, backend, options.layout);
  const digest = computeDigest(JSON.stringify(sources));
  const { authors } = options;
  const rules = chooseRules(options, terminal);
  const { options: conditions } = readConditions({ rules, ...(authors && { authors }) }, terminal);
  return reviewModel(buildModel(compareLayouts({ base, layout, backend, digest }), "change"), conditions);
}

/** Returns the named files, or the file that judges the change in a pipeline. */
function chooseRules({ rules, noRules, layout }: EditOptions, { folder }: Terminal): readonly string[] {
  if (noRules === true) return [];
  const path = resolve(folder, layout);
  // A link to a layout leads to the rules beside this layout.
  const target = existsSync(path) ? realpathSync(path) : path;
  const [usual] = [dirname(path), dirname(target), folder].flatMap((one) => findUsualRules(one) ?? []);
  return rules.length > 0 || usual === undefined ? rules : [usual];
}

/**
 * Returns the byte order mark of a file.
 * @throws CommandError if the file is not in UTF-8, or has changed since it was read, so that an edit would change other bytes.
 */
function readMark({ file, text }: SourceFile, read: (file: string) => Buffer): string {
  const bytes = read(file);
  const mark = ["", "\uFEFF"].find((one) => bytes.equals(Buffer.from(one + text)));
  if (mark !== undefined) return mark;
  throw new CommandError(
    `${file} has changed meanwhile, or is not in UTF-8, so an edit would change other parts of the file. Try again, or save the file in UTF-8.`,
  );
}
