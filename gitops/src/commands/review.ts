import { InvalidArgumentError } from "commander";
import { parseLayoutAt } from "../access/layout";
import { chooseExitCode, type ExitCode, MisuseError } from "../exit";
import { buildModel } from "../model/model";
import { type Kind, omitChanges, type StackChange } from "../model/stackChange";
import { FailedPreviewError } from "../preview/document";
import { readBasePreviews, readPreviewFiles } from "../preview/preview";
import { formatHtml } from "../report/html/html";
import { formatReviewJson } from "../review/review";
import { formatFailure, formatMarkdown } from "../report/markdown/markdown";
import { createReport } from "../report/report";
import { formatReportText } from "../report/text";
import { changesAnything, countChanges, reviewModel, type ReviewOptions } from "../review/assemble";
import { markPending, selectRows } from "../review/pending";
import type { Review } from "../review/review";
import { listResults } from "../report/sarif";
import { elsewhere, formatSarif, type FileLocation, type Subject } from "../sarif/sarif";
import { writeText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { formatCount } from "../wording";
import { type CommandFactory, createCommand } from "./command";
import { readConditions } from "./conditions";
import { addReportOptions, findOrigin, rejectMisuse, type ReportOptions } from "./reportOptions";

interface Options extends ReportOptions {
  readonly drift?: true;
  readonly stacks?: readonly string[];
  readonly layout: readonly string[];
  readonly basePreview: readonly string[];
  readonly allowType: readonly string[];
}

/** The meanings of exit codes that all commands which print a review share. */
export const reportCodes = {
  passed: "the verdict is `pass`, no risk reaches --fail-on, and --expect-no-changes found no change",
  attention: "the change needs approval, a risk reaches --fail-on, or --expect-no-changes found a change",
};

export const createReviewCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("review", {
    summary: "show the effect of a change on people's access",
    description:
      "Reads Pulumi's preview and shows which people get or lose access, and the risks. Access rules apply to the state after the change, in all organizations of all given stacks. Uses no network.",
    examples: [
      "pulumi preview --json --show-sames --refresh > preview.json && peridio-gitops review preview.json",
      "peridio-gitops review dev.json production.json --rules access-rules.yaml",
      "peridio-gitops review dev.json production.json --stacks 'access/dev access/production'",
      "peridio-gitops review dev.json production.json --layout layout.yaml",
      "peridio-gitops review preview.json --base-preview base.json",
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
      "--base-preview <file>",
      "a preview of a stack without this change, by the base's program for the same state; changes that it also contains are pending, and do not count for the exit code; repeatable",
    )
    .addListOption(
      "--allow-type <pattern>",
      "a type of another provider's resources whose changes need no approval, such as 'random:*'; repeatable",
    );
  return addReportOptions(command, "Access review").action(async (files: readonly string[], options: Options) => {
    rejectMisuse([...files, ...options.layout, ...options.basePreview], options, terminal);
    if (options.drift === true && options.basePreview.length > 0)
      throw new MisuseError("--drift reviews changes outside Pulumi, which no program causes. Remove --base-preview.");
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

/**
 * Writes the reports of a review, and prints one of them. Returns the exit code. SARIF has a place for each result: where `locate` finds
 * it, or the first rules file.
 */
export function publishReview(
  review: Review,
  options: ReportOptions,
  terminal: Terminal,
  locate: (subject: Subject) => FileLocation | undefined,
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
  const shown = terminal.isInteractive ? formatReportText(report, { title, width: terminal.columns }) : comment;
  terminal.print(options.json === true ? formatReviewJson(review) : shown);
  const { verdict } = review;
  const reasons = verdict === "pass" ? listReasons(review, options) : [];
  for (const reason of reasons) terminal.say(`peridio-gitops: ${reason}. The report names each change.\n`);
  const needsAttention = verdict === "needs approval" || reasons.length > 0;
  return chooseExitCode({ refused: verdict === "refused", needsAttention });
}

/** Writes the comment on a failed preview, and no JSON, so that no later step can approve or confirm it. */
function publishFailure(error: FailedPreviewError, options: ReportOptions, terminal: Terminal): void {
  const { markdownFile, title, limit } = options;
  if (markdownFile === undefined) return;
  writeText(terminal, markdownFile, formatFailure(error.previews, { title, limit, ...findOrigin(options, terminal) }));
}

/** Returns the reasons why a change that passes all rules needs attention, by --fail-on and --expect-no-changes. */
function listReasons(review: Review, { failOn, expectNoChanges }: ReportOptions): readonly string[] {
  const count = failOn === "never" ? 0 : countChanges(failOn, selectRows(review, false));
  return [
    ...(count === 0
      ? []
      : [`${formatCount(count, "change has", "changes have")} a risk that reaches --fail-on ${failOn}`]),
    // Pending changes are changes of the state too.
    ...(expectNoChanges === true && changesAnything(review) ? ["--expect-no-changes found a change"] : []),
  ];
}

async function readReview(files: readonly string[], options: Options, terminal: Terminal) {
  const kind: Kind = options.drift === true ? "drift" : "change";
  // Reports mistakes in rules before it waits for a pipe.
  const { options: conditions, locate } = readConditions(options, terminal);
  const { stacks, allowType: allowedTypes } = options;
  const previews = await readPreviewFiles(files.length === 0 ? ["-"] : files, kind, terminal, stacks);
  // Reads the previews before the layouts: the error of a failed preview says more than the mistakes of the layout.
  const layouts = options.layout.map((path) => ({
    path,
    organizations: parseLayoutAt(path, terminal).organizations.map(({ name }) => name),
  }));
  const review = reviewModel(buildModel(previews, kind), { ...conditions, layouts, allowedTypes });
  if (options.basePreview.length === 0) return { review, locate };
  const base = readBasePreviews(options.basePreview, previews, terminal);
  const { judge } = conditions;
  return { review: markPending(review, reviewBase(base, previews, { judge, allowedTypes })), locate };
}

/**
 * Reviews the base, by the same rules and without what only a change has: edited files and a layout. A stack without a preview of the base
 * stays as it is, so that none of its rows is pending.
 */
function reviewBase(
  base: readonly StackChange[],
  previews: readonly StackChange[],
  options: Pick<ReviewOptions, "judge" | "allowedTypes">,
): Review {
  const model = buildModel(
    previews.map((preview) => base.find(({ stack }) => stack === preview.stack) ?? omitChanges(preview)),
    "change",
  );
  const { judge, ...others } = options;
  const review = reviewModel(model, model.declarations.length === 0 ? others : { judge, ...others });
  return {
    ...review,
    evidence: { ...review.evidence, previews: base.map(({ stack, digest }) => ({ stack, digest })) },
  };
}

function parseStacks(text: string): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  if (names.length > 0 && names.every((name) => /^[^/]+\/[^/]+$/.test(name))) return [...new Set(names)];
  throw new InvalidArgumentError("Use names such as access/dev: the project, a slash and the stack.");
}
