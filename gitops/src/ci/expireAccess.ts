import { CommandError, type ExitCode, exitCodes } from "../exit";
import { changesAnything } from "../review/assemble";
import { omitEnds } from "../review/ends";
import { readReviewFile } from "../review/reviewFile";
import { applyChange } from "./applyChange";
import { copyControls } from "./controls";
import { getReviewFile, savePrepared } from "./prepared";
import { isPossible, type Job, reviewAgain, reviewWithPlans } from "./review";

/**
 * Applies the ends of access that have passed since the last apply. They need no approval, because the applied commit has declared them.
 * Works with this commit, so that a merged change that waits for its approval does not delay an end. Applies nothing if anything else
 * would change.
 */
export async function expireAccess(job: Job): Promise<ExitCode> {
  const { checkout, forge, terminal } = job;
  if (forge.canExpire !== true)
    throw new CommandError(
      "`ci expire` supports only GitHub. Start the pipeline of the main branch, and have the run approved.",
    );
  const { applied } = await forge.readMerge();
  if (applied === undefined || !checkout.isAncestor(applied, "HEAD"))
    throw new CommandError(`The commit that was applied last is not known, or not in the history. ${reviewAgain}`);
  checkout.rejectLinks(forge.reserved);
  checkout.switchTo(applied);
  const ended = await reviewWithPlans(job, { controls: copyControls(job, applied), authors: undefined });
  const { review } = isPossible(ended.code) ? readReviewFile(terminal, getReviewFile(forge.kept)) : {};
  if (review !== undefined && !changesAnything(review)) {
    forge.announce("notice", "No access has ended since the last apply.");
    return exitCodes.passed;
  }
  forge.summarize(ended.output);
  // Without rules, the exit code also counts the risk of the end itself.
  if (review?.verdict !== "pass") {
    forge.announce(
      "error",
      `No access is ended, because the review failed, refuses the change or asks for an approval. ${reviewAgain}`,
    );
    return isPossible(ended.code) ? exitCodes.attention : ended.code;
  }
  if (changesAnything(omitEnds(review, terminal.now))) {
    forge.announce(
      "error",
      `No access is ended, because something else would change too. Read the summary. ${reviewAgain}`,
    );
    return exitCodes.attention;
  }
  savePrepared(terminal, forge.kept, { commit: applied, base: applied, needsApproval: false, applied });
  return applyChange(job);
}
