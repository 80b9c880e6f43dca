import { Command, InvalidArgumentError, Option } from "commander";
import type * as z from "zod";
import { backends, configuration, day, end, endpoints } from "#provider";
import { type ExitCode, exitCodes } from "../exit";
import { isLogin, splitLogins } from "../logins";
import type { Terminal } from "../terminal/terminal";

/** Creates one command. `end` receives the exit code of the command; a rejection is a failure. */
export type CommandFactory = (terminal: Terminal, end: (code: ExitCode) => void) => GitopsCommand;

/** The words for the help of a command. */
interface CommandHelp {
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** The meanings of the exit codes. A wrong command line has the same code in all commands. */
  readonly codes: Readonly<Record<"passed" | "failed", string> & Partial<Record<"attention" | "refused", string>>>;
}

/** Creates a command with its name, description, examples and exit codes. */
export function createCommand(name: string, { summary, description, examples, codes }: CommandHelp): GitopsCommand {
  const meanings: Readonly<Record<string, string | undefined>> = { ...codes, misused: "the command line is wrong" };
  const command = new GitopsCommand(name);
  command.codes = Object.entries(exitCodes).flatMap(([result, code]) => {
    const meaning = meanings[result];
    return meaning === undefined ? [] : [[code, meaning] as const];
  });
  const codeLines = command.codes.map(([code, meaning]) => `${code}  ${meaning}`);
  return command
    .summary(summary)
    .description(description)
    .addHelpText("after", `\n${formatSection("Examples", examples)}`)
    .addHelpText("after", formatSection("Exit codes", codeLines));
}

function formatSection(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** The environment variables of commands that call Peridio, for their help. */
const connectionHelp = [
  "PERIDIO_API_KEY   the API key of a viewer or a person with a higher role,",
  "                  or, for the backend connect, the token of an admin or an owner (avo_…)",
  "PERIDIO_BACKEND   the API: admin-v2, or connect for Avocado Connect;",
  "                  by default, the API that the host in the address serves, or else admin-v2",
  `PERIDIO_BASE_URL  the address of the API; by default ${endpoints["admin-v2"]},`,
  `                  or ${endpoints.connect} for the backend connect`,
  "PERIDIO_CA_PATH   a PEM file with additional trusted certificates",
];

/** The variables of the connections of a layout, such as `PERIDIO_API_KEY_LIVE` for the connection `live`. */
export const layoutConnectionHelp = [
  "PERIDIO_API_KEY_<CONNECTION>, PERIDIO_BASE_URL_<CONNECTION>",
  "                  the key and the address of a connection of the layout,",
  "                  such as PERIDIO_API_KEY_LIVE, instead of PERIDIO_API_KEY",
];

/** A command with methods for the options that several commands have. */
export class GitopsCommand extends Command {
  /** The exit codes and their meanings, in ascending order. */
  codes: readonly (readonly [ExitCode, string])[] = [];

  addEnvironmentHelp(variables: readonly string[]): this {
    return this.addHelpText("after", formatSection("Environment", variables));
  }

  /** Adds the options and the environment variables of commands that call Peridio. */
  addConnectionOptions(otherVariables: readonly string[] = []): this {
    const endpoint = new Option("--endpoint <url>", "the address of the API; by default PERIDIO_BASE_URL");
    return this.addOption(endpoint.argParser(parseBySchema(configuration.shape.endpoint)))
      .addBackendOption("the API; by default PERIDIO_BACKEND")
      .addEnvironmentHelp([...connectionHelp, ...otherVariables]);
  }

  /** Adds `--no-rules`, which conflicts with `--rules`. As the negation of `--rules`, the last one of both would win without a word. */
  addNoRulesOption(description: string): this {
    const option = new Option("--no-rules", description).conflicts("rules");
    option.negate = false;
    return this.addOption(option);
  }

  addBackendOption(description: string): this {
    return this.addChoiceOption("--backend <backend>", description, backends);
  }

  /**
   * @param conflicts the options that select another source
   * @param purpose the words for the effect of previews on a command that also reads something else
   */
  addPreviewOption(conflicts: readonly string[], purpose = ""): this {
    const description = `a file with the output of \`pulumi preview --json --show-sames\`, or - for standard input${purpose}; repeatable, once for each stack`;
    return this.addListOption("--preview <file>", description, { conflicts });
  }

  addOrganizationOption(): this {
    return this.addListOption(
      "--organization <pattern>",
      "only organizations with this name; * stands for any characters; repeatable",
      { none: "all" },
    );
  }

  /** @param task the noun for the work of the command, such as `check` */
  addTodayOption(task: string): this {
    const description = `the moment of the ${task}: a moment with a time zone, or a day for its first moment (UTC); by default PERIDIO_NOW, or the clock`;
    const parse = parseBySchema(end);
    return this.addOption(new Option("--today <date>", description).argParser((text) => new Date(parse(text))));
  }

  /** Adds an option with a day, such as `2027-01-31`. */
  addDayOption(flags: string, description: string): this {
    return this.addOption(new Option(flags, description).argParser(parseBySchema(day)));
  }

  /** Adds an option with an end of access: a day, such as `2027-01-31`, or a moment. */
  addEndOption(flags: string, description: string): this {
    return this.addOption(new Option(flags, description).argParser(parseBySchema(end)));
  }

  /** Adds the option that names the authors of a change. */
  addAuthorsOption(): this {
    return this.option(
      "--authors <logins>",
      "the authors of the change, separated by spaces or commas, for rules with `authors` or `approvers`; repeatable; omit unknown authors",
      parseLogins,
    );
  }

  /** Adds an option that cannot be together with other ones. */
  addExclusiveOption(flags: string, description: string, conflicts: readonly string[]): this {
    return this.addOption(new Option(flags, description).conflicts([...conflicts]));
  }

  /** Adds an option with one of several values. */
  addChoiceOption(flags: string, description: string, choices: readonly string[], initial?: string): this {
    return this.addOption(new Option(flags, description).choices(choices).default(initial));
  }

  /** Adds an option with a whole number from 1. */
  addNumberOption(flags: string, description: string, initial: number | undefined, most: number): this {
    const parse = (text: string) => {
      if (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
      throw new InvalidArgumentError(`Use a whole number from 1 to ${most}.`);
    };
    return this.addOption(new Option(flags, description).default(initial).argParser(parse));
  }

  /** Adds the option for the days before an end of access from which a report names the end. */
  addEndsWithinOption(): this {
    return this.addNumberOption("--ends-within <days>", "name access that ends within this number of days", 14, 3650);
  }

  /** Adds an option that can be given several times. `none` describes an empty list. */
  addListOption(
    flags: string,
    description: string,
    { none = "none", conflicts = [] }: { readonly none?: string; readonly conflicts?: readonly string[] } = {},
  ): this {
    const collect = (value: string, before: readonly string[]) => [...before, value];
    return this.addOption(
      new Option(flags, description)
        .argParser(collect)
        .default([], none)
        .conflicts([...conflicts]),
    );
  }
}

/** Returns a parser of an option that reports the mistakes of a schema. */
export function parseBySchema<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => {
    const { success, data, error } = schema.safeParse(text);
    if (success) return data;
    throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(", ")}.`);
  };
}

function parseLogins(text: string, before: readonly string[] = []): readonly string[] {
  const logins = splitLogins(text);
  const mistaken = logins.find((login) => !isLogin(login));
  if (mistaken !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(mistaken)} is not a login. Write a login without @, such as ada.`);
  if (logins.length > 0) return [...before, ...logins];
  throw new InvalidArgumentError("Name each author by the login, or omit the option if the authors are unknown.");
}
