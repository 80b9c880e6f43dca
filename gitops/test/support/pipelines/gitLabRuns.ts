import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readFiles } from "./actionsRuns";
import type { GitLab } from "./gitLab";
import { secrets, type Team, type Variables } from "./team";
import { type GitLabJob, readTemplate } from "./template";

export type Source =
  | { readonly name: "merge_request_event"; readonly iid: number; readonly commit: string; readonly from: number }
  | { readonly name: "push"; readonly commit: string; readonly before: string; readonly branch?: string }
  | { readonly name: "web" | "api" | "schedule"; readonly commit: string };

export type Result = "success" | "warning" | "failure" | "skipped" | "manual";

export interface PipelineRun {
  readonly id: number;
  readonly jobs: Readonly<Record<string, Result>>;
  readonly log: string;
}

interface Played {
  readonly result: Result;
  readonly output: string;
}

let lastPipeline = 0;

/** Runs the jobs of the template for the team's project: their commands, with their variables and secrets. */
export class GitLabRuns {
  /** The output of all pipelines. */
  log = "";
  protected readonly jobs = readTemplate();

  constructor(
    protected readonly team: Team,
    protected readonly gitLab: GitLab,
  ) {
    gitLab.reviewOf = (pipeline) => readFileSync(join(this.#getKept(pipeline, "review"), "review.json"), "utf8");
  }

  /** Pushes the files in the folder to a merge request of Grace. */
  push(iid: number, from = this.gitLab.project): Source {
    const commit = this.team.repository.push(`Change ${iid}`);
    if (this.gitLab.mergeRequests.every((one) => one.iid !== iid))
      this.gitLab.mergeRequests.push({ iid, author: "grace", merged: undefined, pipeline: undefined });
    return { name: "merge_request_event", iid, commit, from };
  }

  merge(iid: number): Source {
    const before = this.team.repository.main;
    const commit = this.team.repository.merge(`change-${iid}`);
    const request = this.gitLab.mergeRequests.find((one) => one.iid === iid);
    if (request !== undefined) request.merged = commit;
    return { name: "push", commit, before };
  }

  /** A pipeline of main that a person or a schedule starts. */
  begin(name: "web" | "api" | "schedule"): Source {
    return { name, commit: this.team.repository.main };
  }

  async run(source: Source): Promise<PipelineRun> {
    const id = (lastPipeline += 1);
    const { jobs, log } = await this.play(id, source);
    const request =
      source.name === "merge_request_event" && this.gitLab.mergeRequests.find(({ iid }) => iid === source.iid);
    if (request) request.pipeline = { id, succeeded: Object.values(jobs).every((result) => result !== "failure") };
    return { id, jobs, log };
  }

  /** Plays the jobs of a pipeline that no person starts. */
  protected async play(id: number, source: Source): Promise<Omit<PipelineRun, "id">> {
    const jobs: Record<string, Result> = {};
    let log = "";
    for (const [name, job] of this.jobs) {
      const rule = job.rules.find((one) => holds(one.if, source));
      if (rule === undefined) continue;
      const isReady = job.needs.every((needed) => ["success", "warning"].includes(jobs[needed] ?? ""));
      if (!isReady) jobs[name] = "skipped";
      else if (rule.when === "manual") jobs[name] = "manual";
      else {
        const done = await this.playJob(id, name, source, "ada");
        jobs[name] = done.result;
        log += done.output;
      }
    }
    return { jobs, log };
  }

  /** A person starts a manual job. By default, this is Ada. */
  async start(run: PipelineRun, name: string, source: Source, person = "ada") {
    if (run.jobs[name] !== "manual") throw new Error(`${name} does not wait`);
    const { result, output } = await this.playJob(run.id, name, source, person);
    return { result, log: output };
  }

  protected async playJob(id: number, name: string, source: Source, person: string): Promise<Played> {
    const job = this.jobs.get(name);
    if (job === undefined) throw new Error(`there is no job ${name}`);
    const workspace = join(this.team.scratch, `pipeline-${id}-${name}`);
    // A person can start a manual job again, on a new machine.
    rmSync(workspace, { recursive: true, force: true });
    mkdirSync(workspace, { recursive: true });
    this.team.repository.checkOut(source.commit, workspace, 0);
    for (const needed of job.needs)
      cpSync(this.#getKept(id, needed), join(workspace, "artifacts"), { recursive: true });
    const variables = { ...this.#describeJob(source, job), GITLAB_USER_LOGIN: person };
    const { code, output } = await this.team.bash(job.script.join("\n"), workspace, variables);
    this.log += output;
    const isAllowed = job.allowed === true || (job.allowed !== false && job.allowed.includes(code));
    const result: Result = code === 0 ? "success" : isAllowed ? "warning" : "failure";
    this.keep(id, name, source.commit, result, workspace);
    return { result, output };
  }

  /** Keeps the artifacts of a job, which are in the folder. A job with an environment deploys the commit. */
  protected keep(id: number, name: string, commit: string, result: Result, workspace: string): void {
    const { keeps = [], environment } = this.jobs.get(name) ?? {};
    for (const path of keeps) {
      const folder = join(workspace, path);
      if (existsSync(folder))
        cpSync(folder, join(this.#getKept(id, name), relative("artifacts", path)), { recursive: true });
    }
    if (environment === undefined) return;
    const folder = join(workspace, "artifacts/evidence");
    const record = existsSync(folder) ? { record: readFiles(folder) } : {};
    this.gitLab.deployments.unshift({ environment, commit, ...record, failed: result !== "success" });
  }

  /** Returns the variables that GitLab sets for every job of a pipeline. */
  protected describe(source: Source): Variables {
    return {
      GITLAB_CI: "true",
      CI_API_V4_URL: `${this.gitLab.server.url}/api/v4`,
      CI_PROJECT_ID: String(this.gitLab.project),
      CI_PIPELINE_SOURCE: source.name,
      CI_COMMIT_BEFORE_SHA: source.name === "push" ? source.before : "0".repeat(40),
      ...(source.name !== "merge_request_event" && {
        CI_COMMIT_BRANCH: (source.name === "push" ? source.branch : undefined) ?? "main",
      }),
      ...(source.name === "merge_request_event" && {
        CI_MERGE_REQUEST_IID: String(source.iid),
        CI_MERGE_REQUEST_PROJECT_ID: String(this.gitLab.project),
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(source.from),
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
        CI_MERGE_REQUEST_PROJECT_URL: `file://${this.team.repository.origin.replace(/\.git$/, "")}`,
      }),
    };
  }

  protected isForeign(source: Source): boolean {
    return source.name === "merge_request_event" && source.from !== this.gitLab.project;
  }

  #describeJob(source: Source, { variables, environment }: GitLabJob): Variables {
    const { PERIDIO_ADMIN_API_KEY: admin, ...rest } = secrets;
    const known: Variables = {
      ...this.describe(source),
      CI_JOB_URL: "https://gitlab.example/acme/access/-/jobs/1",
      CI_DEFAULT_BRANCH: "main",
      CI_COMMIT_SHA: source.commit,
      ...(environment !== undefined && { CI_ENVIRONMENT_NAME: environment }),
      ...(!this.isForeign(source) && { ...rest, ACCESS_REVIEW_TOKEN: this.gitLab.token }),
      ...(environment?.startsWith("access/") === true && { PERIDIO_ADMIN_API_KEY: admin }),
      PULUMI_BACKEND_URL: `file://${this.team.backend}`,
    };
    const own = Object.entries(variables).map(([name, text]): [string, string] => [
      name,
      text.replace(/\$(\w+)/g, (_, variable: string) => known[variable] ?? ""),
    ]);
    return { ...Object.fromEntries(own), OPTIONS: "", ...known };
  }

  #getKept(pipeline: number, job: string): string {
    return join(this.team.scratch, "artifacts", String(pipeline), job);
  }

  /** Returns the text of every file that the jobs have kept. */
  leftBehind(): readonly string[] {
    return readdirSync(join(this.team.scratch, "artifacts"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  }
}

/** Every condition of the template, with its value. */
function holds(condition: string, { name }: Source): boolean {
  const isRequest = name === "merge_request_event";
  if (condition === '$CI_PIPELINE_SOURCE == "merge_request_event"') return isRequest;
  const [, wanted] =
    /^\$CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH && \$CI_PIPELINE_SOURCE == "(\w+)"$/.exec(condition) ?? [];
  if (wanted === undefined) throw new Error(`the condition is not known here: ${condition}`);
  return !isRequest && name === wanted;
}
