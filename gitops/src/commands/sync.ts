import { listBriefly } from "#framework/messages";
import { endWithSuggestion } from "#framework/documents";
import { canonicalizeEmail } from "#provider";
import { printWarnings } from "../access/layout";
import { connectLayout, type ConnectionOptions, getDestination } from "../connection";
import { adoptAll } from "../edit/adopt";
import type { EditableLayout } from "../edit/editableLayout";
import { LayoutFiles } from "../edit/layoutFiles";
import { chooseExitCode, CommandError, MisuseError } from "../exit";
import { groupBy } from "../grouping";
import { readBase } from "../plan/revision";
import { type Difference, getKey } from "../sync/difference";
import { compareFleet, type Comparison, findFleet, type Fleet, proveAdoption } from "../sync/fleet";
import { createReport, formatText } from "../sync/report";
import type { Terminal } from "../terminal/terminal";
import { formatJson } from "../terminal/text";
import { rejectUnsupported } from "../validation/validate";
import { quoteName } from "../wording";
import { type CommandFactory, createCommand, layoutConnectionHelp } from "./command";
import { addWritingOptions, type EditOptions, isWriting, openEdited, writeChanges } from "./editLayout";

interface Options extends EditOptions, ConnectionOptions {
  readonly organization: readonly string[];
  readonly adopt: readonly string[];
  readonly adoptAll?: true;
  readonly adoptGone?: true;
  readonly interactive?: true;
  readonly base?: string;
  readonly json?: true;
}

export const createSyncCommand: CommandFactory = (terminal, end) => {
  const command = createCommand("sync", {
    summary: "list drift, and adopt it in a layout",
    description:
      "Compares live organizations with a layout, and lists each difference with the effect of the next `pulumi up --refresh`, which undoes it. With --interactive or an --adopt option, edits the layout so that it declares the live value. Proves that the edit adopts nothing else. Changes nothing in Peridio.",
    examples: [
      "peridio-gitops sync",
      "peridio-gitops sync --organization 'acme-prod*' --json",
      "peridio-gitops sync --interactive",
      "peridio-gitops sync --adopt bob@acme.example --adopt acme-dev/security.sessionTimeout",
      "peridio-gitops sync --adopt-all --rules access-rules.yaml --dry-run",
      "peridio-gitops sync --adopt-gone --base git:origin/main --pull-request",
    ],
    codes: {
      passed: "no difference is left",
      failed: "an organization cannot be compared, or the layout is not edited: standard error has the reason",
      attention: "a difference is left, or a rule requires approval of the edit",
      refused: "a rule refuses the edit, so the layout is not edited",
    },
  })
    .addOrganizationOption()
    .addListOption("--adopt <name>", "adopt the differences with this name: a person or a setting; repeatable")
    .option("--adopt-all", "adopt all differences for which there is a safe edit")
    .option(
      "--adopt-gone",
      "remove the people who have left, were removed or have declined from the layout; needs --base",
    )
    .addExclusiveOption("--interactive", "ask which differences to adopt, by person and setting", [
      "adopt",
      "adoptAll",
      "adoptGone",
    ])
    .option(
      "--base <layout>",
      "the layout that the last update applied: a path, or `git:REVISION`; edits since then are no drift, and are not adopted",
    )
    .addExclusiveOption("--json", "print JSON instead of text", ["adopt", "adoptAll", "adoptGone", "interactive"]);
  return addWritingOptions(command)
    .addConnectionOptions(layoutConnectionHelp)
    .action(async ({ json, ...options }: Options) => {
      const isAdopting =
        [options.adoptAll, options.adoptGone, options.interactive].includes(true) || options.adopt.length > 0;
      if (!isAdopting && isWriting(options))
        throw new MisuseError(
          "--rules, --no-rules, --dry-run, --pull-request and --reason are for an adoption. Add --interactive, --adopt, --adopt-all or --adopt-gone.",
        );
      if (options.adoptGone === true && options.base === undefined)
        throw new MisuseError(
          "--adopt-gone cannot tell people who have left from people who are not invited yet. Name the applied layout with --base, such as --base git:REVISION.",
        );
      if (options.interactive === true && terminal.ask === undefined)
        throw new MisuseError(
          "Standard input is no terminal, so nobody can answer. Use --adopt instead of --interactive.",
        );
      const editable = await openEdited(options, terminal);
      const { layout } = editable;
      printWarnings(layout, terminal);
      const { backend } = getDestination(options, terminal);
      rejectUnsupported(layout, backend, options.layout);
      const fleet = await findFleet(layout, connectLayout(layout, options, terminal), options.organization);
      const comparison = await compareSince(options, fleet, editable, terminal);
      const { differences, failures } = comparison;
      for (const failure of failures) terminal.say(`peridio-gitops: ${failure}\n`);
      if (options.base === undefined && differences.length > 0 && json !== true)
        terminal.say(`peridio-gitops: ${unappliedNote}\n`);
      if (!isAdopting) {
        if (json === true) terminal.print(formatJson(createReport(comparison)));
        else if (differences.length > 0 || failures.length === 0) terminal.print(formatText(differences));
        end(chooseExitCode({ failed: failures.length > 0, needsAttention: differences.length > 0 }));
        return;
      }
      if (failures.length > 0)
        throw new CommandError(
          "The layout is not edited, because an organization cannot be compared. Correct this, or select other organizations with `--organization`.",
        );
      const adopt = options.interactive === true ? await askForNames(differences, terminal) : options.adopt;
      const named = chooseDifferences(differences, adopt);
      const isGone = ({ gone, adoption }: Difference) => gone === true && typeof adoption !== "string";
      const chosen = differences.filter(
        (one) => options.adoptAll === true || (options.adoptGone === true && isGone(one)) || named.includes(one),
      );
      const edited = adoptAll(editable, chosen);
      // Nobody should answer all questions again because of one edit.
      if (options.interactive !== true) rejectRefused(named, edited.refused);
      proveAdoption(comparison, await compareFleet(fleet, edited), edited.adopted);
      const left = differences.filter((one) => !edited.adopted.includes(one));
      const names = [...new Set(adopt.map(canonicalizeName))].sort();
      const request = { title: createTitle({ ...options, adopt: names }), id: names.join(" ") };
      const verdict = await writeChanges(editable, edited, { ...options, ...request, backend, terminal });
      const closed =
        chosen.length === 0 && options.interactive !== true ? await editable.requests?.withdraw(request) : undefined;
      if (closed !== undefined) terminal.say(`peridio-gitops: ${closed}\n`);
      if (differences.length === 0) terminal.print(formatText(differences));
      if (left.length > 0) terminal.print(`\nNot adopted:\n\n${formatText(left, edited.refused)}`);
      end(chooseExitCode({ ...verdict, needsAttention: verdict.needsAttention || left.length > 0 }));
    });
};

