import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ActionsForge } from "./actionsForge";
import type { GitHub } from "./gitHub";
import type { Gitea } from "./gitea";
import { secrets, type Team, type Variables } from "./team";
import { type PipelineJob, readGiteaPipeline, readPipeline } from "./workflow";

export type ActionsEvent =
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
  | { readonly name: "workflow_dispatch"; readonly commit: string }
  | { readonly name: "schedule"; readonly commit: string; readonly job?: "nightly" | "expire" };

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

/** A run of the workflow that has not ended. */
interface Running {
  readonly id: number;
  readonly event: ActionsEvent;
  readonly attempt: number;
  /** The id of the run that the person who started this one approves. */
  readonly approved?: number;
}

/** The result of a job. */
interface Played {
  readonly isSuccess: boolean;
  readonly outputs: string;
  readonly log: string;
}

/** Runs the jobs of a workflow for the team's repository: their commands, with their permissions and secrets. */
abstract class ActionsRuns<F extends ActionsForge> {
  /** The output of all runs. */
  log = "";
  protected last = 0;

  constructor(
    protected readonly team: Team,
    protected readonly forge: F,
  ) {}

  protected abstract readonly jobs: ReadonlyMap<string, PipelineJob>;
  /** Returns the secrets of a job. */
  protected abstract selectSecrets(job: PipelineJob): Variables;
  /** Returns the variables that only this forge sets. */
  protected abstract getVariables(running: Running): Variables;
  /** Returns the commit that a job checks out. */
  protected abstract selectCommit(event: ActionsEvent): string;
  /** Waits for the approval of a run that has prepared its change, and applies it. Returns the results of the attempts to do so. */
  protected abstract applyApproved(running: Running, meanwhile: Meanwhile): Promise<readonly Played[]>;
  /** Keeps the record of an apply, if the forge has artifacts. */
  protected keepRecord?(run: number): void;
  /** Returns the text of every file that a run has kept. */
  abstract leftBehind(): readonly string[];
  /** Describes a run to the forge. */
  protected begin?(running: Running): void;

