import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { type ApplyRecord, applyRecord } from "../src/evidence/record";
import {
  acceptBob,
  correct,
  endToday,
  forge,
  forgery,
  inviteMallory,
  addLab,
  mistake,
  promote,
  promotion,
  shorten,
  weaken,
} from "./support/pipelines/changes";
import { nightly } from "#testing";
import { GitLab } from "./support/pipelines/gitLab";
import { GitLabRuns, type PipelineRun, type Source } from "./support/pipelines/gitLabRuns";
import { secrets, Team } from "./support/pipelines/team";

/** The GitLab pipelines of examples/ci in the life of a team. Each test continues the one before it. */

let team: Team;
let gitLab: GitLab;
let pipelines: GitLabRuns;

beforeAll(async () => {
  team = await Team.begin();
  gitLab = await GitLab.begin();
  gitLab.deployments.push({ environment: "access/approved", commit: team.repository.main });
  pipelines = new GitLabRuns(team, gitLab);
});
afterAll(async () => {
  await team.end();
  await gitLab.end();
});

const results = ({ jobs }: PipelineRun) => Object.entries(jobs).map(([name, result]) => `${name} ${result}`);

/** Returns the preview of production of the only job so far. */
function newestPreview(): string {
  const folder = readdirSync(team.scratch).find((name) => name.startsWith("peridio-")) ?? "";
  return readFileSync(join(team.scratch, folder, "previews/production.json"), "utf8");
}

const note = (iid: number) => gitLab.notes.get(iid)?.[0];

test("a merge request that breaks a rule fails, also if it weakens the rules and removes the stack", async () => {
  team.repository.begin("change-1");
  promote(team);
  weaken(team);
  const source = pipelines.push(1);
  // A base with this name would have the weak rules.
  team.repository.tag("main");
  const run = await pipelines.run(source);
  expect(results(run)).toEqual(["review failure"]);
  expect(run.log).toContain("The review refuses the change. Read the review");
  expect(gitLab.notes.get(1)).toHaveLength(1);
  expect(note(1)?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Refused/);
  expect(note(1)?.body).toMatch(/`bob@acme\.example`.*viewer → admin/);
  expect(note(1)?.body).toMatch(/The change edits `stacks\.txt`/);
  expect(note(1)?.body).toContain("The new access rules allow a violation");
  expect(team.writes()).toEqual([]);
});

test("the next push updates the comment, ignores forged files in the branch, and warns", async () => {
  correct(team);
  forge(team, newestPreview());
  const run = await pipelines.run(pipelines.push(1));
  expect(results(run)).toEqual(["review warning"]);
  expect(gitLab.notes.get(1)).toMatchObject([{ edits: 1 }]);
  expect(note(1)?.body).toContain("**Needs approval**");
  expect(note(1)?.body).not.toContain("Block");
  expect(note(1)?.body).toMatch(/`bob@acme\.example`.*viewer → admin/);
  expect(note(1)?.body).toContain("preview-zz.json");
  expect(note(1)?.body).not.toContain(forgery);
});

test("on main, a change waits for a person that the rule names, and then exactly the plan is applied", async () => {
  team.repository.begin("change-3");
  shorten(team);
  team.repository.push("Change 3");
  const source = pipelines.merge(1);
  const run = await pipelines.run(source);
  expect(results(run)).toEqual(["prepare success", "apply warning", "apply-approved manual"]);
  expect(run.log).toContain("The change needs approval");

  // The rule does not name Mallory.
  const mallory = 'mallory$(touch injected)`touch injected`"; touch injected; "';
  const started = await pipelines.start(run, "apply-approved", source, mallory);
  expect(started.result).toBe("warning");
  expect(started.log).toContain(
    'The change lacks an approval:\n  The rule "every new admin of production is approved" needs an approval by ada or dora.\n',
  );
  expect(started.log).toContain("or lacks an approval. Review again: start this pipeline yourself.");
  expect(readdirSync(team.scratch, { recursive: true }).filter((file) => file.includes("injected"))).toEqual([]);
  expect(team.writes()).toEqual([]);

  team.failingStack = "production";
  const failed = await pipelines.start(run, "apply-approved", source);
  team.failingStack = "";
  expect(failed.result).toBe("warning");
  expect(failed.log).toContain("The update of access/production failed: see the message above.");
  const first = team.writes();
  expect(first).toEqual(["DELETE remove-a-member"]);
  const continued = await pipelines.start(run, "apply-approved", source);
  expect(continued.result).toBe("success");
  expect(continued.log).toContain("An earlier run has applied access/dev.");
  expect([...first, ...team.writes()].sort()).toEqual(promotion);
});

