import gt from "semver/functions/gt";
import valid from "semver/functions/valid";
import { version } from "#provider";
import { CommandError } from "../exit";
import { getProvider, readStackSettings } from "./backends";
import { computeDigest } from "../digest";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import {
  cleanMessage,
  type Diagnostic,
  type FailedPreviews,
  FailedPreviewError,
  readDocument,
  type Step,
} from "./document";
import { createForeignChange, listForeignChanges } from "./others";
import { readProviders, readUse } from "./providers";
import type { Kind, Remark, StackChange } from "../model/stackChange";
import { groupSteps, readResources, readVanished } from "./resources";
import { type Groups, isChanged, isLeftOut, isNewReading, isOfUnknownType } from "./steps";
import { getStack, getTypeName, isPeridioType, labelUrn } from "../urn";
import { compareTexts, joinAnd } from "../wording";

/**
 * Reads the output of Pulumi for one stack.
 * @throws CommandError unless it is a complete preview of that kind, for one stack.
 */
export function readPreview(text: string, source: string, kind: Kind): StackChange {
  const document = readDocument(text, source, kind);
  const groups = groupSteps(document.steps, kind);
  const stacks = new Set(document.steps.map(({ urn }) => getStack(urn)));
  const [stack = source, another] = stacks;
  if (another !== undefined)
    throw new CommandError(
      `${source} contains several stacks, such as ${stack} and ${another}. Pass one file for each stack.`,
    );
  return {
    stack,
    digest: computeDigest(text),
    resources: readResources(document, kind),
    vanished: readVanished(document, kind),
    providers: readProviders(document.steps),
    uses: [...groups].map(readUse),
    settings: readStackSettings(document),
    unknownTypes: [...groups]
      .filter((group) => isOfUnknownType(group) && (isChanged(group[1]) || group[1].some(isNewReading)))
      .map((group) => createForeignChange(...group)),
    others: listForeignChanges(document.steps),
    remarks: document.diagnostics.flatMap(createRemark),
    unknowns: [...(kind === "change" ? findFlaws(document.steps, stack) : []), ...findUnknowns(groups)],
  };
}

/** Lists what makes a preview less reliable, in whole sentences. */
function findFlaws(steps: readonly Step[], stack: string): readonly string[] {
  // Without --refresh, Pulumi still refreshes resources for which the provider asks.
  const refreshed = new Set(steps.filter(({ op }) => op === "refresh").map(({ urn }) => urn));
  // Pulumi reads an imported object without a refresh.
  const imported = new Set(steps.filter(({ op }) => op.startsWith("import")).map(({ urn }) => urn));
  const isStale = steps.some(
    ({ urn, oldState }) => oldState && isPeridioType(urn) && !imported.has(urn) && !refreshed.has(urn),
  );
  const newer = listVersions(steps).find((used) => gt(used, version));
  return [
    ...(isStale
      ? [
          `The preview of ${stack} was made without --refresh, so it does not show changes outside Pulumi, and the update may undo them.`,
        ]
      : []),
    ...(newer === undefined
      ? []
      : [
          `The program of ${stack} uses version ${newer} of the provider, which is newer than this peridio-gitops, ${version}. Use the same version.`,
        ]),
  ];
}

/** Returns the versions of the provider that a program names, without their prereleases. */
function listVersions(steps: readonly Step[]): readonly string[] {
  const defaults = steps.flatMap(({ newState }) => (newState ? getProvider(newState) : []));
  const named = defaults.map((provider) => /::default_(\d+_\d+_\d+)/.exec(provider)?.[1]?.replaceAll("_", "."));
  const explicit = readProviders(steps).map(({ after }) => after?.inputs.version);
  return [...new Set([...named, ...explicit])].flatMap((text) => (typeof text === "string" ? (valid(text) ?? []) : []));
}

/**
 * Reads the output of Pulumi from files, one for each stack. `-` stands for standard input.
 * @throws CommandError unless each file is a complete preview of that kind, and each of another stack.
 * @throws CommandError if `expectedStacks` is set, and the files are not of exactly these stacks.
 */
