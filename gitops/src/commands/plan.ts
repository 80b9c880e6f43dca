import type { SourceFile } from "#framework/documents";
import { type BackendName, chooseBackend, version } from "#provider";
import { type Layout, parseLayout, readLayoutFiles } from "#layout";
import { locateDeclaration, printWarnings } from "../access/layout";
import { offlineSettingNames } from "../connection";
import { MisuseError } from "../exit";
import { chooseOrganizations } from "../organizations";
import { buildModel } from "../model/model";
import { compareLayouts } from "../plan/layouts";
import { getRevision, readBase } from "../plan/revision";
import { reviewModel } from "../review/assemble";
import type { Subject } from "../sarif/sarif";
import { computeDigest } from "../digest";
import type { Terminal } from "../terminal/terminal";
import { rejectUnsupported } from "../validation/validate";
import { type CommandFactory, createCommand } from "./command";
import { readConditions } from "./conditions";
import { addReportOptions, rejectMisuse, type ReportOptions } from "./reportOptions";
import { publishReview, reportCodes } from "./review";

interface Options extends ReportOptions {
  readonly base?: string;
  readonly only: readonly string[];
  readonly today?: Date;
  readonly backend?: BackendName;
}

export const createPlanCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("plan", {
    summary: "show the effect of a changed layout, without an API key",
    description:
      "Compares two layouts and shows which people get or lose access, and the risks, as `review` does. Access rules apply to the layout after the change. Uses no network, no API key and no Pulumi. Therefore, a plan does not show what the layouts do not declare, such as changes outside Pulumi.",
    examples: [
      "peridio-gitops plan layout.yaml --base git:origin/main",
      "peridio-gitops plan layouts --base ../main/layouts --rules access-rules.yaml",
      "peridio-gitops plan layout.yaml --base git:HEAD --fail-on high",
    ],
    codes: {
      ...reportCodes,
      failed: "the plan failed, for example because a layout has mistakes: standard error has the reason",
      refused: "a rule refuses the change",
    },
  })
    .argument("<layout>", "the layout after the change: a file, or a folder whose files are one layout together")
    .option(
      "--base <layout>",
      "the layout before the change: a path, or `git:REVISION` for the same path in a commit, such as git:origin/main",
    )
    .addListOption(
      "--only <organization>",
      "only organizations with this name, in which * stands for any characters; repeatable",
      { none: "all" },
    )
    .addTodayOption("plan")
    .addBackendOption("the API of organizations without a connection; by default PERIDIO_BACKEND");
  return addReportOptions(command, "Access plan").action((path: string, options: Options) => {
    const { base } = options;
    if (base === undefined) {
      throw new MisuseError("The layout before the change is missing. Add --base with its path, or with git:REVISION.");
    }
    rejectMisuse(getRevision(base) === undefined ? [path, base] : [path], options, terminal);
    const { review, locate } = createPlan(path, base, options, terminal);
    end(publishReview(review, options, terminal, locate));
  });
};

function createPlan(path: string, given: string, options: Options, terminal: Terminal) {
  const { only } = options;
  const now = options.today ?? terminal.now;
  const backend = chooseBackend({ backend: options.backend }, terminal.environment, offlineSettingNames);
  const parse = (sources: readonly SourceFile[]) => parseLayout(sources, { now, version });
  const sources = readLayoutFiles(path, terminal.folder);
  const layout = parse(sources);
  printWarnings({ warnings: [...layout.warnings, ...layout.notes] }, terminal);
  const baseSources = readBase(given, path, terminal);
  const base = parse(baseSources);
  const digest = computeDigest(JSON.stringify([baseSources, sources]));
  const all = [...base.organizations, ...layout.organizations];
  const selected = new Set(chooseOrganizations(only, all, "of either layout", "--only").map(({ name }) => name));
  const select = (one: Layout) => ({
    ...one,
    organizations: one.organizations.filter(({ name }) => selected.has(name)),
  });
  const [before, after] = [select(base), select(layout)];
  const leftOut = [...new Set(all.map(({ name }) => name))].filter((name) => !selected.has(name));
  rejectUnsupported(after, backend, path);
  const { options: conditions } = readConditions(options, terminal, { now, leftOut });
  const previews = compareLayouts({ base: before, layout: after, backend, digest });
  const [first] = sources;
  return {
    review: reviewModel(buildModel(previews, "change"), conditions),
    // The base may be in another commit. A thing that the layout does not declare is therefore placed at its organization, or in its first file.
    locate: (subject: Subject) => locateDeclaration(layout, subject) ?? (first && { file: first.file }),
  };
}
