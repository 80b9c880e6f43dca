import { type BackendName, chooseBackend } from "#provider";
import { offlineSettingNames } from "../connection";
import { chooseExitCode, MisuseError } from "../exit";
import { checkAccessRules, checkLayout, parseLayouts } from "../validation/validate";
import { type Format, formats, formatRemarks } from "../validation/report";
import { type CommandFactory, createCommand } from "./command";

interface Options {
  readonly rules: readonly string[];
  readonly only: readonly string[];
  readonly today?: Date;
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
      "Checks layouts (files, or folders whose files are one layout together) and access rules. Lists all mistakes with file, line and column. An entry whose end (`until`) has passed is a warning, not a mistake. If you validate access rules together with layouts, the rules must name only organizations that these layouts declare, and the tests of access in the file must pass. Does not know which stacks select an organization: `review --layout` does. The API is the one of an organization's connection. Without connections, it is admin-v2, unless --backend or the environment selects connect. Uses no network.",
    examples: [
      "peridio-gitops validate layout.yaml",
      "peridio-gitops validate layouts --only acme-production --today 2027-02-01",
      "peridio-gitops validate layouts --backend connect",
      "peridio-gitops validate layouts --rules access-rules.yaml",
      "peridio-gitops validate layouts --format github",
    ],
    codes: {
      passed: "there are no mistakes",
      failed: "there are mistakes, or a path cannot be read",
    },
  })
    .argument("[layout...]", "layout files, or folders of layout files; each path is a separate layout")
    .addListOption("--rules <file>", "a file of access rules; repeatable")
    .addListOption(
      "--only <organization>",
      "an organization that each layout must contain, by a name in which * stands for any characters; only these are checked for features that the API does not support; repeatable",
      { none: "all" },
    )
    .addTodayOption("check")
    .addBackendOption(
      "the API that the layouts use; the command reports features that this API does not support as mistakes",
    )
    .addChoiceOption(
      "--format <format>",
      "the output format: github marks lines in pull requests, gitlab is a code quality report, and sarif is for code scanning",
      formats,
      "text",
    )
    .addEnvironmentHelp(environmentHelp)
    .option("--json", "the same as --format json")
    .action((paths: readonly string[], { rules, only, today, backend, format, json }: Options) => {
      if (paths.length + rules.length === 0)
        throw new MisuseError("There is nothing to check. Pass the path of a layout, or add --rules.");
      const { folder, now, environment } = terminal;
      const when = { folder, now: today ?? now };
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
      end(chooseExitCode({ failed: remarks.some(({ severity }) => severity === "mistake") }));
    });
