import { Option } from "commander";
import type { Peridio } from "#provider";
import type { Layout } from "#layout";
import { type AuditedConnection, runAudit, type Audit } from "../audit/audit";
import type { AuditOptions } from "../audit/options";
import { buildDeclaredModel, DeclaredOrganizations } from "../audit/declarations";
import { type Basis, getKind, type FindingKind, kindNames, severities, type Severity } from "../audit/kinds";
import { formatMarkdown } from "../audit/markdown";
import { createReport, isComplete } from "../audit/report";
import { formatColoredText, formatText } from "../audit/text";
import { connectLayout, type ConnectionOptions } from "../connection";
import { chooseExitCode, CommandError, MisuseError } from "../exit";
import { readPreviewFiles } from "../preview/preview";
import { readRulesFiles, type RulesFile } from "../rules/readRules";
import { formatJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand, layoutConnectionHelp } from "./command";
import { readLayout } from "../access/layout";
import { formatFindings } from "../audit/sarif";
import { writeText } from "../terminal/files";
import { joinAnd, joinOr } from "../wording";

interface Options extends ConnectionOptions, Omit<AuditOptions, "now" | "kinds" | "layout" | "declarations"> {
  readonly organization: readonly string[];
  readonly layout?: string;
  readonly rules: readonly string[];
  readonly preview: readonly string[];
  readonly kind: readonly FindingKind[];
  readonly ignore: readonly FindingKind[];
  readonly format: "table" | "markdown" | "json";
  readonly json?: true;
  readonly jsonFile?: string;
  readonly sarifFile?: string;
  readonly failOn: Severity | "never";
}

export const createAuditCommand: CommandFactory = (terminal, end) =>
  createCommand("audit", {
    summary: "find access that needs attention",
    description:
      "Finds members without recent activity or without a second factor, weak settings and other problems, in all organizations that the API key can see. With --layout, also finds people outside the layout. With --preview or --layout, also finds objects and grants that are not declared. Changes nothing.",
    examples: [
      "peridio-gitops audit",
      "peridio-gitops audit --backend connect",
      "peridio-gitops audit --layout layout.yaml --organization 'acme-*'",
      "peridio-gitops audit --backend connect --layout layout.yaml --preview dev.json --preview prod.json",
      "peridio-gitops audit --backend connect --rules access-rules.yaml",
      "peridio-gitops audit --ignore noAllowlist --fail-on medium --format markdown > issue.md",
    ],
    codes: {
      passed: "no findings, or only findings below --fail-on",
      failed: "the audit is incomplete, or could not start",
      attention: "there are findings at or above --fail-on",
    },
  })
    .addOrganizationOption()
    .option(
      "--layout <path>",
      "a layout file or folder, to find people, organizations and objects that are not in the layout",
    )
    .addPreviewOption([], ", to find objects that no stack declares")
    .addListOption(
      "--rules <file>",
      "a file of access rules, which the audit applies to the live organizations, and of tests of access, which it runs in all organizations; repeatable",
    )
    .addNumberOption("--inactive-days <days>", "days without activity after which a member is inactive", 90, 3650)
    .addNumberOption("--invitation-days <days>", "days after which a pending invitation is old", 5, 365)
    .addEndsWithinOption()
    .addNumberOption("--max-admins <count>", "the maximum number of admins in an organization", 5, 10_000)
    .addNumberOption(
      "--limit-percent <percent>",
      "report a limit if at least this percentage of the limit is used",
      80,
      100,
    )
    .addNumberOption("--token-days <days>", "days after which an API token is old", 365, 3650)
    .addNumberOption(
      "--token-unused-days <days>",
      "days without a request after which an API token is unused",
      90,
      3650,
    )
    .addOption(
      new Option("--kind <kinds...>", "report only these kinds of findings").choices(kindNames).default([], "all"),
    )
    .addOption(
      new Option("--ignore <kinds...>", "do not report these kinds of findings").choices(kindNames).default([], "none"),
    )
    .addChoiceOption("--format <format>", "the output format", ["table", "markdown", "json"], "table")
    .option("--json", "the same as --format json")
    .option("--json-file <file>", "also write the JSON to this file")
    .option("--sarif-file <file>", "also write the findings in SARIF, for code scanning, to this file")
    .addChoiceOption(
      "--fail-on <severity>",
      "exit with code 3 if a finding has this severity or a higher one",
      [...severities, "never"],
      "low",
    )
    .addConnectionOptions(layoutConnectionHelp)
    .action(async (options: Options) => {
      const rules = readRulesFiles(options.rules, terminal.folder);
      rejectNothing(rules, options);
      const layout = options.layout === undefined ? undefined : readLayout(options.layout, terminal);
      const connections = await createConnections(options, layout, terminal);
      const audit = await runAudit(connections, options.organization, rules);
      if (options.sarifFile !== undefined) writeText(terminal, options.sarifFile, formatFindings(audit, layout));
      if (options.jsonFile !== undefined) writeText(terminal, options.jsonFile, formatJson(createReport(audit)));
      printAudit(audit, options, terminal);
      if (!isComplete(audit)) {
        terminal.say("peridio-gitops: The audit is incomplete. The report names each failure.\n");
      }
      end(chooseExitCode({ failed: !isComplete(audit), needsAttention: reachesSeverity(audit, options) }));
    });

