import { Command, Option } from "commander";
import type { ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

/** One command of the command line, ready to be parsed. `end` is told how it ended; whoever rejects has failed. */
export type MakeCommand = (terminal: Terminal, end: (code: ExitCode) => void) => Command;

/**
 * A command with what all of them have: its name, what it does, examples and exit codes below the options.
 * `examples` are command lines; `codes` say what its exit codes mean, as `3: somebody has to approve`.
 */
export function newCommand(
  name: string,
  {
    summary,
    description,
    examples,
    codes,
  }: {
    readonly summary: string;
    readonly description: string;
    readonly examples: readonly string[];
    readonly codes: readonly string[];
  },
): Command {
  const list = (title: string, lines: readonly string[]) =>
    `\n${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
  return new Command(name)
    .summary(summary)
    .description(description)
    .addHelpText("after", `${list("Examples", examples)}${list("Exit codes", codes)}`);
}

/** Options that several commands have. */

export function organizationOption(): Option {
  return new Option("--organization <pattern>", "only these, * for any characters; may be repeated")
    .argParser(collected)
    .default([], "all");
}

/** Gathers the values of an option that may be repeated. */
export function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