test("each apply leaves a record with its approval and results, and the records are a chain", async () => {
  const records = gitLab.deployments.flatMap(({ record = {} }) => Object.entries(record)).sort();
  const folder = join(team.scratch, "evidence");
  mkdirSync(folder);
  for (const [name, text] of records) writeFileSync(join(folder, name), text);
  const stacks = ({ stacks }: ApplyRecord) => stacks.map(({ stack, result, exitCode }) => [stack, result, exitCode]);
  const [failed, continued, ...more] = records
    .filter(([name]) => !name.endsWith(".review.json"))
    .map(([, text]) => applyRecord.parse(JSON.parse(text)));
  if (failed === undefined || continued === undefined) throw new Error("an apply has left no record");
  expect(more).toEqual([]);
  expect([failed, continued].map(stacks)).toEqual([
    [
      ["access/dev", "applied", 0],
      ["access/production", "failed", 255],
    ],
    [
      ["access/dev", "applied before", null],
      ["access/production", "applied", 0],
    ],
  ]);
  const { forge, approvals, authors, commit, versions, review } = failed;
  expect({ forge, approvals, authors, commit }).toEqual({
    forge: "GitLab",
    approvals: [{ login: "ada" }],
    authors: ["grace"],
    commit: team.repository.main,
  });
  expect({ ...versions, pulumi: "" }).toEqual({ gitops: version, pulumi: "", provider: [version] });
  expect(versions.pulumi).toMatch(/^v3\./);
  expect(review.verdict).toBe("needs approval");

  const evidence = async (task: string) => team.bash(`peridio-gitops evidence ${task}`, team.scratch, {});
  const verified = await evidence("verify evidence");
  expect(verified.output).toMatch(/^2 records, complete and unchanged\./);
  expect(verified.code).toBe(0);
  const { output } = await evidence("list evidence --person bob@acme.example");
  expect(output).toMatch(/approved by ada\n.*\n.*\n.*\n {2}- acme-production: bob@acme\.example: viewer → admin/);
  expect(output).not.toContain("dora@acme.example");
});

nightly("a change of the rules and of the pipeline is judged by the rules before it, also on main", async () => {
  team.repository.begin("change-4");
  endToday(team);
  await pipelines.run(pipelines.push(4));

  team.repository.begin("change-2");
  acceptBob(team);
  team.repository.edit("Pulumi.yaml", ["changed by pull requests", "changed by Mallory"]);
  team.repository.edit(".gitlab-ci.yml", ["tools-version: 0.1.0", "tools-version: 0.1.1"]);
  expect(results(await pipelines.run(pipelines.push(2)))).toEqual(["review warning"]);
  for (const file of ["access-rules.yaml", "Pulumi.yaml", ".gitlab-ci.yml"]) {
    expect(note(2)?.body).toContain(`The change edits \`${file}\`, which controls this review.`);
  }
  const edit = "The change edits the access rule `every new admin of production is approved`";
  expect(note(2)?.body).toContain(edit);

  const source = pipelines.merge(2);
  const run = await pipelines.run(source);
  expect(results(run)).toEqual(["prepare success", "apply warning", "apply-approved manual"]);
  expect(run.log).toContain(edit);
  expect(await pipelines.start(run, "apply-approved", source)).toMatchObject({ result: "success" });
  expect(team.writes()).toEqual([]);
});

