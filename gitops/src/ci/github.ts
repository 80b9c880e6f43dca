import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import * as z from "zod";
import { printable } from "#framework";
import { CommandError, exitCodes } from "../exit";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import type { Checkout } from "./checkout";
import type { Forge, IssueText, Merge, Proposal } from "./forge";
import { ForgeApi, ignoreGone } from "./requests";
import { reviewAgain } from "./review";
import { getVariable } from "./variables";

const user = z.object({ login: z.string() });

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
});

const post = z.object({ id: z.number(), user: user.nullish(), body: z.string().nullish() });
const issue = post.extend({ number: z.number() });
const pullRequest = z.object({
  number: z.number(),
  merged_at: z.string().nullish(),
  base: z.object({ ref: z.string() }),
  head: z.object({ sha: z.string() }),
  user: user.nullish(),
});
const run = z.object({
  id: z.number(),
  name: z.string().nullish(),
  head_sha: z.string(),
  head_repository: z.object({ full_name: z.string() }).nullish(),
  pull_requests: z.array(z.object({ number: z.number() })).nullish(),
});
const runs = z.object({ workflow_runs: z.array(run) });
const branch = z.object({ commit: z.object({ sha: z.string() }) });
const artifacts = z.object({
  artifacts: z.array(z.object({ id: z.number(), name: z.string(), expired: z.boolean().default(false) })),
});
const approval = z.object({
  state: z.string(),
  user: user.nullish(),
  environments: z.array(z.object({ name: z.string() })),
});

/** The names that the workflows give to their parts. */
const names = { environment: "access-approval", branch: "main", artifact: "review" } as const;

/** The user of the token of a workflow. */
const bot = "github-actions[bot]";

/** GitHub Actions. */
export class GitHub implements Forge {
  readonly name = "GitHub";
  readonly approvalCode = exitCodes.passed;
  readonly work: string;
  readonly reserved = undefined;
  readonly kept: string;
  readonly link: string;
  readonly #api: ForgeApi;
  readonly #repository: string;

  constructor(
    private readonly terminal: Terminal,
    private readonly checkout: Checkout,
  ) {
    const { environment } = terminal;
    this.work = join(getVariable(environment, "RUNNER_TEMP"), "peridio");
    this.kept = join(this.work, "review");
    this.#repository = getVariable(environment, "GITHUB_REPOSITORY");
    const [server, id] = [getVariable(environment, "GITHUB_SERVER_URL"), getVariable(environment, "GITHUB_RUN_ID")];
    this.link = `${server}/${this.#repository}/actions/runs/${id}#artifacts`;
    const url = `${getVariable(environment, "GITHUB_API_URL")}/repos/${this.#repository}`;
    this.#api = new ForgeApi(this.name, url, { authorization: `Bearer ${getVariable(environment, "GITHUB_TOKEN")}` });
  }

  readProposal(): Promise<Proposal> {
    const { pull_request: request } = this.#readEvent();
    if (request === undefined)
      throw new CommandError(
        "This run has no pull request. Run `peridio-gitops ci review` on the event `pull_request` only.",
      );
    const { number, user, head, base } = request;
    const isFork = head.repo?.full_name !== this.#repository;
    return Promise.resolve({
      number,
      author: user?.login,
      commit: head.sha,
      isFork,
      isForMain: base.ref === names.branch,
    });
  }

  /** The checkout is a temporary merge commit of GitHub. Its parents are the base and the head of the pull request. */
  mergeBase({ commit }: Proposal): Promise<string> {
    if (this.checkout.find("HEAD^2") !== commit)
      throw new CommandError(
        "The checkout is not the base with this pull request merged. Keep the default `ref` of actions/checkout, and set `fetch-depth: 0`.",
      );
    return Promise.resolve(this.checkout.resolve("HEAD^1"));
  }

