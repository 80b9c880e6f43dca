import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError, exitCodes } from "../exit";
import type { Terminal } from "../terminal/terminal";
import type { Checkout } from "./checkout";
import type { Forge, Proposal } from "./forge";

/**
 * The machine of a developer, which has a checkout, but no pull request. It supports `ci review`, `ci affected` and
 * `ci nightly`: it publishes nothing, and the functions that `ci prepare` and `ci apply` call refuse.
 */
export class Laptop implements Forge {
  readonly name = "this machine";
  readonly publishes = false;
  readonly approvalCode = exitCodes.attention;
  readonly howToApprove = "";
  readonly work = mkdtempSync(join(tmpdir(), "peridio-"));
  readonly kept = join(this.work, "review");
  readonly evidence = join(this.work, "evidence");
  readonly reserved = undefined;
  readonly run = undefined;
  readonly link = undefined;
  readonly readMerge = refuse;
  readonly findReview = refuse;
  readonly findAuthors = refuse;
  readonly findApprovals = refuse;
  readonly findRecord = refuse;

  constructor(
    private readonly terminal: Terminal,
    private readonly checkout: Checkout,
    /** The branch with which the checkout is compared. */
    private readonly base: string,
  ) {}

  /** Removes the files of the job, which contain everyone's access. */
  remove(): void {
    rmSync(this.work, { recursive: true, force: true });
  }

  readProposal(): Promise<Proposal> {
    return Promise.resolve({
      number: 0,
      author: undefined,
      commit: this.checkout.resolve("HEAD"),
      isFork: false,
      isForMain: true,
    });
  }

  mergeBase(): Promise<string> {
    const base = this.checkout.resolve(this.base);
    if (!this.checkout.isAncestor(base, "HEAD"))
      throw new CommandError(
        `The branch does not contain ${this.base}. Merge or rebase first, so that the review shows only your changes.`,
      );
    return Promise.resolve(base);
  }

  summarize(markdown: string): void {
    this.terminal.print(markdown);
  }

  announce(_level: "error" | "warning" | "notice", message: string): void {
    this.terminal.say(`${message}\n`);
  }
}

/** Only a pipeline can show who approved a change. */
function refuse(): never {
  throw new CommandError(
    "Run `peridio-gitops ci prepare` and `ci apply` in a pipeline of GitHub, GitLab or Gitea, which shows who approved a change.",
  );
}
