import { testsWithTool } from "#testing";
import { correct, inviteMallory, promote, promotion, shorten, weaken } from "./support/pipelines/changes";
import { GitLab } from "./support/pipelines/gitLab";
import { GitLabCiLocal, hasGitLabCiLocal } from "./support/pipelines/gitLabCiLocal";
import { secrets, Team } from "./support/pipelines/team";

/**
 * The pipeline that `ci init` writes for GitLab, in gitlab-ci-local, with the Pulumi CLI. The emulator is Peridio, and a simulation is
 * GitLab's API. Each test continues the one before it.
 */

const { test, describe } = testsWithTool(
  "Run `make gitlab-ci-local`, for the tests of GitLab's pipeline.",
  hasGitLabCiLocal,
);

describe("gitlab-ci-local", () => {
  let team: Team;
  let gitLab: GitLab;
  let pipelines: GitLabCiLocal;

  beforeAll(async () => {
    team = await Team.begin();
    gitLab = await GitLab.begin();
    pipelines = await GitLabCiLocal.begin(team, gitLab);
  });
  afterAll(async () => {
    await pipelines.end();
    await gitLab.end();
    await team.end();
  });

  const note = (iid: number) => gitLab.notes.get(iid)?.[0];

  test("a merge request that breaks a rule fails, also if it weakens the rules and removes the stack", async () => {
    team.repository.begin("change-1");
    promote(team);
    weaken(team);
    const run = await pipelines.run(pipelines.push(1));
    expect(run.jobs).toEqual({ review: "failure" });
    expect(note(1)?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Refused/);
    expect(note(1)?.body).toMatch(/The change edits `stacks\.txt`/);
    expect(team.writes()).toEqual([]);
  });

  test("the next push updates the comment, and warns", async () => {
    correct(team);
    const run = await pipelines.run(pipelines.push(1));
    expect(run.jobs).toEqual({ review: "warning" });
    expect(gitLab.notes.get(1)).toMatchObject([{ edits: 1 }]);
    expect(note(1)?.body).toContain("**Needs approval**");
  });

  test("on main, a change waits for a person that the rule names, and then exactly the plan is applied", async () => {
    team.repository.begin("change-2");
    shorten(team);
    team.repository.push("Change 2");
    const source = pipelines.merge(1);
    const run = await pipelines.run(source);
    expect(run.jobs).toEqual({ prepare: "success", apply: "warning", "apply-approved": "manual" });
    const mallory = await pipelines.start(run, "apply-approved", source, "mallory");
    expect(mallory.result).toBe("warning");
    expect(mallory.log).toContain("needs an approval by ada or dora.");
    expect(team.writes()).toEqual([]);
    expect((await pipelines.start(run, "apply-approved", source)).result).toBe("success");
    expect(team.writes().sort()).toEqual(promotion);
  });

  test("a change without a need for approval is applied", async () => {
    team.repository.continue("change-2");
    expect((await pipelines.run(pipelines.push(2))).jobs).toEqual({ review: "success" });
    const run = await pipelines.run(pipelines.merge(2));
    expect(run.jobs).toEqual({ prepare: "success", apply: "success", "apply-approved": "manual" });
    expect(team.writes()).toEqual(['PATCH update-security-settings {"session_timeout":1800}']);
  });

  test("the push of another branch starts no pipeline", async () => {
    const source = {
      name: "push",
      commit: team.repository.main,
      before: team.repository.main,
      branch: "change-2",
    } as const;
    expect((await pipelines.run(source)).jobs).toEqual({});
  });

  test("a fork gets a plan without a variable of the project, and the review still fails", async () => {
    team.repository.begin("change-3");
    inviteMallory(team);
    const run = await pipelines.run(pipelines.push(3, 8));
    expect(run.jobs).toEqual({ review: "failure" });
    expect(run.log).toContain("A pull request from a fork gets no secrets, so this is only a plan.");
    expect(gitLab.notes.has(3)).toBe(false);
  });

  test("at night, one issue lists changes outside Pulumi until there are none", async () => {
    const { control } = team.emulator;
    await control.setRole("bob@acme.example", "acme-production", "viewer");
    expect((await pipelines.run(pipelines.begin("schedule"))).jobs).toEqual({ nightly: "success" });
    expect(gitLab.issues).toMatchObject([{ title: "Access to Peridio", open: true }]);
    expect(gitLab.issues[0]?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);
    await control.setRole("bob@acme.example", "acme-production", "admin");
    await pipelines.run(pipelines.begin("schedule"));
    expect(gitLab.issues).toMatchObject([{ open: false }]);
    expect(team.writes()).toEqual([]);
  });

  test("no public output contains a secret", () => {
    const posts = [...gitLab.notes.values(), gitLab.issues].flat().map(({ body }) => body);
    const texts = [pipelines.log, ...posts, ...pipelines.leftBehind()];
    expect(texts.length).toBeGreaterThan(10);
    const leaked = [...Object.values(secrets), gitLab.token].filter((secret) =>
      texts.some((text) => text.includes(secret)),
    );
    expect(leaked).toEqual([]);
  });
});
