import { appendFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { printable } from "#framework/messages";
import type { Approval } from "../evidence/record";
import { CommandError, exitCodes } from "../exit";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { findRecord, unzip } from "./archives";
import type { Checkout } from "./checkout";
import type { ApprovedChange, Forge, IssueText, Kept, Merge, Proposal } from "./forge";
import { ForgeApi, ignoreGone, type PageSize } from "./requests";
import { reviewAgain } from "./review";
import { getVariable } from "./variables";

export const user = z.object({ login: z.string() });

const event = z.object({
  pull_request: z
    .object({
      number: z.number(),
      user: user.nullish(),
      base: z.object({ ref: z.string() }),
      head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
    })
    .optional(),
  before: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
});

export const post = z.object({ id: z.number(), user: user.nullish(), body: z.string().nullish() });
const issue = post.extend({ number: z.number() });
const runs = z.object({ workflow_runs: z.array(z.object({ id: z.number(), head_sha: z.string() })) });
const artifactRun = z.object({
  id: z.number(),
  repository_id: z.number(),
  head_repository_id: z.number().nullish(),
  head_branch: z.string().nullish(),
});
const artifacts = z.object({
  artifacts: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      expired: z.boolean().default(false),
      workflow_run: artifactRun.nullish(),
    }),
  ),
});
export type ArtifactRun = z.output<typeof artifactRun>;

/** The branch that Peridio follows. */
export const main = "main";

/** The differences between the services that run workflows of GitHub Actions. */
interface Service {
  readonly name: string;
  /** The user of the token of a workflow. */
  readonly bot: string;
  readonly pageSize: PageSize;
}

/** A service that runs workflows of GitHub Actions, and has an API like that of GitHub. */
export abstract class Actions implements Forge, Required<Pick<Forge, "comment" | "hand" | "updateIssue">> {
  readonly name: string;
  readonly approvalCode = exitCodes.passed;
  abstract readonly howToApprove: string;
  readonly publishes = true;
  readonly work: string;
  readonly reserved = undefined;
  readonly kept: string;
  readonly evidence: string;
  readonly run: string;
  readonly link: string;
  protected readonly api: ForgeApi;
  protected readonly repository: string;
  readonly #bot: string;

  constructor(
    { name, bot, pageSize }: Service,
    protected readonly terminal: Terminal,
    protected readonly checkout: Checkout,
  ) {
    this.name = name;
    this.#bot = bot;
    this.work = join(this.get("RUNNER_TEMP"), "peridio");
    this.kept = join(this.work, "review");
    this.evidence = join(this.work, "evidence");
    this.repository = this.get("GITHUB_REPOSITORY");
    const server = this.get("GITHUB_SERVER_URL").replace(/\/$/, "");
    this.run = `${server}/${this.repository}/actions/runs/${this.get("GITHUB_RUN_ID")}`;
    this.link = `${this.run}#artifacts`;
    const url = `${this.get("GITHUB_API_URL")}/repos/${this.repository}`;
    this.api = new ForgeApi(name, url, { authorization: `Bearer ${this.get("GITHUB_TOKEN")}` }, pageSize);
  }

  /** Lists the comments on a pull request. */
  protected abstract listComments(number: number): AsyncIterable<z.output<typeof post>>;
  /** Returns the name of the file of this workflow, such as `access.yml`. */
  protected abstract findWorkflow(): Promise<string>;
  /** Returns the approvals of a run that was not repeated. An earlier attempt had another review. */
  protected abstract listApprovals(change: ApprovedChange): Promise<readonly Approval[]>;
  /** Reports if a run of this workflow on the main branch has kept an artifact. */
  protected abstract isOfMain(run: ArtifactRun): Promise<boolean>;
  /** Returns the head of the main branch. */
  protected abstract readHead(): Promise<string>;
  abstract mergeBase(proposal: Proposal): Promise<string>;
  abstract findReview(commit: string): Promise<string | undefined>;
  abstract findAuthors(commit: string): Promise<readonly (string | undefined)[]>;

  readProposal(): Promise<Proposal> {
    const { pull_request: request } = this.readEvent();
    if (request === undefined)
      throw new CommandError("This run has no pull request. Run this job on the event `pull_request` only.");
    const { number, user, head, base } = request;
    const isFork = head.repo?.full_name !== this.repository;
    return Promise.resolve({
      number,
      author: user?.login,
      commit: head.sha,
      isFork,
      isForMain: base.ref === main,
    });
  }

  async comment({ number }: Proposal, markdown: string): Promise<void> {
    const [marker = ""] = markdown.split("\n");
    const own = await this.#findOwn(this.listComments(number), marker);
    await (own === undefined
      ? this.api.send(`issues/${number}/comments`, { method: "POST", body: { body: markdown } })
      : this.api.send(`issues/comments/${own.id}`, { method: "PATCH", body: { body: markdown } }));
  }

