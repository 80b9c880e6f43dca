import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCodes, CommandError } from "../exit";
import type { Kind } from "../preview/document";
import { type Preview, readPreview } from "../preview/preview";
import type { Reviewed } from "../report/content";
import { html } from "../report/html/html";
import { json } from "../report/content";
import { commentLimit, leastLimit, markdown, linkTarget, marker } from "../report/markdown/markdown";
import { type Judge, reviewOf, changesAnything, changesOf } from "../review/assemble";
import { type Review, type Level, levels } from "../review/review";
import { judge } from "../rules/checkRules";
import { readLastDays } from "../rules/lastDays";
import { readRules } from "../rules/readRules";
import { readText, writeText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { counted } from "../wording";
import { type MakeCommand, newCommand, collected } from "./command";

interface Options {
  readonly drift?: true;
  readonly rules: readonly string[];
  readonly layout: readonly string[];
  readonly title: string;
  readonly limit: number;
  readonly link?: string;
  readonly commit?: string;
  readonly failOn: Level | "never";
  readonly expectNoChanges?: true;
  readonly json?: true;
  readonly markdownFile?: string;
  readonly jsonFile?: string;
  readonly htmlFile?: string;
}

const codes: Readonly<Record<Review["verdict"], ExitCode>> = {
  pass: exitCodes.passed,
  "needs approval": exitCodes.attention,
  refused: exitCodes.refused,
};

export const review: MakeCommand = (terminal, end) =>
  newCommand("review", {
    summary: "say what a change does to people's access",
    description:
      "Reads what Pulumi says it would change, and tells who gets and who loses which access, and what that risks. Access rules are " +
      "held against the state after the change, over all organizations of all stacks. No network is used.",
    examples: [
      "pulumi preview --json --show-sames --refresh > preview.json && peridio-gitops review preview.json",
      "peridio-gitops review dev.json production.json --rules access-rules.yaml --layout layout.yaml",
      "peridio-gitops review preview.json --fail-on high",
      "pulumi refresh --preview-only --json | peridio-gitops review --drift",
    ],
    codes: [
      "0  all access rules pass, or none were given, and no risk reaches --fail-on",
      "1  a preview is incomplete, or a file cannot be read: standard error says why",
      "2  the command line is wrong",
      "3  the change needs approval, a risk reaches --fail-on, or --expect-no-changes found a change",
      "4  a rule refuses the change, or stacks contradict each other",
    ],
  })
    .argument(
      "[previews...]",
      "what `pulumi preview --json --show-sames` printed, a file for each stack; - or none: standard input",
    )
    .option("--drift", "the files are of `pulumi refresh --preview-only --json`: what was changed past Pulumi")
    .addOption(
      new Option("--rules <file>", "access rules that the state after the change has to keep; may be repeated")
        .argParser(collected)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--layout <path>",
        "a layout file or folder, for rules about last days; only with --rules; may be repeated",
      )
        .argParser(collected)
        .default([], "none"),
    )
    .addOption(
      new Option("--title <text>", "what the report is headed, by which a pipeline finds its comment again")
        .default("Access review")
        .argParser(accepted(marker)),
    )
    .addOption(
      new Option("--limit <characters>", "the most that the Markdown may have").default(commentLimit).argParser(limit),
    )
    .addOption(
      new Option("--link <url>", "where the page of --html-file will be, for the Markdown").argParser(
        accepted(linkTarget),
      ),
    )
    .addOption(
      new Option(
        "--commit <sha>",
        "the reviewed commit, for the reports; by default GITHUB_SHA or CI_COMMIT_SHA",
      ).argParser(commit),
    )
    .addOption(
      new Option("--fail-on <level>", "end with 3 if a change has a risk of this level or a higher one")
        .choices([...levels, "never"])
        .default("never"),
    )
    .option("--expect-no-changes", "end with 3 if anything changes")
    .option("--json", "print JSON instead of Markdown")
    .option("--markdown-file <file>", "write the Markdown there, too")
    .option("--json-file <file>", "write the JSON there, too")
    .option("--html-file <file>", "write one page there that shows everybody's access and works offline")
    .action(async (files: readonly string[], options: Options, command: Command) => {
      const misuse = misuseOf(files, options, terminal);
      if (misuse !== undefined) command.error(`error: ${misuse}`, { exitCode: exitCodes.misused });
      const found = await reviewed(files, options, terminal);
      const { title, limit, link, markdownFile, jsonFile, htmlFile } = options;
      const origin = originOf(options, terminal);
      const comment = markdown(found, { title, limit, ...(link !== undefined && { link }), ...origin });
      if (markdownFile !== undefined) writeText(terminal, markdownFile, comment);
      if (jsonFile !== undefined) writeText(terminal, jsonFile, json(found));
      if (htmlFile !== undefined) writeText(terminal, htmlFile, html(found, { title, ...origin }));
      terminal.print(options.json === true ? json(found) : comment);
      end(codeOf(found, options, terminal));
    });

