import { join } from "node:path";
import { getErrorMessage } from "#framework/messages";
import type { StackRecord } from "../evidence/record";
import { CommandError, type ExitCode, exitCodes } from "../exit";
import { copyControls } from "./controls";
import { getReviewFile, readPrepared } from "./prepared";
import { getPlanFile, getStackName, previewStacks } from "./previews";
import { reviewStacks, isPossible, type Job, reviewAgain } from "./review";

/** The files that a change is applied with. */
interface ApplyFiles {
  readonly rules: string | undefined;
  readonly review: string;
  readonly approval: string;
}

/**
 * Applies a change that a job before this one has prepared, exactly as it was reviewed. Compares it once more, because an approval may take days,
 * and a plan does not contain people who were invited in the meantime.
 */
export async function applyChange(job: Job): Promise<ExitCode> {
  const { checkout, forge, terminal, run } = job;
  const { commit, base, authors, needsApproval, applied } = readPrepared(terminal, forge.kept);
  if (checkout.resolve("HEAD") !== commit)
    throw new CommandError(`The checkout is not the reviewed commit ${commit}. ${reviewAgain}`);
  if ((await forge.readMerge()).applied !== applied)
    throw new CommandError(`Another commit was applied since this change was reviewed. ${reviewAgain}`);
  const controls = copyControls(job, base);
  const approvals = needsApproval ? await forge.findApprovals({ commit, isData: controls.changed.length === 0 }) : [];
  if (needsApproval && approvals.length === 0) {
    forge.announce(
      "warning",
      `The change needs approval, and this run has none. Read the review. ${forge.howToApprove}`,
    );
    return exitCodes.attention;
  }
  const previews = await previewStacks(job, controls.stacks, { folder: "previews" });
  const files: ApplyFiles = {
    rules: controls.rules,
    review: join(forge.work, "now.json"),
    approval: join(forge.work, "approval.json"),
  };
  const now = await reviewStacks(job, { controls, previews, authors }, ["--json-file", files.review]);
  if (!isPossible(now.code)) {
    forge.summarize(now.output);
    forge.announce("error", `Nothing is applied, because the last review refuses the change or failed. ${reviewAgain}`);
    return now.code;
  }
  const appliedBefore = job.findAppliedStacks(job, previews);
  const confirmation = await run([
    ...["confirm", getReviewFile(forge.kept), files.review],
    ...["--approved-by", approvals.map(({ login }) => login).join(" "), "--approval-file", files.approval],
    ...(needsApproval ? ["--require-approval"] : []),
    ...(appliedBefore.size > 0 ? ["--after-failure"] : []),
  ]);
  terminal.say(confirmation.output + confirmation.messages);
  if (confirmation.code !== exitCodes.passed) {
    forge.announce(
      "error",
      `Nothing is applied: the change differs from the approved review, or lacks an approval. ${reviewAgain}`,
    );
    return exitCodes.failed;
  }
  const isApplied = await job.recordApply(
    job,
    { commit, authors, approvals, review: files.review, previews },
    async (stacks) => applyStacks(job, stacks, { files, appliedBefore }),
  );
  return isApplied ? exitCodes.passed : exitCodes.failed;
}

/** Applies stacks until one fails. Returns the results of all. */
async function applyStacks(
  job: Job,
  stacks: readonly StackRecord[],
  { files, appliedBefore }: { readonly files: ApplyFiles; readonly appliedBefore: ReadonlySet<string> },
): Promise<readonly StackRecord[]> {
  const results: StackRecord[] = [];
  let hasFailed = false;
  for (const one of stacks) {
    if (appliedBefore.has(one.stack)) {
      job.terminal.say(`An earlier run has applied ${one.stack}.\n`);
      results.push({ ...one, result: "applied before" });
    } else if (hasFailed) results.push(one);
    else {
      const exitCode = await applyPlan(job, one.stack, files);
      hasFailed = exitCode !== 0;
      results.push({ ...one, result: hasFailed ? "failed" : "applied", exitCode });
    }
  }
  return results;
}

/** The words of Pulumi for a plan that the state or the program no longer fits. */
const stale = /violates plan|by the plan|in plan/;

/**
 * Applies the saved plan of one stack. Pulumi's engine checks the rules again, and permits what the approved review lists. Returns the exit
 * code of Pulumi; null if it cannot run.
 */
async function applyPlan({ forge, terminal }: Job, stack: string, files: ApplyFiles): Promise<number | null> {
  const environment = {
    ...(files.rules !== undefined && { PERIDIO_RULES: files.rules }),
    PERIDIO_REVIEW: files.review,
    PERIDIO_APPROVAL: files.approval,
  };
  const pack = files.rules === undefined ? [] : ["--policy-pack", process.execPath];
  const args = ["up", "--stack", getStackName(stack), "--yes", "--refresh", "--plan", getPlanFile(forge.kept, stack)];
  const ended = terminal.runPulumi([...args, ...pack], { environment }, terminal);
  const { code, messages } = await ended.catch((error: unknown) => {
    terminal.say(`${getErrorMessage(error)}\n`);
    return { code: null, messages: "" };
  });
  if (code === 0) return code;
  forge.announce(
    "error",
    stale.test(messages)
      ? `The plan of ${stack} is stale. ${reviewAgain}`
      : `The update of ${stack} failed: see the message above.`,
  );
  return code;
}
