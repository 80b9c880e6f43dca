import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError, type ExitCode, exitCodes } from "../exit";
import { formatLines } from "../report/markdown/escape";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { formatJson, parseJson } from "../terminal/text";
import { copyControls } from "./controls";
import { nightlyReport } from "./nightlyReport";
import { previewStacks, type StackPreview } from "./previews";
import { type Ended, type Job, saveResult } from "./review";

const marker = "<!-- access-nightly -->";

/** The most characters of the issue that each forge accepts. */
const longestIssue = 65_000;

/**
 * Lists changes outside Pulumi, what the programs change today, and the findings of an audit. One issue contains them until there are none.
 * Changes nothing in Peridio.
 */
export async function watchAccess(job: Job): Promise<ExitCode> {
  const { forge, terminal, options, run } = job;
  if ((options.pullRequest === true || options.renewBy !== undefined) && !forge.publishes)
    throw new CommandError(
      "`ci nightly` opens a pull request in a pipeline only. On this machine, use `peridio-gitops sync --adopt-gone --base git:REVISION --pull-request`, or `peridio-gitops renew --by DAYS --pull-request`.",
    );
  // No change is judged, so the stacks and rules are those of the head.
  const { stacks, rules } = copyControls(job, job.checkout.resolve("HEAD"));
  const rulesOption = rules === undefined ? [] : ["--rules", rules];
  const preview = async (kind: "drift" | "change") => previewStacks(job, stacks, { folder: kind, kind });
  const [drift, due] = [await preview("drift"), await preview("change")];
  const review = async (name: string, previews: readonly StackPreview[], title: string, ...args: readonly string[]) => {
    const file = join(forge.work, `${name}.json`);
    const report = await run([
      ...["review", ...previews.map((one) => one.file), "--stacks", stacks.join(" "), "--expect-no-changes"],
      ...[...rulesOption, "--title", title, "--limit", "20000", "--json-file", file, ...args],
    ]);
    return { file, report };
  };
  const reviews = [
    await review("drift", drift, "Changed outside Pulumi", "--drift"),
    await review("due", due, "To be applied"),
  ];
  const audit = join(forge.work, "audit.json");
  const reports = [
    ...reviews.map(({ report }) => report),
    await run([
      ...["audit", ...rulesOption, "--layout", options.layout],
      ...due.flatMap(({ file }) => ["--preview", file]),
      ...["--fail-on", "medium", "--format", "markdown", "--json-file", audit],
    ]),
  ];
  const complete = reviews.filter(({ report }) => !hasFailed(report.code)).map(({ file }) => file);
  saveResult(job, () => formatNight(terminal, { reviews: complete, audit }));
  for (const { messages } of reports) terminal.say(messages);
  const text = reports.map(formatReport).join("");
  const issue = { title: "Access to Peridio", body: `${marker}\n\n${text}`.slice(0, longestIssue) };
  if (text !== "") forge.summarize(text);
  await forge.updateIssue?.(marker, text === "" ? undefined : issue);
  const judging = rules === undefined ? ["--no-rules"] : rulesOption;
  // Renewals first: without a commit that is known to be applied, the removals fail.
  if (options.renewBy !== undefined)
    reports.push(await propose(job, ["renew", "--by", String(options.renewBy), ...judging], "to renew access"));
  if (options.pullRequest === true) reports.push(await proposeRemovals(job, judging));
  return reports.some(({ code }) => hasFailed(code)) ? exitCodes.failed : exitCodes.passed;
}

/**
 * Keeps one pull request that removes people from the layout who have left, were removed or have declined. The next update undoes all other drift, so it needs
 * no edit.
 */
async function proposeRemovals(job: Job, rules: readonly string[]): Promise<Ended> {
  const { applied } = await job.forge.readMerge();
  // People whose declaration is not applied yet are not gone.
  if (applied === undefined)
    throw new CommandError(
      "No commit of the main branch is known to be applied, so the job cannot tell people who have left from new ones. Start the pipeline of main.",
    );
  const args = ["sync", "--adopt-gone", "--base", `git:${applied}`, ...rules];
  return propose(job, args, "to remove the people who have left");
}

/** Keeps one pull request with the edit of a command. `purpose` says what for. */
async function propose(
  { forge, terminal, options, run }: Job,
  args: readonly string[],
  purpose: string,
): Promise<Ended> {
  const ended = await run([...args, "--pull-request", "--layout", options.layout]);
  terminal.print(ended.output);
  const messages = ended.messages.trim();
  if (ended.code === exitCodes.refused)
    forge.announce("warning", `A rule refuses ${purpose}, so there is no pull request.`);
  // The address of the pull request, access that stays as declared, and a pull request that a person edited.
  if (ended.code === exitCodes.passed || ended.code === exitCodes.attention) {
    if (messages !== "") forge.announce("notice", messages);
  } else terminal.say(ended.messages);
  return ended;
}

/** Joins the JSON of the reports. An audit that could not start has no file. */
function formatNight(
  terminal: Terminal,
  files: { readonly reviews: readonly string[]; readonly audit: string },
): string {
  const read = (file: string) => parseJson(readText(terminal, file));
  const audit = existsSync(files.audit) ? read(files.audit) : undefined;
  return formatJson(nightlyReport.parse({ version: 1, reviews: files.reviews.map(read), audit }));
}

function hasFailed(code: ExitCode): boolean {
  return code === exitCodes.failed || code === exitCodes.misused;
}

/** Returns a report with findings, and the message of a command that failed. The part that worked stays in the report. */
function formatReport({ code, output, messages }: Ended): string {
  if (code === exitCodes.passed) return "";
  const problem = hasFailed(code) ? `\n## Some checks failed\n\n${formatLines(messages)}` : "";
  // Without the blank line, Markdown would not recognize the next report's heading.
  return `${output}${problem}\n`;
}
