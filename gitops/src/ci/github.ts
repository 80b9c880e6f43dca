import * as z from "zod";
import { type Approval, createApproval } from "../evidence/record";
import { CommandError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { Actions, type ArtifactRun, main, post, user } from "./actions";
import type { Checkout } from "./checkout";
import type { Proposal } from "./forge";

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
  head_repository: z.object({ full_name: z.string() }).nullish(),
  pull_requests: z.array(z.object({ number: z.number() })).nullish(),
});
const runs = z.object({ workflow_runs: z.array(run) });
const branch = z.object({ commit: z.object({ sha: z.string() }) });
const approval = z.object({
  state: z.string(),
  user: user.nullish(),
  environments: z.array(z.object({ name: z.string() })),
});

/** The environment whose reviewers approve a run. */
export const approvalEnvironment = "access-approval";

/** GitHub Actions. */
export class GitHub extends Actions {
  readonly canExpire = true;
  readonly howToApprove = `Then start a new run, which a reviewer of the environment \`${approvalEnvironment}\` approves.`;

  constructor(terminal: Terminal, checkout: Checkout) {
    super({ name: "GitHub", bot: "github-actions[bot]", pageSize: "per_page" }, terminal, checkout);
  }

  /** The checkout is a temporary merge commit of GitHub. Its parents are the base and the head of the pull request. */
  mergeBase({ commit }: Proposal): Promise<string> {
    if (this.checkout.find("HEAD^2") !== commit)
      throw new CommandError(
        "The checkout is not the base with this pull request merged. Keep the default `ref` of actions/checkout, and set `fetch-depth: 0`.",
      );
    return Promise.resolve(this.checkout.resolve("HEAD^1"));
  }

  async findReview(commit: string): Promise<string | undefined> {
    const [merged] = await this.#listMerged(commit);
    if (merged === undefined) return undefined;
    // This also finds the runs of a required workflow of another repository.
    const { workflow_runs: all } = await this.api.json(
      `actions/runs?event=pull_request&status=success&head_sha=${merged.head.sha}&per_page=100`,
      runs,
    );
    const review = all.find(
      ({ name, head_repository: repository, pull_requests: requests }) =>
        name === this.get("GITHUB_WORKFLOW") &&
        repository?.full_name === this.repository &&
        requests?.some(({ number }) => number === merged.number) === true,
    );
    return review && this.readReview(review.id);
  }

  async findAuthors(commit: string): Promise<readonly (string | undefined)[]> {
    return (await this.#listMerged(commit)).map(({ user }) => user?.login);
  }

  /** GitHub lists the approvals of all attempts of a run together. */
  protected async listApprovals(): Promise<readonly Approval[]> {
    const path = `actions/runs/${this.get("GITHUB_RUN_ID")}/approvals`;
    return (await this.api.json(path, z.array(approval)))
      .filter(
        ({ state, environments }) =>
          state === "approved" && environments.some(({ name }) => name === approvalEnvironment),
      )
      .flatMap(({ user }) => (user ? createApproval(user.login) : []));
  }

  /** The branch `main` of a fork has the same name. */
  protected isOfMain(run: ArtifactRun): Promise<boolean> {
    return Promise.resolve(run.head_branch === main && run.head_repository_id === run.repository_id);
  }

  protected listComments(number: number) {
    return this.api.list(`issues/${number}/comments`, post);
  }

  /** The variable is `acme/access/.github/workflows/access.yml@refs/heads/main`. */
  protected findWorkflow(): Promise<string> {
    const [path = ""] = this.get("GITHUB_WORKFLOW_REF").split("@");
    return Promise.resolve(path.slice(path.lastIndexOf("/") + 1));
  }

  protected async readHead(): Promise<string> {
    return (await this.api.json(`branches/${main}`, branch)).commit.sha;
  }

  async #listMerged(commit: string): Promise<readonly z.output<typeof pullRequest>[]> {
    const found = await this.api.json(`commits/${commit}/pulls`, z.array(pullRequest));
    return found.filter(({ merged_at: at, base }) => at !== null && at !== undefined && base.ref === main);
  }
}