nightly("a branch that is behind is reviewed as what main would be with it, and applied without asking", async () => {
  team.repository.continue("change-3");
  await pipelines.run(pipelines.push(3));
  expect(note(3)?.body).toContain("`1h` → `30m`");
  expect(note(3)?.body).not.toContain("### Access changes");
  expect(note(3)?.body).not.toContain("### Program changes");
  const run = await pipelines.run(pipelines.merge(3));
  expect(results(run)).toEqual(["prepare success", "apply success", "apply-approved manual"]);
  expect(team.writes()).toEqual(['PATCH update-security-settings {"session_timeout":1800}']);
});

let merged: Source;

nightly("a change of the rules or outside Pulumi after the review stops the pipeline", async () => {
  const { control } = team.emulator;
  control.addMember("eve@acme.example", "acme-dev", "admin");
  team.repository.continue("change-4");
  merged = pipelines.merge(4);
  const stopped = await pipelines.run(merged);
  expect(results(stopped)).toEqual(["prepare failure", "apply skipped", "apply-approved skipped"]);
  expect(stopped.log).toContain("eve@acme.example in acme-dev: admin → no access. This change was not reviewed.");
  expect(stopped.log).toContain("The access rules differ from the reviewed access rules.");
  expect(stopped.log).toContain("Review again: start this pipeline yourself.");

  const again = await pipelines.run(pipelines.begin("web"));
  expect(results(again)).toEqual(["prepare success", "apply warning", "apply-approved manual"]);
  control.addMember("mallory@partner.example", "acme-dev", "viewer");
  const approved = await pipelines.start(again, "apply-approved", pipelines.begin("web"));
  expect(approved.log).toContain("the change differs from the approved review, or lacks an approval. Review again");
  for (const email of ["eve@acme.example", "mallory@partner.example"]) await control.removeMember(email, "acme-dev");
});

nightly("a last day that passes after the review stops the pipeline", async () => {
  team.daysAhead = 1;
  const late = await pipelines.run(merged);
  expect(results(late)).toEqual(["prepare failure", "apply skipped", "apply-approved skipped"]);
  expect(late.log).toMatch(
    /carl@partner\.example in acme-dev: developer \(until 2099-06-30\) → no access\. Reviewed: /,
  );

  team.daysAhead = 0;
  // The command that `ci init` prints starts a pipeline through the API.
  const again = await pipelines.run(pipelines.begin("api"));
  expect(results(again)).toEqual(["prepare success", "apply warning", "apply-approved manual"]);
  expect(await pipelines.start(again, "apply-approved", pipelines.begin("api"))).toMatchObject({ result: "success" });
  expect(team.writes()).toEqual([]);
});