  async run(event: ActionsEvent, meanwhile: Meanwhile = {}): Promise<WorkflowRun> {
    const running: Running = { id: (this.last += 1), event, attempt: meanwhile.attempt ?? 1 };
    this.forge.head = this.team.repository.main;
    this.begin?.(running);
    writeFileSync(this.#getSummary(running.id), "");
    const results: string[] = [];
    let log = "";
    const add = (name: string, played: Played) => {
      log += played.log;
      results.push(`${name} ${played.isSuccess ? "success" : "failure"}`);
      return played;
    };
    const play = async (name: string) => {
      meanwhile.before?.(name);
      return add(name, await this.play(name, running));
    };
    if (event.name === "pull_request") {
      const { number, from, head } = event;
      const own = { id: running.id, number, from, head };
      this.forge.reviewRuns.unshift({ ...own, succeeded: false });
      const { isSuccess } = await play("review");
      this.forge.reviewRuns.splice(0, 1, { ...own, succeeded: isSuccess });
    } else if (event.name === "schedule") {
      await play(event.job ?? "nightly");
      this.keepRecord?.(running.id);
    } else {
      const prepared = await play("prepare");
      if (prepared.isSuccess) {
        const attempts =
          prepared.outputs === "approval=needed\n"
            ? await this.applyApproved(running, meanwhile)
            : await this.applyNow(running, meanwhile);
        const last = attempts.at(-1);
        if (last === undefined) throw new Error("no job applies the change");
        add("apply", { ...last, log: attempts.map((one) => one.log).join("") });
        if (last.isSuccess) this.forge.applied.unshift(event.commit);
      }
    }
    this.log += log;
    return { id: running.id, results, summary: readFileSync(this.#getSummary(running.id), "utf8"), log };
  }

  protected async applyNow(running: Running, { before }: Meanwhile): Promise<readonly Played[]> {
    before?.("apply");
    return [await this.play("apply", running)];
  }

  protected async play(name: string, running: Running): Promise<Played> {
    const job = this.jobs.get(name) ?? fail(name);
    const { id, event, attempt } = running;
    const token = `token-of-${id}-${name}-that-nobody-tells`;
    this.forge.tokens.set(token, job.permissions);
    const workspace = join(this.team.scratch, `run-${id}-${name}`);
    // Each job runs on a new machine. The kept files of one job are those of the next.
    const temp = join(this.team.scratch, `temp-${id}`);
    const [files, output] = [`${workspace}-event.json`, `${workspace}-output`];
    for (const folder of [workspace, temp]) mkdirSync(folder, { recursive: true });
    const commit = this.selectCommit(event);
    this.team.repository.checkOut(commit, workspace, 0);
    writeFileSync(files, JSON.stringify(describe(running)));
    writeFileSync(output, "");
    const isForeign = event.name === "pull_request" && event.from !== this.forge.repository;
    const known = isForeign ? {} : this.selectSecrets(job);
    const own = Object.entries(job.env).map(([key, text]): [string, string] => [
      key,
      text
        .replace("${{ github.token }}", token)
        .replace(/\$\{\{ secrets\.(\w+) \}\}/, (_, secret: string) => known[secret] ?? "")
        .replace("${{ vars.PERIDIO_BACKEND }}", "")
        .replace("${{ vars.PULUMI_BACKEND_URL }}", `file://${this.team.backend}`),
    ]);
    const done = await this.team.bash(job.command, workspace, {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: this.forge.server.url,
      GITHUB_SERVER_URL: "https://forge.example",
      GITHUB_REPOSITORY: this.forge.repository,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: files,
      GITHUB_OUTPUT: output,
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_RUN_ID: String(id),
      GITHUB_SHA: commit,
      GITHUB_STEP_SUMMARY: this.#getSummary(id),
      GITHUB_WORKFLOW: "access",
      PULUMI_BACKEND_URL: `file://${this.team.backend}`,
      RUNNER_TEMP: temp,
      ...this.getVariables(running),
      ...Object.fromEntries(own),
    });
    return { isSuccess: done.code === 0, outputs: readFileSync(output, "utf8"), log: done.output };
  }

  #getSummary(run: number): string {
    return join(this.team.scratch, `summary-${run}.md`);
  }
}

/** Each run waits for the approval of its deployment. */
export class GitHubRuns extends ActionsRuns<GitHub> {
  protected readonly jobs = readPipeline();

  constructor(team: Team, gitHub: GitHub) {
    super(team, gitHub);
    gitHub.filesOf = (run) => readFiles(this.#getKept(run));
  }

  protected selectSecrets({ environment }: PipelineJob): Variables {
    const { PERIDIO_ADMIN_API_KEY: admin, ...rest } = secrets;
    return environment === "access" ? { ...rest, PERIDIO_ADMIN_API_KEY: admin } : rest;
  }

  protected getVariables(): Variables {
    return {
      GITHUB_WORKFLOW_REF: `${this.forge.repository}/.github/workflows/access.yml@refs/heads/main`,
      OPTIONS: "",
    };
  }

  protected selectCommit(event: ActionsEvent): string {
    return event.name === "pull_request" ? event.merged : event.commit;
  }

  /** Before people approve, Ada rejected, and approved another environment. */
  protected async applyApproved(running: Running, meanwhile: Meanwhile): Promise<readonly Played[]> {
    const { approve, approvers = ["ada"] } = meanwhile;
    await approve?.();
    const [run, environment] = [running.id, "access-approval"];
    this.forge.approvals.push(
      { run, login: "ada", state: "rejected", environment },
      { run, login: "ada", state: "approved", environment: "access" },
      ...approvers.map((login) => ({ run, login, state: "approved" as const, environment })),
    );
    return this.applyNow(running, meanwhile);
  }

  /** Keeps the record of the apply. */
  protected override async applyNow(running: Running, meanwhile: Meanwhile): Promise<readonly Played[]> {
    const played = await super.applyNow(running, meanwhile);
    this.keepRecord(running.id);
    return played;
  }

  protected override keepRecord(run: number): void {
    const files = readFiles(join(this.team.scratch, `temp-${run}`, "peridio/evidence"));
    if (Object.keys(files).length > 0) this.forge.evidence.push({ run, files });
  }

  /** Returns the folder of the files that a run keeps. */
  #getKept(run: number): string {
    return join(this.team.scratch, `temp-${run}`, "peridio/review");
  }

  leftBehind(): readonly string[] {
    const kept = Array.from({ length: this.last }, (_, index) => readFiles(this.#getKept(index + 1)));
    return [...kept, ...this.forge.evidence.map(({ files }) => files)].flatMap((files) => Object.values(files));
  }
}

/** A run without an approval stops. A person approves it with another run. */
export class EmulatedGiteaRuns extends ActionsRuns<Gitea> {
  protected readonly jobs = readGiteaPipeline();

  /** Carl starts the runs that no push starts. */
  protected override begin({ id, event }: Running): void {
    if (event.name === "pull_request") return;
    const actor = event.name === "push" ? "grace" : "carl";
    this.forge.mainRuns.set(id, { event: event.name, actor, head: event.commit });
  }

  protected selectSecrets(): Variables {
    return secrets;
  }

  protected getVariables({ id }: Running): Variables {
    const token = `runtime-token-of-${id}-that-nobody-tells`;
    this.forge.tokens.set(token, { artifacts: "write" });
    return { GITEA_ACTIONS: "true", ACTIONS_RESULTS_URL: `${this.forge.server.url}/`, ACTIONS_RUNTIME_TOKEN: token };
  }

  protected selectCommit(event: ActionsEvent): string {
    return event.name === "pull_request" ? event.head : event.commit;
  }

  protected async applyApproved(running: Running, meanwhile: Meanwhile): Promise<readonly Played[]> {
    const waiting = await this.play("apply", running);
    if (waiting.isSuccess) throw new Error("a run without an approval applies its change");
    if (running.attempt > 1 || running.event.name === "pull_request") return [waiting];
    const { commit } = running.event;
    const { approve, approvers = ["ada"] } = meanwhile;
    await approve?.();
    const attempts = [waiting];
    for (const actor of approvers) {
      const event: ActionsEvent = { name: "workflow_dispatch", commit };
      const approving: Running = { id: (this.last += 1), event, attempt: 1, approved: running.id };
      this.forge.mainRuns.set(approving.id, { event: event.name, actor, head: commit });
      attempts.push(await this.play("prepare", approving), ...(await this.applyNow(approving, meanwhile)));
    }
    return attempts;
  }

  leftBehind(): readonly string[] {
    return this.forge.leftBehind();
  }
}

/** The cron expressions of the jobs that a schedule starts. */
export const schedules = { nightly: "17 3 * * *", expire: "*/15 * * * *" } as const;

/** Returns the content of the file GITHUB_EVENT_PATH. */
export function describe({ event, approved }: Running): object {
  if (event.name === "push") return { before: event.before };
  if (event.name === "schedule") return { schedule: schedules[event.job ?? "nightly"] };
  if (event.name !== "pull_request") return approved === undefined ? {} : { inputs: { approve: String(approved) } };
  const { number, author, head, from } = event;
  return {
    number,
    pull_request: {
      number,
      user: { login: author },
      base: { ref: "main" },
      head: { sha: head, repo: { full_name: from } },
    },
  };
}

export function readFiles(folder: string): Readonly<Record<string, string>> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function fail(name: string): never {
  throw new Error(`the workflow has no job ${name}`);
}
