import { mkdirSync, rmSync } from "node:fs";
import type { Approval, StackRecord } from "../evidence/record";
import { type ExitCode, exitCodes } from "../exit";
import { readText, writeText } from "../terminal/files";
import type { AffectedFormat } from "./affectedReport";
import type { Checkout, PipelineFiles } from "./checkout";
import type { Controls } from "./controls";
import type { Forge } from "./forge";
import { getReviewFile } from "./prepared";
import { type PipelineTerminal, previewStacks, type StackPreview } from "./previews";

/** The options of a pipeline, which its own file chooses. */
export interface PipelineOptions extends PipelineFiles {
  readonly title: string;
  /** The number of previews that run at the same time. */
  readonly parallel: number;
  /** The folder with the records of all applies; undefined if only the forge keeps them. */
  readonly evidence?: string;
  /** True if the night proposes to remove people who have left. */
  readonly pullRequest?: true;
  /** The days by which the night proposes to renew access that ends soon; undefined for no proposal. */
  readonly renewBy?: number;
  /** The file for the result of the job as JSON; undefined for none. */
  readonly jsonFile?: string;
  /** The format of the list of affected stacks. */
  readonly format: AffectedFormat;
}

/** The result of a command of peridio-gitops. */
export interface Ended {
  readonly code: ExitCode;
  /** The text that the command printed. */
  readonly output: string;
  /** The messages of the command. */
  readonly messages: string;
}

/** The facts of an apply that are known before its first stack. */
export interface BegunApply {
  /** The commit. */
  readonly commit: string;
  readonly authors: readonly string[] | undefined;
  readonly approvals: readonly Approval[];
  /** The review right before the apply. */
  readonly review: string;
  readonly previews: readonly StackPreview[];
}

/**
 * Applies the stacks, and keeps the record of this. Returns true if every stack is applied and the record is kept.
 * @throws CommandError before the first stack, if the record before this one, or a file that this record names, cannot be read.
 */
export type RecordApply = (
  job: Job,
  apply: BegunApply,
  applyStacks: (stacks: readonly StackRecord[]) => Promise<readonly StackRecord[]>,
) => Promise<boolean>;

/** The forge, the options and the commands of a job of a pipeline. A dry run replaces what writes. */
export interface Job {
  readonly checkout: Checkout;
  readonly forge: Forge;
  readonly terminal: PipelineTerminal;
  readonly options: PipelineOptions;
  /** Runs a command of peridio-gitops in the same process. */
  readonly run: (args: readonly string[]) => Promise<Ended>;
  readonly recordApply: RecordApply;
  /** Finds the stacks that an earlier run of this change has applied, by the saved plans that the forge has kept. */
  readonly findAppliedStacks: (job: Job, previews: readonly StackPreview[]) => ReadonlySet<string>;
}

/** Tells the reader of a run that a person must start it. */
export const reviewAgain = "Review again: start this pipeline yourself.";

/** The stacks, their previews and the authors of a review. */
interface Reviewed {
  readonly controls: Controls;
  readonly previews: readonly StackPreview[];
  /** Undefined if they are not known. */
  readonly authors: readonly string[] | undefined;
}

/** Reviews all stacks together, because rules apply to all organizations. `args` are further arguments of the command. */
export async function reviewStacks(
  { options: { layout, title }, run, terminal }: Job,
  { controls, previews, authors }: Reviewed,
  args: readonly string[],
): Promise<Ended> {
  const ended = await run([
    ...["review", ...previews.map(({ file }) => file)],
    ...["--stacks", controls.stacks.join(" "), "--layout", layout, ...controls.options, "--title", title],
    ...(authors === undefined ? [] : ["--authors", authors.join(" ")]),
    ...args,
  ]);
  terminal.say(ended.messages);
  return ended;
}

/** Previews and reviews all stacks. Keeps the plans and the review, and nothing that an earlier job has kept. */
export async function reviewWithPlans(
  job: Job,
  { controls, authors }: Omit<Reviewed, "previews">,
  args: readonly string[] = [],
): Promise<Ended> {
  const { kept } = job.forge;
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  const previews = await previewStacks(job, controls.stacks, { folder: "previews", plans: kept });
  const ended = await reviewStacks(job, { controls, previews, authors }, ["--json-file", getReviewFile(kept), ...args]);
  saveReview(job, ended);
  return ended;
}

/** Reports if a review ended with a verdict that allows the change, perhaps after an approval. */
export function isPossible(code: ExitCode): boolean {
  return code === exitCodes.passed || code === exitCodes.attention;
}

/** Writes the result of a job as JSON, if the command line names a file for it. */
export function saveResult({ terminal, options: { jsonFile } }: Job, format: () => string): void {
  if (jsonFile !== undefined) writeText(terminal, jsonFile, format());
}

/** Writes the review that a job keeps as its result. A failed review has no result. */
export function saveReview(job: Job, { code }: Ended): void {
  if (code !== exitCodes.failed) saveResult(job, () => readText(job.terminal, getReviewFile(job.forge.kept)));
}