  async comment({ number }: Proposal, markdown: string): Promise<void> {
    const id = await this.#findPost(`issues/${number}/comments`, markdown);
    await (id === undefined
      ? this.#api.send(`issues/${number}/comments`, { method: "POST", body: { body: markdown } })
      : this.#api.send(`issues/comments/${id}`, { method: "PATCH", body: { body: markdown } }));
  }

  summarize(markdown: string): void {
    appendFileSync(getVariable(this.terminal.environment, "GITHUB_STEP_SUMMARY"), markdown);
  }

  announce(level: "error" | "warning" | "notice", message: string): void {
    const text = printable(message).replaceAll("%", "%25").replaceAll("\n", "%0A");
    this.terminal.printMarked(`::${level}::${text}\n`);
  }

  async readMerge(): Promise<Merge> {
    const { environment } = this.terminal;
    if (getVariable(environment, "GITHUB_RUN_ATTEMPT") !== "1") await this.#rejectOldCommit();
    // GITHUB_WORKFLOW_REF is `acme/access/.github/workflows/access.yml@refs/heads/main`.
    const [path = ""] = getVariable(environment, "GITHUB_WORKFLOW_REF").split("@");
    const workflow = path.slice(path.lastIndexOf("/") + 1);
    // The schedule applies nothing.
    const last = await Promise.all(
      ["push", "workflow_dispatch"].map(async (event) => {
        const query = `branch=${names.branch}&event=${event}&status=success&per_page=1`;
        return (await this.#api.json(`actions/workflows/${workflow}/runs?${query}`, runs)).workflow_runs;
      }),
    );
    const [newest] = last.flat().sort((a, b) => b.id - a.id);
    const isStartedByPerson = getVariable(environment, "GITHUB_EVENT_NAME") !== "push";
    return { applied: newest?.head_sha, isStartedByPerson, before: this.#readEvent().before };
  }

  /** People can delete runs, so a repeated run of an older commit could undo a newer one. */
  async #rejectOldCommit(): Promise<void> {
    const { commit } = await this.#api.json(`branches/${names.branch}`, branch);
    if (commit.sha !== getVariable(this.terminal.environment, "GITHUB_SHA"))
      throw new CommandError(`This run repeats that of an older commit of ${names.branch}. ${reviewAgain}`);
  }

  async findReview(commit: string): Promise<string | undefined> {
    const [merged] = await this.#listMerged(commit);
    if (merged === undefined) return undefined;
    // This also finds the runs of a required workflow of another repository.
    const { workflow_runs: all } = await this.#api.json(
      `actions/runs?event=pull_request&status=success&head_sha=${merged.head.sha}&per_page=100`,
      runs,
    );
    const review = all.find(
      ({ name, head_repository: repository, pull_requests: requests }) =>
        name === getVariable(this.terminal.environment, "GITHUB_WORKFLOW") &&
        repository?.full_name === this.#repository &&
        requests?.some(({ number }) => number === merged.number) === true,
    );
    if (review === undefined) return undefined;
    const kept = await this.#api.json(`actions/runs/${review.id}/artifacts?per_page=100`, artifacts);
    const archive = kept.artifacts.find(({ name, expired }) => name === names.artifact && !expired);
    return archive && this.#readReview(archive.id);
  }

  async #readReview(artifact: number): Promise<string | undefined> {
    const archive = await this.#api.bytes(`actions/artifacts/${artifact}/zip`).catch(ignoreGone);
    const json = archive && unzip(archive)["review.json"];
    return json && Buffer.from(json).toString();
  }

  async findAuthors(commit: string): Promise<readonly (string | undefined)[]> {
    return (await this.#listMerged(commit)).map(({ user }) => user?.login);
  }

  /** GitHub lists the approvals of all attempts of a run together, and earlier attempts had other reviews. */
  async findApprovers(): Promise<readonly string[]> {
    const { environment } = this.terminal;
    if (getVariable(environment, "GITHUB_RUN_ATTEMPT") !== "1") {
      this.announce(
        "notice",
        "Approvals of a repeated run do not count. If the change needs approval, start the run yourself.",
      );
      return [];
    }
    const path = `actions/runs/${getVariable(environment, "GITHUB_RUN_ID")}/approvals`;
    return (await this.#api.json(path, z.array(approval)))
      .filter(
        ({ state, environments }) =>
          state === "approved" && environments.some(({ name }) => name === names.environment),
      )
      .flatMap(({ user }) => user?.login ?? []);
  }

  hand(name: string, value: string): void {
    appendFileSync(getVariable(this.terminal.environment, "GITHUB_OUTPUT"), `${name}=${value}\n`);
  }

  async updateIssue(marker: string, text: IssueText | undefined): Promise<void> {
    const number = await this.#findIssue(marker);
    if (text === undefined) {
      if (number !== undefined)
        await this.#api.send(`issues/${number}`, { method: "PATCH", body: { state: "closed" } });
      return;
    }
    await (number === undefined
      ? this.#api.send("issues", { method: "POST", body: text })
      : this.#api.send(`issues/${number}`, { method: "PATCH", body: { body: text.body } }));
  }

  #readEvent(): z.output<typeof event> {
    const file = getVariable(this.terminal.environment, "GITHUB_EVENT_PATH");
    return event.parse(JSON.parse(readText(this.terminal, file)));
  }

  async #listMerged(commit: string): Promise<readonly z.output<typeof pullRequest>[]> {
    const found = await this.#api.json(`commits/${commit}/pulls`, z.array(pullRequest));
    return found.filter(({ merged_at: at, base }) => at !== null && at !== undefined && base.ref === names.branch);
  }

  /** Returns the id of the own comment that begins with the same line. */
  async #findPost(path: string, markdown: string): Promise<number | undefined> {
    const [marker = ""] = markdown.split("\n");
    for await (const { id, user, body } of this.#api.list(path, post)) {
      if (user?.login === bot && body?.startsWith(marker) === true) return id;
    }
    return undefined;
  }

  async #findIssue(marker: string): Promise<number | undefined> {
    for await (const { number, user, body } of this.#api.list("issues?state=open", issue)) {
      if (user?.login === bot && body?.startsWith(marker) === true) return number;
    }
    return undefined;
  }
}

/** @throws CommandError unless the bytes are a ZIP archive. */
function unzip(archive: Buffer): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(archive);
  } catch {
    throw new CommandError(`The kept review is no ZIP archive. ${reviewAgain}`);
  }
}
