import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "../src/program";
import { LocalRepository } from "./support/localRepository";
import { GitHub } from "./support/pipelines/gitHub";
import { fakeTerminal } from "./support/terminal";

/** Jobs that only print their steps. The token may not write, so a request that writes fails. */

const files = {
  "Pulumi.yaml": "name: access\nruntime: yaml\n",
  "access-rules.yaml": "rules: { all: { protect: true } }\n",
  "layout.yaml": "organizations: {}\n",
  "stacks.txt": "access/dev\naccess/production\n",
};

let scratch: string;
let repository: LocalRepository;
let gitHub: GitHub;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "peridio-dry-"));
  repository = new LocalRepository();
  gitHub = await GitHub.begin();
  gitHub.tokens.set("token", { actions: "read", contents: "read", issues: "read", "pull-requests": "read" });
  mkdirSync(join(scratch, "bin"));
  writeFileSync(join(scratch, "bin/pulumi"), `#!/bin/sh\ntouch '${scratch}/ran'\n`);
  chmodSync(join(scratch, "bin/pulumi"), 0o755);
});
afterEach(async () => {
  expect(existsSync(join(scratch, "ran"))).toBe(false);
  expect(existsSync(join(scratch, "summary"))).toBe(false);
  rmSync(scratch, { recursive: true });
  repository.remove();
  await gitHub.end();
});

/** Commits main and a change, merged as a forge merges a pull request. */
function merge(
  changes: Readonly<Record<string, string>> = {
    "layout.yaml": "organizations: { acme-dev: {} }\n",
    "notes.txt": "change\n",
  },
) {
  repository.put(files);
  const base = repository.commit();
  repository.git("switch", "--quiet", "--create", "change");
  repository.put(changes);
  const head = repository.commit();
  repository.git("switch", "--quiet", "--detach", "main");
  repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "change");
  return { base, head, merged: repository.git("rev-parse", "HEAD") };
}

/** Runs a job without a secret. Returns its steps with `WORK` for the folder of its files, and its exit code. */
async function call(name: string, given: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const PATH = [join(scratch, "bin"), process.env.PATH ?? ""].join(delimiter);
  const environment = { ...repository.environment, PATH, ...given };
  const terminal = fakeTerminal({ folder: repository.folder, environment });
  const code = await run(["ci", name, "--base", "main", "--dry-run", ...args], terminal);
  const steps = terminal
    .printed()
    .replaceAll(/[^\s=]*\/peridio-\w{6}(?=\/)/g, "WORK")
    .trimEnd()
    .split("\n");
  return { code, steps, said: terminal.said() };
}

/** Returns the variables of a job on GitHub. */
function createJob(event: object): Readonly<Record<string, string>> {
  writeFileSync(join(scratch, "event.json"), JSON.stringify(event));
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: gitHub.server.url,
    GITHUB_EVENT_NAME: "pull_request" in event ? "pull_request" : "push",
    GITHUB_EVENT_PATH: join(scratch, "event.json"),
    GITHUB_OUTPUT: join(scratch, "output"),
    GITHUB_REPOSITORY: gitHub.repository,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_RUN_ID: "7",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_STEP_SUMMARY: join(scratch, "summary"),
    GITHUB_TOKEN: "token",
    GITHUB_WORKFLOW: "access",
    GITHUB_WORKFLOW_REF: "acme/access/.github/workflows/access.yml@refs/heads/main",
    RUNNER_TEMP: scratch,
  };
}

const preview = (stack: string, saving = "") =>
  `PULUMI_SKIP_CHECKPOINTS=true pulumi preview --refresh --show-sames --stack ${stack} --json${saving} > WORK/previews/${stack}.json`;
const previewBase = (stack: string) => preview(stack).replace("WORK/previews", "WORK/base-previews");
const rules = "--rules WORK/base/access-rules.yaml --proposed-rules WORK/change/access-rules.yaml";
const review =
  "peridio-gitops review WORK/previews/dev.json WORK/previews/production.json --stacks 'access/dev access/production' " +
  `--layout layout.yaml ${rules} --changed-controls WORK/change/controls.txt --title 'Access review'`;
