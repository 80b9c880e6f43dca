import { unzipSync, zipSync } from "fflate";
import { absent, ActionsForge, describePost, getPage, type Route } from "./actionsForge";

/** A review of a pull request by a person, who approves it unless a field says otherwise. */
interface Review {
  readonly number: number;
  readonly login: string;
  readonly commit: string;
  readonly state?: string;
  /** True if the person has permission to write. */
  readonly official?: boolean;
  readonly stale?: boolean;
  readonly dismissed?: boolean;
  readonly at?: string;
}

/** A run of the workflow on main. */
interface MainRun {
  readonly event: string;
  readonly actor: string;
  readonly head: string;
  readonly branch?: string;
}

/** The time at which each review of a pull request has ended. */
const reviewed = "2027-01-31T08:00:00Z";

/** The part of the API of Gitea that the pipeline uses. `gitops/test/realForge.nightly.test.ts` uses the real one. */
export class Gitea extends ActionsForge {
  version = "1.27.3";
  /** The logins of the people who pushed the heads of pull requests; by default, nobody else than the author. */
  readonly pushers = new Map<number, string>();
  /** The users whose addresses the commits of pull requests contain. */
  readonly committers = new Map<number, readonly string[]>();
  readonly reviews: Review[] = [];
  readonly mainRuns = new Map<number, MainRun>();
  protected readonly bot = "gitea-actions";
  /** The archives by run and name. */
  readonly #archives = new Map<string, Buffer>();

  static async begin(): Promise<Gitea> {
    const gitea = new Gitea();
    await gitea.server.begin();
    return gitea;
  }

  /** Returns the files that runs have kept. */
  leftBehind(): readonly string[] {
    return [...this.#archives.values()].flatMap((archive) =>
      Object.values(unzipSync(archive)).map((file) => Buffer.from(file).toString()),
    );
  }

  /** Keeps files, as a run does. */
  store(run: number, name: string, files: Readonly<Record<string, string>>): void {
    const archive = Object.entries(files).map(([file, text]) => [file, Buffer.from(text)] as const);
    this.#archives.set(`${run} ${name}`, Buffer.from(zipSync(Object.fromEntries(archive))));
  }

  #describeRun(id: number): object | typeof absent {
    const run = this.mainRuns.get(id);
    const review = this.reviewRuns.find((one) => one.id === id);
    if (run !== undefined) {
      const { event, actor, head, branch = "main" } = run;
      return describeRun(id, { event, actor, head, ref: `refs/heads/${branch}`, requests: [] });
    }
    if (review === undefined) return absent;
    const { number, head, from, succeeded } = review;
    const actor = this.pushers.get(number) ?? this.pullRequests.find((one) => one.number === number)?.author ?? "";
    const requests = [{ number, head: { repo: { id: from === this.repository ? 1 : 2 } }, base: { repo: { id: 1 } } }];
    const ref = `refs/pull/${number}/head`;
    return describeRun(id, { event: "pull_request", actor, head, ref, requests, succeeded });
  }

  protected readonly own: readonly Route[] = [
    [/^GET \/version$/, "public", "read", () => ({ version: this.version })],
    [/^GET issues\/(\d+)\/comments$/, "pull-requests", "read", ([number]) => this.commentsOf(number).map(describePost)],
    // Gitea ignores the branch.
    [
      /^GET pulls\?state=all&head=[\w.%:-]+&limit=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([page]) => getPage(this.requests, page).map((one) => this.describeRequest(one)),
    ],
    [
      /^GET commits\/([^/]+)\/pull$/,
      "pull-requests",
      "read",
      ([commit]) => {
        const found = this.pullRequests.find(({ merged }) => merged === commit);
        if (found === undefined) return absent;
        const { number, author, head } = found;
        return { number, merged: true, base: { ref: "main" }, head: { sha: head }, user: { login: author } };
      },
    ],
    [
      /^GET pulls\/(\d+)\/commits\?files=false&verification=false&limit=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([number, page]) => {
        const known = this.committers.get(Number(number)) ?? [];
        return getPage([{ author: null, committer: null }, ...known.map((login) => ({ author: { login } }))], page);
      },
    ],
    [
      /^GET pulls\/(\d+)\/reviews\?limit=100&page=(\d+)$/,
      "pull-requests",
      "read",
      ([number, page]) =>
        getPage(
          this.reviews
            .filter((one) => one.number === Number(number))
            .map(({ login, commit, state = "APPROVED", official = true, stale = false, dismissed = false, at }) => ({
              ...{ user: { login }, state, commit_id: commit, official, stale, dismissed },
              submitted_at: at ?? reviewed,
            })),
          page,
        ),
    ],
    [/^GET actions\/runs\/(\d+)$/, "actions", "read", ([id]) => this.#describeRun(Number(id))],
    [
      /^GET actions\/runs\?event=pull_request&head_sha=(\w+)&limit=100$/,
      "actions",
      "read",
      ([head]) => {
        const found = this.reviewRuns.filter((run) => run.head === head).map(({ id }) => this.#describeRun(id));
        return { workflow_runs: found, total_count: found.length };
      },
    ],
    [/^GET branches\/main$/, "contents", "read", () => ({ commit: { id: this.head } })],
    [
      /^GET actions\/runs\/(\d+)\/artifacts\?per_page=100$/,
      "actions",
      "read",
      ([run = ""]) => ({
        artifacts: [...this.#archives.keys()].flatMap((key, id) => {
          const [of, name] = key.split(" ");
          return of === run ? { id, name, expired: false } : [];
        }),
      }),
    ],
    [
      /^GET actions\/artifacts\?name=evidence&per_page=100$/,
      "actions",
      "read",
      () => ({
        artifacts: [...this.#archives.keys()].flatMap((key, id) => {
          const [run, name] = key.split(" ");
          return name === "evidence" ? { id, name, workflow_run: { id: Number(run), repository_id: 1 } } : [];
        }),
      }),
    ],
    [
      /^GET actions\/artifacts\/(\d+)\/zip$/,
      "actions",
      "read",
      ([id]) => [...this.#archives.values()].at(Number(id)) ?? absent,
    ],
    [
      /^POST \/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/CreateArtifact$/,
      "artifacts",
      "write",
      (_, { workflow_run_backend_id: run = "", name = "" }) => ({
        ok: true,
        signedUploadUrl: `${this.server.url}/upload?run=${run}&name=${name}`,
      }),
    ],
    [
      /^PUT \/upload\?run=(\d+)&name=(\w+)&comp=appendBlock$/,
      "public",
      "write",
      ([run = "", name = ""], _, bytes) => {
        this.#archives.set(`${run} ${name}`, bytes);
      },
    ],
    [
      /^POST \/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/FinalizeArtifact$/,
      "artifacts",
      "write",
      () => ({ ok: true }),
    ],
  ];
}

function describeRun(
  id: number,
  {
    event,
    actor,
    head,
    ref,
    requests,
    succeeded = true,
  }: {
    readonly event: string;
    readonly actor: string;
    readonly head: string;
    readonly ref: string;
    readonly requests: readonly object[];
    readonly succeeded?: boolean;
  },
): object {
  return {
    ...{ id, event, path: `access.yml@${ref}`, head_sha: head, run_attempt: 1 },
    ...{ conclusion: succeeded ? "success" : "failure", completed_at: reviewed },
    ...{ actor: { login: actor }, pull_requests: requests },
  };
}
