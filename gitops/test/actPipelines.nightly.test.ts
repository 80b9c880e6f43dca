import { testsWithTool } from "#testing";
import { ActRuns, hasAct } from "./support/pipelines/actRuns";
import type { ActionsEvent } from "./support/pipelines/actionsRuns";
import { correct, inviteMallory, promote, promotion, raiseBob, weaken } from "./support/pipelines/changes";
import { GitHub } from "./support/pipelines/gitHub";
import { secrets, Team } from "./support/pipelines/team";

/**
 * The workflow of examples/ci and the one that it calls, as act interprets them: expressions, inputs, secrets, outputs, and the order of
 * jobs. The programs are real, and GitHub's API and the actions of others are not. Each test continues the one before it.
 */

const { test, describe } = testsWithTool(
  "Run `make act`, for the tests that interpret the workflows for GitHub.",
  hasAct,
);

describe("act", () => {
  let team: Team;
  let gitHub: GitHub;
  let runs: ActRuns;

  beforeAll(async () => {
    team = await Team.begin();
    gitHub = await GitHub.begin();
    runs = await ActRuns.begin(team, gitHub);
    gitHub.applied.push(team.repository.main);
  });
  afterAll(async () => {
    await runs.end();
    await gitHub.end();
    await team.end();
  });

  /** Pushes the files in the folder to a pull request of Grace. */
  function propose(number: number, from = gitHub.repository): ActionsEvent {
    const head = team.repository.push(`Change ${number}`);
    const request = gitHub.pullRequests.find((one) => one.number === number);
    if (request === undefined) gitHub.pullRequests.push({ number, author: "grace", head, merged: undefined });
    else request.head = head;
    const merged = team.repository.mergedWith(`change-${number}`);
    return { name: "pull_request", number, author: "grace", head, merged, from };
  }

  function merge(number: number): ActionsEvent {
    const before = team.repository.main;
    const commit = team.repository.merge(`change-${number}`);
    const request = gitHub.pullRequests.find((one) => one.number === number);
    if (request !== undefined) request.merged = commit;
    return { name: "push", commit, before };
  }

  const comments = (number: number) => gitHub.comments.get(number) ?? [];

  test("a pull request that breaks a rule fails, and the next push updates the comment", async () => {
    team.repository.begin("change-1");
    promote(team);
    weaken(team);
    const refused = await runs.run(propose(1));
    expect(refused.results).toEqual(["review failure"]);
    expect(refused.log).toContain("::error::The review refuses the change. Read the review");
    expect(comments(1)).toHaveLength(1);
    expect(comments(1)[0]?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Refused/);
    expect(refused.summary).toBe(comments(1)[0]?.body);

    correct(team);
    const { results } = await runs.run(propose(1));
    expect(results).toEqual(["review success"]);
    expect(comments(1)).toMatchObject([{ author: "github-actions[bot]", edits: 1 }]);
    expect(comments(1)[0]?.body).toContain("**Needs approval**");
    expect(team.writes()).toEqual([]);
  });

  test("a fork gets no secret, and its review fails", async () => {
    team.repository.begin("change-2");
    inviteMallory(team);
    const run = await runs.run(propose(2, "mallory/access"));
    expect(run.results).toEqual(["review failure"]);
    expect(run.summary).toMatch(/`mallory@partner\.example`.*no access → viewer \(to be invited\)/);
    expect(comments(2)).toEqual([]);
  });

  let merged: ActionsEvent;

  test("without an approval by a person that the rule names, nothing is applied, also if no environment waits", async () => {
    merged = merge(1);
    const run = await runs.run(merged, { approvers: ["Grace", "mallory"] });
    expect(run.results).toEqual(["prepare success", "approval success", "apply failure"]);
    expect(run.log).toContain('The rule "every new admin of production is approved" needs an approval by ada or dora.');
    expect(team.writes()).toEqual([]);
  });

  test("with the approval, exactly the plan is applied, with the admin's key", async () => {
    const run = await runs.run(merged, { approvers: ["ada"] });
    expect(run.results).toEqual(["prepare success", "approval success", "apply success"]);
    expect(team.writes().sort()).toEqual(promotion);
    expect(gitHub.evidence).toMatchObject([{ run: run.id }]);
  });

  test("a change that needs no approval is applied without one", async () => {
    team.repository.begin("change-3");
    raiseBob(team);
    await runs.run(propose(3));
    const { results } = await runs.run(merge(3));
    expect(results).toEqual(["prepare success", "apply success"]);
    expect(team.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
  });

  test("a run that a person starts waits for approval on main, and does nothing on another branch", async () => {
    const byHand = { name: "workflow_dispatch", commit: team.repository.main } as const;
    expect((await runs.run(byHand, { branch: "change-3" })).results).toEqual([]);
    const { results } = await runs.run(byHand, { approvers: ["ada"] });
    expect(results).toEqual(["prepare success", "approval success", "apply success"]);
  });

  test("each schedule starts its own job", async () => {
    const commit = team.repository.main;
    expect((await runs.run({ name: "schedule", commit, job: "expire" })).results).toEqual(["expire success"]);
    await team.emulator.control.setRole("bob@acme.example", "acme-production", "viewer");
    expect((await runs.run({ name: "schedule", commit })).results).toEqual(["nightly success"]);
    expect(gitHub.issues).toMatchObject([{ title: "Access to Peridio", open: true }]);
    expect(gitHub.issues[0]?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);
    expect(team.writes()).toEqual([]);
  });

  test("no public output contains a secret", () => {
    const posts = [...gitHub.comments.values(), gitHub.issues].flat().map(({ body }) => body);
    const texts = [runs.log, ...posts, ...runs.leftBehind()];
    expect(texts.length).toBeGreaterThan(15);
    const all = [...Object.values(secrets), ...gitHub.tokens.keys()];
    expect(all.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
  });
});
