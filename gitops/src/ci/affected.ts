import { posix } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { getErrorMessage, isRecord } from "#framework";
import { parseYaml, type SourceFile } from "#framework/documents";
import { version } from "#provider";
import { isInLayout, type Layout, layoutKind, parseLayout } from "#layout";
import { type ExitCode, exitCodes } from "../exit";
import { readRevision } from "../plan/revision";
import type { Terminal } from "../terminal/terminal";
import { type AffectedReport, formatAffected } from "./affectedReport";
import { Checkout, isDocumentation, quote } from "./checkout";
import { copyControls } from "./controls";
import { type LayoutProgram, type Project, readProject } from "./layoutProgram";
import { getStackName } from "./previews";
import type { Job } from "./review";

/** Prints the stacks and the organizations that a pull request may affect. Runs no program, and calls no API of Peridio. */
export async function printAffected({ forge, terminal, options }: Job): Promise<ExitCode> {
  const checkout = new Checkout(terminal);
  const base = await forge.mergeBase(await forge.readProposal());
  checkout.rejectLinks(forge.reserved);
  const { stacks } = copyControls(checkout, { base, since: base }, { files: options, work: forge.work });
  const change = { base, commit: checkout.resolve("HEAD"), layout: options.layout };
  const report = findAffected(checkout, stacks, change, terminal);
  terminal.print(formatAffected(report, options.format));
  for (const cause of report.everywhere) terminal.say(`${cause}\n`);
  if (report.unaffected.length > 0)
    terminal.say(`Not affected: ${report.unaffected.join(", ")}. A review needs the previews of these stacks too.\n`);
  return exitCodes.passed;
}

/** A change, and the path of the layout. */
interface Change {
  readonly base: string;
  readonly commit: string;
  readonly layout: string;
}

/** The result of one changed file, or of the changed layout. */
interface Effect {
  /** The reason, in a sentence. */
  readonly cause: string;
  /** The stacks with the organizations that the layout changes, or with undefined for all of the stack; undefined for every stack. */
  readonly stacks: ReadonlyMap<string, readonly string[] | undefined> | undefined;
}

/** Finds the stacks that a change may affect. A file that is not understood affects every stack. */
export function findAffected(
  checkout: Checkout,
  stacks: readonly string[],
  change: Change,
  terminal: Terminal,
): AffectedReport {
  const { base, commit, layout } = change;
  const project = findProject(checkout, commit, layout);
  const files = checkout.listChanged(base);
  const isOfLayout = (file: string) => isLayoutFile(file, layout);
  const effects = [
    ...(checkout.hasUncommittedFiles() ? [everywhere("The checkout contains uncommitted files.")] : []),
    ...files.filter((file) => !isOfLayout(file)).flatMap((file) => judgeFile(file, stacks, project)),
    ...(files.some(isOfLayout) ? judgeLayout(change, stacks, project?.program, terminal) : []),
  ];
  const common = effects.filter((effect) => effect.stacks === undefined);
  const affected = stacks.flatMap((stack) => {
    const own = effects.filter((effect) => effect.stacks?.has(stack) === true);
    if (common.length + own.length === 0) return [];
    const touched = own.map((effect) => effect.stacks?.get(stack));
    const known = touched.flatMap((names) => names ?? []);
    const isLimited = common.length === 0 && touched.every((names) => names !== undefined);
    return [{ stack, ...(isLimited && { organizations: known.sort() }), causes: own.map(({ cause }) => cause) }];
  });
  const names = new Set(affected.map(({ stack }) => stack));
  return {
    version: 1,
    base,
    commit,
    everywhere: common.map(({ cause }) => cause),
    stacks: affected,
    unaffected: stacks.filter((stack) => !names.has(stack)),
  };
}

function everywhere(cause: string): Effect {
  return { cause, stacks: undefined };
}

