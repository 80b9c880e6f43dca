import { stripVTControlCharacters } from "node:util";
import * as z from "zod";
import { isRecord, type Values } from "#framework";
import { CommandError } from "../exit";
import { groupBy } from "../grouping";
import type { Kind } from "../model/stackChange";
import { secret, unknown } from "../hidden";
import { formatJson, parseJson as parseText } from "../terminal/text";
import { joinAnd } from "../wording";

/** Stands for a value that a preview does not know, in Pulumi's output. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Stands for a secret, in Pulumi's output. */
const secretText = "[secret]";

/** Replaces Pulumi's placeholders by `Hidden`. */
export function hideValues(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hideValue(value)]));
}

function hideValue(value: unknown): unknown {
  if (value === unknownText) return unknown;
  if (value === secretText) return secret;
  if (Array.isArray(value)) return value.map(hideValue);
  return isRecord(value) ? hideValues(value) : value;
}

/** The values of an object or of a configuration. A value may be `Hidden`. */
const printedValues = z.record(z.string(), z.unknown()).transform(hideValues);

/** The state of a resource, as Pulumi prints it. `readOptions` reads all other keys. */
const state = z.looseObject({
  id: z.string().optional(),
  inputs: printedValues.default({}),
  /** Absent for a planned resource. */
  outputs: printedValues.optional(),
  /** False for a component, such as Layout. */
  custom: z.boolean().default(true),
  protect: z.boolean().default(false),
  /** The former URN, in the old state of a resource with an alias. */
  urn: z.string().optional(),
  /** True if the program only reads the resource. */
  external: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  /** The resource whose deletion also ends this one. Pulumi then does not delete this object. */
  deletedWith: z.string().optional(),
  /** The paths of the properties that keep their former value. */
  ignoreChanges: z.array(z.string()).nullish(),
  /** The id in the import. */
  importID: z.string().optional(),
  /** The time when Pulumi last changed the state. */
  modified: z.iso.datetime().optional().catch(undefined),
  /** The URN of the provider, then its id. */
  provider: z.string().default(""),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).default({}),
});
export type PrintedState = z.output<typeof state>;

/** The steps of Pulumi. A review refuses other ones, because it does not know their effect. */
const ops = [
  ...(["same", "create", "update", "delete", "replace", "create-replacement", "delete-replaced"] as const),
  ...(["read", "read-replacement", "refresh", "discard", "discard-replaced", "remove-pending-replace"] as const),
  ...(["import", "import-replacement"] as const),
] as const;
const knownOps: ReadonlySet<string> = new Set(ops);

/** A step of Pulumi for one resource. */
export const step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: state.nullish(),
  newState: state.nullish(),
  /** The properties that differ, by path. The dynamic provider reports only their names, in `diffReasons`. */
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
});
export type Step = z.output<typeof step>;

const diagnostic = z.object({ urn: z.string().default(""), message: z.string(), severity: z.string() });
export type Diagnostic = z.output<typeof diagnostic>;

const document = z
  .object({
    config: printedValues.default({}),
    steps: z.array(step).default([]),
    diagnostics: z.array(diagnostic).default([]),
    changeSummary: z.record(z.string(), z.number()).optional(),
    duration: z.number().optional(),
  })
  .refine(({ duration, steps }) => duration !== undefined || steps.length > 0);
/** The output of `pulumi preview --json` and `pulumi refresh --preview-only --json`. */
export type Document = z.output<typeof document>;

const commands: Readonly<Record<Kind, string>> = {
  change: "pulumi preview --json --show-sames",
  drift: "pulumi refresh --preview-only --json",
};

/**
 * Parses the output of Pulumi. Messages call it `source`.
 * @throws CommandError unless it is a complete preview of that kind.
 */
export function readDocument(text: string, source: string, kind: Kind): Document {
  rejectEvents(text, source, kind);
  const parsed = document.safeParse(parseJson(text, source, kind)).data;
  if (parsed === undefined) {
    throw new CommandError(`${source} is not a Pulumi preview. Pass the output of \`${commands[kind]}\`.`);
  }
  rejectEmpty(parsed, source, kind);
  rejectErrors(parsed, source);
  rejectUnknownSteps(parsed, source);
  const named = { ...parsed, steps: renameRefreshes(parsed.steps) };
  if (kind === "change") rejectSilentFailure(named, source);
  rejectOtherKind(named, source, kind);
  rejectGaps(named, source, kind);
  return named;
}

