import { describeUnreadable } from "../access/unreadable";
import { columnNames, listAccess, type Row } from "../certify/campaign";
import { judgeAnswers, readAnswers } from "../certify/answers";
import { formatCsv } from "../certify/csv";
import { createReport } from "../certify/report";
import { formatHtml, formatMarkdown } from "../certify/tables";
import { connectLayout, type ConnectionOptions, getDestination } from "../connection";
import { adoptAll } from "../edit/adopt";
import type { EditableLayout } from "../edit/editableLayout";
import { readArchive } from "../evidence/archive";
import { chooseExitCode, CommandError, type ExitCode, MisuseError } from "../exit";
import { readEachOrganization } from "../model/live";
import { findFleet } from "../sync/fleet";
import { computeDigest } from "../digest";
import { readText, writeText } from "../terminal/files";
import { formatJson } from "../terminal/text";
import { tryGit } from "../terminal/git";
import type { Terminal } from "../terminal/terminal";
import { formatCount, joinAnd, joinOr } from "../wording";
import { type CommandFactory, createCommand, layoutConnectionHelp } from "./command";
import {
  addWritingOptions,
  editCodes,
  type EditOptions,
  isWriting,
  type OpenedLayout,
  openEdited,
  writeChanges,
} from "./editLayout";

interface Options extends EditOptions, ConnectionOptions {
  readonly organization: readonly string[];
  readonly reviewer: readonly string[];
  readonly due?: string;
  readonly evidence: readonly string[];
  readonly format: "csv" | "markdown";
  readonly htmlFile?: string;
  readonly answers: readonly string[];
  readonly json?: true;
}

export const createCertifyCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("certify", {
    summary: "ask reviewers who keeps access, and edit a layout by their answers",
    description:
      "Without --answers, prints everyone with access to the organizations of a layout, as a campaign: reviewers write keep, remove or until DAY in the column `answer`. With --answers, edits the layout by these answers. Proves that the edit changes nothing else. Changes nothing in Peridio.",
    examples: [
      "peridio-gitops certify --due 2027-03-31 --reviewer acme-production=grace --evidence evidence > access.csv",
      "peridio-gitops certify --organization acme-dev --html-file access.html > access.csv",
      "peridio-gitops certify --answers access.csv",
    ],
    codes: {
      ...editCodes,
      passed: "the campaign is printed, or everyone has an answer and the layout is edited",
      failed: "an organization cannot be read, or the layout is not edited: standard error has the reason",
      attention: "a person has no valid answer, or a rule requires approval of the edit",
    },
  })
    .addOrganizationOption()
    .addListOption("--reviewer <organization=login>", "the reviewer of an organization; repeatable", {
      none: "the owner",
    })
    .addDayOption("--due <date>", "the last day for answers (UTC)")
    .addListOption("--evidence <path>", "a folder of records of applies, for approvals; repeatable")
    .addChoiceOption("--format <format>", "the format of the campaign", ["csv", "markdown"], "csv")
    .option("--html-file <file>", "also write the campaign as a page to read, which works offline, to this file")
    .addListOption("--answers <file>", "a campaign with answers, as CSV; repeatable", {
      conflicts: ["reviewer", "due", "evidence", "format", "htmlFile"],
    })
    .addExclusiveOption("--json", "print the campaign as JSON", ["answers", "format"]);
  return addWritingOptions(command)
    .addConnectionOptions(layoutConnectionHelp)
    .action(async (options: Options) => {
      if (options.answers.length === 0 && isWriting(options))
        throw new MisuseError("--rules, --dry-run, --pull-request and --reason are for answers. Add --answers.");
      const editable = await openEdited(options, terminal);
      if (options.answers.length > 0) {
        end(await applyAnswers(editable, options, terminal));
        return;
      }
      const rows = await createCampaign(editable, options, terminal);
      if (options.htmlFile !== undefined) writeText(terminal, options.htmlFile, formatHtml(rows));
      terminal.print(formatCampaign(rows, options));
    });
};