/** Rules decide first. A change that passes may still be too risky, or unexpected. */
function codeOf(found: Review, { failOn, expectNoChanges }: Options, terminal: Terminal): ExitCode {
  if (found.verdict !== "pass") return codes[found.verdict];
  const risky = failOn === "never" ? 0 : changesOf(failOn, found);
  if (risky > 0) {
    terminal.say(`peridio-gitops: ${counted(risky, "change")} reached --fail-on ${failOn}. The report names each.\n`);
  }
  const isSurprise = expectNoChanges === true && changesAnything(found);
  return risky > 0 || isSurprise ? exitCodes.attention : exitCodes.passed;
}

/** Returns the commit and the time of the review; nothing if the commit is unknown, as on a developer's machine. */
function originOf({ commit }: Options, { environment, now }: Terminal): { readonly reviewed?: Reviewed } {
  const found = commit ?? [environment.GITHUB_SHA, environment.CI_COMMIT_SHA].find((sha) => sha && isCommit(sha));
  return found === undefined ? {} : { reviewed: { commit: found, at: now } };
}

function commit(text: string): string {
  if (isCommit(text)) return text;
  throw new InvalidArgumentError("Give 7 to 64 hexadecimal digits.");
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

function limit(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= leastLimit) return Number(text);
  throw new InvalidArgumentError(`Give a whole number, ${leastLimit} or more.`);
}

/** Accepts an option that a report accepts, and repeats the error of the report otherwise. */
function accepted(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw error instanceof CommandError ? new InvalidArgumentError(`Here, ${error.message}.`) : error;
    }
  };
}

/** Finds mistakes in the command line as a whole. */
function misuseOf(files: readonly string[], options: Options, { folder }: Terminal): string | undefined {
  if (options.layout.length > 0 && options.rules.length === 0) {
    const purpose = "it says when access ends to the rules that ask for that";
    return `--layout is read for access rules only, since ${purpose}: add --rules, or leave it out`;
  }
  const read = [...files.filter((file) => file !== "-"), ...options.rules, ...options.layout];
  const written = [options.markdownFile, options.jsonFile, options.htmlFile].flatMap((file) => file ?? []);
  const seen = new Set(read.map((file) => resolve(folder, file)));
  for (const file of written) {
    if (seen.has(resolve(folder, file))) return `${file} is named twice: what is written would replace what is there`;
    seen.add(resolve(folder, file));
  }
  return undefined;
}

async function reviewed(files: readonly string[], options: Options, terminal: Terminal): Promise<Review> {
  const kind: Kind = options.drift === true ? "drift" : "change";
  // Reports mistakes in the rules before it waits for a pipe.
  const judgement = judgeOf(options, terminal);
  const previews: Preview[] = [];
  for (const file of files.length === 0 ? ["-"] : files) {
    const [source, text] = file === "-" ? ["standard input", await terminal.input()] : [file, readText(terminal, file)];
    previews.push(readPreview(text, source, kind));
  }
  return reviewOf(previews, kind, judgement);
}

function judgeOf({ rules, layout }: Options, { folder, now }: Terminal): Judge | undefined {
  if (rules.length === 0) return undefined;
  const today = now.toISOString().slice(0, 10);
  const lastDays = layout.length === 0 ? undefined : readLastDays(layout, folder, today);
  return judge(
    rules.flatMap((file) => readRules(file, folder)),
    { today, lastDays },
  );
}
