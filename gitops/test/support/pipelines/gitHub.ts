import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { newPost, type Post } from "./text";
import type { Permissions } from "./workflow";

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

/** A run of access-review.yml. */
interface ReviewRun {
  readonly id: number;
  readonly head: string;
  readonly succeeded: boolean;
}

const call = z.object({
  token: z.string(),
  folder: z.string(),
  marker: z.string(),
  args: z.array(z.string()),
});

const bot = "github-actions[bot]";

/** The part of GitHub that the workflows use, through `gh api`. */
export class GitHub {
  readonly repository = "acme/access";
  /** By pull request. */
  readonly comments = new Map<number, Post[]>();
  readonly issues: Post[] = [];
  readonly pullRequests: PullRequest[] = [];
  readonly reviewRuns: ReviewRun[] = [];
  readonly approvals: Approval[] = [];
  /** The commits of the successful runs of access-apply.yml, from the newest. */
  readonly applied: string[] = [];
  /** The permissions of a token. */
  readonly tokens = new Map<string, Permissions>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const [status, answer] = this.#answer(call.parse(JSON.parse(body)));
        response.writeHead(status).end(answer);
      });
    });
  }

  static async begin(): Promise<GitHub> {
    const gitHub = new GitHub();
    await new Promise<void>((resolve) => gitHub.#server.listen(0, "127.0.0.1", resolve));
    return gitHub;
  }

  /** Returns a line of shell that replaces `gh`. */
  get program(): string {
    const address = this.#server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const call = `JSON.stringify({
      token: process.env.GH_TOKEN ?? "", folder: process.cwd(), marker: process.env.MARKER ?? "", args: process.argv.slice(1)
    })`;
    const script = `fetch("http://127.0.0.1:${port}", { method: "POST", body: ${call} })
      .then(async (answer) => {
        (answer.ok ? process.stdout : process.stderr).write(await answer.text());
        process.exitCode = answer.ok ? 0 : 1;
      })`;
    return `exec node -e '${script}' -- "$@"`;
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  #answer({ token, folder, marker, args }: z.output<typeof call>): readonly [status: number, answer: string] {
    const request = requestOf(args, folder);
    const allowed = this.tokens.get(token);
    if (allowed === undefined) return [401, "Bad credentials"];
    const path = request.path.replace(`repos/${this.repository}/`, "");
    for (const [pattern, needed, act] of this.#routes) {
      const [whole, ...found] = pattern.exec(`${request.method} ${path}`) ?? [];
      if (whole === undefined) continue;
      const permitted = needed.some(([scope, level]) => allowed[scope] === level || allowed[scope] === "write");
      if (!permitted) return [403, `Resource not accessible by integration: ${path}`];
      return [200, printed(act(found, request.fields), request.filter, marker)];
    }
    return [404, `Not Found: ${request.method} ${request.path}`];
  }

  #commentsOf(number = ""): Post[] {
    const comments = this.comments.get(Number(number)) ?? [];
    this.comments.set(Number(number), comments);
    return comments;
  }

  readonly #routes: readonly Route[] = [
    [
      /^GET issues\/(\d+)\/comments\?per_page=100$/,
      [["pull-requests", "read"]],
      ([number]) => this.#commentsOf(number).map(asAnswer),
    ],
    [
      /^POST issues\/(\d+)\/comments$/,
      [["pull-requests", "write"]],
      ([number], { body = "" }) => this.#commentsOf(number).push(newPost(bot, body)),
    ],
    [
      /^PATCH issues\/comments\/(\d+)$/,
      [["pull-requests", "write"]],
      ([id], fields) => {
        change([...this.comments.values()].flat(), id, fields);
      },
    ],
    [
      /^GET commits\/(\w+)\/pulls$/,
      [["pull-requests", "read"]],
      ([commit]) => this.pullRequests.filter(({ merged }) => merged === commit),
    ],
    [
      /^GET actions\/runs\/(\d+)\/approvals$/,
      [["actions", "read"]],
      ([run]) => this.approvals.filter((one) => one.run === Number(run)),
    ],
    [
      /^GET actions\/runs\?event=pull_request&status=success&head_sha=(\w+)&per_page=100$/,
      [["actions", "read"]],
      ([head]) => this.reviewRuns.filter((run) => run.head === head && run.succeeded).map(({ id }) => id),
    ],
    [
      /^GET actions\/workflows\/access-apply\.yml\/runs\?branch=main&status=success&per_page=100$/,
      [["actions", "read"]],
      () => this.applied,
    ],
    [
      /^GET issues\?state=open&per_page=100$/,
      [["issues", "read"]],
      () => this.issues.filter(({ open }) => open).map(asAnswer),
    ],
    [
      /^POST issues$/,
      [["issues", "write"]],
      (_, { title = "", body = "" }) => this.issues.push(newPost(bot, body, title)),
    ],
    [
      /^PATCH issues\/(\d+)$/,
      [["issues", "write"]],
      ([id], fields) => {
        change(this.issues, id, fields);
      },
    ],
  ];
}

type Route = readonly [
  pattern: RegExp,
  needed: readonly (readonly [scope: string, level: "read" | "write"])[],
  act: (found: readonly string[], fields: Readonly<Record<string, string>>) => unknown,
];

function asAnswer({ id, author, body }: Post) {
  return { id, author, body };
}

function change(
  posts: readonly Post[],
  id: string | undefined,
  { body, state }: Readonly<Record<string, string>>,
): void {
  const post = posts.find((one) => String(one.id) === id);
  if (post === undefined) throw new Error(`there is no text ${id ?? ""}`);
  post.body = body ?? post.body;
  post.open = state !== "closed";
  post.edits += 1;
}

/** Parses the arguments of `gh api`. @throws Error for an unknown option */
function requestOf(args: readonly string[], folder: string) {
  const [command, ...rest] = args;
  if (command !== "api") throw new Error(`gh ${args.join(" ")} is not known here`);
  const fields: Record<string, string> = {};
  let [method, path, filter] = ["GET", "", ""];
  for (let index = 0; index < rest.length; index += 1) {
    const one = rest[index] ?? "";
    if (one === "--silent" || one === "--paginate") continue;
    if (!one.startsWith("--")) {
      path = one;
      continue;
    }
    index += 1;
    const value = rest[index] ?? "";
    if (one === "--method") method = value;
    else if (one === "--jq") filter = value;
    else if (one === "--field" || one === "--raw-field") {
      const [name = "", ...words] = value.split("=");
      const said = words.join("=");
      fields[name] =
        one === "--field" && said.startsWith("@") ? readFileSync(resolve(folder, said.slice(1)), "utf8") : said;
    } else throw new Error(`gh api ${one} is not known here`);
  }
  return { method, path, filter, fields };
}

const posts = z.array(z.object({ id: z.number(), author: z.string(), body: z.string() }));
const merged = z.array(z.object({ head: z.string(), author: z.string() }));
const approvals = z.array(z.object({ login: z.string(), state: z.string(), environment: z.string() }));
const first = z.array(z.union([z.string(), z.number()])).transform(([one = ""]) => `${one}\n`);

/** Every filter of the workflows. Responses contain no more than the filters need. */
const filters: Readonly<Record<string, (answer: unknown, marker: string) => string>> = {
  "": () => "",
  '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARKER))) | .id': (answer, marker) =>
    mine(answer, marker),
  '.[] | select(.user.login == "github-actions[bot]" and (.body // "" | startswith("<!-- access-nightly -->"))) | .number':
    (answer) => mine(answer, "<!-- access-nightly -->"),
  '[.[] | select(.merged_at != null and .base.ref == "main") | .head.sha][0] // ""': (answer) =>
    `${merged.parse(answer)[0]?.head ?? ""}\n`,
  '[.[] | select(.merged_at != null and .base.ref == "main") | .user.login // "?"] | if . == [] then "?" else .[] end':
    (answer) => {
      const authors = merged.parse(answer).map(({ author }) => author);
      return (authors.length === 0 ? ["?"] : authors).map((author) => `${author}\n`).join("");
    },
  '[.[] | select(.state == "approved" and any(.environments[]; .name == "access-approval")) | .user.login] | join(" ")':
    (answer) => {
      const approved = approvals
        .parse(answer)
        .filter(({ state, environment }) => state === "approved" && environment === "access-approval");
      return `${approved.map(({ login }) => login).join(" ")}\n`;
    },
  '[.workflow_runs[] | select(.name == "access-review") | .id][0] // ""': (answer) => first.parse(answer),
  '[.workflow_runs[] | select(.event == "push" or .event == "workflow_dispatch") | .head_sha][0] // ""': (answer) =>
    first.parse(answer),
};

function mine(answer: unknown, marker: string): string {
  return posts
    .parse(answer)
    .filter(({ author, body }) => author === bot && body.startsWith(marker))
    .map(({ id }) => `${id}\n`)
    .join("");
}

function printed(answer: unknown, filter: string, marker: string): string {
  const apply = filters[filter];
  if (apply === undefined) throw new Error(`the filter is not known here: ${filter}`);
  return apply(answer, marker);
}
