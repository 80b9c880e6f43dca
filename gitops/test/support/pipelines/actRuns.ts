import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { run } from "#provider/testing";
import { type ActionsEvent, describe, readFiles, schedules, type WorkflowRun } from "./actionsRuns";
import type { GitHub } from "./gitHub";
import { ReleaseServer } from "./releaseServer";
import { secrets, type Team, type Variables } from "./team";
import { readCaller, readPipeline, workflowFile } from "./workflow";

const root = join(__dirname, "../../../..");
const act = join(root, ".pulumi/bin/act");

/** True if `make act` has built the program. */
export const hasAct = existsSync(act);

/** Scripts in place of the actions of others, which act would clone from GitHub. The variable `GIVEN_NAME` has the input `name`. */
const standIns: Readonly<Record<string, { readonly inputs: readonly string[]; readonly script: string }>> = {
  "pulumi/actions": { inputs: ["pulumi-version"], script: `[ -n "$GIVEN_PULUMI_VERSION" ]; pulumi version` },
  // The commands are those of actions/checkout with these inputs.
  "actions/checkout": {
    inputs: ["fetch-depth", "persist-credentials"],
    script: `
      [ "$GIVEN_FETCH_DEPTH $GIVEN_PERSIST_CREDENTIALS" = "0 false" ]
      git init --quiet
      git remote add origin "$ORIGIN"
      set -- "+refs/heads/*:refs/remotes/origin/*" "+refs/tags/*:refs/tags/*"
      case $GITHUB_REF in
        refs/pull/*)
          place=refs/remotes/\${GITHUB_REF#refs/}
          git fetch --quiet --prune --no-recurse-submodules origin "$@" "+$GITHUB_SHA:$place"
          git checkout --quiet --force "$place" ;;
        *)
          git fetch --quiet --prune --no-recurse-submodules origin "$@"
          git checkout --quiet --force -B "$GITHUB_REF_NAME" "refs/remotes/origin/$GITHUB_REF_NAME" ;;
      esac
      [ "$(git rev-parse HEAD)" = "$GITHUB_SHA" ]`,
  },
  "actions/upload-artifact": {
    inputs: ["name", "path", "if-no-files-found"],
    script: `
      if [ ! -e "$GIVEN_PATH" ]; then [ "$GIVEN_IF_NO_FILES_FOUND" = ignore ]; exit; fi
      mkdir -p "$ARTIFACTS/$GIVEN_NAME"
      cp -r "$GIVEN_PATH"/. "$ARTIFACTS/$GIVEN_NAME"`,
  },
  "actions/download-artifact": {
    inputs: ["name", "path"],
    script: `mkdir -p "$GIVEN_PATH"; cp -r "$ARTIFACTS/$GIVEN_NAME"/. "$GIVEN_PATH"`,
  },
};

/** A line of the log of act. */
const logged = z.object({
  msg: z.string(),
  jobID: z.string().optional(),
  jobResult: z.string().optional(),
  content: z.string().optional(),
});

/**
 * The workflows of a team's repository, which act interprets: the one of the example, and the one that it calls. act runs each job on this
 * machine, without containers. It has no environments, no concurrency, and one token for all jobs of a run.
 */
export class ActRuns {
  /** The output of all runs. */
  log = "";
  #last = 0;
  readonly #caller = readCaller();

