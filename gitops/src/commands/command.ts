import { Command, Option } from "commander";
import type { ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

/** Creates one command. `end` receives the exit code of the command; a rejection is a failure. */
export type CommandFactory = (terminal: Terminal, end: (code: ExitCode) => void) => Command;

/** Creates a command with its name, description, examples and exit codes. */
export function createCommand(
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

// The options of several commands.

export function createOrganizationOption(): Option {
  return new Option(
    "--organization <pattern>",
    "only organizations with this name; * stands for any characters; repeatable",
  )
    .argParser(collectValue)
    .default([], "all");
}

/** Collects the values of a repeatable option. */
export function collectValue(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