function formatCampaign(rows: readonly Row[], { json, format }: Options): string {
  if (json === true) return formatJson(createReport(rows));
  if (format === "markdown") return formatMarkdown(rows);
  return formatCsv([columnNames, ...rows.map((row) => columnNames.map((name) => row[name]))]);
}

async function createCampaign(
  { layout, files }: EditableLayout,
  options: Options,
  terminal: Terminal,
): Promise<readonly Row[]> {
  const archive = options.evidence.length === 0 ? undefined : readArchive(terminal, options.evidence);
  if (archive?.records.length === 0)
    terminal.say(
      `peridio-gitops: ${joinAnd(options.evidence)} contains no record of an apply, so \`approved by\` and \`evidence\` are unknown.\n`,
    );
  const reviewers = new Map(options.reviewer.map(parseReviewer));
  const { declared } = await findFleet(layout, connectLayout(layout, options, terminal), options.organization);
  const unknown = [...reviewers.keys()].find((name) => !declared.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new CommandError(`--reviewer names ${unknown}, which is not in this campaign. Correct --reviewer.`);
  const head = tryGit(["rev-parse", "HEAD"], terminal);
  const common = {
    due: options.due ?? "unknown",
    created: terminal.now.toISOString(),
    commit: head.hasFailed ? "unknown" : head.output.toString().trim(),
  };
  const visible = declared.map(({ name, live }) => {
    if (live !== undefined) return live;
    throw new CommandError(
      `The API key cannot see ${name}. Use the API key of a member, or select with --organization.`,
    );
  });
  const { readings, unreadable } = await readEachOrganization(visible, async (live) => {
    const organization = layout.organizations.find(({ name }) => name === live.name);
    if (organization === undefined) throw new TypeError(`the layout does not declare ${live.name}`);
    // With Avocado Connect, an organization can have several owners.
    const owners = (await live.people()).members.filter(({ isOwner }) => isOwner).map(({ email }) => email);
    const owner = owners.length === 0 ? "unknown" : joinOr(owners);
    const reviewer = reviewers.get(live.name) ?? organization.owner ?? owner;
    return listAccess(live, organization, { files, archive }, { ...common, reviewer });
  });
  // A campaign without some people would certify nothing.
  if (unreadable.length > 0) throw new CommandError(describeUnreadable(unreadable).join("\n"));
  return readings.flat();
}

function parseReviewer(text: string): readonly [organization: string, login: string] {
  const [, organization, login] = /^([^=]+)=(\S+)$/.exec(text) ?? [];
  if (organization !== undefined && login !== undefined) return [organization, login];
  throw new MisuseError("Write --reviewer as ORGANIZATION=LOGIN, such as acme-dev=grace.");
}

async function applyAnswers(editable: OpenedLayout, options: Options, terminal: Terminal): Promise<ExitCode> {
  const answers = options.answers.flatMap((file) => readAnswers(file, readText(terminal, file)));
  const { edits, kept, done, open } = judgeAnswers(answers, editable, options.organization);
  const edited = adoptAll(editable, edits);
  const left = [...open, ...Array.from(edited.refused, ([one, reason]) => ({ ...one, reason }))];
  const known = done === 0 ? "" : `${done} in the layout already, `;
  const lines = left.map(({ organization, email, reason }) => {
    const subject = email === undefined ? organization : `${email} in ${organization}`;
    return `- ${subject}: ${reason}\n`;
  });
  terminal.say(
    `peridio-gitops: ${formatCount(kept, "answer keeps", "answers keep")} access, ${edited.adopted.length} changed, ${known}${left.length} open.\n${lines.join("")}`,
  );
  const { backend } = getDestination(options, terminal);
  // A second run with more answers finds the former ones in the layout.
  const { refused, needsAttention } = await writeChanges(editable, edited, {
    ...{ ...options, backend, terminal, id: computeDigest(JSON.stringify(answers)) },
    title: "Change access by the answers of reviewers",
  });
  return chooseExitCode({ refused, needsAttention: needsAttention || left.length > 0 });
}
