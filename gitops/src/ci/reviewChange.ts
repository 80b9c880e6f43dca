import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CommandError, type ExitCode, exitCodes } from "../exit";
import { formatLines } from "../report/markdown/escape";
import { readText, writeText } from "../terminal/files";
import { findAffected } from "./affected";
import { previewBase, saveBasePreviews } from "./basePreviews";
import { copyControls, type Controls } from "./controls";
import type { Proposal } from "./forge";
import { getReviewFile } from "./prepared";
import { previewStacks, type StackPreview } from "./previews";
import { reviewStacks, type Job, saveReview } from "./review";

/**
 * Reviews a pull request: its previews, its comment, and the verdict. Changes nothing in Peridio. A pull request from a fork gets a plan, and
 * fails, so that nobody can merge it without a review.
 */
export async function reviewChange(job: Job): Promise<ExitCode> {
  const { forge, options } = job;
  const proposal = await forge.readProposal();
  try {
    const review = await createReport(job, proposal);
    if (review === undefined) return exitCodes.failed;
    await forge.keep?.("review");
    forge.summarize(review.comment);
    await forge.comment?.(proposal, review.comment);
    return announceVerdict(job, review.code);
  } catch (error) {
    // An older comment would still show its verdict.
    if (error instanceof CommandError && !proposal.isFork)
      await forge.comment?.(proposal, formatProblem(options.title, error.message));
    throw error;
  }
}

/** Returns the review of a pull request, or undefined after the plan of a fork. */
async function createReport(job: Job, proposal: Proposal): Promise<ReviewComment | undefined> {
  const { checkout, forge } = job;
  if (!proposal.isForMain)
    throw new CommandError(
      "The pull request is not for the main branch, whose stacks and rules judge it. Change its target.",
    );
  const base = await forge.mergeBase(proposal);
  const controls = copyControls(job, base);
  if (proposal.isFork) {
    await planFork(job, proposal, { base, controls });
    return undefined;
  }
  if (checkout.hasUncommittedFiles())
    forge.announce(
      "notice",
      "The checkout contains uncommitted files. The preview includes them, but the list of changed files does not. Commit them, and review again.",
    );
  const affected = findAffected(job, base, controls.stacks).stacks.map(({ stack }) => stack);
  const ofBase = await previewBase(job, { base, stacks: affected });
  const previews = await previewStacks(job, controls.stacks, { folder: "previews" });
  // The other stacks have the program of the base, so that one preview shows both sides.
  const others = previews.filter(({ stack }) => !affected.includes(stack));
  const basePreviews = [...saveBasePreviews(job, ofBase), ...others.map(({ file }) => file)];
  return createReview(job, proposal, { controls, previews, basePreviews });
}

interface Previewed {
  readonly controls: Controls;
  readonly previews: readonly StackPreview[];
  /** The files with previews of the base. */
  readonly basePreviews: readonly string[];
}

interface ReviewComment {
  readonly code: ExitCode;
  readonly comment: string;
}

/** Reviews all stacks. Keeps the review for the run that applies the change. */
async function createReview(
  job: Job,
  { author, commit }: Proposal,
  { controls, previews, basePreviews }: Previewed,
): Promise<ReviewComment> {
  const { forge, terminal, options } = job;
  rmSync(forge.kept, { recursive: true, force: true });
  mkdirSync(forge.kept, { recursive: true });
  const comment = join(forge.kept, "review.md");
  const authors = author === undefined ? undefined : [author];
  const report = await reviewStacks(job, { controls, previews, authors }, [
    ...["--commit", commit],
    ...basePreviews.flatMap((file) => ["--base-preview", file]),
    ...["--markdown-file", comment, "--json-file", getReviewFile(forge.kept)],
    ...["--html-file", join(forge.kept, "review.html")],
    ...(forge.link === undefined ? [] : ["--link", forge.link]),
  ]);
  const { code, messages } = report;
  saveReview(job, report);
  if (!existsSync(comment)) writeText(terminal, comment, formatProblem(options.title, messages));
  return { code, comment: readText(terminal, comment) };
}

/** Returns the comment on a review that failed. A forge rejects a longer comment. */
function formatProblem(title: string, messages: string): string {
  return `<!-- peridio-gitops review: ${title} -->\n## ${title}\n\nThe review failed:\n\n${formatLines(messages).slice(0, 60_000)}`;
}

function announceVerdict({ forge }: Job, code: ExitCode): ExitCode {
  switch (code) {
    case exitCodes.passed:
      return code;
    case exitCodes.attention:
      forge.announce("warning", "The change needs approval. The run on the main branch asks for it.");
      return forge.approvalCode;
    case exitCodes.refused:
      forge.announce("error", "The review refuses the change. Read the review, and correct the change.");
      return code;
    default:
      forge.announce(
        "error",
        "The review failed. Correct the cause that the review names. Then push the correction, or run this job again.",
      );
      return exitCodes.failed;
  }
}

/** Compares the layouts of a fork, without a secret. */
async function planFork(
  { forge, terminal, options, run }: Job,
  { author, commit }: Proposal,
  { base, controls }: { readonly base: string; readonly controls: Controls },
): Promise<void> {
  const { output, messages } = await run([
    ...["plan", options.layout, "--base", `git:${base}`, ...controls.options, "--commit", commit],
    ...(author === undefined ? [] : ["--authors", author]),
  ]);
  terminal.say(messages);
  if (output !== "") forge.summarize(output);
  forge.announce(
    "error",
    "A pull request from a fork gets no secrets, so this is only a plan. Read it, and push the branch to this repository.",
  );
}
