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
import { ForgeApi } from "./requests";
import { getVariable } from "./variables";

const user = z.object({ login: z.string() });

const event = z.object({
  pull_request: z
    .object({
      number: z.number(),
      user: user.nullish(),
      head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
    })
    .optional(),
  before: z.string().optional(),
});

const post = z.object({ id: z.number(), user: user.nullish(), body: z.string().nullish() });
const issue = post.extend({ number: z.number() });
const pullRequest = z.object({
  merged_at: z.string().nullish(),
  base: z.object({ ref: z.string() }),
  head: z.object({ sha: z.string() }),
  user: user.nullish(),
});
const run = z.object({ id: z.number(), name: z.string().nullish(), event: z.string(), head_sha: z.string() });
const runs = z.object({ workflow_runs: z.array(run) });
const artifacts = z.object({ artifacts: z.array(z.object({ id: z.number(), name: z.string() })) });
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
    const { number, user, head } = request;
    const isFork = head.repo?.full_name !== this.#repository;
    return Promise.resolve({ number, author: user?.login, commit: head.sha, isFork });
  }

  /** The checkout is a temporary merge commit of GitHub. Its parents are the base and the head of the pull request. */
  mergeBase({ commit }: Proposal): Promise<string> {
    if (this.checkout.find("HEAD^2") !== commit)
      throw new CommandError(
        "The checkout is not the base with this pull request merged. Keep the default `ref` of actions/checkout, and set `fetch-depth: 2`.",
      );
    return Promise.resolve(this.checkout.resolve("HEAD^1"));
  }

  async comment({ number }: Proposal, markdown: string): Promise<void> {
    const id = await this.#findPost(`issues/${number}/comments`, markdown);
    await (id === undefined
      ? this.#api.json(`issues/${number}/comments`, { method: "POST", body: { body: markdown } })
      : this.#api.json(`issues/comments/${id}`, { method: "PATCH", body: { body: markdown } }));
  }

  summarize(markdown: string): void {
    appendFileSync(getVariable(this.terminal.environment, "GITHUB_STEP_SUMMARY"), markdown);
  }

  announce(level: "error" | "warning" | "notice", message: string): void {
    const text = printable(message).replaceAll("%", "%25").replaceAll("\n", "%0A");
    this.terminal.printMarked(`::${level}::${text}\n`);
  }

  async readMerge(): Promise<Merge> {
    // GITHUB_WORKFLOW_REF is `acme/access/.github/workflows/access-apply.yml@refs/heads/main`.
    const [path = ""] = getVariable(this.terminal.environment, "GITHUB_WORKFLOW_REF").split("@");
    const workflow = path.slice(path.lastIndexOf("/") + 1);
    const { workflow_runs: all } = runs.parse(
      await this.#api.json(`actions/workflows/${workflow}/runs?branch=${names.branch}&status=success&per_page=100`),
    );
    // The schedule applies nothing.
    const last = all.find(({ event }) => event === "push" || event === "workflow_dispatch");
    const isStartedByPerson = getVariable(this.terminal.environment, "GITHUB_EVENT_NAME") !== "push";
    return { applied: last?.head_sha, isStartedByPerson, before: this.#readEvent().before };
  }

  async findReview(commit: string): Promise<string | undefined> {
    const merged = (await this.#listMerged(commit))[0]?.head.sha;
    if (merged === undefined) return undefined;
    // This also finds the runs of a required workflow of another repository.
    const { workflow_runs: all } = runs.parse(
      await this.#api.json(`actions/runs?event=pull_request&status=success&head_sha=${merged}&per_page=100`),
    );
    const review = all.find(({ name }) => name === getVariable(this.terminal.environment, "GITHUB_WORKFLOW"));
    if (review === undefined) return undefined;
    const kept = artifacts.parse(await this.#api.json(`actions/runs/${review.id}/artifacts?per_page=100`));
    const archive = kept.artifacts.find(({ name }) => name === names.artifact);
    if (archive === undefined) return undefined;
    const files = unzipSync(await this.#api.bytes(`actions/artifacts/${archive.id}/zip`));
    const json = files["review.json"];
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
    const given = await this.#api.json(`actions/runs/${getVariable(environment, "GITHUB_RUN_ID")}/approvals`);
    return z
      .array(approval)
      .parse(given)
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
        await this.#api.json(`issues/${number}`, { method: "PATCH", body: { state: "closed" } });
      return;
    }
    await (number === undefined
      ? this.#api.json("issues", { method: "POST", body: text })
      : this.#api.json(`issues/${number}`, { method: "PATCH", body: { body: text.body } }));
  }

  #readEvent(): z.output<typeof event> {
    return event.parse(
      JSON.parse(readText(this.terminal, getVariable(this.terminal.environment, "GITHUB_EVENT_PATH"))),
    );
  }

  async #listMerged(commit: string): Promise<readonly z.output<typeof pullRequest>[]> {
    const found = z.array(pullRequest).parse(await this.#api.json(`commits/${commit}/pulls`));
    return found.filter(({ merged_at: at, base }) => at !== null && at !== undefined && base.ref === names.branch);
  }

  /** Returns the id of the own comment that begins with the same line. */
  async #findPost(path: string, markdown: string): Promise<number | undefined> {
    const [marker = ""] = markdown.split("\n");
    for await (const entry of this.#api.list(path)) {
      const { id, user, body } = post.parse(entry);
      if (user?.login === bot && body?.startsWith(marker) === true) return id;
    }
    return undefined;
  }

  async #findIssue(marker: string): Promise<number | undefined> {
    for await (const entry of this.#api.list("issues?state=open")) {
      const { number, user, body } = issue.parse(entry);
      if (user?.login === bot && body?.startsWith(marker) === true) return number;
    }
    return undefined;
  }
}
