import { resolve } from "node:path";
import { chooseExitCode, exitCodes, MisuseError } from "../exit";
import { type Approval, findMissingApprovals } from "../review/approvals";
import { type Confirmation, findDifferences } from "../review/differences";
import { readReviewFile } from "../review/reviewFile";
import { getVerdict } from "../review/verdict";
import { isLogin, splitLogins } from "../logins";
import { writeText } from "../terminal/files";
import { formatJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand } from "./command";

interface Options {
  readonly approvedBy?: readonly string[];
  readonly approvalFile?: string;
  readonly requireApproval?: true;
  readonly afterFailure?: true;
  readonly json?: true;
}

export const createConfirmCommand: CommandFactory = (terminal, end) =>
  createCommand("confirm", {
    summary: "check that a change still matches its review",
    description:
      "Compares an earlier review of a change with a current one. Both are in the format of `review --json`. The reviews differ, for example, after a change outside Pulumi, another change of the program, or the last day of a person's access. Uses no network.",
    examples: [
      "peridio-gitops confirm reviewed.json review.json",
      "peridio-gitops confirm reviewed.json review.json --json",
      "peridio-gitops confirm reviewed.json review.json --approved-by 'ada grace' --approval-file approval.json",
    ],
    codes: {
      passed: "the change matches its review",
      failed: "a review cannot be read",
      attention: "the change differs from its review, or needs the approval of another person",
      refused: "the current review refuses the change",
    },
  })
    .argument("<reviewed>", "the earlier review, as JSON")
    .argument("<now>", "the current review, as JSON")
    .option(
      "--approved-by <logins>",
      "the people who approved the change, separated by spaces or commas; without this option, the command checks no approvals",
      collectLogins,
    )
    .option(
      "--approval-file <file>",
      "if the command exits with 0, write a record of the approval of the current review to this file, for the policy pack; only with --approved-by",
    )
    .option("--require-approval", "also require an approval of a change that passes; only with --approved-by")
    .option(
      "--after-failure",
      "an earlier run has applied a part of the reviewed change: accept reviewed changes that are already in force",
    )
    .option("--json", "print the differences as JSON instead of text")
    .action((reviewed: string, now: string, options: Options) => {
      rejectMisusedRecord([reviewed, now], options, terminal);
      const { approvedBy, approvalFile, json } = options;
      const earlier = readReviewFile(terminal, reviewed);
      const { review, digest } = readReviewFile(terminal, now);
      const confirmation: Confirmation = {
        differences: [...findDifferences(earlier.review, review, options.afterFailure)],
        ...(approvedBy !== undefined && {
          missingApprovals: [...findMissingApprovals(review, approvedBy, options.requireApproval)],
        }),
        ...(getVerdict(review) === "refused" && { refused: true }),
      };
      const { differences, missingApprovals = [], refused } = confirmation;
      const code = chooseExitCode({ refused, needsAttention: differences.length + missingApprovals.length > 0 });
      if (approvedBy !== undefined && approvalFile !== undefined && code === exitCodes.passed) {
        const record: Approval = { version: 1, review: digest, approvers: approvedBy.filter(isLogin) };
        writeText(terminal, approvalFile, formatJson(record));
      }
      terminal.print(json === true ? formatJson(confirmation) : formatText(confirmation));
      end(code);
    });

function collectLogins(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...splitLogins(text)];
}

function rejectMisusedRecord(
  reviews: readonly string[],
  { approvedBy, approvalFile, requireApproval }: Options,
  { folder }: Terminal,
): void {
  if (requireApproval === true && approvedBy === undefined)
    throw new MisuseError("--require-approval needs the people who approved. Add --approved-by.");
  if (approvalFile === undefined) return;
  if (approvedBy === undefined)
    throw new MisuseError("--approval-file records who approved. Add --approved-by, or remove --approval-file.");
  if (reviews.some((file) => resolve(folder, file) === resolve(folder, approvalFile)))
    throw new MisuseError(
      `The command line contains ${approvalFile} twice, so the record would overwrite a review. Choose another file for the record.`,
    );
}

function formatText({ differences, missingApprovals = [], refused }: Confirmation): string {
  const list = (title: string, sentences: readonly string[]) =>
    sentences.length === 0 ? "" : `${title}:\n${sentences.map((words) => `  ${words}\n`).join("")}`;
  return [
    differences.length === 0
      ? "The change matches its review.\n"
      : list("The change differs from its review. Review the change again", differences),
    list("The change lacks an approval", missingApprovals),
    refused === true
      ? "The current review refuses the change, and no approval permits it. Correct the program. If a rule refuses the change, you can also exempt the person or the organization from the rule.\n"
      : "",
  ].join("");
}