/** With this variable, Pulumi prints one event on each line. */
function rejectEvents(text: string, source: string, kind: Kind): void {
  if (!/^\s*\{\s*"sequence"\s*:/.test(text)) return;
  throw new CommandError(
    `${source} contains events instead of a preview, because the environment variable PULUMI_ENABLE_STREAMING_JSON_PREVIEW was set. Unset this variable, and run \`${commands[kind]}\` again.`,
  );
}

/** Gives the refresh of a resource with an alias its new URN. Pulumi refreshes the state before the program names the alias. */
function renameRefreshes(steps: readonly Step[]): Step[] {
  const renamed = new Map(
    steps.flatMap(({ op, urn, oldState }) =>
      op !== "refresh" && oldState?.urn !== undefined && oldState.urn !== urn ? [[oldState.urn, urn] as const] : [],
    ),
  );
  return steps.map((step) => (step.op === "refresh" ? { ...step, urn: renamed.get(step.urn) ?? step.urn } : step));
}

function parseJson(text: string, source: string, kind: Kind): unknown {
  if (isTooDeep(text))
    throw new CommandError(
      `${source} contains a value with more than ${mostLevels} levels, which no review can show. Remove levels from the inputs of the program.`,
    );
  try {
    return JSON.parse(text);
  } catch {
    const problem = text.trim() === "" ? "is empty" : "is not complete JSON";
    throw new CommandError(
      `${source} ${problem}. Pass the output of \`${commands[kind]}\`. If that command failed, its standard error has the reason.`,
    );
  }
}

/** A preview contains at least the stack. Otherwise, Pulumi stopped before it read anything. */
function rejectEmpty({ steps, diagnostics }: Document, source: string, kind: Kind): void {
  if (steps.length > 0 || diagnostics.some(({ severity }) => severity === "error")) return;
  throw new CommandError(
    `${source} contains no resource. If \`${commands[kind]}\` failed, its standard error has the reason. If the stack is empty, there is nothing to review.`,
  );
}

/** Some programs fail without an error that Pulumi counts. The preview then omits resources in the state. */
function rejectSilentFailure({ steps, diagnostics }: Document, source: string): void {
  const own = steps.filter(({ urn }) => /(^|[:/$])peridio:/.test(urn.split("::")[2] ?? ""));
  const printed = new Set(own.filter(({ op }) => op !== "refresh").map(({ urn }) => urn));
  // Pulumi repeats its own warnings on standard error.
  const warnings = new Set(
    diagnostics.flatMap(({ severity, message }) => (severity === "warning" ? cleanMessage(message) : [])),
  );
  const messages = diagnostics
    .filter(({ severity }) => severity === "info#err")
    .map(({ message }) => cleanMessage(message))
    .filter((message) => !warnings.has(message));
  if (messages.length === 0 || (printed.size > 0 && own.every(({ urn }) => printed.has(urn)))) return;
  const list = messages.map((text) => `\n  ${text.replaceAll("\n", "\n  ")}`).join("");
  throw new CommandError(
    `${source} is incomplete, because Peridio resources are missing. Correct the program, and run the preview again. The program printed:${list}`,
  );
}

/** The errors with which previews stopped. */
export interface FailedPreviews {
  /** The names of the previews in messages. */
  readonly sources: readonly [string, ...string[]];
  /** The messages of Pulumi. */
  readonly errors: readonly string[];
  /** Tells how to see the effect of a change that a guardrail stops; undefined without one. */
  readonly remedy: string | undefined;
}

/** Previews that stopped with errors, so that no review knows the change. A cause of many stacks, such as a missing key, stands once. */
export class FailedPreviewError extends CommandError {
  readonly previews: readonly FailedPreviews[];

  constructor(previews: readonly FailedPreviews[]) {
    const groups = groupBy(previews, ({ errors }) => JSON.stringify(errors));
    const merged = [...groups.values()].map((group) => {
      const [first, ...others] = group;
      const [source, ...more] = first.sources;
      return { ...first, sources: [source, ...more, ...others.flatMap(({ sources }) => sources)] as const };
    });
    super(merged.map(explainFailure).join("\n"));
    this.previews = merged;
  }
}

function explainFailure({ sources, errors, remedy }: FailedPreviews): string {
  const list = errors.map((error) => `\n  ${error.replaceAll("\n", "\n  ")}`).join("");
  const what =
    sources.length === 1
      ? "is incomplete, because the preview stopped with errors. Correct these errors, and run the preview again"
      : "are incomplete, because the previews stopped with the same errors. Correct these errors, and run the previews again";
  return `${joinAnd(sources)} ${what}:${list}${remedy === undefined ? "" : `\n${remedy}`}`;
}

function rejectErrors({ diagnostics }: Document, source: string): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => cleanMessage(message));
  if (errors.length > 0)
    throw new FailedPreviewError([{ sources: [source], errors, remedy: explainGuardrail(errors) }]);
}

/** The guardrails of a roster that stop a preview, and the provider's words for it. Other errors name a misplaced property. */
const guardrails = { maxRemovals: / but maxRemovals \([^)]*\) allows \d/, minAdmins: / but minAdmins requires \d/ };

