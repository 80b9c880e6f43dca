import { cpSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../exit";
import { formatCommand } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import type { Forge } from "./forge";
import type { RunPulumi } from "./previews";
import type { Job } from "./review";

/**
 * Returns a job with the same steps that prints each of them to standard output. It reads Git and the forge. It runs neither Pulumi nor
 * another command, sends the forge no request that writes, and keeps no file for a later job. Each command counts as passed.
 */
export function createDryRun(job: Job): Job {
  const print = (step: string) => {
    job.terminal.print(`${step}\n`);
  };
  return {
    ...job,
    forge: createDryForge(job.forge, print),
    // The messages describe work that a dry run leaves out.
    terminal: { ...job.terminal, say: () => undefined, runPulumi: createDryPulumi(print) },
    run: (args) => {
      print(formatCommand(["peridio-gitops", ...args]));
      return Promise.resolve({ code: exitCodes.passed, output: "", messages: "" });
    },
    recordApply: async (_, { previews }, applyStacks) => {
      await applyStacks(previews.map(({ stack }) => ({ stack, plan: "", result: "not started", exitCode: null })));
      print(`${job.forge.name}: keep the record of the apply`);
      return true;
    },
    findAppliedStacks: () => new Set(),
  };
}

/** Prints the copies of the files that control a job, which no commit can replace. */
export function printControls({ forge }: Job, terminal: Terminal): void {
  for (const side of ["base", "change"]) {
    const folder = join(forge.work, side);
    if (!existsSync(folder)) continue;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
    terminal.print(`Copies of the ${side}: ${paths.join(", ")}\n`);
  }
}

function createDryPulumi(print: (step: string) => void): RunPulumi {
  return (args, { environment = {}, output }) => {
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${formatCommand([value])} `);
    const target = output === undefined ? "" : ` > ${formatCommand([output])}`;
    print(`${variables.join("")}${formatCommand(["pulumi", ...args])}${target}`);
    if (output !== undefined) writeFileSync(output, "");
    return Promise.resolve({ code: 0, messages: "" });
  };
}

/** Returns a forge that answers as the real one, and prints what it would write. */
function createDryForge(real: Forge, print: (step: string) => void): Forge {
  const { name, reserved, run, link, approvalCode, howToApprove, publishes } = real;
  const work = mkdtempSync(join(tmpdir(), "peridio-"));
  const kept = join(work, "review");
  if (existsSync(real.kept)) cpSync(real.kept, kept, { recursive: true });
  const write = (step: string) => {
    if (publishes) print(`${name}: ${step}`);
    return Promise.resolve();
  };
  return {
    ...{ name, reserved, run, link, approvalCode, howToApprove, publishes },
    ...{ work, kept, evidence: join(work, "evidence") },
    readProposal: async () => real.readProposal(),
    mergeBase: async (proposal) => {
      const base = await real.mergeBase(proposal);
      print(`Git: the base of the change is ${base}`);
      return base;
    },
    comment: async ({ number }) => write(`create or update the comment on pull request ${number}`),
    summarize: () => {
      print(`${name}: ${publishes ? "show the report on the page of the run" : "print the report"}`);
    },
    announce: (level, message) => {
      real.announce(level, message);
    },
    readMerge: async () => {
      const merge = await real.readMerge();
      print(`${name}: the last applied commit is ${merge.applied ?? "unknown"}`);
      return merge;
    },
    findReview: async (commit) => real.findReview(commit),
    findAuthors: async (commit) => real.findAuthors(commit),
    findApprovals: async (change) => real.findApprovals(change),
    findRecord: async () => real.findRecord(),
    keep: async (files) => write(`keep the files of \`${files}\` for a later run`),
    fetchPrepared: async () => (await real.fetchPrepared?.()) ?? false,
    hand: (value) => {
      print(`${name}: pass \`${value}\` to the next jobs`);
    },
    updateIssue: async () => write("open, update or close the issue"),
  };
}
