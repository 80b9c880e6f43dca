import { join } from "node:path";
import { CommandError, type ExitCode, exitCodes } from "../exit";
import { isLogin } from "../logins";
import { writeText } from "../terminal/files";
import { copyControls } from "./controls";
import type { Forge } from "./forge";
import { getReviewFile, savePrepared } from "./prepared";
import { isPossible, type Job, reviewAgain, reviewWithPlans } from "./review";

/**
 * Reviews a merged change again, compares the review with that of the pull request, and saves what Pulumi would do. The rules and stacks
 * of the last applied commit judge the change, because rules that were merged and then rejected must not judge the next change. If that
 * commit is unknown, those of the change judge it, and the review must find no change.
 */
export async function prepareChange(job: Job): Promise<ExitCode> {
  const { checkout, forge, terminal, run } = job;
  const merge = await forge.readMerge();
  // A run that approves an earlier one applies what the earlier one has prepared.
  if (await forge.fetchPrepared?.()) return exitCodes.passed;
  const commit = checkout.resolve("HEAD");
  const applied = merge.applied !== undefined && checkout.isAncestor(merge.applied, commit) ? merge.applied : undefined;
  // Commits between the two would be applied without approval.
  if (!merge.isStartedByPerson && (applied === undefined || applied !== merge.before))
    throw new CommandError(`The commit before this one is not applied. ${reviewAgain}`);
  // Without a base, the changed files and the authors are unknown.
  const isUnknown = applied === undefined;
  const base = applied ?? commit;
  // A push applies only what a pull request has reviewed. A person who starts the run approves instead.
  const reviewed = merge.isStartedByPerson ? undefined : await forge.findReview(commit);
  if (!merge.isStartedByPerson && reviewed === undefined)
    throw new CommandError(`No successful review belongs to this commit. ${reviewAgain}`);
  const controls = copyControls(job, base);
  const authors = await findAuthors(forge, checkout.listCommits(base, commit));
  const args = ["--html-file", join(forge.kept, "review.html"), ...(isUnknown ? ["--expect-no-changes"] : [])];
  const { code, output } = await reviewWithPlans(job, { controls, authors }, args);
  forge.summarize(output);
  if (!isPossible(code)) return explainRefusal(job, code);
  if (isUnknown && code !== exitCodes.passed)
    throw new CommandError(
      "The last applied commit is unknown, so the review does not show the changed files and the authors. Run `pulumi up` yourself for each stack, with the admin's API key, and start this pipeline again.",
    );
  // Since the review of the pull request, someone can have changed the live organizations.
  if (reviewed !== undefined) {
    const file = join(forge.work, "reviewed.json");
    writeText(terminal, file, reviewed);
    const confirmation = await run(["confirm", file, getReviewFile(forge.kept)]);
    terminal.say(confirmation.output + confirmation.messages);
    if (confirmation.code !== exitCodes.passed) {
      forge.announce("error", `The change differs from the review. ${reviewAgain}`);
      return exitCodes.failed;
    }
  }
  if (isUnknown)
    forge.announce(
      "warning",
      `The last applied commit is unknown, so the rules and the stacks of ${commit} become the base of later changes. Read them before you approve. If earlier runs have applied changes, find out why none of them counts.`,
    );
  // A person who starts the run has not seen the review yet.
  const needsApproval = code === exitCodes.attention || merge.isStartedByPerson;
  savePrepared(terminal, forge.kept, {
    commit,
    base,
    needsApproval,
    ...(authors && { authors: [...authors] }),
    ...(merge.applied !== undefined && { applied: merge.applied }),
  });
  await forge.keep?.("prepared");
  forge.hand?.("approval", needsApproval ? "needed" : "no");
  return exitCodes.passed;
}

/**
 * Returns the authors of commits; undefined if one of them is not known. Then no approval satisfies a rule with `approvers`. Each commit needs
 * a pull request, because anyone can forge the author of a commit.
 */
export async function findAuthors(forge: Forge, commits: readonly string[]): Promise<readonly string[] | undefined> {
  const authors = await Promise.all(commits.map(async (commit) => forge.findAuthors(commit)));
  const known = authors.flat().flatMap((login) => (login !== undefined && isLogin(login) ? login : []));
  if (authors.length > 0 && authors.every((own) => own.length > 0) && known.length === authors.flat().length)
    return [...new Set(known)].sort();
  forge.announce(
    "notice",
    "The authors of the change are unknown. If the change breaks or edits a rule with approvers, it is not applied.",
  );
  return undefined;
}

function explainRefusal({ forge }: Job, code: ExitCode): ExitCode {
  const isRefused = code === exitCodes.refused;
  forge.announce(
    "error",
    isRefused
      ? "The review refuses the change. Read the summary, and correct the change."
      : "Nothing is applied, because the review failed: see the message above.",
  );
  return isRefused ? code : exitCodes.failed;
}
