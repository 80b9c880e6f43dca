import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { unzipSync } from "fflate";
import * as z from "zod";
import { type Call, GiteaServer } from "#testing";
import { ReleaseServer } from "./releaseServer";
import { secrets, type Team } from "./team";

const repository = "acme/access";
const api = `repos/${repository}`;
/** The milliseconds in which a run ends. Gitea starts a schedule once a minute at most. */
const patience = 180_000;
const label = "ubuntu-24.04";

const post = z.object({ id: z.number(), user: z.object({ login: z.string() }), body: z.string() });
const issue = post.extend({ title: z.string(), state: z.string() });
const request = z.object({ number: z.number(), head: z.object({ ref: z.string() }) });
const message = z.object({ message: z.string() });
const run = z.object({
  id: z.number(),
  event: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
});
const runsPage = z.object({ workflow_runs: z.array(run) });

/** A run that has ended. */
export interface GiteaRun {
  readonly id: number;
  /** `success` or `failure`. */
  readonly conclusion: string | undefined;
  /** The output of the job. */
  readonly log: string;
}

/** The repository of a team in a real Gitea, with a runner. Its remote repository in the team's folder belongs to Grace. */
export class GiteaRuns {
  /** The output of all runs. */
  log = "";
  /** The newest run that a test has seen. */
  #last = 0;

  private constructor(
    private readonly team: Team,
    readonly server: GiteaServer,
    private readonly releases: ReleaseServer,
  ) {}

  /** Sets up the repository as examples/ci/README.md says. The caller must end the server. */
  static async begin(team: Team, root: string): Promise<GiteaRuns> {
    const releases = await ReleaseServer.begin(join(team.scratch, "releases"), {
      "peridio-gitops": `#!/bin/sh\nexec ${join(root, "bin/peridio-gitops")} "$@"\n`,
      "pulumi-resource-peridio": `#!/bin/sh\nexec ${join(root, "bin/pulumi-resource-peridio")} "$@"\n`,
    });
    const runs = new GiteaRuns(team, await GiteaServer.begin(join(team.scratch, "gitea")), releases);
    await runs.#setUp();
    return runs;
  }

  async end(): Promise<void> {
    await this.server.end();
    await this.releases.end();
  }

