import { cpSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../exit";
import { formatCommand } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import type { Approval } from "./approval";
import type { ApprovedChange, Forge, Kept, Merge, Proposal } from "./forge";
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
    forge: new DryForge(job.forge, print),
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
    return Promise.resolve(0);
  };
}

/** A forge that answers as the real one, and prints what it would write. */
class DryForge implements Forge {
  readonly name: string;
  readonly work = mkdtempSync(join(tmpdir(), "peridio-"));
  readonly kept = join(this.work, "review");
  readonly evidence = join(this.work, "evidence");
  readonly reserved: string | undefined;
  readonly run: string | undefined;
  readonly link: string | undefined;
  readonly approvalCode: Forge["approvalCode"];
  readonly howToApprove: string;
  readonly publishes: boolean;

  constructor(
    private readonly real: Forge,
    private readonly print: (step: string) => void,
  ) {
    this.name = real.name;
    this.reserved = real.reserved;
    this.run = real.run;
    this.link = real.link;
    this.approvalCode = real.approvalCode;
    this.howToApprove = real.howToApprove;
    this.publishes = real.publishes;
    if (existsSync(real.kept)) cpSync(real.kept, this.kept, { recursive: true });
  }

  readProposal(): Promise<Proposal> {
    return this.real.readProposal();
  }

  async mergeBase(proposal: Proposal): Promise<string> {
    const base = await this.real.mergeBase(proposal);
    this.print(`Git: the base of the change is ${base}`);
    return base;
  }

  comment({ number }: Proposal): Promise<void> {
    return this.#write(`create or update the comment on pull request ${number}`);
  }

  summarize(): void {
    this.print(`${this.name}: ${this.publishes ? "show the report on the page of the run" : "print the report"}`);
  }

  announce(level: "error" | "warning" | "notice", message: string): void {
    this.real.announce(level, message);
  }

  async readMerge(): Promise<Merge> {
    const merge = await this.real.readMerge();
    this.print(`${this.name}: the last applied commit is ${merge.applied ?? "unknown"}`);
    return merge;
  }

  findReview(commit: string): Promise<string | undefined> {
    return this.real.findReview(commit);
  }

  findAuthors(commit: string): Promise<readonly (string | undefined)[]> {
    return this.real.findAuthors(commit);
  }

  findApprovals(change: ApprovedChange): Promise<readonly Approval[]> {
    return this.real.findApprovals(change);
  }

  findRecord(): Promise<string | undefined> {
    return this.real.findRecord();
  }

  keep(kept: Kept): Promise<void> {
    return this.#write(`keep the files of \`${kept}\` for a later run`);
  }

  fetchPrepared(): Promise<boolean> {
    return this.real.fetchPrepared();
  }

  hand(name: string): void {
    this.print(`${this.name}: pass \`${name}\` to the next jobs`);
  }

  updateIssue(): Promise<void> {
    return this.#write("open, update or close the issue");
  }

  #write(step: string): Promise<void> {
    if (this.publishes) this.print(`${this.name}: ${step}`);
    return Promise.resolve();
  }
}
