import { exitCodes, CommandError } from "../exit";
import { type Confirmation, differences } from "../review/differences";
import { review, type Review } from "../review/review";
import { readText } from "../terminal/files";
import { asJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type MakeCommand, newCommand } from "./command";

interface Options {
  readonly json?: true;
}

export const confirm: MakeCommand = (terminal, end) =>
  newCommand("confirm", {
    summary: "say whether a change still does what was reviewed",
    description:
      "Compares two reviews of the same change, as `review --json` prints them: the one that somebody has read, and one of now. " +
      "Between them somebody may have changed things by hand, another change may have come first, or somebody's last day may have passed. " +
      "No network is used.",
    examples: [
      "peridio-gitops confirm reviewed.json review.json",
      "peridio-gitops confirm reviewed.json now.json --json",
    ],
    codes: [
      "0  the change does what was reviewed",
      "1  a review cannot be read",
      "2  the command line is wrong",
      "3  it does something else: review again",
    ],
  })
    .argument("<reviewed>", "the review that somebody has read, in JSON")
    .argument("<now>", "a review of now, in JSON")
    .option("--json", "print the differences as JSON instead")
    .action((reviewed: string, now: string, { json }: Options) => {
      const found = differences(readReview(reviewed, terminal), readReview(now, terminal));
      const confirmation: Confirmation = { differences: [...found] };
      terminal.print(json === true ? asJson(confirmation) : asText(found));
      end(found.length === 0 ? exitCodes.passed : exitCodes.attention);
    });

function asText(found: readonly string[]): string {
  if (found.length === 0) return "The change does what was reviewed.\n";
  return `The change does not do what was reviewed. Review again:\n${found.map((words) => `  ${words}\n`).join("")}`;
}

function readReview(file: string, terminal: Terminal): Review {
  const found = review.safeParse(parsed(readText(terminal, file))).data;
  if (found === undefined)
    throw new CommandError(`${file} is no review: give it what \`peridio-gitops review --json\` prints`);
  if (found.kind === "drift") throw new CommandError(`${file} is a review of drift, which is no change to be applied`);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
