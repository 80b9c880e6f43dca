import type { IncomingMessage } from "node:http";
import { absent, findAnswer, zip } from "./actionsForge";
import { type Answer, type Fields, ForgeServer } from "./forgeServer";
import { type BranchRequest, newPost, type Post } from "./text";

interface MergeRequest {
  readonly iid: number;
  /** The login of the person who opened the merge request. */
  readonly author: string;
  /** The merge commit on main. */
  merged: string | undefined;
  /** The newest of its pipelines. That of a fork is not one of the project. */
  pipeline: { readonly id: number; readonly succeeded: boolean; readonly isOfFork?: true } | undefined;
}

/** The deployment of a commit by a job, which succeeded and kept no record unless a field says otherwise. */
interface Deployment {
  readonly environment: string;
  readonly commit: string;
  readonly failed?: boolean;
  /** The files of the record. */
  readonly record?: Readonly<Record<string, string>>;
}

const bot = { id: 41, username: "project_7_bot" };

/** The part of GitLab's API that the pipelines use. */
export class GitLab {
  readonly project = 7;
  readonly token = "token-of-the-project-that-nobody-tells";
  /** By merge request. */
  readonly notes = new Map<number, Post[]>();
  readonly issues: Post[] = [];
  readonly mergeRequests: MergeRequest[] = [];
  /** The merge requests that programs opened. */
  readonly requests: BranchRequest[] = [];
  /** The deployments of main, from the newest. */
  readonly deployments: Deployment[] = [];
  /** The file review.json of a job. */
  reviewOf: (job: number) => string = () => "";
  /** The logins of all people. The first one has the id 1. */
  readonly people: readonly string[] = ["ada", "dora", "grace", "mallory"];
  /** The settings of the project, by the path of the request that reads them. */
  readonly answers = new Map<string, unknown>();
  readonly server = new ForgeServer((request, { fields }) => this.#answer(request, fields));

  static async begin(): Promise<GitLab> {
    const gitLab = new GitLab();
    await gitLab.server.begin();
    return gitLab;
  }

  async end(): Promise<void> {
    await this.server.end();
  }

  #answer({ method = "", url = "", headers }: IncomingMessage, fields: Fields): Answer {
    if (headers["private-token"] !== this.token) return [401, { message: "401 Unauthorized" }];
    const path = url.replace(/^\/api\/v4\//, "").replace(`projects/${this.project}/`, "");
    if (method === "GET") {
      const answer = findAnswer(this.answers, path);
      if (answer !== undefined) return [200, answer];
    }
    for (const [pattern, act] of this.#routes) {
      const [whole, ...found] = pattern.exec(`${method} ${path}`) ?? [];
      if (whole === undefined) continue;
      const value = act(found, fields);
      return value === absent ? [404, { message: "404 Not Found" }] : [200, value];
    }
    return [404, { message: `404 Not Found: ${method} ${path}` }];
  }

  readonly #routes: readonly (readonly [RegExp, (found: readonly string[], fields: Fields) => unknown])[] = [
    [/^GET user$/, () => bot],
    [
      /^GET users\?username=([\w.-]+)$/,
      ([login]) => this.people.flatMap((one, index) => (one === login ? [{ id: index + 1 }] : [])),
    ],
    [
      /^GET merge_requests\/(\d+)\/notes\?sort=asc&order_by=created_at&per_page=100&page=(\d+)$/,
      ([iid, page]) =>
        this.#notesOf(iid)
          .slice((Number(page) - 1) * 100, Number(page) * 100)
          .map(({ id, author, body }) => ({ id, author: { id: author === bot.username ? bot.id : 1 }, body })),
    ],
    [
      /^POST merge_requests\/(\d+)\/notes$/,
      ([iid], fields) => this.#notesOf(iid).push(newPost(bot.username, fields.body ?? "")),
    ],
    [
      /^PUT merge_requests\/(\d+)\/notes\/(\d+)$/,
      ([iid, id], fields) => {
        change(this.#notesOf(iid), id, fields.body);
      },
    ],
    [
      /^GET repository\/commits\/(\w+)\/merge_requests\?per_page=100$/,
      ([commit]) =>
        this.mergeRequests
          .filter(({ merged }) => merged === commit)
          .map(({ iid, author }) => ({ iid, state: "merged", target_branch: "main", author: { username: author } })),
    ],
    [
      /^GET merge_requests\/(\d+)$/,
      ([iid]) => {
        const { pipeline, author } = this.mergeRequests.find((one) => String(one.iid) === iid) ?? {};
        const status = pipeline?.succeeded === true ? "success" : "failed";
        return {
          author: { username: author },
          head_pipeline: pipeline === undefined ? null : { id: pipeline.id, status },
        };
      },
    ],
    [
      /^GET merge_requests\?state=all&source_branch=([\w.%-]+)&target_branch=main&per_page=100&page=(\d+)$/,
      ([branch = "", page]) =>
        page === "1"
          ? this.requests
              .filter((one) => one.branch === decodeURIComponent(branch))
              .map((one) => this.#describeRequest(one))
          : [],
    ],
    [
      /^POST merge_requests$/,
      (_, { title = "", description: body = "", source_branch: branch = "", target_branch: base }) => {
        if (base !== "main") throw new Error(`the base is ${base}`);
        const request = { number: this.requests.length + 1, branch, from: String(this.project), title, body };
        this.requests.push({ ...request, state: "open" });
        return this.#describeRequest({ ...request, state: "open" });
      },
    ],
    [
      /^PUT merge_requests\/(\d+)$/,
      ([iid], { title, description, state_event: event }) => {
        const request = this.requests.find((one) => String(one.number) === iid);
        if (request === undefined) return absent;
        Object.assign(request, { title: title ?? request.title, body: description ?? request.body });
        if (event === "close") request.state = "closed";
        return this.#describeRequest(request);
      },
    ],
    // A job has the number of its pipeline.
    [
      /^GET pipelines\/(\d+)\/jobs\?per_page=100$/,
      ([id]) =>
        this.mergeRequests.some(({ pipeline }) => String(pipeline?.id) === id && pipeline?.isOfFork !== true)
          ? [{ id: Number(id), name: "review" }]
          : absent,
    ],
    [
      /^GET deployments\?environment=access%2F(automatic|approved)(&status=success)?&order_by=id&sort=desc&per_page=100$/,
      ([name, status]) =>
        this.deployments.flatMap(({ environment, commit, failed = false }, index) =>
          environment === `access/${name ?? ""}` && (status === undefined || !failed)
            ? {
                id: this.deployments.length - index,
                ref: "main",
                deployable: { id: this.deployments.length - index, tag: false },
                sha: commit,
                environment: { name: environment },
              }
            : [],
        ),
    ],
    [
      /^GET jobs\/(\d+)\/artifacts$/,
      ([id]) => {
        const { record } = this.deployments[this.deployments.length - Number(id)] ?? {};
        return record === undefined ? absent : zip(record);
      },
    ],
    [/^GET jobs\/(\d+)\/artifacts\/artifacts\/review\.json$/, ([id]) => Buffer.from(this.reviewOf(Number(id)))],
    [
      /^GET issues\?state=opened&scope=created_by_me&per_page=100&page=1$/,
      () => this.issues.filter(({ open }) => open).map(({ id, body }) => ({ iid: id, description: body })),
    ],
    [
      /^POST issues$/,
      (_, { title = "", description = "", confidential }) => {
        if (confidential !== "true") throw new Error("guests of the project can read the issue");
        return this.issues.push(newPost(bot.username, description, title));
      },
    ],
    [
      /^PUT issues\/(\d+)$/,
      ([id], fields) => {
        if (fields.description !== undefined && fields.confidential !== "true")
          throw new Error("guests of the project can read the issue");
        change(this.issues, id, fields.description, fields.state_event === "close");
      },
    ],
  ];

  #describeRequest({ number, title, body, state, from }: BranchRequest) {
    return {
      ...{ iid: number, title, description: body, state: state === "open" ? "opened" : state },
      ...{ source_project_id: Number(from), target_project_id: this.project },
      web_url: `${this.server.url}/merge_requests/${number}`,
    };
  }

  #notesOf(iid = ""): Post[] {
    const notes = this.notes.get(Number(iid)) ?? [];
    this.notes.set(Number(iid), notes);
    return notes;
  }
}

function change(posts: readonly Post[], id: string | undefined, body: string | undefined, closed = false): void {
  const post = posts.find((one) => String(one.id) === id);
  if (post === undefined) throw new Error(`there is no text ${id ?? ""}`);
  post.body = body ?? post.body;
  post.open &&= !closed;
  post.edits += 1;
}
