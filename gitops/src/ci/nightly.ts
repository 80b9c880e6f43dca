import { join } from "node:path";
import { type ExitCode, exitCodes } from "../exit";
import { Checkout } from "./checkout";
import { copyControls } from "./controls";
import { previewStacks, type StackPreview } from "./previews";
import { type Job, requirePreviews } from "./review";
import type { Ended } from "./run";

const marker = "<!-- access-nightly -->";

/** The most characters of the issue that each forge accepts. */
const longestIssue = 65_000;

/**
 * Lists changes outside Pulumi, what the programs change today, and the findings of an audit. One issue contains them until there are none.
 * Changes nothing in Peridio.
 */
export async function watchAccess({ forge, terminal, options, run }: Job): Promise<ExitCode> {
  const checkout = new Checkout(terminal);
  // Previews run programs of the repository, so no path may lead out of it, or replace the files that a job keeps.
  checkout.rejectLinks(forge.reserved);
  const head = checkout.resolve("HEAD");
  // No change is judged, so the stacks and rules are those of the head.
  const { stacks, rules } = copyControls(checkout, { base: head, since: head }, { files: options, work: forge.work });
  const rulesOption = rules === undefined ? [] : ["--rules", rules];
  const preview = async (kind: "drift" | "change") =>
    previewStacks(stacks, { folder: join(forge.work, kind), parallel: options.parallel, kind }, terminal);
  const [drift, due] = [await preview("drift"), await preview("change")];
  const review = async (previews: readonly StackPreview[], title: string, ...args: readonly string[]) =>
    run([
      "review",
      ...previews.map(({ file }) => file),
      "--stacks",
      stacks.join(" "),
      "--expect-no-changes",
      ...rulesOption,
      "--title",
      title,
      "--limit",
      "20000",
      ...args,
    ]);
  const reports = [
    requirePreviews(await review(drift, "Changed outside Pulumi", "--drift"), drift),
    requirePreviews(await review(due, "To be applied"), due),
    await run([
      "audit",
      ...rulesOption,
      "--layout",
      options.layout,
      ...due.flatMap(({ file }) => ["--preview", file]),
      "--fail-on",
      "medium",
      "--format",
      "markdown",
    ]),
  ];
  for (const { messages } of reports) terminal.say(messages);
  const text = reports.map(formatReport).join("");
  const issue = { title: "Access to Peridio", body: `${marker}\n\n${text}`.slice(0, longestIssue) };
  if (text !== "") forge.summarize(text);
  await forge.updateIssue(marker, text === "" ? undefined : issue);
  return reports.some(({ code }) => hasFailed(code)) ? exitCodes.failed : exitCodes.passed;
}

function hasFailed(code: ExitCode): boolean {
  return code === exitCodes.failed || code === exitCodes.misused;
}

/** Returns a report with findings, and the message of a command that failed. The part that worked stays in the report. */
function formatReport({ code, output, messages }: Ended): string {
  if (code === exitCodes.passed) return "";
  const lines = messages.trimEnd().split("\n");
  const problem = hasFailed(code) ? `\n## Some checks failed\n\n${lines.map((line) => `    ${line}\n`).join("")}` : "";
  // Without the blank line, Markdown would not recognize the next report's heading.
  return `${output}${problem}\n`;
}