export async function readPreviewFiles(
  files: readonly string[],
  kind: Kind,
  terminal: Terminal,
  expectedStacks?: readonly string[],
): Promise<readonly StackChange[]> {
  const previews = new Map<string, StackChange>();
  const failed: FailedPreviews[] = [];
  for (const file of files) {
    const [source, text] = file === "-" ? ["standard input", await terminal.input()] : [file, readText(terminal, file)];
    const preview = readUnlessFailed(text, source, kind);
    if (preview instanceof FailedPreviewError) {
      failed.push(...preview.previews);
      continue;
    }
    const [other] = [...previews].find(([, { stack }]) => stack === preview.stack) ?? [];
    if (other !== undefined) {
      throw new CommandError(
        `The stack ${preview.stack} has two previews: ${other} and ${source}. Pass one preview for each stack.`,
      );
    }
    previews.set(source, preview);
  }
  if (failed.length > 0) throw new FailedPreviewError(failed);
  if (expectedStacks !== undefined) {
    rejectOtherStacks(
      [...previews.values()].map(({ stack }) => stack),
      expectedStacks,
    );
  }
  return [...previews.values()];
}

/** Returns the error of a preview that failed, so that one message can name the errors of all stacks. */
function readUnlessFailed(text: string, source: string, kind: Kind): StackChange | FailedPreviewError {
  try {
    return readPreview(text, source, kind);
  } catch (error) {
    if (error instanceof FailedPreviewError) return error;
    throw error;
  }
}

/**
 * Reads previews of the base from files, for the stacks of these previews of the change. Says why a file is not a complete preview, and skips
 * it.
 * @throws CommandError if a file cannot be read, or is a preview of another stack or of one that has a preview already.
 */
export function readBasePreviews(
  files: readonly string[],
  ofChange: readonly StackChange[],
  terminal: Pick<Terminal, "folder" | "say">,
): readonly StackChange[] {
  const previews = new Map<string, StackChange>();
  for (const file of files) {
    const preview = tryPreview(readText(terminal, file), file, terminal);
    if (preview === undefined) continue;
    const { stack } = preview;
    if (!ofChange.some((one) => one.stack === stack))
      throw new CommandError(
        `${file} is a base preview of ${stack}, but there is no preview of this stack. Pass base previews of the reviewed stacks only.`,
      );
    if (previews.has(stack))
      throw new CommandError(`The stack ${stack} has two base previews. Pass --base-preview once for each stack.`);
    previews.set(stack, preview);
  }
  return [...previews.values()];
}

/** Returns a preview; undefined if it is not complete, or if it contains no resource that names its stack. */
function tryPreview(text: string, source: string, { say }: Pick<Terminal, "say">): StackChange | undefined {
  try {
    const preview = readPreview(text, source, "change");
    return preview.stack === source ? undefined : preview;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(`peridio-gitops: no change of this stack counts as pending: ${error.message}\n`);
    return undefined;
  }
}

/**
 * A preview of another stack could show access that the change adds as access that exists.
 * @throws CommandError if a stack is not expected, or if an expected one is missing.
 */
function rejectOtherStacks(stacks: readonly string[], expected: readonly string[]): void {
  const unexpected = stacks.filter((stack) => !expected.includes(stack)).toSorted(compareTexts);
  if (unexpected.length > 0)
    throw new CommandError(
      `--stacks does not contain ${joinAnd(unexpected)}. Pass only the previews of ${joinAnd(expected)}.`,
    );
  const missing = expected.filter((stack) => !stacks.includes(stack));
  if (missing.length > 0)
    throw new CommandError(
      `There is no preview of ${joinAnd(missing)}, although \`--stacks\` contains it. Pass one preview for each stack.`,
    );
}

/** Lists the facts that a preview leaves open, in whole sentences. */
function findUnknowns(groups: Groups): readonly string[] {
  const leftOut = [...groups]
    .filter(([, own]) => isLeftOut(own))
    .map(([urn]) => `--target excludes ${labelUrn(urn)}, so its change is unknown.`);
  const unchanged = [...groups]
    .filter((group) => isOfUnknownType(group) && !isChanged(group[1]) && !group[1].some(isNewReading))
    .map(
      ([urn]) =>
        `Unchanged resources of the type ${getTypeName(urn)} are not reviewed, because this version of peridio-gitops does not know the type. To include these resources, use the version of peridio-gitops that matches the provider.`,
    );
  return [...new Set([...leftOut, ...unchanged])];
}

function createRemark({ urn, message, severity }: Diagnostic): readonly Remark[] {
  const text = cleanMessage(message);
  if (text === "" || severity === "debug") return [];
  return [{ severity: severity === "warning" ? "warning" : "info", urn, about: urn === "" ? "" : labelUrn(urn), text }];
}
