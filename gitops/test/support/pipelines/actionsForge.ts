import type { IncomingMessage } from "node:http";
import { strToU8, zipSync } from "fflate";
import { type Answer, type Body, type Fields, ForgeServer } from "./forgeServer";
import { type BranchRequest, newPost, type Post } from "./text";

export interface PullRequest {
  readonly number: number;
  /** The login of the person who opened the pull request. */
  readonly author: string;
  head: string;
  /** The merge commit on main. */
  merged: string | undefined;
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

/** A request that a forge answers if the token has the permission. */
export type Route = readonly [
  pattern: RegExp,
  scope: string,
  level: "read" | "write",
  act: (found: readonly string[], fields: Fields, bytes: Buffer) => unknown,
];

/** The answer 404. */
export const absent = Symbol("absent");

/** The part of the APIs of GitHub and Gitea that is the same, and that the pipeline uses. */
export abstract class ActionsForge {
  readonly repository = "acme/access";
  /** By pull request. */
  readonly comments = new Map<number, Post[]>();
  readonly issues: Post[] = [];
  readonly pullRequests: PullRequest[] = [];
  /** The pull requests that programs opened. */
  readonly requests: BranchRequest[] = [];
  readonly reviewRuns: ReviewRun[] = [];
  /** The commits of the successful runs on main, from the newest. */
  readonly applied: string[] = [];
  /** The applied commit whose run a person started; by default, none. */
  startedByPerson: string | undefined;
  /** The head of main. */
  head = "";
  /** The permissions of a token. */
  readonly tokens = new Map<string, Permissions>();
  /** The settings of the repository, by the path of the request that reads them. */
  readonly answers = new Map<string, unknown>();
  /** The files of the review that a run keeps, by name. */
  filesOf: (run: number) => Readonly<Record<string, string>> = () => ({});
  readonly server = new ForgeServer((request, body) => this.#answer(request, body));

  /** The user of the token of a workflow. */
  protected abstract readonly bot: string;
  /** The requests that only this forge answers. */
  protected abstract readonly own: readonly Route[];

  async end(): Promise<void> {
    await this.server.end();
  }

  #answer({ method = "", url = "", headers }: IncomingMessage, { fields, bytes }: Body): Answer {
    const allowed = this.tokens.get((headers.authorization ?? "").replace("Bearer ", ""));
    const path = url.replace(`/repos/${this.repository}/`, "");
    const answer = method === "GET" && allowed !== undefined ? findAnswer(this.answers, path) : undefined;
    if (answer !== undefined) return [200, answer];
    for (const [pattern, scope, level, act] of [...this.own, ...this.#routes]) {
      const [whole, ...found] = pattern.exec(`${method} ${path}`) ?? [];
      if (whole === undefined) continue;
      if (scope !== "public" && allowed === undefined) return [401, { message: "Bad credentials" }];
      if (scope !== "public" && allowed?.[scope] !== level && allowed?.[scope] !== "write")
        return [403, { message: `Resource not accessible by integration: ${path}` }];
      const value = act(found, fields, bytes);
      return value === absent ? [404, { message: "not found" }] : [200, value];
    }
    return [404, { message: `Not Found: ${method} ${path}` }];
  }

  protected describeRequest(request: BranchRequest | undefined) {
    if (request === undefined) return absent;
    const { number, branch, from, title, body, state } = request;
    return {
      ...{ number, title, body, state: state === "open" ? "open" : "closed" },
      merged_at: state === "merged" ? "2027-01-31T08:00:00Z" : null,
      html_url: `${this.server.url}/pulls/${number}`,
      base: { ref: request.base ?? "main" },
      head: { ref: branch, repo: { full_name: from } },
    };
  }

  protected commentsOf(number = ""): Post[] {
    const comments = this.comments.get(Number(number)) ?? [];
    this.comments.set(Number(number), comments);
    return comments;
  }

  readonly #routes: readonly Route[] = [
    [
      /^POST issues\/(\d+)\/comments$/,
      "pull-requests",
      "write",
      ([number], { body = "" }) => this.commentsOf(number).push(newPost(this.bot, body)),
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
    [
      /^GET actions\/runs\/(\d+)\/artifacts\?per_page=100$/,
      "actions",
      "read",
      ([run]) => ({ artifacts: [{ id: Number(run), name: "review" }] }),
    ],
    [/^GET actions\/artifacts\/(\d+)\/zip$/, "actions", "read", ([run]) => zip(this.filesOf(Number(run)))],
    [
      /^GET issues\?state=open&(?:per_page|limit)=100&page=(\d+)$/,
      "issues",
      "read",
      ([page]) => getPage(this.issues.filter(({ open }) => open).map(describePost), page),
    ],
    [
      /^POST pulls$/,
      "pull-requests",
      "write",
      (_, { title = "", body = "", head: branch = "", base }) => {
        if (base !== "main") throw new Error(`the base is ${base}`);
        const number = this.requests.length + 1;
        this.requests.push({ number, branch, from: this.repository, title, body, state: "open" });
        return this.describeRequest(this.requests.at(-1));
      },
    ],
    [
      /^PATCH pulls\/(\d+)$/,
      "pull-requests",
      "write",
      ([number], { title, body, state }) => {
        const request = this.requests.find((one) => String(one.number) === number);
        if (request === undefined) return absent;
        Object.assign(request, { title: title ?? request.title, body: body ?? request.body });
        if (state === "closed") request.state = "closed";
        return this.describeRequest(request);
      },
    ],
    [
      /^POST issues$/,
      "issues",
      "write",
      (_, { title = "", body = "" }) => this.issues.push(newPost(this.bot, body, title)),
    ],
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

/** Returns the answer to a request that reads a setting. The second page of a list is empty. */
export function findAnswer(answers: ReadonlyMap<string, unknown>, path: string): unknown {
  const [place = "", query = ""] = path.split("?");
  const answer = answers.get(place);
  return Array.isArray(answer) && query.endsWith("page=2") ? [] : answer;
}

export function zip(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
}

export function getPage<T>(all: readonly T[], page = "1"): readonly T[] {
  return all.slice((Number(page) - 1) * 100, Number(page) * 100);
}

export function describePost({ id, author, body }: Post) {
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
