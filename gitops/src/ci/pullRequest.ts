import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import * as z from "zod";
import { CommandError } from "../exit";
import { formatProse } from "../report/markdown/escape";
import { computeDigest } from "../digest";
import { type GitContext, tryGit } from "../terminal/git";
import type { Terminal } from "../terminal/terminal";
import { joinOr } from "../wording";
import { main } from "./actions";
import { Checkout } from "./checkout";
import type { ForgeApi } from "./requests";
import { findJobPlatform, findPlatform, type Platform } from "./setup/files";
import { openRepository, requireMain, services } from "./setup/platform";

/** The environment variable with the token that pushes the branch and opens the request. In a job, no other token counts. */
const tokenVariable = "PULL_REQUEST_TOKEN";

/** The last line of a commit message, with a digest of the files. With it, this program recognizes its own commits. */
const trailer = "Peridio-Gitops-Edit";

/** An edit that waits for a merge. The title and the id identify its branch. */
export interface ProposedEdit {
  readonly title: string;
  /** Tells edits with the same title apart. */
  readonly id?: string;
  readonly reason: string | undefined;
  /** The plan, in Markdown. */
  readonly plan: string;
  /** The changed lines, which do not depend on other changes of the files. */
  readonly changes: readonly string[];
  /** The files below the terminal's folder, with their new contents. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

/** A pull request of a branch. */
interface Request {
  readonly number: number;
  readonly url: string;
  readonly body: string;
  readonly state: "open" | "closed" | "merged";
}

const pullRequest = z.object({
  number: z.number(),
  state: z.string(),
  merged_at: z.string().nullish(),
  html_url: z.string(),
  body: z.string().nullish(),
  base: z.object({ ref: z.string() }),
  head: z.object({
    ref: z.string(),
    label: z.string().nullish(),
    repo: z.object({ full_name: z.string() }).nullish(),
  }),
});
const mergeRequest = z.object({
  iid: z.number(),
  state: z.string(),
  web_url: z.string(),
  description: z.string().nullish(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number(),
});
const repositoryOf = z.union([
  z.object({ default_branch: z.string(), clone_url: z.string() }),
  z.object({ default_branch: z.string(), http_url_to_repo: z.string() }),
]);

/** The pull requests of this program in the repository of a folder. Commits to separate branches, and leaves the working tree as it is. */
export class PullRequests {
  private constructor(
    /** The commit of the main branch at the forge. */
    readonly base: string,
    private readonly place: {
      readonly platform: Platform;
      readonly api: ForgeApi;
      readonly repository: string;
      /** The remote, or its address. */
      readonly remote: string;
      readonly isJob: boolean;
      /** The folder of the command below that of the repository, with a slash at its end. */
      readonly prefix: string;
      /** The path of the layout in the repository. Equal edits of two layouts have two branches. */
      readonly layout: string;
    },
    private readonly context: GitContext & Pick<Terminal, "now">,
    private readonly checkout: Checkout,
  ) {}

  /**
   * Fetches the main branch. On a developer's machine, Git uses the credentials of the person.
   * @throws CommandError if the forge, its token or its main branch is missing. Nothing is written then.
   */
  static async open(terminal: Terminal, layout: string): Promise<PullRequests> {
    const token = terminal.environment[tokenVariable];
    const own = findJobPlatform(terminal);
    const isJob = own !== undefined;
    const remedy = "Run `peridio-gitops ci init`, or open the pull request by hand.";
    const platform = own ?? findPlatform(runGit(["rev-parse", "--show-toplevel"], terminal), "repository", remedy);
    const { name, tokens } = services[platform];
    if (!token && (isJob || !tokens.some((variable) => terminal.environment[variable])))
      throw new CommandError(
        isJob
          ? `The variable ${tokenVariable} is missing. A pull request that the token of a job opens starts no pipeline, so pass another token.`
          : `The token is missing. Set ${joinOr([tokenVariable, ...tokens])} to a token of ${name} that can open pull requests.`,
      );
    const environment = { ...terminal.environment, ...(token && { [tokens[0] ?? ""]: token }) };
    const { api, repository } = await openRepository(platform, { ...terminal, environment });
    const found = await api.json("", repositoryOf);
    requireMain(found);
    const address = "clone_url" in found ? found.clone_url : found.http_url_to_repo;
    if (isJob) requireServer(address, terminal);
    const context = isJob && token ? { ...terminal, environment: addToken(environment, address, token) } : terminal;
    const remote = isJob ? address : "origin";
    const prefix = runGit(["rev-parse", "--show-prefix"], context);
    const base = fetch(remote, main, context);
    const place = { platform, api, repository, remote, isJob, prefix, layout: posix.join(prefix, layout) };
    return new PullRequests(base, place, context, new Checkout(context));
  }

  /** Returns a file of the main branch, below the folder of the command. */
  read(file: string): Buffer {
    const contents = this.checkout.read(this.base, this.#locate(file));
    if (contents !== undefined) return contents;
    throw new CommandError(`${main} does not contain ${file}. Correct the path.`);
  }

  /** Returns the path of a file in the repository. */
  #locate(file: string): string {
    return posix.normalize(posix.join(this.place.prefix, file));
  }

  /**
   * Commits an edit to its branch, and opens the pull request of the branch or updates the open one. Pushes nothing if the branch has this edit
   * already, so that approvals stay. In a job, opens no request again that a person closed, and leaves an open one that a person edited.
   * @returns a sentence with the address
   * @throws CommandError if the branch contains commits of other people, or if the forge refuses the request.
   */
  async publish(edit: ProposedEdit): Promise<string> {
    const { title, reason, plan } = edit;
    const branch = getBranch(edit, this.place.layout);
    const marker = createMarker(computeDigest(JSON.stringify(edit.changes)).slice(0, 16));
    const [newest, ...others] = await this.#list(branch);
    const open = [newest, ...others].find((one) => one?.state === "open");
    if (this.place.isJob && newest?.state === "closed" && open === undefined && newest.body.startsWith(marker))
      return `A person closed the pull request with the same edit, so it stays closed: ${newest.url}`;
    const former = this.#readBranch(branch);
    const files = edit.files.map(({ file, text }) => ({ file: this.#locate(file), text }));
    const words = `${title}\n\n${reason === undefined ? "" : `Reason: ${reason}\n\n`}`;
    // A forge reads `[skip ci]` in any commit, and would start no review.
    const message = `${words.replaceAll("[", "(").replaceAll("]", ")")}${createTrailer(files)}\n`;
    if (former === undefined || !this.#equals(former, files)) {
      if (former !== undefined && this.#hasOthers(former)) {
        if (this.place.isJob && open !== undefined)
          return `A person edited the pull request, so it stays as it is: ${open.url}`;
        throw new CommandError(
          `The branch ${branch} contains commits of other people. Merge or close its pull request, and delete the branch.`,
        );
      }
      this.#push(branch, former, this.#commit(message, files));
    }
    const body = `${marker}\n\n${reason === undefined ? "" : `Reason: ${formatProse(reason)}\n\n`}${plan}`;
    const [path, texts] = open === undefined ? ["", { title, body, branch }] : [`/${open.number}`, { title, body }];
    const url = await this.#send(path, texts).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(`The branch ${branch} is pushed, but has no pull request. ${error.message}`);
    });
    return `${open === undefined ? "Opened" : "Updated"} the pull request: ${url}`;
  }

  /** Closes the open request of an edit that is not needed. A later one with the same edit is opened again. */
  async withdraw(edit: Pick<ProposedEdit, "title" | "id">): Promise<string | undefined> {
    const open = (await this.#list(getBranch(edit, this.place.layout))).find(({ state }) => state === "open");
    if (open === undefined) return undefined;
    const body = `${createMarker("withdrawn")}\n\nThis edit is not needed.\n`;
    await this.#send(`/${open.number}`, { body }, "close");
    return `Closed the pull request, because its edit is not needed: ${open.url}`;
  }

  /** Lists the requests of a branch of this repository, from the newest. */
  async #list(branch: string): Promise<readonly Request[]> {
    const { api, platform, repository } = this.place;
    const found: Request[] = [];
    const name = encodeURIComponent(branch);
    if (platform === "gitlab") {
      const path = `merge_requests?state=all&source_branch=${name}&target_branch=${main}`;
      for await (const { iid, state, web_url: url, description, ...one } of api.list(path, mergeRequest))
        if (one.source_project_id === one.target_project_id)
          found.push({ number: iid, url, body: description ?? "", state: readState(state, state === "merged") });
    } else {
      const [owner = ""] = repository.split("/");
      // Gitea ignores the branch, and returns all requests.
      const path = `pulls?state=all&head=${encodeURIComponent(owner)}:${name}`;
      for await (const { number, state, merged_at: at, html_url: url, body, head, base } of api.list(
        path,
        pullRequest,
      )) {
        const isOwn =
          head.repo?.full_name === repository && [head.ref, head.label].includes(branch) && base.ref === main;
        if (isOwn) found.push({ number, url, body: body ?? "", state: readState(state, Boolean(at)) });
      }
    }
    return found.sort((a, b) => b.number - a.number);
  }

  /** Sends a request that writes, in the words of the forge: with a branch, one that opens a pull request. @returns its address */
  async #send(
    path: string,
    { title, body, branch }: { readonly title?: string; readonly body: string; readonly branch?: string },
    end?: "close",
  ): Promise<string> {
    const { api, platform } = this.place;
    const isNew = branch !== undefined;
    if (platform === "gitlab") {
      const sides = isNew && { source_branch: branch, target_branch: main, remove_source_branch: true };
      const fields = { title, description: body, ...sides, ...(end && { state_event: "close" }) };
      const request = { method: isNew ? "POST" : "PUT", body: fields } as const;
      return (await api.json(`merge_requests${path}`, mergeRequest, request)).web_url;
    }
    const fields = { title, body, ...(isNew && { head: branch, base: main }), ...(end && { state: "closed" }) };
    const request = { method: isNew ? "POST" : "PATCH", body: fields } as const;
    return (await api.json(`pulls${path}`, pullRequest, request)).html_url;
  }

  /** Fetches a branch. @returns its commit; undefined if the forge has no such branch */
  #readBranch(branch: string): string | undefined {
    const { remote } = this.place;
    const listed = runGit(["ls-remote", "--end-of-options", remote, `refs/heads/${branch}`], this.context);
    return listed === "" ? undefined : fetch(remote, branch, this.context);
  }

  /**
   * Reports if a branch changes these files in this way, and nothing else. If the main branch has changed one of them since, the merge gives
   * another file.
   */
  #equals(commit: string, files: ProposedEdit["files"]): boolean {
    const start = runGit(["merge-base", this.base, commit], this.context);
    const changed = this.#listFiles(start, commit);
    const since = new Set(this.checkout.listChanged(start, this.base));
    return (
      changed?.length === files.length &&
      files.every(({ file, text }) => changed.some((one) => one.file === file && one.text === text)) &&
      files.every(({ file }) => !since.has(file))
    );
  }

