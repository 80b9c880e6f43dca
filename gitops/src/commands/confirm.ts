import { Option } from "commander";
import { exitCodes, CommandError } from "../exit";
import { findMissingApprovals } from "../review/approvals";
import { type Confirmation, findDifferences } from "../review/differences";
import { parseReview, type Review } from "../review/review";
import { splitLogins } from "../rules/selector";
import { readText } from "../terminal/files";
import { formatJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand } from "./command";

interface Options {
  readonly approvedBy?: readonly string[];
  readonly json?: true;
}

export const createConfirmCommand: CommandFactory = (terminal, end) =>
  createCommand("confirm", {
    summary: "check that a change still matches its review",
    description:
      "Compares an earlier review of a change with a current one. Both are in the format of `review --json`. " +
      "The reviews differ, for example, after a change outside Pulumi, another change of the program, or the last day of a person's access. " +
      "Uses no network.",
    examples: [
      "peridio-gitops confirm reviewed.json review.json",
      "peridio-gitops confirm reviewed.json now.json --json",
      "peridio-gitops confirm reviewed.json now.json --approved-by 'ada grace'",
    ],
    codes: [
      "0  the change matches its review",
      "1  a review cannot be read",
      "2  the command line is wrong",
      "3  the change differs from its review, or a rule needs the approval of another person",
    ],
  })
    .argument("<reviewed>", "the earlier review, as JSON")
    .argument("<now>", "the current review, as JSON")
    .addOption(
      new Option(
        "--approved-by <logins>",
        "the people who approved the change, separated by spaces or commas, for rules with `approvers`; without this option, the command checks no approvals",
      ).argParser(collectLogins),
    )
    .option("--json", "print the differences as JSON instead of text")
    .action((reviewed: string, now: string, { approvedBy, json }: Options) => {
      const current = readReview(now, terminal);
      const confirmation: Confirmation = {
        differences: [...findDifferences(readReview(reviewed, terminal), current)],
        ...(approvedBy !== undefined && { missingApprovals: [...findMissingApprovals(current, approvedBy)] }),
      };
      const { differences, missingApprovals = [] } = confirmation;
      terminal.print(json === true ? formatJson(confirmation) : formatText(confirmation));
      end(differences.length + missingApprovals.length === 0 ? exitCodes.passed : exitCodes.attention);
    });

function collectLogins(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...splitLogins(text)];
}

function formatText({ differences, missingApprovals = [] }: Confirmation): string {
  const list = (title: string, sentences: readonly string[]) =>
    sentences.length === 0 ? "" : `${title}:\n${sentences.map((words) => `  ${words}\n`).join("")}`;
  return [
    differences.length === 0
      ? "The change matches its review.\n"
      : list("The change differs from its review. Review the change again", differences),
    list("The change lacks an approval", missingApprovals),
  ].join("");
}

function readReview(file: string, terminal: Terminal): Review {
  const parsed = parseReview(readText(terminal, file));
  if (parsed === undefined)
    throw new CommandError(
      `${file} is not a review that this version of peridio-gitops can read. Pass the output of \`peridio-gitops review --json\`.`,
    );
  if (parsed.kind === "drift")
    throw new CommandError(
      `${file} is a review of drift, which cannot be applied. Pass the output of \`peridio-gitops review --json\` without --drift.`,
    );
  return parsed;
}
