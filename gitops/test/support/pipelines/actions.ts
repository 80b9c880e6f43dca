import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Artifacts, findRoot } from "./artifacts";
import { type Context, decidesAlone, filled, type GitHubEvent, holds, type Result } from "./expressions";
import type { GitHub } from "./gitHub";
import { secrets, type Team, type Variables } from "./team";
import { type Job, readWorkflow, type Step } from "./workflow";

export interface JobRun {
  readonly result: Result;
  readonly outputs: Variables;
  /** The output of its steps. */
  readonly log: string;
}

/** A run of a workflow. */
export interface WorkflowRun {
  readonly id: number;
  readonly jobs: Readonly<Record<string, JobRun>>;
  /** The contents of its page. */
  readonly summary: string;
  /** The whole output. */
  readonly log: string;
}

/** Events while a workflow runs. */
export interface Meanwhile {
  /** Before people approve a job of a protected environment. */
  readonly approve?: () => void | Promise<void>;
  /** The logins of the people who approve; by default, Ada. */
  readonly approvers?: readonly string[];
  /** The attempt of the run; by default, the first. */
  readonly attempt?: number;
  /** Before the step of that name. */
  readonly before?: (step: string) => void;
}

let lastRun = 0;

/** Runs the workflows of the team's repository. Replaces actions that move files, and skips the others. */
export class Actions {
  /** The output of all runs. */
  log = "";

  constructor(
    private readonly team: Team,
    private readonly gitHub: GitHub,
  ) {
    team.install("gh", gitHub.program);
  }

  async run(name: string, event: GitHubEvent, meanwhile: Meanwhile = {}): Promise<WorkflowRun> {
    lastRun += 1;
    const run = new Run(lastRun, event, this.team, this.gitHub, meanwhile);
    const done = await run.play(join(this.team.repository.folder, ".github/workflows", `${name}.yml`));
    this.log += done.log;
    if (event.name === "pull_request") {
      const succeeded = Object.values(done.jobs).every(({ result }) => result !== "failure");
      this.gitHub.reviewRuns.unshift({ id: run.id, head: event.head, succeeded });
    } else if (name === "access-apply" && done.jobs.up?.result === "success") {
      this.gitHub.applied.unshift(event.commit);
    }
    return done;
  }
}

class Run {
  readonly #jobs: Record<string, JobRun> = {};
  readonly #summary: string;