  /** Lists the files that differ between two commits, with their texts in the second; undefined if one is gone. */
  #listFiles(before: string, after: string): ProposedEdit["files"] | undefined {
    const names = this.checkout.listChanged(before, after);
    const files = names.map((file) => ({ file, contents: this.checkout.read(after, file) }));
    if (files.some(({ contents }) => contents === undefined)) return undefined;
    return files.map(({ file, contents = "" }) => ({ file, text: contents.toString() }));
  }

  /**
   * Reports if a branch contains commits of other people, which a push would replace. A person can also amend a commit, and keep its message, or decide
   * in a merge.
   */
  #hasOthers(head: string): boolean {
    const commits = runGit(["rev-list", `${this.base}..${head}`], this.context).split("\n");
    const isOwn = (commit: string) => {
      const files = this.#listFiles(`${commit}^`, commit);
      const message = runGit(["show", "--no-patch", "--format=%B", commit], this.context);
      return files !== undefined && message.endsWith(createTrailer(files));
    };
    return !commits.filter(Boolean).every(isOwn);
  }

  /** Commits files on top of the main branch, without a working tree, an index or a hook. */
  #commit(message: string, files: ProposedEdit["files"]): string {
    const author = this.place.isJob
      ? `peridio-gitops <peridio-gitops@localhost> ${Math.floor(this.context.now.getTime() / 1000)} +0000`
      : runGit(["var", "GIT_COMMITTER_IDENT"], this.context);
    const reference = `refs/peridio-gitops/${randomUUID()}`;
    const format = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
    const changes = files.map(({ file, text }) => {
      const [mode = ""] = runGit(["ls-tree", "--full-tree", this.base, "--", file], this.context).split(" ");
      if (!/^100(?:644|755)$/.test(mode) || /^"|\n/.test(file))
        throw new CommandError(`${file} is no plain file of ${main}, so it cannot be committed.`);
      return `M ${mode} inline ${file}\n${format(text)}`;
    });
    const input = [
      "feature done\nfeature get-mark\n",
      `commit ${reference}\nmark :1\ncommitter ${author}\n${format(message)}`,
      `from ${this.base}\n${changes.join("")}\nget-mark :1\ndone\n`,
    ];
    const commit = runGit(["fast-import", "--quiet"], this.context, input.join(""));
    runGit(["update-ref", "-d", reference], this.context);
    return commit;
  }

  #push(branch: string, former: string | undefined, commit: string): void {
    const lease = `--force-with-lease=refs/heads/${branch}:${former ?? ""}`;
    const change = `${commit}:refs/heads/${branch}`;
    runGit(["push", "--quiet", "--no-verify", lease, "--end-of-options", this.place.remote, change], this.context);
  }
}

