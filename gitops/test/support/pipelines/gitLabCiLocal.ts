import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { version } from "../../../../package.json";
import { run } from "#provider/testing";
import { ForgeServer } from "./forgeServer";
import type { GitLab } from "./gitLab";
import { GitLabRuns, type Result, type Source } from "./gitLabRuns";
import { ReleaseServer } from "./releaseServer";
import { secrets, type Team } from "./team";
import { templateFile } from "./template";

const root = join(__dirname, "../../../..");
const program = join(root, ".pulumi/gitlab-ci-local/node_modules/gitlab-ci-local/dist/index.js");

/** True if `make gitlab-ci-local` has installed the program, and the machine has rsync, with which it copies files. */
export const hasGitLabCiLocal = existsSync(program) && spawnSync("rsync", ["--version"]).status === 0;

const listed = z.array(z.object({ name: z.string(), when: z.string() }));

const outcomes: Readonly<Record<string, Result>> = { PASS: "success", WARN: "warning", FAIL: "failure" };

/**
 * Runs the pipelines of the team's project in gitlab-ci-local, without containers. It validates the file of the project with the template,
 * passes the inputs, selects the jobs by their rules, and passes variables and artifacts to them. It ignores `integrity`, `image`, `timeout`,
 * `resource_group` and `expire_in`. It knows no protected variable or environment.
 */
export class GitLabCiLocal extends GitLabRuns {
  private constructor(
    team: Team,
    gitLab: GitLab,
    private readonly releases: ReleaseServer,
    private readonly templates: ForgeServer,
  ) {
    super(team, gitLab);
  }

  /** Writes the pipeline as `ci init` does, and pushes it to main. The caller must end it. */
  static async begin(team: Team, gitLab: GitLab): Promise<GitLabCiLocal> {
    const releases = await ReleaseServer.begin(join(team.scratch, "releases"), {
      "peridio-gitops": `#!/bin/sh\nexec ${join(root, "bin/peridio-gitops")} "$@"\n`,
      "pulumi-resource-peridio": `#!/bin/sh\nexec ${join(root, "bin/pulumi-resource-peridio")} "$@"\n`,
    });
    const templates = new ForgeServer(() => [200, readFileSync(templateFile)]);
    await templates.begin();
    const runs = new GitLabCiLocal(team, gitLab, releases, templates);
    await runs.#setUp();
    return runs;
  }

  async end(): Promise<void> {
    await this.templates.end();
    await this.releases.end();
  }

  async #setUp(): Promise<void> {
    const { team, gitLab, releases } = this;
    const sums = join(team.scratch, "SHA256SUMS");
    writeFileSync(sums, releases.checksums.map((line) => `${line}\n`).join(""));
    const file = ".gitlab-ci.yml";
    rmSync(join(team.repository.folder, file));
    team.repository.connect("https://gitlab.example/acme/access.git");
    const init = `peridio-gitops ci init --platform gitlab --checksums ${sums}`;
    const { code, output } = await team.bash(init, team.repository.folder, {});
    if (code !== 0) throw new Error(output);
    team.repository.connect(team.repository.origin);
    const template = `https://raw.githubusercontent.com/pulumi-peridio/pulumi-peridio/v${version}/templates/access.yml`;
    team.repository.edit(
      file,
      [template, `${this.templates.url}/access.yml`],
      ["      tools-version:", `      tools-releases: ${releases.url}\n      tools-version:`],
    );
    team.repository.push("Run the pipeline on GitLab");
    gitLab.deployments.push({ environment: "access/approved", commit: team.repository.main });
    // The variables of the project. An environment limits one of them.
    const scope = (name: string) => (name === "PERIDIO_ADMIN_API_KEY" ? "access/*" : "*");
    const variables = { ...secrets, ACCESS_REVIEW_TOKEN: gitLab.token, PULUMI_BACKEND_URL: `file://${team.backend}` };
    const global = Object.entries(variables).map(([name, value]): [string, object] => [
      name,
      { type: "variable", values: { [scope(name)]: value } },
    ]);
    const folder = join(team.machine.HOME ?? "", ".gitlab-ci-local");
    mkdirSync(folder);
    writeFileSync(join(folder, "variables.yml"), JSON.stringify({ global: Object.fromEntries(global) }));
  }

  protected override async play(id: number, source: Source) {
    const workspace = this.#getWorkspace(id);
    mkdirSync(workspace);
    this.team.repository.checkOut(source.commit, workspace, 0);
    const { stdout } = await this.#call(workspace, source, "ada", "--list-json");
    const selected = listed.parse(JSON.parse(stdout)).filter(({ when }) => when !== "never");
    if (selected.length === 0) return { jobs: {}, log: "" };
    const { results, output } = await this.#play(id, source, "ada");
    const jobs = selected.map(({ name, when }): [string, Result] => [
      name,
      results.get(name) ?? (when === "manual" ? when : "skipped"),
    ]);
    return { jobs: Object.fromEntries(jobs), log: output };
  }

  protected override async playJob(id: number, name: string, source: Source, person: string) {
    const { results, output } = await this.#play(id, source, person, name);
    return { result: results.get(name) ?? "skipped", output };
  }

  /** Plays a job, by default all jobs that no person starts. */
  async #play(id: number, source: Source, person: string, ...names: readonly string[]) {
    const workspace = this.#getWorkspace(id);
    const { stdout, stderr } = await this.#call(workspace, source, person, ...names);
    const output = stdout + stderr;
    this.log += output;
    const results = new Map<string, Result>();
    for (const [, word = "", name = ""] of stdout.matchAll(/^ (PASS|WARN|FAIL) +(\S+)/gm)) {
      const result = outcomes[word] ?? "failure";
      results.set(name, result);
      this.keep(id, name, source.commit, result, join(workspace, ".gitlab-ci-local/artifacts", name));
    }
    if (results.size === 0) throw new Error(output);
    return { results, output };
  }

  #getWorkspace(id: number): string {
    return join(this.team.scratch, `pipeline-${id}`);
  }

  async #call(workspace: string, source: Source, person: string, ...args: readonly string[]) {
    const variables = { ...this.describe(source), GITLAB_USER_LOGIN: person };
    const options = [
      ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
      ...["--ignore-predefined-vars", Object.keys(variables).join(",")],
      ...(source.name === "merge_request_event" ? ["--unset-variable", "CI_COMMIT_BRANCH"] : []),
      // A fork has its own variables.
      ...(this.isForeign(source) ? ["--home", workspace] : []),
      ...["--shell-isolation", "--force-shell-executor", "--no-artifacts-to-source", "--no-color"],
    ];
    return run(join(root, "node_modules/.bin/bun"), [program, ...options, ...args], workspace, this.team.machine);
  }
}
