import { exitCodes, CommandError } from "../exit";
import { type Confirmation, findDifferences } from "../review/differences";
import { review, type Review } from "../review/review";
import { readText } from "../terminal/files";
import { formatJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand } from "./command";

interface Options {
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
    ],
    codes: [
      "0  the change matches its review",
      "1  a review cannot be read",
      "2  the command line is wrong",
      "3  the change differs from its review; review the change again",
    ],
  })
    .argument("<reviewed>", "the earlier review, as JSON")
    .argument("<now>", "the current review, as JSON")
    .option("--json", "print the differences as JSON instead of text")
    .action((reviewed: string, now: string, { json }: Options) => {
      const differences = findDifferences(readReview(reviewed, terminal), readReview(now, terminal));
      const confirmation: Confirmation = { differences: [...differences] };
      terminal.print(json === true ? formatJson(confirmation) : formatText(differences));
      end(differences.length === 0 ? exitCodes.passed : exitCodes.attention);
    });

function formatText(differences: readonly string[]): string {
  if (differences.length === 0) return "The change matches its review.\n";
  return `The change differs from its review. Review the change again:\n${differences.map((words) => `  ${words}\n`).join("")}`;
}

function readReview(file: string, terminal: Terminal): Review {
  const parsed = review.safeParse(parseJson(readText(terminal, file))).data;
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