function readState(state: string, isMerged: boolean): Request["state"] {
  if (isMerged) return "merged";
  return state === "open" || state === "opened" ? "open" : "closed";
}

/** Returns the branch of an edit, such as `peridio-gitops/Remove-bob-acme-example-1f0c9a2b`. */
function getBranch({ title, id = "" }: Pick<ProposedEdit, "title" | "id">, layout: string): string {
  const words = title.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, 40);
  return `peridio-gitops/${words.replaceAll(/^-|-$/g, "")}-${computeDigest(JSON.stringify([title, id, layout])).slice(0, 8)}`;
}

/** Returns the last line of the message of a commit that changes these files. */
function createTrailer(files: ProposedEdit["files"]): string {
  const sorted = files.toSorted((a, b) => (a.file < b.file ? -1 : 1)).map(({ file, text }) => [file, text]);
  return `${trailer}: ${computeDigest(JSON.stringify(sorted))}`;
}

/** Returns the hidden first line of a request, which identifies its edit. */
function createMarker(edit: string): string {
  return `<!-- peridio-gitops edit: ${edit} -->`;
}

/** Rejects an address at another server than that of the job, which would get the token. */
function requireServer(
  address: string,
  { environment: { GITHUB_SERVER_URL: actions, CI_SERVER_URL: gitLab } }: Terminal,
): void {
  const server = (actions ?? gitLab ?? "").replace(/\/$/, "");
  if (server !== "" && address.startsWith(`${server}/`)) return;
  throw new CommandError(
    `The forge says that the repository is at ${address}, but this job runs for ${server || "an unknown server"}. Correct the address in the settings of the forge.`,
  );
}

