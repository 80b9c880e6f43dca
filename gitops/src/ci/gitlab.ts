import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { type Approval, createApproval } from "../evidence/record";
import { CommandError, exitCodes } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { findRecord, unzip } from "./archives";
import type { Checkout } from "./checkout";
import type { Forge, IssueText, Merge, Proposal } from "./forge";
import { ForgeApi, ignoreGone } from "./requests";
import { getVariable } from "./variables";

const user = z.object({ id: z.number(), username: z.string() });
const note = z.object({ id: z.number(), author: z.object({ id: z.number() }), body: z.string() });
const issue = z.object({ iid: z.number(), description: z.string().nullish() });
const mergeRequest = z.object({
  iid: z.number(),
  state: z.string(),
  target_branch: z.string(),
  author: z.object({ username: z.string() }).nullish(),
});
const details = z.object({
  author: z.object({ username: z.string() }).nullish(),
  head_pipeline: z.object({ id: z.number(), status: z.string() }).nullish(),
});
const jobs = z.array(z.object({ id: z.number(), name: z.string() }));
const deployments = z.array(
  z.object({
    id: z.number(),
    ref: z.string(),
    sha: z.string(),
    environment: z.object({ name: z.string() }),
    deployable: z.object({ id: z.number(), tag: z.boolean() }).nullish(),
  }),
);

/** The names that the pipeline gives to its parts. */
export const names = { review: "review", automatic: "access/automatic", approved: "access/approved" } as const;

/** The folder of the files that GitLab keeps, which must be in the checkout. */
const artifacts = "artifacts";

/** GitLab CI. */
export class GitLab implements Forge, Required<Pick<Forge, "comment" | "updateIssue">> {
  readonly name = "GitLab";
  /** The pipeline allows this code to fail the job, so that the job shows a warning. */
  readonly approvalCode = exitCodes.attention;
  readonly publishes = true;
  readonly howToApprove = "Then another person starts the job `apply-approved`.";
  readonly work = mkdtempSync(join(tmpdir(), "peridio-"));
  /** The folder must be in the checkout. */
  readonly reserved = artifacts;
  readonly kept: string;
  readonly evidence: string;
  readonly run: string;
  readonly link: string;
  readonly #api: ForgeApi;
  readonly #branch: string;

