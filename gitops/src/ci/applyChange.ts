import { join } from "node:path";
import { CommandError, type ExitCode, exitCodes } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { Checkout } from "./checkout";
import { copyControls } from "./controls";
import { getReviewFile, readPrepared } from "./prepared";
import { getPlanFile, getStackName, previewStacks, runPulumi } from "./previews";
import { createReviewArguments, isPossible, type Job, requirePreviews, reviewAgain } from "./review";

/** The files that a change is applied with. */
interface Evidence {
  readonly rules: string | undefined;
  readonly review: string;
  readonly approval: string;
}

/**
 * Applies a change that a job before this one has prepared, exactly as it was reviewed. Compares it once more, because an approval may take days,
 * and a plan does not contain people who were invited in the meantime.
 */
export async function applyChange(job: Job): Promise<ExitCode> {
  const { forge, terminal, options, run } = job;
  const { commit, base, since, authors, needsApproval, applied } = readPrepared(terminal, forge.kept);
  const checkout = new Checkout(terminal);
  if (checkout.resolve("HEAD") !== commit)
    throw new CommandError(`The checkout is not the reviewed commit ${commit}. ${reviewAgain}`);
  if ((await forge.readMerge()).applied !== applied)
    throw new CommandError(`Another commit was applied since this change was reviewed. ${reviewAgain}`);
  const controls = copyControls(checkout, { base, since }, { files: options, work: forge.work });
  const approvers = needsApproval ? await forge.findApprovers({ commit, isData: controls.changed.length === 0 }) : [];
  if (needsApproval && approvers.length === 0) {
    forge.announce(
      "warning",
      `The change needs approval, and this run has none. Read the review. ${forge.howToApprove}`,
    );
    return exitCodes.attention;
  }
  const previews = await previewStacks(
    controls.stacks,
    { folder: join(forge.work, "previews"), parallel: options.parallel },
    terminal,
  );
  const evidence: Evidence = {
    rules: controls.rules,
    review: join(forge.work, "now.json"),
    approval: join(forge.work, "approval.json"),
  };
  const report = await run([
    ...createReviewArguments(options, { controls, previews, authors }),
    ...["--json-file", evidence.review],
  ]);
  const now = requirePreviews(report, previews);
  terminal.say(now.messages);
  if (!isPossible(now.code)) {
    forge.summarize(now.output);
    forge.announce("error", `Nothing is applied, because the last review refuses the change or failed. ${reviewAgain}`);
    return now.code;
  }
  const confirmation = await run([
    ...["confirm", getReviewFile(forge.kept), evidence.review],
    ...["--approved-by", approvers.join(" "), "--approval-file", evidence.approval],
    ...(needsApproval ? ["--require-approval"] : []),
  ]);
  terminal.say(confirmation.output + confirmation.messages);
  if (confirmation.code !== exitCodes.passed) {
    forge.announce(
      "error",
      `Nothing is applied: the change differs from the approved review, or lacks an approval. ${reviewAgain}`,
    );
    return exitCodes.failed;
  }
  for (const stack of controls.stacks) if (!(await applyPlan(job, stack, evidence))) return exitCodes.failed;
  return exitCodes.passed;
}

/** The words of Pulumi for a plan that the state or the program no longer fits. */
const stale = /violates plan|by the plan|in plan/;

/** Applies the saved plan of one stack. Pulumi's engine checks the rules again, and permits what the approved review lists. */
async function applyPlan({ forge, terminal }: Job, stack: string, evidence: Evidence): Promise<boolean> {
  let output = "";
  const listening: Terminal = {
    ...terminal,
    say: (text) => {
      output += text;
      terminal.say(text);
    },
  };
  const environment = {
    ...(evidence.rules !== undefined && { PERIDIO_RULES: evidence.rules }),
    PERIDIO_REVIEW: evidence.review,
    PERIDIO_APPROVAL: evidence.approval,
  };
  const pack = evidence.rules === undefined ? [] : ["--policy-pack", process.execPath];
  const args = [
    "up",
    "--stack",
    getStackName(stack),
    "--yes",
    "--refresh",
    "--plan",
    getPlanFile(forge.kept, stack),
    ...pack,
  ];
  if ((await runPulumi(args, { environment }, listening)) === 0) return true;
  forge.announce(
    "error",
    stale.test(output)
      ? `The plan of ${stack} is stale. ${reviewAgain}`
      : `The update of ${stack} failed: see the message above.`,
  );
  return false;
}
