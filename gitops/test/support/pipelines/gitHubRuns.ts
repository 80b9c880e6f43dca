import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitHub } from "./gitHub";
import { secrets, type Team } from "./team";
import { type PipelineJob, readPipeline } from "./workflow";

export type GitHubEvent =
  | {
      readonly name: "pull_request";
      readonly number: number;
      readonly author: string;
      readonly head: string;
      /** The temporary merge commit. */
      readonly merged: string;
      /** The repository of the branch. */
      readonly from: string;
    }
  | { readonly name: "push"; readonly commit: string; readonly before: string }
  | { readonly name: "workflow_dispatch" | "schedule"; readonly commit: string };

/** Events while a run waits. */
export interface Meanwhile {
  /** Before people approve. */
  readonly approve?: () => void | Promise<void>;
  /** The logins of the people who approve; by default, Ada. */
  readonly approvers?: readonly string[];
  /** The attempt of the run; by default, the first. */
  readonly attempt?: number;
  /** Before the job of that name. */
  readonly before?: (job: string) => void;
}

/** A run of the workflow. */
export interface WorkflowRun {
  readonly id: number;
  /** The jobs that ran, with their results. */
  readonly results: readonly string[];
  /** The contents of its page. */
  readonly summary: string;
  /** The whole output. */
  readonly log: string;
}

let lastRun = 0;

/** Runs the jobs of the workflow for the team's repository: their commands, with their permissions and secrets. */
export class GitHubRuns {
  /** The output of all runs. */
  log = "";
  readonly #jobs = readPipeline();

  constructor(
    private readonly team: Team,
    private readonly gitHub: GitHub,
  ) {
    gitHub.filesOf = (run) => readFiles(this.#getKept(run));
  }

  async run(event: GitHubEvent, meanwhile: Meanwhile = {}): Promise<WorkflowRun> {
    const id = (lastRun += 1);
    this.gitHub.head = this.team.repository.main;
    const summary = join(this.team.scratch, `summary-${id}.md`);
    writeFileSync(summary, "");
    const results: string[] = [];
    let log = "";
    const play = async (name: string) => {
      meanwhile.before?.(name);
      const { code, output, outputs } = await this.#play(name, { id, event, summary, attempt: meanwhile.attempt ?? 1 });
      log += output;
      results.push(`${name} ${code === 0 ? "success" : "failure"}`);
      return { isSuccess: code === 0, outputs };
    };
    if (event.name === "pull_request") {
      const { isSuccess } = await play("review");
      const { number, from, head } = event;
      this.gitHub.reviewRuns.unshift({ id, number, from, head, succeeded: isSuccess });
    } else if (event.name === "schedule") await play("nightly");
    else {
      const prepared = await play("prepare");
      if (prepared.isSuccess) {
        if (prepared.outputs === "approval=needed\n") await this.#approve(id, meanwhile);
        if ((await play("apply")).isSuccess) this.gitHub.applied.unshift(event.commit);
      }
    }
    this.log += log;
    return { id, results, summary: readFileSync(summary, "utf8"), log };
  }

  /** People approve. Before this, Ada rejected, and approved another environment. */
  async #approve(run: number, { approve, approvers = ["ada"] }: Meanwhile): Promise<void> {
    await approve?.();
    const environment = "access-approval";
    this.gitHub.approvals.push(
      { run, login: "ada", state: "rejected", environment },
      { run, login: "ada", state: "approved", environment: "access" },
      ...approvers.map((login) => ({ run, login, state: "approved" as const, environment })),
    );
  }

  async #play(
    name: string,
    { id, event, summary, attempt }: { id: number; event: GitHubEvent; summary: string; attempt: number },
  ) {
    const { permissions, environment, env, command }: PipelineJob = this.#jobs.get(name) ?? fail(name);
    const token = `token-of-${id}-${name}-that-nobody-tells`;
    this.gitHub.tokens.set(token, permissions);
    const workspace = join(this.team.scratch, `run-${id}-${name}`);
    // Each job runs on a new machine. The kept files of one job are those of the next.
    const temp = join(this.team.scratch, `temp-${id}`);
    const [files, output] = [`${workspace}-event.json`, `${workspace}-output`];
    for (const folder of [workspace, temp]) mkdirSync(folder, { recursive: true });
    const commit = event.name === "pull_request" ? event.merged : event.commit;
    this.team.repository.checkOut(commit, workspace, 0);
    writeFileSync(files, JSON.stringify(this.#describe(event)));
    writeFileSync(output, "");
    const { PERIDIO_ADMIN_API_KEY: admin, ...rest } = secrets;
    const isForeign = event.name === "pull_request" && event.from !== this.gitHub.repository;
    const known: Readonly<Record<string, string>> = isForeign
      ? {}
      : environment === "access"
        ? { ...rest, PERIDIO_ADMIN_API_KEY: admin }
        : rest;
    const own = Object.entries(env).map(([key, text]): [string, string] => [
      key,
      text
        .replace("${{ github.token }}", token)
        .replace(/\$\{\{ secrets\.(\w+) \}\}/, (_, secret: string) => known[secret] ?? ""),
    ]);
    const done = await this.team.bash(command, workspace, {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: this.gitHub.server.url,
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: this.gitHub.repository,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: files,
      GITHUB_OUTPUT: output,
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_RUN_ID: String(id),
      GITHUB_SHA: commit,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKFLOW: "access",
      GITHUB_WORKFLOW_REF: `${this.gitHub.repository}/.github/workflows/access.yml@refs/heads/main`,
      OPTIONS: "",
      PULUMI_BACKEND_URL: `file://${this.team.backend}`,
      RUNNER_TEMP: temp,
      ...Object.fromEntries(own),
    });
    return { ...done, outputs: readFileSync(output, "utf8") };
  }

  #describe(event: GitHubEvent): object {
    if (event.name !== "pull_request") return event.name === "push" ? { before: event.before } : {};
    const { number, author, head, from } = event;
    return {
      pull_request: {
        number,
        user: { login: author },
        base: { ref: "main" },
        head: { sha: head, repo: { full_name: from } },
      },
    };
  }

  /** Returns the folder of the files that a run keeps. */
  #getKept(run: number): string {
    return join(this.team.scratch, `temp-${run}`, "peridio/review");
  }

  /** Returns the text of every file that a run has kept. */
  leftBehind(): readonly string[] {
    return Array.from({ length: lastRun }, (_, index) => Object.values(readFiles(this.#getKept(index + 1)))).flat();
  }
}

function readFiles(folder: string): Readonly<Record<string, string>> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function fail(name: string): never {
  throw new Error(`the workflow has no job ${name}`);
}