/** Rejects a kind for which the files of access rules have nothing, because an audit of nothing must not pass. */
function rejectNothing({ rules, tests }: RulesFile, { kind, rules: files }: Options): void {
  if (files.length === 0) return;
  const missing = [
    ...(kind.includes("brokenRule") && rules.length === 0 ? ["rules"] : []),
    ...(kind.includes("failedTest") && tests.length === 0 ? ["tests"] : []),
  ];
  if (missing.length > 0)
    throw new CommandError(
      `${joinAnd(files)} has no ${joinOr(missing)}. Add them to the file, or remove the kind from \`--kind\`.`,
    );
}

/** Returns the connections to audit: those of the layout's organizations, or the one of the options and the environment. */
async function createConnections(
  options: Options,
  layout: Layout | undefined,
  terminal: Terminal,
): Promise<readonly [AuditedConnection, ...AuditedConnection[]]> {
  const apis = connectLayout(layout, options, terminal);
  const kinds = chooseKinds(
    options,
    apis.map(([, api]) => api),
  );
  const model = buildDeclaredModel(await readPreviewFiles(options.preview, "change", terminal));
  const create = ([name, api]: (typeof apis)[number]): AuditedConnection => {
    const organizations = layout?.organizations.filter(({ connection }) => connection === name);
    const declared = organizations && new Map(organizations.map((organization) => [organization.name, organization]));
    const declarations =
      declared === undefined && model === undefined ? undefined : new DeclaredOrganizations(declared, model);
    return {
      api,
      kinds: new Set([...kinds].filter((kind) => isSupported(kind, api))),
      // `options.kinds` are those that the user named. Without any, all kinds are chosen.
      options: { ...options, kinds: options.kind, now: terminal.now, layout: declared, declarations },
    };
  };
  const [first, ...others] = apis;
  if (first === undefined) throw new TypeError("an audit has at least one connection");
  return [create(first), ...others.map(create)];
}

/** Reports if an API has the feature that a kind requires. */
function isSupported(kind: FindingKind, api: Peridio): boolean {
  const { feature } = getKind(kind);
  return feature === undefined || api.explainUnsupported(feature) === undefined;
}

/** Returns the files that a kind requires and the options do not name, in words with a remedy. */
function findMissingFiles(kind: FindingKind, { layout, preview, rules }: Options): string | undefined {
  const [hasLayout, hasPreviews] = [layout !== undefined, preview.length > 0];
  const bases: Readonly<Record<Basis, readonly [isGiven: boolean, requirement: string]>> = {
    layout: [hasLayout, "a layout. Add --layout."],
    previews: [hasPreviews, "previews. Add --preview."],
    declarations: [hasLayout || hasPreviews, "a layout or previews. Add --layout or --preview."],
    layoutAndPreviews: [hasLayout && hasPreviews, "a layout and previews. Add --layout and --preview."],
    rules: [rules.length > 0, "access rules and tests of access. Add --rules."],
  };
  const { comparesWith } = getKind(kind);
  const [isGiven, requirement] = comparesWith === undefined ? [true] : bases[comparesWith];
  return isGiven ? undefined : requirement;
}

/** Returns the kinds that the declarations and at least one of the APIs permit. */
function chooseKinds(options: Options, apis: readonly Peridio[]): ReadonlySet<FindingKind> {
  const { kind: selected, ignore } = options;
  const isUnsupported = (kind: FindingKind) => !apis.some((api) => isSupported(kind, api));
  for (const kind of selected) {
    const missing = findMissingFiles(kind, options);
    if (missing !== undefined) throw new MisuseError(`--kind ${kind} requires ${missing}`);
  }
  const unsupported = selected.find(isUnsupported);
  // Only Avocado Connect has features that an audit requires.
  if (unsupported !== undefined)
    throw new MisuseError(`--kind ${unsupported} requires Avocado Connect. Add --backend connect.`);
  const possible = kindNames.filter((kind) => findMissingFiles(kind, options) === undefined && !isUnsupported(kind));
  const chosen = new Set(selected.length === 0 ? possible : selected);
  for (const kind of ignore) chosen.delete(kind);
  if (chosen.size === 0)
    throw new MisuseError(
      "--ignore excludes all kinds of findings that the audit would report. Remove a kind from --ignore.",
    );
  return chosen;
}

function printAudit(audit: Audit, { format, json }: Options, terminal: Terminal): void {
  if (json === true || format === "json") terminal.print(formatJson(createReport(audit)));
  else if (format === "markdown") terminal.print(formatMarkdown(audit));
  else if (terminal.hasColors) terminal.printMarked(formatColoredText(audit, terminal.columns));
  else terminal.print(formatText(audit, terminal.columns));
}

function reachesSeverity({ findings }: Audit, { failOn }: Options): boolean {
  const relevant = severities.slice(0, severities.findIndex((severity) => severity === failOn) + 1);
  return findings.some(({ severity }) => relevant.includes(severity));
}
