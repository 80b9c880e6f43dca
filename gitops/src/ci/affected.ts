import { isDeepStrictEqual } from "node:util";
import { isRecord } from "#framework";
import { getErrorMessage } from "#framework/messages";
import { parseYaml, type SourceFile } from "#framework/documents";
import { version } from "#provider";
import { type Layout, layoutKind, parseLayout } from "#layout";
import { type ExitCode, exitCodes } from "../exit";
import { readRevision } from "../plan/revision";
import { InvalidRulesError, parseRulesFile } from "../rules/readRules";
import { type AffectedReport, formatAffected } from "./affectedReport";
import { type Checkout, isDocumentation, isLayoutFile, quote } from "./checkout";
import { copyControls } from "./controls";
import { isStackConfiguration, type Project, readProject } from "./layoutProgram";
import { getStackName } from "./previews";
import { type Job, saveResult } from "./review";

/** Prints the stacks and the organizations that a pull request may affect. Runs no program, and calls no API of Peridio. */
export async function printAffected(job: Job): Promise<ExitCode> {
  const { forge, terminal, options } = job;
  const base = await forge.mergeBase(await forge.readProposal());
  const { stacks } = copyControls(job, base);
  const report = findAffected(job, base, stacks);
  terminal.print(formatAffected(report, options.format));
  saveResult(job, () => formatAffected(report, "json"));
  for (const cause of report.everywhere) terminal.say(`${cause}\n`);
  if (report.unaffected.length > 0)
    terminal.say(`Not affected: ${report.unaffected.join(", ")}. A review needs the previews of these stacks too.\n`);
  return exitCodes.passed;
}

/** A job, its change, and what is known about the repository. */
interface Change extends Job {
  readonly base: string;
  readonly commit: string;
  readonly stacks: readonly string[];
  readonly project: Project | undefined;
}

/** The result of one changed file, or of the changed layout. */
interface Effect {
  /** The reason, in a sentence. */
  readonly cause: string;
  /** The stacks with the organizations that the layout changes, or with undefined for all of the stack; undefined for every stack. */
  readonly stacks: ReadonlyMap<string, readonly string[] | undefined> | undefined;
}

/** Finds the stacks that a change since the base may affect. A file that is not understood affects every stack. */
export function findAffected(job: Job, base: string, stacks: readonly string[]): AffectedReport {
  const { checkout, options } = job;
  const commit = checkout.resolve("HEAD");
  const change: Change = { ...job, base, commit, stacks, project: findProject(checkout, commit, options.layout) };
  const files = checkout.listChanged(base);
  const isOfLayout = (file: string) => isLayoutFile(file, options.layout);
  const effects = [
    ...(checkout.hasUncommittedFiles() ? [everywhere("The checkout contains uncommitted files.")] : []),
    ...files.filter((file) => !isOfLayout(file)).flatMap((file) => judgeFile(file, change)),
    ...(files.some(isOfLayout) ? judgeLayout(change) : []),
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

/** Judges a file outside the layout. Code may read any file except the configurations of other stacks. */
function judgeFile(file: string, change: Change): readonly Effect[] {
  const { stacks, project } = change;
  if (project?.program !== undefined && isUnread(file, change)) return [];
  const cause = `${quote(file)} changed.`;
  const configured = stacks.filter((stack) => file === `Pulumi.${getStackName(stack)}.yaml`);
  const isUsual = project?.hasUsualConfigurations === true && hasOnly(file, change, isStackConfiguration);
  if (!isUsual || configured.length === 0) return [everywhere(cause)];
  return [{ cause, stacks: new Map(configured.map((stack) => [stack, undefined])) }];
}

/** The pipelines of the forges. Pulumi searches only `.yaml` files for packages. */
const pipeline = /^(\.(github|gitea|forgejo)\/.*|\.gitlab-ci)\.yml$/;

/** Reports if no preview of a program of layouts reads a file. The same job previews the base, so its pipeline is the same too. */
function isUnread(file: string, change: Change): boolean {
  const { stacks, rules } = change.options;
  if (isDocumentation(file) || file === stacks || pipeline.test(file)) return true;
  return file === rules && hasOnly(file, change, isRulesFile);
}

/** Reports if the form of a file is known in each of the two commits that contains it. */
function hasOnly(file: string, { base, commit, checkout }: Change, isKnown: (text: string) => boolean): boolean {
  return [base, commit].every((side) => {
    const text = checkout.read(side, file)?.toString();
    return text === undefined || isKnown(text);
  });
}

/** Another form could declare a package, which Pulumi finds in any `.yaml` file. */
function isRulesFile(text: string): boolean {
  try {
    parseRulesFile({ file: "access-rules.yaml", text });
    return true;
  } catch (error) {
    if (error instanceof InvalidRulesError) return false;
    throw error;
  }
}

/** Compares the layout of two commits, as `peridio-gitops plan` does. */
function judgeLayout({ base, commit, stacks, project, options, terminal }: Change): readonly Effect[] {
  const program = project?.program;
  if (program === undefined)
    return [everywhere("The layout changed, and the program does not show which stacks declare its organizations.")];
  const { now } = terminal;
  try {
    const read = (revision: string): LayoutVersion => {
      const sources = readRevision(revision, options.layout, terminal);
      return { sources, layout: parseLayout(sources, { now, version }) };
    };
    const changed = compare(read(base), read(commit));
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
