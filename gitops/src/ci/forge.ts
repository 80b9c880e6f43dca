import type { Approval } from "../evidence/record";
import type { ExitCode } from "../exit";

/** A pull request, as its forge describes it. */
export interface Proposal {
  readonly number: number;
  /** The login of the person who opened it; undefined if the forge does not tell. */
  readonly author: string | undefined;
  /** The head of the branch. */
  readonly commit: string;
  /** True if the target is the main branch, whose stacks and rules judge pull requests. */
  readonly isForMain: boolean;
  /** True if the branch is in another repository, whose owner the secrets must not reach. */
  readonly isFork: boolean;
}

/** A change that was merged into the branch of the forge that Peridio follows. */
export interface Merge {
  /** The commit that was applied last; undefined if none is known, or if the history no longer contains it. */
  readonly applied: string | undefined;
  /** True if a person started the run. No pull request has shown its review, so the run needs an approval. */
  readonly isStartedByPerson: boolean;
  /** The commit before the push; undefined if a person started the run. */
  readonly before: string | undefined;
}

/** An issue that the nightly run keeps up to date. */
export interface IssueText {
  readonly title: string;
  /** The whole text, which begins with a marker that people do not write. */
  readonly body: string;
}

/** A change that waits for approval. */
export interface ApprovedChange {
  /** The commit of the main branch. */
  readonly commit: string;
  /** True if the change contains data and documentation only, so that no code of the branch ran in its review. */
  readonly isData: boolean;
}

/** The files that a job keeps: the review of a pull request, a change that is ready to be applied, or the record of an apply. */
export type Kept = "review" | "prepared" | "evidence";

/** A service that hosts the repository and runs the pipelines, or the machine of a developer. */
export interface Forge {
  readonly name: string;
  /** False if the forge shows nothing: no comment, no issue, and no file for a later job. */
  readonly publishes: boolean;
  /** The folder for files that no commit can replace. It is outside the checkout. */
  readonly work: string;
  /** The folder with the files that the forge keeps after the job. */
  readonly kept: string;
  /** The folder with the record of an apply, which the forge keeps after the job. */
  readonly evidence: string;
  /** The path in the repository that the kept files need; undefined if they are outside the checkout. */
  readonly reserved: string | undefined;
  /** The address of the run or, on GitLab, of the job; undefined if there is none. */
  readonly run: string | undefined;
  /** The address of the kept files; undefined if there is none. */
  readonly link: string | undefined;
  /** The exit code of a review of a change that needs approval: a job that fails would prevent the merge. */
  readonly approvalCode: ExitCode;

  /**
   * True if `ci expire` can rely on the commit that was applied last. On GitLab, a deployment has the commit of its pipeline, which may be
   * a commit that nothing has applied.
   */
  readonly canExpire?: true;

  /** Tells a reader how a person approves a run. */
  readonly howToApprove: string;

  readProposal(): Promise<Proposal>;
  /** Returns the commit with which the checkout of a proposal is compared, after it has merged the two. */
  mergeBase(proposal: Proposal): Promise<string>;
  /** Creates the comment on a pull request that begins with the same line, or replaces its text. Absent without comments. */
  comment?(proposal: Proposal, markdown: string): Promise<void>;
  /** Shows a report on the page of the run. */
  summarize(markdown: string): void;
  /** Shows a message on the page of the run, or prints it. */
  announce(level: "error" | "warning" | "notice", message: string): void;

  /** @throws CommandError if the run repeats that of a commit that is no longer the head of the main branch. */
  readMerge(): Promise<Merge>;
  /** Returns the JSON of the review of the pull request of a merged commit; undefined if there is no successful one. */
  findReview(commit: string): Promise<string | undefined>;
  /** Returns the logins of the people who opened the pull requests of a merged commit. `undefined` stands for an unknown one. */
  findAuthors(commit: string): Promise<readonly (string | undefined)[]>;
  /** Returns the approvals of this run or, if the forge has no approvals of runs, of its review. */
  findApprovals(change: ApprovedChange): Promise<readonly Approval[]>;
  /** Returns the text of the last record that an apply on the main branch has kept; undefined if there is none. */
  findRecord(): Promise<string | undefined>;
  /** Keeps the files of the folder `evidence` or, for other files, of the folder `kept`. Absent if the forge or a step of the workflow does. */
  keep?(kept: Kept): Promise<void>;
  /**
   * If a person starts a run to approve an earlier one, fetches the change that the earlier run has prepared, and returns true.
   * Absent if each run waits for its own approval.
   * @throws CommandError if that run has not prepared a change for the same commit of the main branch.
   */
  fetchPrepared?(): Promise<boolean>;
  /** Hands a value to the following jobs. Absent if these read only the kept files. */
  hand?(name: string, value: string): void;

  /** Opens or updates the issue that begins with the same line, or closes it. Absent without issues. */
  updateIssue?(marker: string, issue: IssueText | undefined): Promise<void>;
}