  summarize(markdown: string): void {
    appendFileSync(this.get("GITHUB_STEP_SUMMARY"), markdown);
  }

  announce(level: "error" | "warning" | "notice", message: string): void {
    const text = printable(message).replaceAll("%", "%25").replaceAll("\n", "%0A");
    this.terminal.printMarked(`::${level}::${text}\n`);
  }

  async readMerge(): Promise<Merge> {
    if (!this.#isFirstAttempt()) await this.#rejectOldCommit();
    const workflow = await this.findWorkflow();
    // A schedule applies no new commit.
    const last = await Promise.all(
      ["push", "workflow_dispatch"].map(async (event) => {
        const query = `branch=${main}&event=${event}&status=success&per_page=1`;
        return (await this.api.json(`actions/workflows/${workflow}/runs?${query}`, runs)).workflow_runs;
      }),
    );
    const [newest] = last.flat().sort((a, b) => b.id - a.id);
    const isStartedByPerson = this.get("GITHUB_EVENT_NAME") !== "push";
    return { applied: newest?.head_sha, isStartedByPerson, before: this.readEvent().before };
  }

  /** People can delete runs, so a repeated run of an older commit could undo a newer one. */
  async #rejectOldCommit(): Promise<void> {
    if ((await this.readHead()) !== this.get("GITHUB_SHA"))
      throw new CommandError(`This run repeats that of an older commit of ${main}. ${reviewAgain}`);
  }

  async findApprovals(change: ApprovedChange): Promise<readonly Approval[]> {
    if (this.#isFirstAttempt()) return this.listApprovals(change);
    this.announce(
      "notice",
      "Approvals of a repeated run do not count. If the change needs approval, start the run yourself.",
    );
    return [];
  }

  #isFirstAttempt(): boolean {
    return this.get("GITHUB_RUN_ATTEMPT") === "1";
  }

  async findRecord(): Promise<string | undefined> {
    const kept = await this.api.json("actions/artifacts?name=evidence&per_page=100", artifacts);
    for (const { id, name, expired, workflow_run: run } of kept.artifacts.sort((a, b) => b.id - a.id)) {
      if (name !== "evidence" || expired || !run || !(await this.isOfMain(run))) continue;
      const archive = await this.api.bytes(`actions/artifacts/${id}/zip`).catch(ignoreGone);
      if (archive !== undefined) return findRecord(unzip(archive));
    }
    return undefined;
  }

  /** Returns the files of an artifact of a run by name; undefined if the run has none, or if they have expired. */
  protected async readArtifact(run: number, name: Kept): Promise<Readonly<Record<string, Uint8Array>> | undefined> {
    const kept = await this.api.json(`actions/runs/${run}/artifacts?per_page=100`, artifacts);
    const [newest] = kept.artifacts.filter((one) => one.name === name && !one.expired).sort((a, b) => b.id - a.id);
    const archive = newest && (await this.api.bytes(`actions/artifacts/${newest.id}/zip`).catch(ignoreGone));
    return archive && unzip(archive);
  }

  /** Returns the JSON of the review that a run has kept; undefined if it has expired. */
  protected async readReview(run: number): Promise<string | undefined> {
    const json = (await this.readArtifact(run, "review"))?.["review.json"];
    return json && Buffer.from(json).toString();
  }

  hand(name: string, value: string): void {
    appendFileSync(this.get("GITHUB_OUTPUT"), `${name}=${value}\n`);
  }

  async updateIssue(marker: string, text: IssueText | undefined): Promise<void> {
    const number = (await this.#findOwn(this.api.list("issues?state=open", issue), marker))?.number;
    if (text === undefined) {
      if (number !== undefined) await this.api.send(`issues/${number}`, { method: "PATCH", body: { state: "closed" } });
      return;
    }
    await (number === undefined
      ? this.api.send("issues", { method: "POST", body: text })
      : this.api.send(`issues/${number}`, { method: "PATCH", body: { body: text.body } }));
  }

  protected get(name: string): string {
    return getVariable(this.terminal.environment, name);
  }

  protected readEvent(): z.output<typeof event> {
    return event.parse(JSON.parse(readText(this.terminal, this.get("GITHUB_EVENT_PATH"))));
  }

  /** Returns the own post that begins with the marker. */
  async #findOwn<T extends z.output<typeof post>>(posts: AsyncIterable<T>, marker: string): Promise<T | undefined> {
    for await (const one of posts) {
      if (one.user?.login === this.#bot && one.body?.startsWith(marker) === true) return one;
    }
    return undefined;
  }
}