function explainGuardrail(errors: readonly string[]): string | undefined {
  const tripped = Object.entries(guardrails).flatMap(([name, words]) =>
    errors.some((error) => words.test(error)) ? name : [],
  );
  if (tripped.length === 0) return undefined;
  return `The guardrail ${joinAnd(tripped.map((name) => `\`${name}\``))} stops the change, so the preview does not show what it does to people. If the program uses a layout, \`peridio-gitops plan layout.yaml --base git:origin/main\` shows the effect of the whole change.`;
}

/** The most characters of Pulumi's messages that a review of a failed preview shows. */
const longestMessages = 4000;

/**
 * Returns the output of a Pulumi command that failed, so that each reader refuses it and shows the reason: as it is if it contains an error,
 * or else a preview whose errors are those of `messages`, the standard error of the command.
 */
export function formatFailedPreview(output: string, messages: string, exitCode: number): string {
  const printed = document.safeParse(parseText(output)).data;
  if (printed?.diagnostics.some(({ severity }) => severity === "error") === true) return output;
  // Warnings come first, and an error can have several lines.
  const errors = messages.slice(Math.max(0, messages.search(/^error: /m))).trim();
  const shown = errors.length > longestMessages ? `${errors.slice(0, longestMessages)}…` : errors;
  const message = shown === "" ? `Pulumi ended with exit code ${exitCode}, and printed no error.` : shown;
  const diagnostics = message.split(/^(?=error: )/m).map((text) => ({ severity: "error", message: text }));
  return formatJson({ steps: [], diagnostics, duration: 0 });
}

function rejectUnknownSteps({ steps }: Document, source: string): void {
  const unknown = steps.find(({ op }) => !knownOps.has(op));
  if (unknown === undefined) return;
  throw new CommandError(
    `${source} has a step ${JSON.stringify(unknown.op)}, which this version of peridio-gitops does not know. Use a version of peridio-gitops that knows your version of Pulumi.`,
  );
}

function rejectOtherKind({ steps }: Document, source: string, kind: Kind): void {
  const isRefresh = steps.some(({ op }) => op === "refresh") && steps.every(isPossibleInRefresh);
  const isChange = !steps.every(isPossibleInRefresh);
  if (kind === "change" && isRefresh) {
    throw new CommandError(
      `${source} shows changes outside Pulumi. Pass the output of \`${commands.change}\`, or review drift with \`peridio-gitops review --drift\`.`,
    );
  }
  if (kind === "drift" && isChange) {
    throw new CommandError(
      `${source} shows the changes of a program, not changes outside Pulumi. Remove --drift, or pass the output of \`${commands.drift}\`.`,
    );
  }
}

function isPossibleInRefresh({ op, urn }: Step): boolean {
  return op === "refresh" || (["update", "delete"].includes(op) && !isStack(urn));
}

/** Rules apply to everyone, so unchanged resources are required too. A missing step could hide a change. */
function rejectGaps({ steps, changeSummary = {} }: Document, source: string, kind: Kind): void {
  // A preview also refreshes resources that it then counts as the same.
  const unchanged = kind === "drift" ? "refresh" : "same";
  const countMissing = (op: string, printed: string) =>
    (changeSummary[op] ?? 0) - steps.filter((step) => step.op === printed).length;
  const missing = countMissing("same", unchanged);
  if (missing > 0) {
    throw new CommandError(
      `${source} omits ${missing === 1 ? "an unchanged resource" : `${missing} unchanged resources`}, but a review requires all resources. Run the preview with --show-sames.`,
    );
  }
  const counted = kind === "drift" ? ["create", "update", "delete"] : Object.keys(changeSummary);
  const omitted = counted.find((op) => op !== "same" && op !== "refresh" && countMissing(op, op) > 0);
  if (omitted === undefined) return;
  throw new CommandError(
    `${source} omits a step "${omitted}" that its \`changeSummary\` counts. Pass the whole output of \`${commands[kind]}\`.`,
  );
}

function isStack(urn: string): boolean {
  return urn.includes("::pulumi:pulumi:Stack::");
}

/** Returns the text of a diagnostic without its severity. */
export function cleanMessage(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/^(error|warning|info|debug): /, "")
    .trim();
}

/** A value with more levels would exceed the call stack of what reads it. */
const mostLevels = 1000;

/** Counts levels before the text is parsed, without recursion. */
function isTooDeep(text: string): boolean {
  let levels = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInText) {
      if (character === "\\") at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === "{" || character === "[") {
      levels += 1;
      if (levels > mostLevels) return true;
    } else if (character === "}" || character === "]") levels -= 1;
  }
  return false;
}
