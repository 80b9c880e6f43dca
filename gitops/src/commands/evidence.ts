import { Argument } from "commander";
import { printableLine } from "#framework/messages";
import { chooseExitCode, CommandError, MisuseError } from "../exit";
import { type Archive, readArchive } from "../evidence/archive";
import { type EvidenceList, selectApplies, type Selection } from "../evidence/list";
import type { StackRecord } from "../evidence/record";
import { type Verification, verifyArchive } from "../evidence/verify";
import type { Terminal } from "../terminal/terminal";
import { formatJson } from "../terminal/text";
import { formatCount, joinAnd } from "../wording";
import { type CommandFactory, createCommand } from "./command";

interface Options extends Selection {
  readonly last?: string;
  readonly json?: true;
}

export const createEvidenceCommand: CommandFactory = (terminal, end) =>
  createCommand("evidence", {
    summary: "verify or list the records of applies",
    description:
      "Reads the records that `peridio-gitops ci apply` leaves: files, or folders with them. `verify` checks that no record was changed, removed, moved or forged, and that reviews and plans in these folders and files are those that the records name. `list` prints the applies of a period, or the changes of a person. Uses no network.",
    examples: [
      "peridio-gitops evidence verify evidence",
      "peridio-gitops evidence verify evidence plan-dev.json",
      "peridio-gitops evidence list evidence --person dora@acme.example --since 2027-01-01",
    ],
    codes: {
      passed: "the records are complete and unchanged",
      failed: "a record is missing, changed or forged, or a file cannot be read",
    },
  })
    .addArgument(new Argument("<task>", "the task").choices(["verify", "list"]))
    .argument("<paths...>", "folders of records, records, and the reviews and plans that they name")
    .option("--last <digest>", "for `verify`: the SHA-256 digest of the last record, which the log of its run contains")
    .option("--person <email>", "for `list`: only changes of the person with this address")
    .addDayOption("--since <date>", "for `list`: only applies from this day, UTC")
    .addDayOption("--until <date>", "for `list`: only applies up to this day, UTC")
    .option("--json", "print JSON instead of text")
    .action((task: "verify" | "list", paths: readonly string[], options: Options) => {
      rejectMisused(task, options);
      const archive = readArchive(terminal, paths);
      if (archive.records.length === 0)
        throw new CommandError(
          `${joinAnd(paths)} contains no record. Pass the folder with the records of \`ci apply\`.`,
        );
      const found = verifyArchive(archive, options.last);
      if (task === "verify") terminal.print(options.json === true ? formatJson(found) : formatVerification(found));
      else printList(archive, found, options, terminal);
      end(chooseExitCode({ failed: found.problems.length > 0 }));
    });

function rejectMisused(task: "verify" | "list", { last, person, since, until }: Options): void {
  if (task === "list" && last !== undefined) throw new MisuseError("--last belongs to `evidence verify`. Remove it.");
  if (task === "verify" && [person, since, until].some((value) => value !== undefined))
    throw new MisuseError("--person, --since and --until belong to `evidence list`. Remove them.");
}

function formatVerification({ records, last, problems }: Verification): string {
  if (problems.length > 0) return formatProblems(problems);
  return `${formatCount(records, "record")}, complete and unchanged. The last one has the digest ${last ?? ""}.\n`;
}

function formatProblems(problems: Verification["problems"]): string {
  return problems.map(({ file, message }) => `${printableLine(`${file}: ${message}`)}\n`).join("");
}

function printList(archive: Archive, { problems }: Verification, options: Options, terminal: Terminal): void {
  const list: EvidenceList = { applies: selectApplies(archive, options), complete: problems.length === 0 };
  terminal.print(options.json === true ? formatJson(list) : list.applies.map(formatApply).join("\n"));
  if (!list.complete) terminal.say(`peridio-gitops: The list can be incomplete:\n${formatProblems(problems)}`);
}

function formatApply({ record }: EvidenceList["applies"][number]): string {
  const { started, commit, review, authors, approvals, run, stacks } = record;
  const approved = approvals.length === 0 ? "" : `, approved by ${joinAnd(approvals.map(({ login }) => login))}`;
  const author = authors === null || authors.length === 0 ? "by unknown authors" : `by ${joinAnd(authors)}`;
  return [
    printableLine(
      `${started.slice(0, 16).replace("T", " ")} UTC, commit ${commit.slice(0, 12)} ${author}, verdict ${review.verdict}${approved}`,
    ),
    ...(run === null ? [] : [printableLine(`  ${run}`)]),
    ...stacks.map(({ stack, result }: StackRecord) => `  ${stack}: ${result}`),
    ...review.changes.map(({ organization, words }) =>
      printableLine(`  - ${organization === null ? "" : `${organization}: `}${words}`),
    ),
    "",
  ].join("\n");
}
