import { InvalidArgumentError, Option } from "commander";
import { type BackendName, chooseBackend, day } from "#provider";
import { createBackendOption, offlineSettingNames } from "../connection";
import { exitCodes, MisuseError } from "../exit";
import { checkAccessRules, checkLayout, parseLayouts } from "../validation/validate";
import { type Format, formats, formatRemarks } from "../validation/report";
import { type CommandFactory, createCommand, collectValue } from "./command";

interface Options {
  readonly rules: readonly string[];
  readonly only: readonly string[];
  readonly today?: string;
  readonly backend?: BackendName;
  readonly format: Format;
  readonly json?: true;
}

const environmentHelp = [
  "PERIDIO_BACKEND   the API of the layouts: admin-v2 (the default), or connect for Avocado Connect",
  "PERIDIO_BASE_URL  the address of the API; without PERIDIO_BACKEND, one of Peridio's hosts selects the API that it serves",
];

export const createValidateCommand: CommandFactory = (terminal, end) =>
  createCommand("validate", {
    summary: "check layouts and access rules",
    description:
      "Checks layouts (files, or folders whose files are one layout together) and access rules. Lists all mistakes " +
      "with file, line and column. An entry whose last day (`until`) has passed is a warning, not a mistake. " +
      "If you validate access rules together with layouts, the rules must name only organizations that these layouts declare, and the tests of access in the file must pass. " +
      "Does not know which stacks select an organization: `review --layout` does. " +
      "The API is the one of an organization's connection. Without connections, it is admin-v2, unless --backend or the environment selects connect. Uses no network.",
    examples: [
      "peridio-gitops validate layout.yaml",
      "peridio-gitops validate layouts --only acme-production --today 2027-02-01",
      "peridio-gitops validate layouts --backend connect",
      "peridio-gitops validate layouts --rules access-rules.yaml",
      "peridio-gitops validate layouts --format github",
    ],
    codes: [
      "0  there are no mistakes",
      "1  there are mistakes, or a path cannot be read",
      "2  the command line is wrong",
    ],
  })
    .argument("[layout...]", "layout files, or folders of layout files; each path is a separate layout")
    .addOption(
      new Option("--rules <file>", "a file of access rules; repeatable").argParser(collectValue).default([], "none"),
    )
    .addOption(
      new Option(
        "--only <organization>",
        "an organization that each layout must contain, by a name in which * stands for any characters; only these are checked for features that the API does not support; repeatable",
      )
        .argParser(collectValue)
        .default([], "all"),
    )
    .addOption(
      new Option("--today <date>", "the day of the check, UTC, for entries with `until`; by default, today").argParser(
        parseDate,
      ),
    )
    .addOption(
      createBackendOption(
        "the API that the layouts use; the command reports features that this API does not support as mistakes",
      ),
    )
    .addOption(
      new Option(
        "--format <format>",
        "the output format: github marks lines in pull requests, gitlab is a code quality report, and sarif is for code scanning",
      )
        .choices(formats)
        .default("text"),
    )
    .option("--json", "the same as --format json")
    .addHelpText("after", `Environment:\n${environmentHelp.map((line) => `  ${line}\n`).join("")}`)
    .action((paths: readonly string[], { rules, only, today, backend, format, json }: Options) => {
      if (paths.length + rules.length === 0)
        throw new MisuseError("There is nothing to check. Pass the path of a layout, or add --rules.");
      const { folder, now, environment } = terminal;
      const when = { folder, today: today ?? now.toISOString().slice(0, 10) };
      const circumstances = {
        ...when,
        only,
        backend: chooseBackend({ backend }, environment, offlineSettingNames),
        layouts: parseLayouts(paths, when),
      };
      const remarks = [
        ...paths.flatMap((path) => checkLayout(path, circumstances)),
        ...rules.flatMap((path) => checkAccessRules(path, circumstances, paths)),
      ];
      const checked = [...paths, ...rules];
      const text = formatRemarks(json === true ? "json" : format, remarks, checked);
      if (format === "github") terminal.printMarked(text);
      else terminal.print(text);
      end(remarks.some(({ severity }) => severity === "mistake") ? exitCodes.failed : exitCodes.passed);
    });

export function parseDate(text: string): string {
  const { data, error } = day.safeParse(text);
  if (error === undefined) return data;
  throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(", ")}.`);
}