  constructor(
    private readonly terminal: Terminal,
    private readonly checkout: Checkout,
  ) {
    this.kept = join(terminal.folder, artifacts);
    this.evidence = join(this.kept, "evidence");
    this.run = this.#get("CI_JOB_URL");
    this.link = `${this.run}/artifacts/file/${artifacts}/review.html`;
    this.#branch = this.#get("CI_DEFAULT_BRANCH");
    this.#api = new ForgeApi(this.name, this.#get("CI_API_V4_URL"), {
      "private-token": terminal.environment.ACCESS_REVIEW_TOKEN ?? "",
    });
  }

  async readProposal(): Promise<Proposal> {
    const number = Number(this.#get("CI_MERGE_REQUEST_IID"));
    const isFork = this.#get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") !== this.#get("CI_MERGE_REQUEST_PROJECT_ID");
    // A fork gets no token.
    const { author } = isFork ? {} : await this.#api.json(`${this.#project}/merge_requests/${number}`, details);
    const isForMain = this.#get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") === this.#branch;
    return { number, author: author?.username, commit: this.#get("CI_COMMIT_SHA"), isFork, isForMain };
  }

  /** Merges the target branch, for the preview only, because GitLab checks out the head of the source branch. */
  mergeBase({ isFork }: Proposal): Promise<string> {
    const remote = isFork ? `${this.#get("CI_MERGE_REQUEST_PROJECT_URL")}.git` : "origin";
    const base = this.checkout.fetch(remote, this.#get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
    this.checkout.merge(base);
    return Promise.resolve(base);
  }

  async comment({ number }: Proposal, markdown: string): Promise<void> {
    const notes = `${this.#project}/merge_requests/${number}/notes`;
    const id = await this.#findNote(notes, markdown);
    await (id === undefined
      ? this.#api.send(notes, { method: "POST", body: { body: markdown } })
      : this.#api.send(`${notes}/${id}`, { method: "PUT", body: { body: markdown } }));
  }

  /** GitLab has no page for a report, so the log contains it. */
  summarize(markdown: string): void {
    this.terminal.print(markdown);
  }

  announce(_level: "error" | "warning" | "notice", message: string): void {
    this.terminal.say(`${message}\n`);
  }

  async readMerge(): Promise<Merge> {
    const [last] = await this.#listDeployments("&status=success");
    const isStartedByPerson = this.#get("CI_PIPELINE_SOURCE") !== "push";
    return { applied: last?.sha, isStartedByPerson, before: this.#get("CI_COMMIT_BEFORE_SHA") };
  }

  async findReview(commit: string): Promise<string | undefined> {
    const [request] = await this.#listMerged(commit);
    if (request === undefined) return undefined;
    const { head_pipeline: pipeline } = await this.#api.json(`${this.#project}/merge_requests/${request.iid}`, details);
    if (pipeline?.status !== "success") return undefined;
    // The pipeline of a fork belongs to the fork, whose branch chose its jobs.
    const path = `${this.#project}/pipelines/${pipeline.id}/jobs?per_page=100`;
    const found = await this.#api.json(path, jobs).catch(ignoreGone);
    const review = found?.find(({ name }) => name === names.review);
    if (review === undefined) return undefined;
    const file = `${this.#project}/jobs/${review.id}/artifacts/${artifacts}/review.json`;
    return (await this.#api.bytes(file).catch(ignoreGone))?.toString();
  }

  async findAuthors(commit: string): Promise<readonly (string | undefined)[]> {
    return (await this.#listMerged(commit)).map(({ author }) => author?.username);
  }

  /** GitLab sets the login of the person who starts a manual job, and not of the one who started the pipeline. */
  findApprovals(): Promise<readonly Approval[]> {
    const isApproved = this.#get("CI_ENVIRONMENT_NAME") === names.approved;
    const start = this.terminal.environment.CI_JOB_STARTED_AT;
    return Promise.resolve(isApproved ? [createApproval(this.#get("GITLAB_USER_LOGIN"), start)] : []);
  }

  /** Each apply, also a failed one, is a deployment of one of the environments. */
  async findRecord(): Promise<string | undefined> {
    for (const { deployable } of await this.#listDeployments("")) {
      const archive =
        deployable && (await this.#api.bytes(`${this.#project}/jobs/${deployable.id}/artifacts`).catch(ignoreGone));
      if (archive) return findRecord(unzip(archive));
    }
    return undefined;
  }

  async updateIssue(marker: string, text: IssueText | undefined): Promise<void> {
    const issues = `${this.#project}/issues`;
    const iid = await this.#findIssue(marker);
    if (text === undefined) {
      if (iid !== undefined)
        await this.#api.send(`${issues}/${iid}`, { method: "PUT", body: { state_event: "close" } });
      return;
    }
    const { title, body: description } = text;
    // Guests of a private project see its issues, but not its files.
    await (iid === undefined
      ? this.#api.send(issues, { method: "POST", body: { title, description, confidential: true } })
      : this.#api.send(`${issues}/${iid}`, { method: "PUT", body: { description, confidential: true } }));
  }

  /** Lists the deployments of the main branch, the newest first. */
  async #listDeployments(query: string): Promise<z.output<typeof deployments>> {
    const found = await Promise.all(
      [names.automatic, names.approved].map(async (environment) => {
        const path = `deployments?environment=${encodeURIComponent(environment)}${query}&order_by=id&sort=desc&per_page=100`;
        return this.#api.json(`${this.#project}/${path}`, deployments);
      }),
    );
    return found
      .flat()
      .filter(({ ref, deployable }) => ref === this.#branch && deployable?.tag === false)
      .sort((a, b) => b.id - a.id);
  }

  get #project(): string {
    return `projects/${this.#get("CI_PROJECT_ID")}`;
  }

  #get(name: string): string {
    return getVariable(this.terminal.environment, name);
  }

  async #listMerged(commit: string): Promise<readonly z.output<typeof mergeRequest>[]> {
    const path = `${this.#project}/repository/commits/${commit}/merge_requests?per_page=100`;
    const found = await this.#api.json(path, z.array(mergeRequest));
    if (found.length === 100)
      throw new CommandError(
        `A hundred merge requests contain ${commit}, so its authors are unclear. Apply the change yourself.`,
      );
    return found.filter(({ state, target_branch: target }) => state === "merged" && target === this.#branch);
  }

  async #findNote(path: string, markdown: string): Promise<number | undefined> {
    const { id: me } = await this.#api.json("user", user);
    const [marker = ""] = markdown.split("\n");
    for await (const { id, author, body } of this.#api.list(`${path}?sort=asc&order_by=created_at`, note)) {
      if (author.id === me && body.startsWith(marker)) return id;
    }
    return undefined;
  }

  async #findIssue(marker: string): Promise<number | undefined> {
    const own = `${this.#project}/issues?state=opened&scope=created_by_me`;
    for await (const { iid, description } of this.#api.list(own, issue)) {
      if (description?.startsWith(marker) === true) return iid;
    }
    return undefined;
  }
}