/**
 * Hands Git a token for one address, in its environment, which no list of processes shows. Git would send the token to the server of a redirect,
 * so it follows none.
 */
function addToken(environment: Terminal["environment"], address: string, token: string): Terminal["environment"] {
  const index = Number(environment.GIT_CONFIG_COUNT ?? 0);
  const credentials = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    ...environment,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(index + 2),
    [`GIT_CONFIG_KEY_${index}`]: `http.${address}.extraHeader`,
    [`GIT_CONFIG_VALUE_${index}`]: `Authorization: Basic ${credentials}`,
    [`GIT_CONFIG_KEY_${index + 1}`]: `http.${address}.followRedirects`,
    [`GIT_CONFIG_VALUE_${index + 1}`]: "false",
  };
}

/** Fetches a branch. @returns its commit */
function fetch(remote: string, branch: string, context: GitContext): string {
  runGit(["fetch", "--quiet", "--no-tags", "--end-of-options", remote, `refs/heads/${branch}`], context);
  return runGit(["rev-parse", "--verify", "FETCH_HEAD^{commit}"], context);
}

/** Runs Git without a hook of the repository. @throws CommandError if it fails. The message contains no credentials of an address. */
function runGit(args: readonly string[], context: GitContext, input?: string): string {
  const { output, warnings, hasFailed } = tryGit(["-c", "core.hooksPath=/dev/null", ...args], context, input);
  if (!hasFailed) return output.toString().trim();
  const reason = warnings.replaceAll(/\/\/[^@/\s]*@/g, "//");
  throw new CommandError(`\`git ${args[0]}\` failed: ${reason}. Check the remote, and your permission to push.`);
}