  constructor(
    readonly id: number,
    private readonly event: GitHubEvent,
    private readonly team: Team,
    private readonly gitHub: GitHub,
    private readonly meanwhile: Meanwhile,
  ) {
    this.#summary = join(team.scratch, `summary-${id}.md`);
    writeFileSync(this.#summary, "");
  }

  async play(file: string): Promise<WorkflowRun> {
    const { jobs, env } = readWorkflow(file);
    for (const [name, job] of Object.entries(jobs)) this.#jobs[name] = await this.#play(name, job, env);
    return {
      id: this.id,
      jobs: this.#jobs,
      summary: readFileSync(this.#summary, "utf8"),
      log: Object.values(this.#jobs)
        .map(({ log }) => log)
        .join(""),
    };
  }

  async #play(name: string, job: Job, env: Variables): Promise<JobRun> {
    const context = this.#context(name, job);
    const isReady = job.needs.every((needed) => context.needs.get(needed)?.result === "success");
    if (job.if === undefined ? !isReady : !((isReady || decidesAlone(job.if)) && holds(job.if, context))) {
      return { result: "skipped", outputs: {}, log: "" };
    }
    if (job.environment === "access-approval") await this.#approve(job.environment);
    const workspace = join(this.team.scratch, `run-${this.id}-${name}`);
    // Each job runs on a new machine.
    const home = `${workspace}-home`;
    for (const folder of [workspace, context.temp, home]) mkdirSync(folder, { recursive: true });
    const machine = { HOME: home, GITHUB_PATH: join(home, "path") };
    writeFileSync(machine.GITHUB_PATH, "");
    let log = "";
    let result: Result = "success";
    for (const step of job.steps) {
      // Without a condition, a step runs as long as none has failed. The conditions known here agree.
      if (result === "failure" || (step.if !== undefined && !holds(step.if, context))) continue;
      this.meanwhile.before?.(step.name ?? "");
      const { code, output } = await this.#step(step, context, workspace, { ...machine, ...env });
      log += output;
      if (code !== 0) result = "failure";
    }
    return { result, outputs: allFilled(job.outputs, context), log };
  }

  /** People approve. Before this, Ada rejected, and approved another environment. */
  async #approve(environment: string): Promise<void> {
    await this.meanwhile.approve?.();
    const { approvers = ["ada"] } = this.meanwhile;
    const run = this.id;
    this.gitHub.approvals.push(
      { run, login: "ada", state: "rejected", environment },
      { run, login: "ada", state: "approved", environment: "access" },
      ...approvers.map((login) => ({ run, login, state: "approved" as const, environment })),
    );
  }

  #context(name: string, job: Job): Context {
    const token = `token-of-${this.id}-${name}-that-nobody-tells`;
    this.gitHub.tokens.set(token, job.permissions);
    const { PERIDIO_ADMIN_API_KEY: admin, ...rest } = secrets;
    const isForeign = this.event.name === "pull_request" && this.event.from !== this.gitHub.repository;
    return {
      event: this.event,
      repository: this.gitHub.repository,
      token,
      temp: join(this.team.scratch, `temp-${this.id}-${name}`),
      secrets: isForeign ? {} : job.environment === "access" ? { ...rest, PERIDIO_ADMIN_API_KEY: admin } : rest,
      variables: { PULUMI_BACKEND_URL: `file://${this.team.backend}` },
      steps: new Map(),
      needs: new Map(job.needs.flatMap((one) => (this.#jobs[one] === undefined ? [] : [[one, this.#jobs[one]]]))),
    };
  }

  async #step(step: Step, context: Context, workspace: string, env: Variables) {
    if (step.uses !== undefined) return this.#use(step.uses, step, context, workspace);
    const file = join(this.team.scratch, "output");
    writeFileSync(file, "");
    const paths = readFileSync(env.GITHUB_PATH ?? "", "utf8")
      .split("\n")
      .slice(0, -1);
    const done = await this.team.bash(step.run ?? "", workspace, {
      PATH: [...paths, this.team.path].join(delimiter),
      RUNNER_TEMP: context.temp,
      GITHUB_REPOSITORY: context.repository,
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_RUN_ID: String(this.id),
      GITHUB_RUN_ATTEMPT: String(this.meanwhile.attempt ?? 1),
      GITHUB_EVENT_NAME: this.event.name,
      GITHUB_SHA: this.#commit,
      GITHUB_OUTPUT: file,
      GITHUB_STEP_SUMMARY: this.#summary,
      ...allFilled({ ...env, ...step.env }, context),
    });
    if (step.id !== undefined) context.steps.set(step.id, outputsIn(readFileSync(file, "utf8")));
    return done;
  }

  get #commit(): string {
    return this.event.name === "pull_request" ? this.event.merged : this.event.commit;
  }

  #use(uses: string, step: Step, context: Context, workspace: string): { code: number; output: string } {
    const [action = "", pin = ""] = uses.split("@");
    if (!/^[0-9a-f]{40}$/.test(pin)) throw new Error(`${uses} is not pinned to a commit`);
    const value = (key: string) => filled(String(step.with[key] ?? ""), context);
    const artifacts = (run: string | number) => new Artifacts(join(this.team.scratch, "artifacts", String(run)));
    switch (action) {
      case "pulumi/actions":
        return { code: 0, output: "" };
      case "actions/checkout":
        this.team.repository.checkOut(this.#commit, workspace, Number(step.with["fetch-depth"] ?? 1));
        return { code: 0, output: "" };
      case "actions/upload-artifact": {
        const folders = value("path").trim().split("\n");
        artifacts(this.id).keep(value("name"), findRoot(folders), folders);
        return { code: 0, output: "" };
      }
      case "actions/download-artifact": {
        const run = value("run-id");
        const token = this.gitHub.tokens.get(value("github-token"));
        if (run !== "" && token?.actions !== "read") throw new Error("the token may not read other runs");
        artifacts(run === "" ? this.id : run).fetch(value("name"), value("path"));
        return { code: 0, output: "" };
      }
      default:
        throw new Error(`the action is not known here: ${uses}`);
    }
  }
}

function allFilled(texts: Variables, context: Context): Variables {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text, context)]));
}

/** Reads the outputs of a step from $GITHUB_OUTPUT: `name=value` on each line. */
function outputsIn(text: string): Variables {
  const lines = [...text.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}
