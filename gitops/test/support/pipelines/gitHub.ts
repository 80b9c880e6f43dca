import { ActionsForge, describePost, getPage, type Route } from "./actionsForge";

/** A review of the deployment of a run. */
interface Approval {
  readonly run: number;
  readonly login: string;
  readonly state: "approved" | "rejected";
  readonly environment: string;
}

/** The part of GitHub's API that the pipeline uses. */
export class GitHub extends ActionsForge {
  readonly approvals: Approval[] = [];
  protected readonly bot = "github-actions[bot]";

  static async begin(): Promise<GitHub> {
    const gitHub = new GitHub();
    await gitHub.server.begin();
    return gitHub;
  }

  protected readonly own: readonly Route[] = [
    [
      /^GET issues\/(\d+)\/comments\?per_page=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([number, page]) => getPage(this.commentsOf(number).map(describePost), page),
    ],
    [
      /^GET commits\/(\w+)\/pulls$/,
      "pull-requests",
      "read",
      ([commit]) =>
        this.pullRequests
          .filter(({ merged }) => merged === commit)
          .map(({ number, author, head }) => ({
            number,
            merged_at: "2027-01-31T08:00:00Z",
            base: { ref: "main" },
            head: { sha: head },
            user: { login: author },
          })),
    ],
    [
      /^GET actions\/runs\/(\d+)\/approvals$/,
      "actions",
      "read",
      ([run]) =>
        this.approvals
          .filter((one) => one.run === Number(run))
          .map(({ login, state, environment }) => ({ user: { login }, state, environments: [{ name: environment }] })),
    ],
    [
      /^GET actions\/runs\?event=pull_request&status=success&head_sha=(\w+)&per_page=100$/,
      "actions",
      "read",
      ([head]) => ({
        workflow_runs: this.reviewRuns
          .filter((run) => run.head === head && run.succeeded)
          .map(({ id, head, number, from }) => ({
            id,
            name: "access",
            head_sha: head,
            head_repository: { full_name: from },
            pull_requests: [{ number }],
          })),
      }),
    ],
    [/^GET branches\/main$/, "contents", "read", () => ({ commit: { sha: this.head } })],
  ];
}