nightly("at night, one issue says what is to be looked at, until there is nothing", async () => {
  const { control } = team.emulator;
  if (gitLab.mergeRequests.every(({ iid }) => iid !== 2)) {
    // Only `make test-all` reviews this change of the rules.
    team.repository.begin("change-2");
    acceptBob(team);
    team.repository.push("Accept Bob");
    pipelines.merge(2);
  }
  team.daysAhead = 0;
  await control.setRole("bob@acme.example", "acme-production", "viewer");
  await pipelines.run(pipelines.begin("schedule"));
  const [issue] = gitLab.issues;
  expect(gitLab.issues).toMatchObject([{ title: "Access to Peridio", open: true, edits: 0 }]);
  expect(issue?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);
  expect(issue?.body).not.toMatch(/[^\n]\n## /);

  control.addMember("eve@partner.example", "acme-production", "developer");
  await pipelines.run(pipelines.begin("schedule"));
  expect(gitLab.issues).toMatchObject([{ open: true, edits: 1 }]);
  await control.removeMember("eve@partner.example", "acme-production");
  await control.setRole("bob@acme.example", "acme-production", "admin");
  await pipelines.run(pipelines.begin("schedule"));
  // At night, another test has declared that access ends today, which is a finding too.
  const isEnding = gitLab.mergeRequests.some(({ iid }) => iid === 4);
  expect(gitLab.issues).toMatchObject([{ open: isEnding, edits: 2 }]);
  expect(isEnding ? issue?.body : "").not.toMatch(/Changed outside Pulumi|eve@partner\.example|Broken/);
  expect(team.writes()).toEqual([]);
});

nightly("at night, the issue lists what the program removes after a last day", async () => {
  team.daysAhead = 1;
  await pipelines.run(pipelines.begin("schedule"));
  expect(gitLab.issues.at(-1)?.body).toMatch(
    /## To be applied[^]*carl@partner\.example[^]*developer \(until [\d-]+\) → no access/,
  );
  team.daysAhead = 0;
});

nightly("a fork gets a plan without a secret, and the review still fails", async () => {
  team.repository.begin("change-6");
  inviteMallory(team);
  const run = await pipelines.run(pipelines.push(6, 8));
  expect(results(run)).toEqual(["review failure"]);
  expect(run.log).toContain("A pull request from a fork gets no secrets, so this is only a plan.");
  expect(run.log).toMatch(/\*\*`nobody from outside in production`\*\* · Refused/);
  expect(gitLab.notes.has(6)).toBe(false);
});

nightly("a preview that fails is no review, and the comment says why", async () => {
  team.repository.begin("change-5");
  mistake(team);
  expect(results(await pipelines.run(pipelines.push(5)))).toEqual(["review failure"]);
  expect(note(5)?.body).toMatch(/^<!-- peridio-gitops review: Access review -->\n[^]*must be one of owner, admin/);
});

nightly("an organization that no stack selects needs approval", async () => {
  team.repository.begin("change-8");
  addLab(team);
  expect(results(await pipelines.run(pipelines.push(8)))).toEqual(["review warning"]);
  expect(note(8)?.body).toContain("contains the organization acme-lab, but no reviewed stack declares it");
});

nightly("a change is applied only after the change before it, and only with a review", async () => {
  const before = team.repository.main;
  merged = pipelines.merge(5);
  gitLab.deployments.splice(0);
  const early = await pipelines.run(merged);
  expect(results(early)).toEqual(["prepare failure", "apply skipped", "apply-approved skipped"]);
  expect(early.log).toContain("The commit before this one is not applied.");

  gitLab.deployments.unshift({ environment: "access/approved", commit: before });
  const run = await pipelines.run(merged);
  expect(results(run)).toEqual(["prepare failure", "apply skipped", "apply-approved skipped"]);
  expect(run.log).toContain("No successful review belongs to this commit.");
});

nightly("committed artifacts, which could replace those of a job, stop the review", async () => {
  team.repository.begin("change-7");
  mkdirSync(join(team.repository.folder, "artifacts"));
  team.repository.write({ "artifacts/review.json": "{}", "artifacts/approval.txt": "no\n" });
  const run = await pipelines.run(pipelines.push(7));
  expect(results(run)).toEqual(["review failure"]);
  expect(run.log).toContain("The repository contains the path artifacts, which the pipeline writes.");
});

test("nothing that anybody can read holds a secret", () => {
  const posts = [...gitLab.notes.values(), gitLab.issues].flat().map(({ body }) => body);
  const texts = [pipelines.log, ...posts, ...pipelines.leftBehind()];
  expect(texts.length).toBeGreaterThan(10);
  const leaked = [...Object.values(secrets), gitLab.token].filter((secret) =>
    texts.some((text) => text.includes(secret)),
  );
  expect(leaked).toEqual([]);
});