  private constructor(
    private readonly team: Team,
    private readonly gitHub: GitHub,
    private readonly releases: ReleaseServer,
  ) {
    gitHub.filesOf = (id) => readFiles(join(this.#getArtifacts(id), "review"));
  }

  /** Sets up the repository as examples/ci/README.md says. The caller must end the runs. */
  static async begin(team: Team, gitHub: GitHub): Promise<ActRuns> {
    const releases = await ReleaseServer.begin(join(team.scratch, "releases"), {
      "peridio-gitops": `#!/bin/sh\nexec ${join(root, "bin/peridio-gitops")} "$@"\n`,
      "pulumi-resource-peridio": `#!/bin/sh\nexec ${join(root, "bin/pulumi-resource-peridio")} "$@"\n`,
    });
    const runs = new ActRuns(team, gitHub, releases);
    runs.#install();
    return runs;
  }

  async end(): Promise<void> {
    await this.releases.end();
  }

  /** Pins the tools in the workflow of the repository, and writes the folders that act reads in place of repositories at GitHub. */
  #install(): void {
    const { repository } = this.team;
    const inputs = `      tools-releases: ${this.releases.url}\n      expire-schedule: "${schedules.expire}"\n`;
    repository.edit(
      ".github/workflows/access.yml",
      this.releases.pin,
      [
        '    - cron: "17 3 * * *"\n',
        Object.values(schedules)
          .map((cron) => `    - cron: "${cron}"\n`)
          .join(""),
      ],
      ["    secrets:\n", `${inputs}    secrets:\n`],
    );
    repository.push("Run the pipeline with act");
    for (const [name, { inputs, script }] of Object.entries(standIns)) {
      const given = inputs.map((input) => [toVariable(input), `\${{ inputs.${input} }}`] as const);
      const steps = [{ shell: "bash", run: script, env: Object.fromEntries(given) }];
      const action = { name, inputs: Object.fromEntries(inputs.map((input) => [input, { required: true }])) };
      this.#write(name, "action.yml", JSON.stringify({ ...action, runs: { using: "composite", steps } }));
    }
    // At GitHub, the variable GITHUB_WORKFLOW has the name of the calling workflow. In act, it has that of the called one.
    const text = readFileSync(workflowFile, "utf8").replace("name: access-pipeline\n", "name: access\n");
    this.#write(split(this.#caller.uses).name, ".github/workflows/access.yml", text);
  }

  #write(repository: string, file: string, text: string): void {
    const path = join(this.#getClone(repository), file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs the workflows for an event. No job waits, so people approve the run before it begins. The branch is main by default. */
  async run(
    event: ActionsEvent,
    { approvers = [], branch = "main" }: { readonly approvers?: readonly string[]; readonly branch?: string } = {},
  ): Promise<WorkflowRun> {
    const { team, gitHub } = this;
    const id = (this.#last += 1);
    const folder = join(team.scratch, `run-${id}`);
    const workspace = join(folder, "workflow");
    mkdirSync(workspace, { recursive: true });
    const isProposal = event.name === "pull_request";
    team.repository.checkOut(isProposal ? event.merged : event.commit, workspace, 0);
    gitHub.head = team.repository.main;
    const environment = "access-approval";
    gitHub.approvals.push(...approvers.map((login) => ({ run: id, login, state: "approved" as const, environment })));
    const files = { "event.json": describe({ id, event, attempt: 1 }), "secrets.yml": this.#selectSecrets(id, event) };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
    const variables = {
      GITHUB_API_URL: gitHub.server.url,
      GITHUB_SERVER_URL: "https://forge.example",
      GITHUB_REPOSITORY: gitHub.repository,
      GITHUB_RUN_ID: String(id),
      GITHUB_WORKFLOW_REF: `${gitHub.repository}/.github/workflows/access.yml@refs/heads/${branch}`,
      ...(!isProposal && { GITHUB_REF: `refs/heads/${branch}` }),
    };
    const options = {
      directory: workspace,
      eventpath: join(folder, "event.json"),
      "secret-file": join(folder, "secrets.yml"),
      "action-cache-path": join(folder, "machines"),
      platform: "ubuntu-24.04=-self-hosted",
      var: `PULUMI_BACKEND_URL=file://${team.backend}`,
    };
    const { code, stdout, stderr } = await run(
      act,
      [
        ...[event.name, "--strict", "--json", "--insecure-secrets", "--no-cache-server", "--no-skip-checkout"],
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
        ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
        ...this.#listClones().flatMap((clone) => ["--local-repository", clone]),
      ],
      team.scratch,
      { ...team.machine, ORIGIN: `file://${team.repository.origin}`, ARTIFACTS: this.#getArtifacts(id) },
    );
    const lines = stdout.split("\n").filter(Boolean);
    const parsed = lines.map((text) => logged.parse(JSON.parse(text)));
    const log = parsed.map(({ msg }) => `${msg}\n`).join("") + stderr;
    this.log += log;
    this.#record(event, id, code === 0);
    const results = parsed.flatMap(({ jobID = "", jobResult: result }) => (result ? [`${jobID} ${result}`] : []));
    return { id, results, summary: parsed.map(({ content = "" }) => content).join(""), log };
  }

  /** The environment `access`, which has the admin's key, is limited to main. A fork gets no secrets, and a token that reads. */
  #selectSecrets(id: number, event: ActionsEvent): Variables {
    const token = `token-of-${id}-that-nobody-tells`;
    const { permissions } = this.#caller;
    const isForeign = event.name === "pull_request" && event.from !== this.gitHub.repository;
    const reading = Object.fromEntries(Object.keys(permissions).map((scope) => [scope, "read"] as const));
    this.gitHub.tokens.set(token, isForeign ? reading : permissions);
    const { PERIDIO_ADMIN_API_KEY: admin, ...others } = secrets;
    const own = event.name === "pull_request" ? others : { ...others, PERIDIO_ADMIN_API_KEY: admin };
    return { GITHUB_TOKEN: token, ...(!isForeign && own) };
  }

  /** Tells GitHub how a run has ended. */
  #record(event: ActionsEvent, id: number, succeeded: boolean): void {
    const { gitHub } = this;
    const evidence = readFiles(join(this.#getArtifacts(id), "evidence"));
    if (Object.keys(evidence).length > 0) gitHub.evidence.push({ run: id, files: evidence });
    if (event.name === "pull_request") {
      const { number, from, head } = event;
      gitHub.reviewRuns.unshift({ id, number, from, head, succeeded });
    } else if (event.name !== "schedule" && succeeded) gitHub.applied.unshift(event.commit);
  }

  /** Lists the repositories that the workflows use, with the folders that act reads instead. */
  #listClones(): readonly string[] {
    const steps = [...readPipeline().values()].flatMap((job) => job.steps.flatMap(({ uses }) => uses ?? []));
    return [...new Set([...steps, this.#caller.uses])].map((uses) => {
      const { name, ref } = split(uses);
      return `${name}@${ref}=${this.#getClone(name)}`;
    });
  }

  #getClone(repository: string): string {
    return join(this.team.scratch, "github", repository);
  }

  /** Returns the folder of the artifacts of a run, by name. */
  #getArtifacts(run: number): string {
    return join(this.team.scratch, "artifacts", String(run));
  }

  /** Returns the text of every file that a run has kept. */
  leftBehind(): readonly string[] {
    return Array.from({ length: this.#last }, (_, index) => this.#getArtifacts(index + 1))
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).flatMap((name) => Object.values(readFiles(join(folder, name)))));
  }
}

/** Splits `owner/name/path@ref`. */
function split(uses: string): { readonly name: string; readonly ref: string } {
  const [, name = "", ref = ""] = /^([^/]+\/[^/@]+)[^@]*@(.+)$/.exec(uses) ?? [];
  return { name, ref };
}

function toVariable(input: string): string {
  return `GIVEN_${input.toUpperCase().replaceAll("-", "_")}`;
}