const copies = [
  "Copies of the base: WORK/base/access-rules.yaml, WORK/base/stacks.txt",
  "Copies of the change: WORK/change/access-rules.yaml, WORK/change/controls.txt, WORK/change/stacks.txt",
];

test("`review` on GitHub, without a comment and without Pulumi", async () => {
  const { base, head } = merge();
  const repo = { full_name: gitHub.repository };
  const event = { number: 7, user: { login: "ada" }, base: { ref: "main" }, head: { sha: head, repo } };
  const { code, steps } = await call("review", createJob({ pull_request: event }));
  expect(steps).toEqual([
    `Git: the base of the change is ${base}`,
    previewBase("dev"),
    previewBase("production"),
    preview("dev"),
    preview("production"),
    `${review} --authors ada --commit ${head} --base-preview WORK/base-previews/dev.json ` +
      "--base-preview WORK/base-previews/production.json --markdown-file WORK/review/review.md --json-file WORK/review/review.json " +
      "--html-file WORK/review/review.html --link 'https://github.example/acme/access/actions/runs/7#artifacts'",
    "GitHub: keep the files of `review` for a later run",
    "GitHub: show the report on the page of the run",
    "GitHub: create or update the comment on pull request 7",
    ...copies,
  ]);
  expect([code, existsSync(join(scratch, "peridio"))]).toEqual([0, false]);
});

test("`review` previews the base of the stacks only that the change may affect", async () => {
  merge({ "Pulumi.dev.yaml": "config: {}\n" });
  const { steps } = await call("review");
  expect(steps.filter((step) => step.includes(" pulumi preview "))).toEqual([
    previewBase("dev"),
    preview("dev"),
    preview("production"),
  ]);
  // One preview shows both sides of the other stack, so each file has a step that writes it.
  expect(steps.join("\n")).toContain(
    "--base-preview WORK/base-previews/dev.json --base-preview WORK/previews/production.json",
  );
  // A developer's machine has no pull request and no later run.
  expect(steps.filter((step) => step.startsWith("this machine: "))).toEqual(["this machine: print the report"]);
});

test("`prepare` on GitHub leaves nothing that a later job could apply", async () => {
  const { base, head, merged } = merge();
  gitHub.applied.push(base);
  gitHub.pullRequests.push({ number: 7, author: "ada", head, merged });
  gitHub.reviewRuns.push({ id: 1, number: 7, from: gitHub.repository, head, succeeded: true });
  gitHub.filesOf = () => ({ "review.json": "{}" });
  const { code, steps } = await call("prepare", createJob({ before: base }));
  expect(steps).toEqual([
    `GitHub: the last applied commit is ${base}`,
    preview("dev", " --save-plan WORK/review/plan-dev.json"),
    preview("production", " --save-plan WORK/review/plan-production.json"),
    `${review} --authors ada --json-file WORK/review/review.json --html-file WORK/review/review.html`,
    "GitHub: show the report on the page of the run",
    "peridio-gitops confirm WORK/reviewed.json WORK/review/review.json",
    "GitHub: keep the files of `prepared` for a later run",
    "GitHub: pass `approval` to the next jobs",
    ...copies,
  ]);
  expect(code).toBe(0);
  expect(readdirSync(scratch).sort()).toEqual(["bin", "event.json"]);
});

