import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { zipSync } from "fflate";
import * as z from "zod";
import { computeDigest } from "../digest";
import { type Approval, createApproval } from "../evidence/record";
import { CommandError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { Actions, type ArtifactRun, main, post, user } from "./actions";
import type { Checkout } from "./checkout";
import type { ApprovedChange, Kept, Proposal, Forge } from "./forge";
import { ForgeApi, ignoreGone } from "./requests";
import { reviewAgain } from "./review";

const pullRequest = z.object({
  number: z.number(),
  merged: z.boolean(),
  base: z.object({ ref: z.string() }),
  head: z.object({ sha: z.string() }),
  user: user.nullish(),
});
type PullRequest = z.output<typeof pullRequest>;
const side = z.object({ repo: z.object({ id: z.number() }) });
const run = z.object({
  id: z.number(),
  event: z.string(),
  /** `access.yml@refs/heads/main`. */
  path: z.string(),
  head_sha: z.string(),
  run_attempt: z.number(),
  conclusion: z.string().nullish(),
  completed_at: z.string(),
  started_at: z.string().nullish(),
  actor: user.nullish(),
  pull_requests: z.array(z.object({ number: z.number(), head: side, base: side })),
});
type Run = z.output<typeof run>;
const runs = z.object({ workflow_runs: z.array(run), total_count: z.number() });
const review = z.object({
  user: user.nullish(),
  state: z.string(),
  commit_id: z.string(),
  official: z.boolean(),
  stale: z.boolean(),
  dismissed: z.boolean(),
  submitted_at: z.string(),
});
/** Gitea finds the users by the addresses in the commit, which anyone can forge. */
const pushed = z.object({ author: user.nullish(), committer: user.nullish() });
const branch = z.object({ commit: z.object({ id: z.string() }) });
const created = z.object({ ok: z.literal(true), signedUploadUrl: z.string() });
const finalized = z.object({ ok: z.literal(true) });

/** The user of the token of a workflow. */
const bot = "gitea-actions";

/** The days for which Gitea keeps the files of a job. */
const retention: Readonly<Record<Kept, number>> = { review: 30, prepared: 7, evidence: 365 };

/** The oldest minor release of Gitea 1 with the requests of this file. */
const oldest = 27;

/**
 * Gitea Actions. Gitea has no approvals of runs. Instead, an approval of the pull request counts, or a person starts the workflow with the id
 * of the run as its input `approve`.
 */
export class Gitea extends Actions implements Required<Pick<Forge, "keep" | "fetchPrepared">> {
  readonly howToApprove: string;

  private constructor(terminal: Terminal, checkout: Checkout) {
    super({ name: "Gitea", bot, pageSize: "limit" }, terminal, checkout);
    const id = this.get("GITHUB_RUN_ID");
    this.howToApprove = `Then another person starts this workflow on ${main}, with \`approve\`: ${id}.`;
  }

  /** @throws CommandError if the server is an older Gitea, or another service with the same variables, such as Forgejo. */
  static async open(terminal: Terminal, checkout: Checkout): Promise<Gitea> {
    const gitea = new Gitea(terminal, checkout);
    await requireGitea(new ForgeApi(gitea.name, gitea.get("GITHUB_API_URL"), {}));
    return gitea;
  }

  /** Merges the main branch, for the preview only, because Gitea checks out the head of the pull request. */
  mergeBase({ commit }: Proposal): Promise<string> {
    if (this.checkout.resolve("HEAD") !== commit)
      throw new CommandError("The checkout is not the head of the pull request. Check out the commit of the event.");
    const base = this.checkout.resolve(`refs/remotes/origin/${main}`);
    this.checkout.merge(base);
    return Promise.resolve(base);
  }

  /** Gitea shows no summary of a run, so the log contains it too. */
  override summarize(markdown: string): void {
    super.summarize(markdown);
    this.terminal.say(`${markdown}\n`);
  }

  async findReview(commit: string): Promise<string | undefined> {
    const merged = await this.#findMerged(commit);
    const review = merged && (await this.#listReviewRuns(merged)).find(hasSucceeded);
    return review && this.readReview(review.id);
  }

  /**
   * Returns the people who opened the pull request, who pushed to it last or started its review again, and the users whose addresses its
   * commits contain.
   */
  async findAuthors(commit: string): Promise<readonly (string | undefined)[]> {
    const merged = await this.#findMerged(commit);
    if (merged === undefined) return [];
    const started = await this.#listReviewRuns(merged);
    const authors = [merged.user?.login, ...started.map(({ actor }) => actor?.login)];
    const path = `pulls/${merged.number}/commits?files=false&verification=false`;
    for await (const { author, committer } of this.api.list(path, pushed))
      authors.push(...[author, committer].flatMap((one) => one?.login ?? []));
    return authors;
  }

  protected async listApprovals({ commit, isData }: ApprovedChange): Promise<readonly Approval[]> {
    const { event, actor, started_at: start } = await this.#readOwnRun();
    const approved = this.#approvedRun;
    // An approval of the pull request counts only if no code of the branch could change the review that people read.
    if (approved === undefined) {
      if (event !== "push") return [];
      if (isData) return this.#listReviewers(commit);
      this.announce(
        "notice",
        "No approval of the pull request counts, because it changes files that control its review.",
      );
      return [];
    }
    const prepared = await this.#readRun(approved);
    // The person who started the review of main must not approve it alone.
    const isOwn = prepared.event === "workflow_dispatch" && prepared.actor?.login === actor?.login;
    if (!isOwn) return listApprovals([[actor?.login, start]]);
    this.announce("notice", `The same person started the run ${approved}, so this approval does not count.`);
    return [];
  }

  /** An artifact of Gitea does not name the branch of its run. */
  protected async isOfMain({ id }: ArtifactRun): Promise<boolean> {
    const [{ event, path }, own] = await Promise.all([this.#readRun(id), this.#readOwnRun()]);
    return path === own.path && ["push", "workflow_dispatch"].includes(event);
  }

  /**
   * Returns the people whose approval of the pull request is valid: Gitea counts it, for the head that was merged, and they
   * could read the whole review before.
   */
  async #listReviewers(commit: string): Promise<readonly Approval[]> {
    const { before } = this.readEvent();
    // More commits than that of the pull request could be part of the change.
    if (before === undefined || this.checkout.find(`${commit}^1`) !== before) return [];
    const merged = await this.#findMerged(commit);
    const reviewRun = merged && (await this.#listReviewRuns(merged)).find(hasSucceeded);
    if (merged === undefined || reviewRun === undefined) return [];
    const people: [string | undefined, string][] = [];
    for await (const one of this.api.list(`pulls/${merged.number}/reviews`, review)) {
      const isValid = one.state === "APPROVED" && one.official && !one.stale && !one.dismissed;
      if (!isValid || one.commit_id !== merged.head.sha) continue;
      if (Date.parse(one.submitted_at) >= Date.parse(reviewRun.completed_at))
        people.push([one.user?.login, one.submitted_at]);
      else
        this.announce(
          "notice",
          `An approval by ${one.user?.login ?? "a person"} is older than the review, and does not count.`,
        );
    }
    return listApprovals(people);
  }

  async keep(name: Kept): Promise<void> {
    const folder = name === "evidence" ? this.evidence : this.kept;
    const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const);
    const archive = zipSync(Object.fromEntries(files));
    const url = `${this.get("ACTIONS_RESULTS_URL").replace(/\/$/, "")}/twirp/github.actions.results.api.v1.ArtifactService`;
    const service = new ForgeApi(this.name, url, { authorization: `Bearer ${this.get("ACTIONS_RUNTIME_TOKEN")}` });
    const of = { workflow_run_backend_id: this.get("GITHUB_RUN_ID"), name };
    const expires = new Date(this.terminal.now.getTime() + retention[name] * 86_400_000);
    const { signedUploadUrl } = await service.json("CreateArtifact", created, {
      method: "POST",
      body: { ...of, version: 4, expires_at: expires.toISOString() },
    });
    await service.upload(`${signedUploadUrl}&comp=appendBlock`, archive);
    const hash = `sha256:${computeDigest(archive)}`;
    await service.json("FinalizeArtifact", finalized, {
      method: "POST",
      body: { ...of, size: String(archive.length), hash },
    });
  }

  async fetchPrepared(): Promise<boolean> {
    const approved = this.#approvedRun;
    if (approved === undefined) return false;
    const [prepared, own] = await Promise.all([this.#readRun(approved), this.#readOwnRun()]);
    const isPrepared = ["push", "workflow_dispatch"].includes(prepared.event) && prepared.path === own.path;
    // A repeated run has replaced the files that the person read.
    if (!isPrepared || prepared.head_sha !== own.head_sha || prepared.run_attempt !== 1)
      throw new CommandError(
        `The run ${approved} is not the first attempt of a run of this workflow for the head of ${main}. ${reviewAgain}`,
      );
    const files = await this.readArtifact(approved, "prepared");
    if (files === undefined)
      throw new CommandError(`The run ${approved} has prepared no change, or its files have expired. ${reviewAgain}`);
    mkdirSync(this.kept, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      if (basename(name) !== name)
        throw new CommandError(`The files of the run contain a path: ${name}. ${reviewAgain}`);
      writeFileSync(join(this.kept, name), content);
    }
    return true;
  }

  /** The id of the run that the person who started this one approves. */
  get #approvedRun(): number | undefined {
    const id = this.readEvent().inputs?.approve ?? "";
    if (id === "") return undefined;
    if (typeof id === "string" && /^\d{1,15}$/.test(id)) return Number(id);
    throw new CommandError("`approve` is not the id of a run. Pass the number at the end of the address of the run.");
  }

  /** Gitea does not divide this list into pages. */
  protected async *listComments(number: number) {
    yield* await this.api.json(`issues/${number}/comments`, z.array(post));
  }

  /** Each job that applies a change calls this function. */
  protected async findWorkflow(): Promise<string> {
    const own = await this.#readOwnRun();
    if (own.path === `${getFile(own)}@refs/heads/${main}`) return getFile(own);
    throw new CommandError(`This is a run of ${own.path}. Start the workflow on the branch ${main}.`);
  }

  protected async readHead(): Promise<string> {
    return (await this.api.json(`branches/${main}`, branch)).commit.id;
  }

  async #readRun(id: number): Promise<Run> {
    return this.api.json(`actions/runs/${id}`, run);
  }

  async #readOwnRun(): Promise<Run> {
    return this.#readRun(Number(this.get("GITHUB_RUN_ID")));
  }

  async #findMerged(commit: string): Promise<PullRequest | undefined> {
    const found = await this.api.json(`commits/${commit}/pull`, pullRequest).catch(ignoreGone);
    return found?.merged === true && found.base.ref === main ? found : undefined;
  }

  /** Returns the runs of this workflow for the head of a pull request of this repository, from the newest. */
  async #listReviewRuns({ number, head }: PullRequest): Promise<readonly Run[]> {
    const [{ workflow_runs: found, total_count: total }, own] = await Promise.all([
      this.api.json(`actions/runs?event=pull_request&head_sha=${head.sha}&limit=100`, runs),
      this.#readOwnRun(),
    ]);
    if (found.length < total)
      throw new CommandError(
        `Too many runs belong to ${head.sha}, so its authors are unclear. Apply the change yourself.`,
      );
    return found.filter(
      (one) =>
        getFile(one) === getFile(own) &&
        one.pull_requests.some((request) => request.number === number && request.head.repo.id === request.base.repo.id),
    );
  }
}

function getFile({ path }: Run): string {
  return path.slice(0, path.indexOf("@"));
}

function hasSucceeded({ conclusion }: Run): boolean {
  return conclusion === "success";
}

/** Leaves out the token of a workflow, with which a branch could start the workflow of main. */
function listApprovals(
  people: readonly (readonly [login: string | undefined, at: string | null | undefined])[],
): readonly Approval[] {
  return people.flatMap(([login, at]) => (login === undefined || login === bot ? [] : createApproval(login, at)));
}

/** @throws CommandError if the server is an older Gitea, or another service with the same API, such as Forgejo. */
export async function requireGitea(server: ForgeApi): Promise<void> {
  const { version } = await server.json("version", z.object({ version: z.string() }));
  // Forgejo names the release of Gitea that it is compatible with, such as 11.0.1+gitea-1.22.0.
  const [, minor] = /^1\.(\d+)\.\d+(?!.*gitea)/.exec(version) ?? [];
  if (minor !== undefined && Number(minor) >= oldest) return;
  throw new CommandError(
    `The server has the version ${version}. \`peridio-gitops ci\` supports Gitea 1.${oldest} and newer releases of Gitea 1, and no Forgejo. Update Gitea.`,
  );
}
