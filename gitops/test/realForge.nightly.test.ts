import { join } from "node:path";
import { hasGitea, testsWithTool } from "#testing";
import {
  acceptBob,
  correct,
  forge,
  forgery,
  promote,
  promotion,
  raiseBob,
  shorten,
  weaken,
} from "./support/pipelines/changes";
import { type GiteaRun, GiteaRuns } from "./support/pipelines/giteaRuns";
import { secrets, Team } from "./support/pipelines/team";

/**
 * The workflow of examples/ci at a real Gitea, with a real runner and the Pulumi CLI. The emulator is Peridio. Ada, Grace and Mallory
 * have permission to write, and Eve to read. Each test continues the one before it.
 */

const { test, describe } = testsWithTool("Run `make gitea`, for the tests with a real forge.", hasGitea);

describe("Gitea", () => {
  let team: Team;
  let runs: GiteaRuns;

  beforeAll(async () => {
    team = await Team.begin();
    runs = await GiteaRuns.begin(team, join(__dirname, "../.."));
  });
  afterAll(async () => {
    await runs.end();
    await team.end();
  });

  const texts = async (number: number) => (await runs.comments(number)).map(({ body }) => body).join("\n");
  const needsApproval =
    "::warning::The change needs approval, and this run has none. Read the review. Then another person starts this workflow";
  const byAdaOrDora = 'The rule "every new admin of production is approved" needs an approval by ada or dora.';

  test("the first commit is a base after one person has started the workflow, and another person has approved the run", async () => {
    const pushed = await runs.next("push");
    expect(pushed.conclusion).toBe("failure");
    expect(pushed.log).toContain("::error::The commit before this one is not applied. Review again");

    const started = await runs.startAndWait("grace");
    expect(started.conclusion).toBe("failure");
    expect(started.log).toContain(
      `the rules and the stacks of ${team.repository.main} become the base of later changes.`,
    );
    expect(started.log).toContain(`${needsApproval} on main, with \`approve\`: ${started.id}.`);
    const own = await runs.startAndWait("grace", started);
    expect(own.conclusion).toBe("failure");
    expect(own.log).toContain(needsApproval);

    expect((await runs.startAndWait("ada", started)).conclusion).toBe("success");
    expect(team.writes()).toEqual([]);
  });

  let number: number;
  let before: number | undefined;

  test("Gitea does not merge a change that breaks a rule, also if it weakens the rules and removes the stack", async () => {
    team.repository.begin("change-1");
    promote(team);
    weaken(team);
    const review = await runs.review("change-1");
    ({ number } = review);
    expect(review.run.conclusion).toBe("failure");
    expect(review.run.log).toContain("::error::The review refuses the change. Read the review");
    const [comment, ...more] = await runs.comments(number);
    before = comment?.id;
    expect([comment?.user.login, more]).toEqual(["gitea-actions", []]);
    expect(comment?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Refused/);
    expect(comment?.body).toMatch(/The change edits `stacks\.txt`/);
    expect(await runs.approve(number, "ada")).toBe("done");
    expect(await runs.merge(number, "grace")).toMatch(/^405 /);
  });

  test("the push of another person updates the comment, and a forged preview in the branch changes nothing", async () => {
    correct(team);
    const production = await team.bash(
      "pulumi preview --stack production --refresh --show-sames --json 2>/dev/null",
      team.repository.folder,
      {
        PERIDIO_API_KEY: secrets.PERIDIO_VIEWER_API_KEY,
        PERIDIO_PREVIEW_ONLY: "1",
        PULUMI_BACKEND_URL: `file://${team.backend}`,
        PULUMI_CONFIG_PASSPHRASE: secrets.PULUMI_CONFIG_PASSPHRASE,
      },
    );
    forge(team, production.output);
    const { run } = await runs.review("change-1", "mallory");
    expect(run.conclusion).toBe("success");
    expect(run.log).toContain("::warning::The change needs approval.");
    const [comment, ...more] = await runs.comments(number);
    expect([comment?.id, more]).toEqual([before, []]);
    expect(comment?.body).toContain("**Needs approval**");
    expect(comment?.body).toMatch(/`bob@acme\.example`.*viewer → admin/);
    expect(comment?.body).toContain("preview-zz.json");
    expect(comment?.body).not.toContain(forgery);
  });

  test("Gitea refuses the approval by the person who opened the pull request, and counts none without permission to write", async () => {
    expect(await runs.approve(number, "grace")).toMatch(/^422 approve your own pull/);
    expect(await runs.approve(number, "eve")).toBe("done");
    expect(await runs.merge(number, "grace")).toMatch(/^405 .*approvals/);
    expect(await runs.start("eve")).toMatch(/^403 /);
  });

  let merged: GiteaRun;

  test("an approval by an author who only pushed applies nothing, of the pull request and of the run", async () => {
    expect(await runs.approve(number, "mallory")).toBe("done");
    expect(await runs.merge(number, "mallory")).toBe("done");
    merged = await runs.next("push");
    expect(merged.conclusion).toBe("failure");
    expect(merged.log).toContain(needsApproval);

    for (const author of ["mallory", "grace"]) {
      const approved = await runs.startAndWait(author, merged);
      expect(approved.conclusion).toBe("failure");
      expect(approved.log).toContain(byAdaOrDora);
    }
    expect(team.writes()).toEqual([]);
  });

  test("the approval of the run by a person that the rule names applies exactly the plan", async () => {
    expect((await runs.startAndWait("ada", merged)).conclusion).toBe("success");
    expect(team.writes().sort()).toEqual(promotion);
  });

  test("an approval of the pull request before the merge applies the change", async () => {
    team.repository.begin("change-2");
    team.repository.edit("layout.yaml", ["acme-dev: { role: developer", "acme-dev: { role: manager"]);
    ({ number } = await runs.review("change-2"));
    expect(await runs.approve(number, "ada")).toBe("done");
    expect(await runs.merge(number, "grace")).toBe("done");
    expect((await runs.next("push")).conclusion).toBe("success");
    expect(team.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
  });

  test("an approval of an earlier commit does not count, also if an administrator merges against the protection", async () => {
    team.repository.begin("change-3");
    raiseBob(team);
    team.repository.edit("layout.yaml", ["people:\n", "people:\n  eve@acme.example: { acme-production: admin }\n"]);
    ({ number } = await runs.review("change-3"));
    expect(await runs.approve(number, "ada")).toBe("done");
    shorten(team);
    await runs.review("change-3");
    expect(await runs.merge(number, "grace")).toMatch(/^405 .*approvals/);
    expect(await runs.merge(number, "root")).toBe("done");
    merged = await runs.next("push");
    expect(merged.conclusion).toBe("failure");
    expect(merged.log).toContain(needsApproval);
    expect(team.writes()).toEqual([]);
    expect((await runs.startAndWait("ada", merged)).conclusion).toBe("success");
    expect(team.writes().sort()).toEqual([
      'PATCH update-a-member {"role":"manager"}',
      'PATCH update-security-settings {"session_timeout":1800}',
      'POST create-an-invitation {"email":"eve@acme.example","role":"admin"}',
    ]);
  });

  test("the approval of a pull request that edits the workflow does not count, because the branch wrote its own review", async () => {
    team.repository.begin("change-4");
    acceptBob(team);
    team.repository.edit(".gitea/workflows/access.yml", ["17 3 * * *", "@every 1s"]);
    ({ number } = await runs.review("change-4"));
    expect(await texts(number)).toContain(
      "The change edits `.gitea/workflows/access.yml`, which controls this review.",
    );
    expect(await runs.approve(number, "ada")).toBe("done");
    expect(await runs.merge(number, "grace")).toBe("done");
    merged = await runs.next("push");
    expect(merged.conclusion).toBe("failure");
    expect(merged.log).toContain(needsApproval);
    expect((await runs.startAndWait("ada", merged)).conclusion).toBe("success");
    expect(team.writes()).toEqual([]);
  });

  test("at night, one issue lists changes outside Pulumi until there are none", async () => {
    const { control } = team.emulator;
    await control.setRole("bob@acme.example", "acme-production", "viewer");
    await runs.skip();
    await runs.next("schedule");
    const [issue, ...more] = await runs.issues();
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ title: "Access to Peridio", state: "open", user: { login: "gitea-actions" } });
    expect(issue?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);

    await control.setRole("bob@acme.example", "acme-production", "admin");
    await runs.skip();
    await runs.next("schedule");
    expect(await runs.issues()).toMatchObject([{ id: issue?.id, state: "closed" }]);
    expect(team.writes()).toEqual([]);
  });

  test("a branch whose workflow skips the review has a green check, and is not applied", async () => {
    team.repository.begin("change-5");
    team.repository.edit("layout.yaml", [
      "people:\n",
      "people:\n  mallory@acme.example: { acme-production: viewer }\n",
    ]);
    team.repository.edit(".gitea/workflows/access.yml", ["run: peridio-gitops ci review", 'run: "true"']);
    const review = await runs.review("change-5");
    expect(review.run.conclusion).toBe("success");
    expect(await runs.approve(review.number, "ada")).toBe("done");
    expect(await runs.merge(review.number, "grace")).toBe("done");
    const run = await runs.next("push");
    expect(run.conclusion).toBe("failure");
    expect(run.log).toContain("::error::No successful review belongs to this commit. Review again");
    expect(team.writes()).toEqual([]);
  });

  test("no public output contains a secret", async () => {
    const posts = [
      ...(await runs.issues()),
      ...(await Promise.all([1, 2, 3, 4].map((one) => runs.comments(one)))).flat(),
    ];
    const public_ = [runs.log, ...posts.map(({ body }) => body), ...(await runs.artifacts())];
    expect(public_.length).toBeGreaterThan(20);
    expect(Object.values(secrets).filter((secret) => public_.some((text) => text.includes(secret)))).toEqual([]);
  });
});
