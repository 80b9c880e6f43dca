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
    summary: "check that a change still equals its review",
    description:
      "Compares two reviews of a change, in the format of `review --json`: the reviewed one and a current one. " +
      "The reviews differ after a change outside Pulumi, another change of the program, or the last day of a person's access. " +
      "Uses no network.",
    examples: [
      "peridio-gitops confirm reviewed.json review.json",
      "peridio-gitops confirm reviewed.json now.json --json",
    ],
    codes: [
      "0  the change equals its review",
      "1  a review cannot be read",
      "2  the command line is wrong",
      "3  the change differs from its review, and needs a new review",
    ],
  })
    .argument("<reviewed>", "the reviewed version, in JSON")
    .argument("<now>", "the current version, in JSON")
    .option("--json", "print the differences as JSON instead")
    .action((reviewed: string, now: string, { json }: Options) => {
      const differences = findDifferences(readReview(reviewed, terminal), readReview(now, terminal));
      const confirmation: Confirmation = { differences: [...differences] };
      terminal.print(json === true ? formatJson(confirmation) : formatText(differences));
      end(differences.length === 0 ? exitCodes.passed : exitCodes.attention);
    });

function formatText(differences: readonly string[]): string {
  if (differences.length === 0) return "The change equals its review.\n";
  return `The change differs from its review. Review it again:\n${differences.map((words) => `  ${words}\n`).join("")}`;
}

function readReview(file: string, terminal: Terminal): Review {
  const parsed = review.safeParse(parseJson(readText(terminal, file))).data;
  if (parsed === undefined)
    throw new CommandError(
      `${file} is not a review of this version. Pass the output of \`peridio-gitops review --json\`.`,
    );
  if (parsed.kind === "drift")
    throw new CommandError(`${file} is a review of drift, which cannot be applied. Pass a review of a change.`);
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
