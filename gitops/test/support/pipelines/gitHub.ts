import { ActionsForge, describePost, getPage, type Route, zip } from "./actionsForge";
import { GitHubSettings } from "./gitHubSettings";

/** A review of the deployment of a run. */
interface Approval {
  readonly run: number;
  readonly login: string;
  readonly state: "approved" | "rejected";
  readonly environment: string;
}

/** The record that a run has kept. Its run is one on main of the repository, unless a field says otherwise. */
interface EvidenceArtifact {
  readonly run: number;
  readonly files: Readonly<Record<string, string>>;
  readonly branch?: string;
  readonly isFork?: boolean;
  readonly expired?: boolean;
}

/** The first id of the artifacts named evidence. The artifact of a review has the id of its run. */
const firstEvidence = 1_000_000;

/** The part of GitHub's API that the pipeline uses. */
export class GitHub extends ActionsForge {
  readonly approvals: Approval[] = [];
  /** The artifacts named evidence, from the oldest. */
  readonly evidence: EvidenceArtifact[] = [];
  readonly settings = new GitHubSettings();
  protected readonly bot = "github-actions[bot]";

  static async begin(): Promise<GitHub> {
    const gitHub = new GitHub();
    await gitHub.server.begin();
    return gitHub;
  }

  protected readonly own: readonly Route[] = [
    ...this.settings.routes,
    [
      /^GET issues\/(\d+)\/comments\?per_page=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([number, page]) => getPage(this.commentsOf(number).map(describePost), page),
    ],
    [
      /^GET pulls\?state=all&head=acme:([\w.%-]+)&per_page=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([branch = "", page]) =>
        getPage(
          this.requests
            .filter((one) => one.from === this.repository && one.branch === decodeURIComponent(branch))
            .map((one) => this.describeRequest(one)),
          page,
        ),
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
    [
      /^GET actions\/artifacts\?name=evidence&per_page=100$/,
      "actions",
      "read",
      () => ({
        artifacts: this.evidence.map(({ run, branch = "main", isFork = false, expired = false }, index) => ({
          ...{ id: firstEvidence + index, name: "evidence", expired },
          workflow_run: { id: run, repository_id: 1, head_repository_id: isFork ? 2 : 1, head_branch: branch },
        })),
      }),
    ],
    [
      /^GET actions\/artifacts\/(1\d{6})\/zip$/,
      "actions",
      "read",
      ([id]) => zip(this.evidence[Number(id) - firstEvidence]?.files ?? {}),
    ],
    [/^GET branches\/main$/, "contents", "read", () => ({ commit: { sha: this.head } })],
  ];
}