/** Returns the title of a pull request. A later run with the same options, in any order and spelling, updates it. */
function createTitle({ adopt, adoptAll: all, adoptGone: gone, organization }: Options): string {
  const parts = [
    ...(all === true ? ["all changes outside Pulumi"] : adopt.length > 3 ? [`${adopt.length} changes`] : adopt),
    ...(gone === true && all !== true ? ["the removal of people who have left"] : []),
  ];
  return `Adopt ${parts.join(", ")}${organization.length === 0 ? "" : ` in ${organization.join(", ")}`}`;
}

const unappliedNote =
  "A difference can also be an edit that is not applied yet. To tell them apart, name the applied layout with `--base`, such as `--base git:REVISION`.";

/** Compares live organizations with a layout. With a base, no edit adopts what the layout declares only since then. */
async function compareSince(
  { base, layout: path }: Options,
  fleet: Fleet,
  editable: EditableLayout,
  terminal: Terminal,
): Promise<Comparison> {
  const comparison = await compareFleet(fleet, editable);
  if (base === undefined) return comparison;
  const sources = readBase(base, path, terminal);
  const applied = { files: new LayoutFiles(sources), layout: editable.parse(sources) };
  const names = new Set(applied.layout.organizations.map(({ name }) => name));
  const known = { ...fleet, declared: fleet.declared.filter(({ name }) => names.has(name)) };
  const former = await compareFleet(known, applied);
  const drift = new Set(former.differences.map(getKey));
  const reason =
    "The layout declares this since the applied layout, so it is no drift. The next `pulumi up` applies it.";
  return {
    differences: comparison.differences.map((one) => (drift.has(getKey(one)) ? one : { ...one, adoption: reason })),
    failures: [...new Set([...comparison.failures, ...former.failures])],
  };
}

/**
 * Asks the person for each name whose differences an edit can adopt.
 * @throws CommandError without all answers
 */
async function askForNames(differences: readonly Difference[], terminal: Terminal): Promise<readonly string[]> {
  const open = differences.filter(({ name, adoption }) => name !== undefined && typeof adoption !== "string");
  const chosen: string[] = [];
  for (const [, list] of groupBy(open, ({ name = "" }) => canonicalizeName(name))) {
    const [{ name = "" }] = list;
    terminal.say(`\n${formatText(list)}`);
    let answer: string | undefined;
    do {
      answer = (await terminal.ask?.(`Adopt ${name}? [y/N] `))?.trim();
      if (answer === undefined) throw new CommandError("Not all questions are answered, so the layout is not edited.");
    } while (!/^(y|yes|n|no)?$/i.test(answer));
    if (/^y/i.test(answer)) chosen.push(name);
  }
  return chosen;
}

/** Returns the form in which names of one person are equal. */
function canonicalizeName(name: string): string {
  return name.includes("@") ? canonicalizeEmail(name) : name;
}

/**
 * Returns the differences with the given names.
 * @throws CommandError if there is none with a name.
 */
function chooseDifferences(differences: readonly Difference[], given: readonly string[]): readonly Difference[] {
  const names = [...new Set(differences.flatMap(({ name }) => name ?? []))];
  const known = new Set(names.map(canonicalizeName));
  const unknown = given.find((name) => !known.has(canonicalizeName(name)));
  if (unknown !== undefined) {
    const remedy = names.length === 0 ? "" : ` Use one of ${listBriefly(names)}${endWithSuggestion(unknown, names)}`;
    throw new CommandError(`No difference has the name ${quoteName(unknown)}.${remedy}`);
  }
  const chosen = new Set(given.map(canonicalizeName));
  return differences.filter(({ name }) => name !== undefined && chosen.has(canonicalizeName(name)));
}

/** @throws CommandError if the edit of a named difference is refused. */
function rejectRefused(named: readonly Difference[], refused: ReadonlyMap<Difference, string>): void {
  const [first] = named.filter((one) => refused.has(one));
  if (first === undefined) return;
  const { organization, subject } = first;
  throw new CommandError(`The layout is not edited. ${subject} in ${organization}: ${refused.get(first) ?? ""}`);
}