  async #setUp(): Promise<void> {
    const { server, team } = this;
    await server.request("root", ["POST", "orgs", { username: "acme", visibility: "private" }], z.unknown());
    await server.request("root", ["POST", "orgs/acme/repos", { name: "access", private: true }], z.unknown());
    const permissions = { ada: "write", grace: "write", mallory: "write", eve: "read" };
    for (const [login, permission] of Object.entries(permissions)) {
      await server.addPerson(login);
      await server.request("root", ["PUT", `${api}/collaborators/${login}`, { permission }], z.unknown());
    }
    for (const [name, data] of Object.entries(secrets))
      await server.request("root", ["PUT", `${api}/actions/secrets/${name}`, { data }], z.unknown());
    const backend = { value: `file://${team.backend}` };
    await server.request("root", ["POST", `${api}/actions/variables/PULUMI_BACKEND_URL`, backend], z.unknown());
    await server.addRunner(label, team.machine);
    this.#install();
    team.repository.connect(server.remote("root", repository));
    team.repository.push("Run the pipeline on Gitea");
    const protection = {
      rule_name: "main",
      enable_push: false,
      required_approvals: 1,
      dismiss_stale_approvals: true,
      block_on_outdated_branch: true,
      block_on_rejected_reviews: true,
      enable_status_check: true,
      status_check_contexts: ["access / access (pull_request)"],
    };
    await server.request("root", ["POST", `${api}/branch_protections`, protection], z.unknown());
    team.repository.connect(server.remote("grace", repository));
  }

  /** The workflow of the example, with the tools of this repository. The runner has no containers. */
  #install(): void {
    const { pin, url } = this.releases;
    this.team.repository.edit(
      ".gitea/workflows/access.yml",
      ["    container: pulumi/pulumi-base:3.274.1\n", ""],
      ["https://github.com/pulumi-peridio/pulumi-peridio/releases", url],
      pin,
    );
  }

  /** Waits for the end of the next run for an event. */
  async next(event: string): Promise<GiteaRun> {
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      const next = (await this.#list()).find((one) => one.id > this.#last && one.event === event);
      if (next?.status === "completed") {
        this.#last = next.id;
        return this.#read(next);
      }
      await sleep(100);
    }
    throw new Error(`no run for ${event} ended`);
  }

  /** Ignores the runs that have begun. */
  async skip(): Promise<void> {
    this.#last = (await this.#list()).at(-1)?.id ?? 0;
  }

  /** Returns the newest runs, from the oldest. */
  async #list(): Promise<readonly z.output<typeof run>[]> {
    const { workflow_runs: found } = await this.server.request(
      "root",
      ["GET", `${api}/actions/runs?limit=50`],
      runsPage,
    );
    return found.sort((a, b) => a.id - b.id);
  }

  async #read({ id, conclusion }: z.output<typeof run>): Promise<GiteaRun> {
    const jobs = z.object({ jobs: z.array(z.object({ id: z.number() })) });
    const { jobs: found } = await this.server.request("root", ["GET", `${api}/actions/runs/${id}/jobs`], jobs);
    let log = "";
    for (const job of found)
      log += await this.server.request("root", ["GET", `${api}/actions/jobs/${job.id}/logs`], z.string());
    this.log += log;
    return { id, conclusion: conclusion ?? undefined, log };
  }

  /** Pushes the files in the folder as a person. Unless the branch has a pull request, Grace opens one. Returns its number. */
  async push(branch: string, pusher = "grace"): Promise<number> {
    const { server, team } = this;
    team.repository.connect(server.remote(pusher, repository));
    team.repository.push(branch);
    const open = await server.request("root", ["GET", `${api}/pulls?state=open`], z.array(request));
    const own = open.find(({ head }) => head.ref === branch);
    const fields = { head: branch, base: "main", title: branch };
    return (own ?? (await server.request("grace", ["POST", `${api}/pulls`, fields], request))).number;
  }

  /** Pushes the files in the folder to a pull request, and waits for its review. */
  async review(branch: string, pusher?: string): Promise<{ readonly number: number; readonly run: GiteaRun }> {
    const number = await this.push(branch, pusher);
    return { number, run: await this.next("pull_request") };
  }

  async comments(number: number) {
    return this.server.request("root", ["GET", `${api}/issues/${number}/comments`], z.array(post));
  }

  async issues() {
    return this.server.request("root", ["GET", `${api}/issues?state=all&type=issues`], z.array(issue));
  }

  /** A person approves the head of a pull request. Returns the answer of Gitea. */
  async approve(number: number, login: string): Promise<string> {
    return this.#try(login, ["POST", `${api}/pulls/${number}/reviews`, { event: "APPROVED", body: "" }]);
  }

  /** A person merges a pull request. An administrator can do so against the protection of the branch. Returns the answer of Gitea. */
  async merge(number: number, login: string): Promise<string> {
    const fields = { Do: "merge", force_merge: login === "root" };
    const answer = await this.#try(login, ["POST", `${api}/pulls/${number}/merge`, fields]);
    if (answer === "done") this.team.repository.pull();
    return answer;
  }

  /** A person starts the workflow on main, to approve a run if there is one. Returns the answer of Gitea. */
  async start(login: string, approved?: GiteaRun): Promise<string> {
    const inputs = approved === undefined ? {} : { approve: String(approved.id) };
    return this.#try(login, ["POST", `${api}/actions/workflows/access.yml/dispatches`, { ref: "main", inputs }]);
  }

  /** As `start`, and waits for the end of the run. */
  async startAndWait(login: string, approved?: GiteaRun): Promise<GiteaRun> {
    const answer = await this.start(login, approved);
    if (answer !== "done") throw new Error(answer);
    return this.next("workflow_dispatch");
  }

  /** Returns "done", or the status and the message with which Gitea refuses the request of a person. */
  async #try(login: string, call: Call): Promise<string> {
    const { status, body } = await this.server.send(login, ...call);
    return status < 300 ? "done" : `${status} ${message.parse(body).message}`;
  }

  /** Returns the text of all files that runs have kept. */
  async artifacts(): Promise<readonly string[]> {
    const list = z.object({ artifacts: z.array(z.object({ archive_download_url: z.string() })) });
    const { artifacts } = await this.server.request("root", ["GET", `${api}/actions/artifacts?limit=50`], list);
    const archives = await Promise.all(
      artifacts.map(({ archive_download_url: url }) => this.server.download("root", url)),
    );
    return archives.flatMap((archive) => Object.values(unzipSync(archive)).map((file) => Buffer.from(file).toString()));
  }
}
