import { type Command, InvalidArgumentError, Option } from "commander";
import { version, parseLayout, readLayoutFiles } from "#provider";
import { audit as look, type Audit } from "../audit/audit";
import { describedKind, type FindingKind, kindNames, severities, type Severity } from "../audit/finding";
import { asMarkdown } from "../audit/markdown";
import { asReport, isComplete } from "../audit/report";
import type { Terms } from "../audit/facts";
import { asColoredText, asText } from "../audit/text";
import { backendOption, connection, type ConnectionOptions, connectionHelp, endpointOption } from "../connection";
import { type ExitCode, exitCodes } from "../exit";
import { asJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type MakeCommand, newCommand, organizationOption } from "./command";

interface Options extends ConnectionOptions {
  readonly organization: readonly string[];
  readonly layout?: string;
  readonly inactiveDays: number;
  readonly invitationDays: number;
  readonly maxAdmins: number;
  readonly limitPercent: number;
  readonly only: readonly FindingKind[];
  readonly ignore: readonly FindingKind[];
  readonly format: "table" | "markdown" | "json";
  readonly json?: true;
  readonly failOn: Severity | "never";
}

export const audit: MakeCommand = (terminal, end) => {
  const command: Command = newCommand("audit", {
    summary: "ask Peridio what somebody should look at",
    description:
      "Asks Peridio who does not use their access, who has no second factor, who is not in the layout, and what else " +
      "somebody should look at, in all organizations of the key. Changes nothing.",
    examples: [
      "peridio-gitops audit",
      "peridio-gitops audit --backend connect",
      "peridio-gitops audit --layout layout.yaml --organization 'acme-*'",
      "peridio-gitops audit --ignore noAllowlist --fail-on medium --format markdown > issue.md",
    ],
    codes: [
      "0  nothing was found, or only what is below --fail-on",
      "1  not everything could be read: the report says what",
      "2  the command line is wrong",
      "3  something was found",
    ],
  });
  return command
    .addOption(organizationOption())
    .option("--layout <path>", "a layout file or a folder of them, to find people and organizations outside of it")
    .addOption(number("--inactive-days <days>", "after how many days without activity somebody is inactive", 90, 3650))
    .addOption(number("--invitation-days <days>", "after how many days an invitation that waits is old", 5, 365))
    .addOption(number("--max-admins <count>", "how many admins an organization may have", 5, 10_000))
    .addOption(number("--limit-percent <percent>", "from which part of a limit on it is nearly used up", 80, 100))
    .addOption(new Option("--only <kinds...>", "look for these kinds only").choices(kindNames).default([], "all"))
    .addOption(new Option("--ignore <kinds...>", "do not look for these kinds").choices(kindNames).default([], "none"))
    .addOption(
      new Option("--format <format>", "how to print it").choices(["table", "markdown", "json"]).default("table"),
    )
    .option("--json", "the same as --format json")
    .addOption(
      new Option("--fail-on <severity>", "from which severity on the exit code is 3")
        .choices([...severities, "never"])
        .default("low"),
    )
    .addOption(endpointOption())
    .addOption(backendOption())
    .addHelpText("after", `Environment:\n${connectionHelp.map((line) => `  ${line}\n`).join("")}`)
    .action(async (options: Options) => {
      const found = await look(
        connection(options, terminal),
        options.organization,
        kindsOf(options, (message) => command.error(message, { exitCode: exitCodes.misused })),
        termsOf(options, terminal),
      );
      print(found, options, terminal);
      if (!isComplete(found)) {
        terminal.say("peridio-gitops: the audit is incomplete, since not everything could be read.\n");
      }
      end(codeOf(found, options));
    });
};

/** Returns an option with a whole number from 1. */
function number(flags: string, description: string, usual: number, most: number): Option {
  return new Option(flags, description).default(usual).argParser((text) => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
  });
}

function kindsOf({ only, ignore, layout }: Options, refuse: (message: string) => never): ReadonlySet<FindingKind> {
  const vain = layout === undefined ? only.find((kind) => describedKind(kind).layout) : undefined;
  if (vain !== undefined) refuse(`error: ${vain} is found with a layout only: add --layout`);
  const possible = kindNames.filter((kind) => layout !== undefined || !describedKind(kind).layout);
  const wanted = new Set(only.length === 0 ? possible : only);
  for (const kind of ignore) wanted.delete(kind);
  if (wanted.size === 0) refuse("error: --ignore leaves nothing of --only to look for");
  return wanted;
}

function termsOf({ layout, ...numbers }: Options, { now, folder }: Terminal): Terms {
  if (layout === undefined) return { ...numbers, now, layout: undefined };
  const today = now.toISOString().slice(0, 10);
  const { organizations } = parseLayout(readLayoutFiles(layout, folder), { today, version });
  return { ...numbers, now, layout: new Map(organizations.map((one) => [one.name, one])) };
}

function print(found: Audit, { format, json }: Options, terminal: Terminal): void {
  if (json === true || format === "json") terminal.print(asJson(asReport(found)));
  else if (format === "markdown") terminal.print(asMarkdown(found));
  else if (terminal.colored) terminal.printMarked(asColoredText(found));
  else terminal.print(asText(found));
}

/** Failures outweigh findings: a scheduler must learn that the audit does not work. */
function codeOf(found: Audit, { failOn }: Options): ExitCode {
  if (!isComplete(found)) return exitCodes.failed;
  const minded = severities.slice(0, severities.findIndex((severity) => severity === failOn) + 1);
  return found.findings.some(({ severity }) => minded.includes(severity)) ? exitCodes.attention : exitCodes.passed;
}
