import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Artifacts } from "./artifacts";
import type { GitLab } from "./gitLab";
import { type Job, readPipelineFile, type Rule } from "./pipelineFile";
import { secrets, type Team, type Variables } from "./team";

export type Source =
  | { readonly name: "merge_request_event"; readonly iid: number; readonly commit: string; readonly from: number }
  | { readonly name: "push"; readonly commit: string; readonly before: string }
  | { readonly name: "web" | "schedule"; readonly commit: string };

export interface JobRun {
  readonly result: "success" | "warning" | "failure" | "skipped" | "manual";
  /** The whole output. */
  readonly log: string;
}

export interface PipelineRun {
  readonly id: number;
  readonly jobs: Readonly<Record<string, JobRun>>;
  readonly log: string;
}

/** The team's project. */
const project = 7;

/** Every condition of the pipelines, with its value. */
const conditions: Readonly<Record<string, (source: Source) => boolean>> = {
  '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_MERGE_REQUEST_PROJECT_ID':
    (source) => source.name === "merge_request_event" && source.from !== project,
  '$CI_PIPELINE_SOURCE == "merge_request_event"': ({ name }) => name === "merge_request_event",
  "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH": ({ name }) => name !== "merge_request_event",
  '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"': ({ name }) => name === "push",
  '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "web"': ({ name }) => name === "web",
  '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "schedule"': ({ name }) => name === "schedule",
};

let lastPipeline = 0;
let lastJob = 0;

/** Runs the pipelines of the team's project. */
export class Pipelines {
  /** The output of all pipelines. */
  log = "";

  constructor(
    private readonly team: Team,
    private readonly gitLab: GitLab,
  ) {
    gitLab.reviewOf = (job) => readFileSync(join(this.#artifacts(job), "review/artifacts/review.json"), "utf8");
  }

  async run(source: Source): Promise<PipelineRun> {
    lastPipeline += 1;
    const id = lastPipeline;
    const file = readPipelineFile(join(this.team.repository.folder, ".gitlab-ci.yml"));
    const jobs: Record<string, JobRun> = {};
    if (firstThatHolds(file.rules, source) === undefined) throw new Error("there is no pipeline for this");
    for (const [name, job] of file.jobs) {
      const rule = firstThatHolds(job.rules, source);
      if (rule === undefined) continue;
      const isReady = (job.needs ?? []).every((needed) => ["success", "warning"].includes(jobs[needed]?.result ?? ""));
      jobs[name] = !isReady
        ? { result: "skipped", log: "" }
        : rule.when === "manual"
          ? { result: "manual", log: "" }
          : await this.#play(id, name, job, source, file.variables);
    }
    if (source.name === "merge_request_event") this.#remember(source.iid, id, jobs);
    return { id, jobs, log: Object.values(jobs).reduce((all, { log }) => all + log, "") };
  }

  /** A person starts a manual job. By default, this is Ada. */
  async start(run: PipelineRun, name: string, source: Source, person = "ada"): Promise<JobRun> {
    const { jobs, variables } = readPipelineFile(join(this.team.repository.folder, ".gitlab-ci.yml"));
    const job = jobs.get(name);
    if (job === undefined || run.jobs[name]?.result !== "manual") throw new Error(`${name} does not wait`);
    return this.#play(run.id, name, job, source, variables, person);
  }

  #remember(iid: number, id: number, jobs: Readonly<Record<string, JobRun>>): void {
    const request = this.gitLab.mergeRequests.find((one) => one.iid === iid);
    const succeeded = Object.values(jobs).every(({ result }) => result !== "failure");
    if (request !== undefined) request.pipeline = { id, succeeded };
  }

  /** `person` started the job, or the pipeline of an automatic job. */
  async #play(
    id: number,
    name: string,
    job: Job,
    source: Source,
    variables: Variables,
    person = "ada",
  ): Promise<JobRun> {
    const workspace = join(this.team.scratch, `pipeline-${id}-${name}`);
    // A person can start a manual job again.
    rmSync(workspace, { recursive: true, force: true });
    // Each job runs on a new machine.
    const home = `${workspace}-home-${(lastJob += 1)}`;
    for (const folder of [workspace, home]) mkdirSync(folder, { recursive: true });
    this.team.repository.checkOut(source.commit, workspace, Number(job.variables?.GIT_DEPTH ?? 20));
    const artifacts = new Artifacts(this.#artifacts(id));
    for (const needed of job.needs ?? []) artifacts.fetch(needed, workspace);
    const script = [...(job.before_script ?? []).flat(), ...job.script].join("\n");
    const known = { HOME: home, ...this.#variables(job, source, variables), GITLAB_USER_LOGIN: person };
    const { code, output } = await this.team.bash(script, workspace, known);
    this.log += output;
    const kept = job.artifacts;
    if (kept !== undefined && (code === 0 || kept.when === "always")) {
      const folders = kept.paths.map((path) => join(workspace, path));
      artifacts.keep(name, workspace, folders.filter(existsSync));
    }
    if (code === 0) {
      if (job.environment !== undefined) {
        this.gitLab.deployments.unshift({ environment: job.environment, commit: source.commit });
      }
      return { result: "success", log: output };
    }
    const allowed = job.allow_failure;
    const isAllowed = typeof allowed === "object" ? allowed.exit_codes.includes(code) : allowed === true;
    return { result: isAllowed ? "warning" : "failure", log: output };
  }

  /** The project's variables come before those of the file. Some belong to an environment. */
  #variables({ variables, environment = "" }: Job, source: Source, general: Variables): Variables {
    const { PERIDIO_ADMIN_API_KEY: admin, ...rest } = secrets;
    const isForeign = source.name === "merge_request_event" && source.from !== this.gitLab.project;
    const known: Variables = {
      ...general,
      CI_API_V4_URL: this.gitLab.url,
      CI_PROJECT_ID: String(this.gitLab.project),
      CI_JOB_URL: "https://gitlab.example/acme/access/-/jobs/1",
      CI_DEFAULT_BRANCH: "main",
      CI_PIPELINE_SOURCE: source.name,
      CI_COMMIT_SHA: source.commit,
      CI_COMMIT_BEFORE_SHA: source.name === "push" ? source.before : "0".repeat(40),
      ...(source.name === "merge_request_event" && {
        CI_MERGE_REQUEST_IID: String(source.iid),
        CI_MERGE_REQUEST_PROJECT_ID: String(this.gitLab.project),
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(source.from),
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
        CI_MERGE_REQUEST_PROJECT_URL: `file://${this.team.repository.origin.replace(/\.git$/, "")}`,
      }),
      ...(!isForeign && { ...rest, ACCESS_REVIEW_TOKEN: this.gitLab.token }),
      ...(environment.startsWith("access/") && { PERIDIO_ADMIN_API_KEY: admin }),
      PULUMI_BACKEND_URL: `file://${this.team.backend}`,
    };
    const value = (text: string) => text.replace(/\$(\w+)/g, (_, name: string) => known[name] ?? "");
    const own = Object.entries(variables ?? {}).map(([name, text]): [string, string] => [name, value(text)]);
    return { ...Object.fromEntries(own), ...known };
  }

  #artifacts(id: number): string {
    return join(this.team.scratch, "artifacts", String(id));
  }
}

/** @throws Error for an unknown condition */
function firstThatHolds(rules: readonly Rule[], source: Source): Rule | undefined {
  return rules.find((rule) => {
    const holds = conditions[rule.if];
    if (holds === undefined) throw new Error(`the condition is not known here: ${rule.if}`);
    return holds(source);
  });
}
