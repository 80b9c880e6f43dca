import type { IncomingMessage } from "node:http";
import { strToU8, zipSync } from "fflate";
import { type Answer, type Fields, ForgeServer } from "./forgeServer";
import { newPost, type Post } from "./text";

interface PullRequest {
  readonly number: number;
  /** The login of the person who opened the pull request. */
  readonly author: string;
  head: string;
  /** The merge commit on main. */
  merged: string | undefined;
}

/** A review of the deployment of a run. */
interface Approval {
  readonly run: number;
  readonly login: string;
  readonly state: "approved" | "rejected";
  readonly environment: string;
}

/** A run of the workflow for a pull request. */
interface ReviewRun {
  readonly id: number;
  /** The number of the pull request. */
  readonly number: number;
  /** The repository of the branch. */
  readonly from: string;
  readonly head: string;
  readonly succeeded: boolean;
}

/** The permissions of a token, by scope. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

const bot = "github-actions[bot]";

/** The part of GitHub's API that the pipeline uses. */
export class GitHub {
  readonly repository = "acme/access";
  /** By pull request. */
  readonly comments = new Map<number, Post[]>();
  readonly issues: Post[] = [];
  readonly pullRequests: PullRequest[] = [];
  readonly reviewRuns: ReviewRun[] = [];
  readonly approvals: Approval[] = [];
  /** The commits of the successful runs on main, from the newest. */
  readonly applied: string[] = [];
  /** The applied commit whose run a person started; by default, none. */
  startedByPerson: string | undefined;
  /** The head of main. */
  head = "";
  /** The permissions of a token. */
  readonly tokens = new Map<string, Permissions>();
  /** The files that a run keeps, by name. */
  filesOf: (run: number) => Readonly<Record<string, string>> = () => ({});
  readonly server = new ForgeServer((request, fields) => this.#answer(request, fields));

  static async begin(): Promise<GitHub> {
    const gitHub = new GitHub();
    await gitHub.server.begin();
    return gitHub;
  }

  async end(): Promise<void> {
    await this.server.end();
  }

  #answer({ method = "", url = "", headers }: IncomingMessage, fields: Fields): Answer {
    const allowed = this.tokens.get((headers.authorization ?? "").replace("Bearer ", ""));
    if (allowed === undefined) return [401, { message: "Bad credentials" }];
    const path = url.replace(`/repos/${this.repository}/`, "");
    for (const [pattern, scope, level, act] of this.#routes) {
      const [whole, ...found] = pattern.exec(`${method} ${path}`) ?? [];
      if (whole === undefined) continue;
      if (allowed[scope] !== level && allowed[scope] !== "write")
        return [403, { message: `Resource not accessible by integration: ${path}` }];
      return [200, act(found, fields)];
    }
    return [404, { message: `Not Found: ${method} ${path}` }];
  }

  #commentsOf(number = ""): Post[] {
    const comments = this.comments.get(Number(number)) ?? [];
    this.comments.set(Number(number), comments);
    return comments;
  }

  readonly #routes: readonly Route[] = [
    [
      /^GET issues\/(\d+)\/comments\?per_page=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([number, page]) => getPage(this.#commentsOf(number).map(describePost), page),
    ],
    [
      /^POST issues\/(\d+)\/comments$/,
      "pull-requests",
      "write",
      ([number], { body = "" }) => this.#commentsOf(number).push(newPost(bot, body)),
    ],
    [
      /^PATCH issues\/comments\/(\d+)$/,
      "pull-requests",
      "write",
      ([id], fields) => {
        change([...this.comments.values()].flat(), id, fields);
      },
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
      /^GET actions\/workflows\/access\.yml\/runs\?branch=main&event=(push|workflow_dispatch)&status=success&per_page=1$/,
      "actions",
      "read",
      ([event]) => {
        const newest = this.applied.findIndex((one) => event === "push" || one === this.startedByPerson);
        return {
          workflow_runs: this.applied
            .slice(newest < 0 ? this.applied.length : newest)
            .slice(0, 1)
            .map((commit) => ({ id: this.applied.length - newest, name: "access", head_sha: commit })),
        };
      },
    ],
    [/^GET branches\/main$/, "contents", "read", () => ({ commit: { sha: this.head } })],
    [
      /^GET actions\/runs\/(\d+)\/artifacts\?per_page=100$/,
      "actions",
      "read",
      ([run]) => ({ artifacts: [{ id: Number(run), name: "review" }] }),
    ],
    [
      /^GET actions\/artifacts\/(\d+)\/zip$/,
      "actions",
      "read",
      ([run]) =>
        Buffer.from(
          zipSync(
            Object.fromEntries(Object.entries(this.filesOf(Number(run))).map(([name, text]) => [name, strToU8(text)])),
          ),
        ),
    ],
    [
      /^GET issues\?state=open&per_page=100&page=(\d+)$/,
      "issues",
      "read",
      ([page]) => getPage(this.issues.filter(({ open }) => open).map(describePost), page),
    ],
    [/^POST issues$/, "issues", "write", (_, { title = "", body = "" }) => this.issues.push(newPost(bot, body, title))],
    [
      /^PATCH issues\/(\d+)$/,
      "issues",
      "write",
      ([id], fields) => {
        change(this.issues, id, fields);
      },
    ],
  ];
}

type Route = readonly [
  pattern: RegExp,
  scope: string,
  level: "read" | "write",
  act: (found: readonly string[], fields: Fields) => unknown,
];

function getPage<T>(all: readonly T[], page = "1"): readonly T[] {
  return all.slice((Number(page) - 1) * 100, Number(page) * 100);
}

function describePost({ id, author, body }: Post) {
  return { id, number: id, user: { login: author }, body };
}

function change(posts: readonly Post[], id: string | undefined, { body, state }: Fields): undefined {
  const post = posts.find((one) => String(one.id) === id);
  if (post === undefined) throw new Error(`there is no text ${id ?? ""}`);
  post.body = body ?? post.body;
  post.open &&= state !== "closed";
  post.edits += 1;
  return undefined;
}