/** The other files in which Pulumi looks for a project or for a YAML program. */
const otherPrograms = ["Pulumi.json", "Pulumi.yml", "Main.yaml", "Main.json"];

/** Returns the project; undefined if Pulumi may read another file than Pulumi.yaml. */
function findProject(checkout: Checkout, commit: string, layout: string): Project | undefined {
  const text = checkout.read(commit, "Pulumi.yaml")?.toString();
  if (text === undefined || otherPrograms.some((file) => checkout.read(commit, file) !== undefined)) return undefined;
  return readProject(text, layout);
}

/** Reports if a file is part of the layout, and not only in its folder. */
function isLayoutFile(file: string, layout: string): boolean {
  const folder = posix.normalize(`${layout}/`);
  return `${file}/` === folder || (file.startsWith(folder) && isInLayout(file.slice(folder.length)));
}

/** Judges a file outside the layout. Code may read any file except the configurations of other stacks. */
function judgeFile(file: string, stacks: readonly string[], project: Project | undefined): readonly Effect[] {
  if (project?.program !== undefined && isDocumentation(file)) return [];
  const cause = `${quote(file)} changed.`;
  const configured = stacks.filter((stack) => file === `Pulumi.${getStackName(stack)}.yaml`);
  if (project?.hasUsualConfigurations !== true || configured.length === 0) return [everywhere(cause)];
  return [{ cause, stacks: new Map(configured.map((stack) => [stack, undefined])) }];
}

/** Compares the layout of two commits, as `peridio-gitops plan` does. */
function judgeLayout(
  { base, commit, layout }: Change,
  stacks: readonly string[],
  program: LayoutProgram | undefined,
  terminal: Terminal,
): readonly Effect[] {
  if (program === undefined)
    return [everywhere("The layout changed, and the program does not show which stacks declare its organizations.")];
  const today = terminal.now.toISOString().slice(0, 10);
  try {
    const [before, after] = [base, commit].map((revision) => readRevision(revision, layout, terminal));
    if (before === undefined || after === undefined) return [];
    const changed = compare(
      { sources: before, layout: parseLayout(before, { today, version }) },
      { sources: after, layout: parseLayout(after, { today, version }) },
    );
    if (changed === undefined) return [everywhere("The layout changed `requires` or `connections`.")];
    return changed.map((name) => {
      const declaring = stacks.filter((stack) => program.declares(stack, name));
      const cause = `The layout changed ${name}.`;
      return declaring.length === 0
        ? everywhere(`The layout changed ${name}, which no stack of the list declares.`)
        : { cause, stacks: new Map(declaring.map((stack) => [stack, [name]])) };
    });
  } catch (error) {
    // A mistake anywhere in the layout fails the preview of every stack.
    return [everywhere(`The layouts cannot be compared: ${getErrorMessage(error)}`)];
  }
}

/** A layout and its files. */
interface LayoutVersion {
  readonly sources: readonly SourceFile[];
  readonly layout: Layout;
}

/** Returns the organizations whose declarations differ, by name; undefined if a part differs that concerns all of them. */
function compare(before: LayoutVersion, after: LayoutVersion): readonly string[] | undefined {
  const common = [before, after].map(({ sources, layout }) => [
    sources.map(readRequirement).filter((one) => one !== undefined),
    [...layout.connections],
  ]);
  if (!isDeepStrictEqual(common[0], common[1])) return undefined;
  const [former, present] = [before, after].map(
    ({ layout }) => new Map(layout.organizations.map((one) => [one.name, one])),
  );
  const names = new Set([...(former?.keys() ?? []), ...(present?.keys() ?? [])]);
  return [...names].filter((name) => !isDeepStrictEqual(former?.get(name), present?.get(name))).sort();
}

/** Returns the versions of the provider that a file of a layout accepts. Another version than this one may read it. */
function readRequirement(source: SourceFile): unknown {
  const { value } = parseYaml(source, layoutKind);
  return isRecord(value) ? value.requires : undefined;
}