test("`apply` on GitHub uses the prepared change, and runs no update", async () => {
  const { base, merged } = merge();
  gitHub.applied.push(base);
  gitHub.approvals.push({ run: 7, login: "grace", state: "approved", environment: "access-approval" });
  const kept = join(scratch, "peridio/review");
  mkdirSync(kept, { recursive: true });
  const prepared = { commit: merged, base, authors: ["ada"], needsApproval: true, applied: base };
  writeFileSync(join(kept, "prepared.json"), JSON.stringify(prepared));
  const { code, steps } = await call("apply", createJob({ before: base }));
  const update = (stack: string) =>
    "PERIDIO_RULES=WORK/base/access-rules.yaml PERIDIO_REVIEW=WORK/now.json PERIDIO_APPROVAL=WORK/approval.json " +
    `pulumi up --stack ${stack} --yes --refresh --plan WORK/review/plan-${stack}.json --policy-pack ${process.execPath}`;
  expect(steps).toEqual([
    `GitHub: the last applied commit is ${base}`,
    preview("dev"),
    preview("production"),
    `${review} --authors ada --json-file WORK/now.json`,
    "peridio-gitops confirm WORK/review/review.json WORK/now.json --approved-by grace --approval-file WORK/approval.json --require-approval",
    update("dev"),
    update("production"),
    "GitHub: keep the record of the apply",
    ...copies,
  ]);
  expect([code, readdirSync(kept)]).toEqual([0, ["prepared.json"]]);
});

test("`nightly` on a developer's machine, without an issue", async () => {
  merge();
  const { code, steps, said } = await call("nightly");
  expect(steps.slice(0, 2)).toEqual([
    "PULUMI_SKIP_CHECKPOINTS=true pulumi refresh --preview-only --stack dev --json > WORK/drift/dev.json",
    "PULUMI_SKIP_CHECKPOINTS=true pulumi refresh --preview-only --stack production --json > WORK/drift/production.json",
  ]);
  expect(steps.map((step) => step.split(" ").slice(0, 2).join(" ")).slice(4)).toEqual([
    "peridio-gitops review",
    "peridio-gitops review",
    "peridio-gitops audit",
    "Copies of",
    "Copies of",
  ]);
  expect([code, said]).toEqual([0, ""]);
});

test("`nightly --pull-request` proposes to remove people that the applied commit declares, and refuses without such a commit", async () => {
  const { base } = merge();
  const unknown = await call("nightly", createJob({}), "--pull-request");
  expect([unknown.code, unknown.said]).toEqual([1, expect.stringContaining("No commit of the main branch is known")]);
  gitHub.applied.push(base);
  const sync = (rules: string) =>
    `peridio-gitops sync --adopt-gone --base git:${base} ${rules} --pull-request --layout layout.yaml`;
  const { steps } = await call("nightly", createJob({}), "--pull-request");
  expect(steps).toContain(sync("--rules WORK/base/access-rules.yaml"));
  expect((await call("nightly", createJob({}), "--pull-request", "--no-rules")).steps).toContain(sync("--no-rules"));
  const { code, said } = await call("nightly", {}, "--pull-request");
  expect([code, said]).toEqual([1, expect.stringContaining("in a pipeline only")]);
});

test("`nightly --renew-by` proposes to renew access, also without an applied commit", async () => {
  merge();
  const { steps } = await call("nightly", createJob({}), "--renew-by", "90");
  expect(steps).toContain(
    "peridio-gitops renew --by 90 --rules WORK/base/access-rules.yaml --pull-request --layout layout.yaml",
  );
  const { code, said } = await call("nightly", {}, "--renew-by", "90");
  expect([code, said]).toEqual([1, expect.stringContaining("`peridio-gitops renew --by DAYS --pull-request`")]);
});

test("a dry run stops where the job would stop", async () => {
  const { base } = merge();
  const { code, steps, said } = await call("prepare", createJob({ before: base }));
  expect([code, steps.at(-1), said]).toEqual([
    1,
    expect.stringContaining("The commit before this one is not applied."),
    expect.stringContaining("The commit before this one is not applied."),
  ]);
});

test("`affected` has no dry run", async () => {
  merge();
  const { code, said } = await call("affected");
  expect([code, said]).toEqual([2, expect.stringContaining("`ci affected` only lists stacks. Remove --dry-run.")]);
});
