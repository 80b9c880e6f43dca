import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  acceptBob,
  addLab,
  correct,
  endToday,
  forge,
  forgery,
  inviteMallory,
  mistake,
  promote,
  promotion,
  raiseBob,
  weaken,
} from "./support/pipelines/changes";
import { nightly } from "#testing";
import { type ActionsEvent, EmulatedGiteaRuns, GitHubRuns, type WorkflowRun } from "./support/pipelines/actionsRuns";
import { GitHub } from "./support/pipelines/gitHub";
import { Gitea } from "./support/pipelines/gitea";
import { secrets, Team } from "./support/pipelines/team";
import { newPost } from "./support/pipelines/text";

/**
 * The workflows for GitHub and Gitea in the life of a team. Each test continues the one before it. Most of them run for Gitea at night, and
 * realForge.nightly.test.ts uses a real one.
 */

const create = {
  GitHub: async (team: Team) => {
    const server = await GitHub.begin();
    return [server, new GitHubRuns(team, server)] as const;
  },
  Gitea: async (team: Team) => {
    const server = await Gitea.begin();
    return [server, new EmulatedGiteaRuns(team, server)] as const;
  },
};

describe.each([
  ["GitHub", ".github/workflows/access.yml"],
  ["Gitea", ".gitea/workflows/access.yml"],
] as const)("%s", (name, workflow) => {
  const daily = name === "GitHub" ? test : nightly;

  let team: Team;
  let server: GitHub | Gitea;
  let runs: GitHubRuns | EmulatedGiteaRuns;

  beforeAll(async () => {
    team = await Team.begin();
    [server, runs] = await create[name](team);
    server.applied.push(team.repository.main);
  });
  afterAll(async () => {
    await team.end();
    await server.end();
  });

  /** Pushes the files in the folder to a pull request of Grace, unless it has an author. */
  function push(number: number, from = server.repository, author = "grace"): ActionsEvent {
    const head = team.repository.push(`Change ${number}`);
    const request = server.pullRequests.find((one) => one.number === number);
    if (request === undefined) server.pullRequests.push({ number, author, head, merged: undefined });
    else request.head = head;
    return { name: "pull_request", number, author, head, merged: team.repository.mergedWith(`change-${number}`), from };
  }

  /** Begins a pull request and reviews it. */
  async function request(number: number, edit: () => void): Promise<WorkflowRun> {
    team.repository.begin(`change-${number}`);
    edit();
    return runs.run(push(number));
  }

  function merge(number: number): ActionsEvent {
    const before = team.repository.main;
    const commit = team.repository.merge(`change-${number}`);
    const request = server.pullRequests.find((one) => one.number === number);
    if (request !== undefined) request.merged = commit;
    return { name: "push", commit, before };
  }

  /** A person starts it for the head of main. */
  const byHand = (): ActionsEvent => ({ name: "workflow_dispatch", commit: team.repository.main });
  const schedule = (): ActionsEvent => ({ name: "schedule", commit: team.repository.main });

  const results = (run: WorkflowRun) => run.results;
  const comment = (number: number) => server.comments.get(number)?.[0];

  test("a pull request that breaks a rule fails, also if it weakens the rules and removes the stack", async () => {
    const run = await request(1, () => {
      promote(team);
      weaken(team);
    });
    expect(results(run)).toEqual(["review failure"]);
    expect(run.log).toContain("::error::The review refuses the change. Read the review");
    expect(server.comments.get(1)).toHaveLength(1);
    expect(comment(1)?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Refused/);
    expect(comment(1)?.body).toMatch(/`bob@acme\.example`.*viewer → admin/);
    expect(comment(1)?.body).toMatch(/The change edits `stacks\.txt`/);
    expect(comment(1)?.body).toContain("The new access rules allow a violation");
    expect(comment(1)?.body).toMatch(/line\\+nbreak\.txt/);
    expect(run.summary).toBe(comment(1)?.body);
    expect(team.writes()).toEqual([]);
  });

  daily(
    "the next push updates the comment, and ignores comments of people and forged files in the branch",
    async () => {
      const forged = { ...newPost("mallory", comment(1)?.body ?? "") };
      server.comments.get(1)?.unshift(forged);
      correct(team);
      forge(team, readFileSync(join(team.scratch, "temp-1/peridio/previews/production.json"), "utf8"));
      const run = await runs.run(push(1));
      expect(results(run)).toEqual(["review success"]);
      expect(run.log).toContain("::warning::The change needs approval.");
      const [first, second, ...more] = server.comments.get(1) ?? [];
      expect([first, more]).toEqual([forged, []]);
      expect(second?.edits).toBe(1);
      expect(second?.body).toContain("**Needs approval**");
      expect(second?.body).not.toContain("Block");
      expect(second?.body).toMatch(/`bob@acme\.example`.*viewer → admin/);
      expect(second?.body).toContain("preview-zz.json");
      expect(second?.body).not.toContain(forgery);
    },
  );

  nightly("on a developer's machine, the review of the branch has the same verdict and the same changes", async () => {
    const { code, output } = await team.bash("peridio-gitops ci review --base main", team.repository.folder, {
      PERIDIO_API_KEY: secrets.PERIDIO_VIEWER_API_KEY,
      PERIDIO_PREVIEW_ONLY: "1",
      PULUMI_BACKEND_URL: `file://${team.backend}`,
      PULUMI_CONFIG_PASSPHRASE: secrets.PULUMI_CONFIG_PASSPHRASE,
    });
    expect(code).toBe(3);
    expect(output).toContain("**Needs approval**");
    expect(output).toMatch(/`bob@acme\.example`.*viewer → admin/);
    expect(output).toContain("The change needs approval.");
  });

  let merged: ActionsEvent;

  nightly("an approval by the author, or by a person that the rule does not name, applies nothing", async () => {
    merged = merge(1);
    const injections = ["$(touch injected)", '"; touch injected; "', "`touch injected`"];
    const approvers = ["Grace", "mallory", ...injections];
    const run = await runs.run(merged, { approvers });
    expect(results(run)).toEqual(["prepare success", "apply failure"]);
    expect(run.log).toContain(
      'The change lacks an approval:\n  The rule "every new admin of production is approved" needs an approval by ada or dora.\n',
    );
    expect(run.log).toContain(
      "::error::Nothing is applied: the change differs from the approved review, or lacks an approval. Review again",
    );
    expect(readdirSync(team.scratch, { recursive: true }).filter((file) => file.includes("injected"))).toEqual([]);
    expect(team.writes()).toEqual([]);
  });

  nightly("an approval in another attempt applies nothing, because it can be one of the attempt before", async () => {
    const run = await runs.run(merged, { attempt: 2 });
    expect(results(run)).toEqual(["prepare success", "apply failure"]);
    expect(run.log).toContain("::notice::Approvals of a repeated run do not count");
    expect(run.log).toContain("::warning::The change needs approval, and this run has none.");
    expect(team.writes()).toEqual([]);
  });

  daily(
    "on main, a change waits for the approval of a person that the rule names, and then exactly the plan is applied",
    async () => {
      if (server.pullRequests.every((one) => one.merged === undefined)) merged = merge(1);
      let written: readonly string[] = ["nothing was waited for"];
      const approve = () => {
        written = team.writes();
      };
      const run = await runs.run(merged, { approve });
      expect(results(run)).toEqual(["prepare success", "apply success"]);
      expect(written).toEqual([]);
      expect(team.writes().sort()).toEqual(promotion);
      expect(run.summary).toContain("**Needs approval**");
      expect(run.log).toMatch(/::notice::The record of this apply has the SHA-256 digest [0-9a-f]{64}\./);
    },
  );

  daily("a fork gets a plan without a secret, judged by the rules of main, and the review still fails", async () => {
    team.repository.begin("change-6");
    inviteMallory(team);
    team.repository.edit("access-rules.yaml", ["*@acme.example", "*@*.example"]);
    const run = await runs.run(push(6, "mallory/access"));
    expect(results(run)).toEqual(["review failure"]);
    expect(run.log).toContain("::error::A pull request from a fork gets no secrets, so this is only a plan.");
    expect(run.summary).toContain("## Access plan");
    expect(run.summary).toMatch(/\*\*`nobody from outside in production`\*\* · Refused/);
    expect(run.summary).toMatch(/`mallory@partner\.example`.*no access → viewer \(to be invited\)/);
    expect(run.summary).toContain("The change edits `access-rules.yaml`, which controls this review.");
    expect(server.comments.has(6)).toBe(false);
    expect(team.writes()).toEqual([]);
  });

  daily("a review folds what main has not applied, and shows what the change withdraws of it", async () => {
    const grace = ["grace@acme.example: { acme-dev: admin", "grace@acme.example: { acme-dev: viewer"] as const;
    const { repository } = team;
    const main = repository.main;
    repository.begin("change-9");
    raiseBob(team);
    repository.edit("layout.yaml", grace);
    repository.push("Raise Bob, and lower Grace");
    merge(9);
    const run = await request(10, () => {
      inviteMallory(team);
      repository.edit("layout.yaml", [grace[1], grace[0]]);
    });
    expect(run.log).toMatch(/Previewing the base of access\/dev\n[^]*Previewing access\/dev\n/);
    const [above = "", below = ""] = (comment(10)?.body ?? "").split(
      "<summary>1 pending change, which this change does not cause",
    );
    expect(above).toMatch(/`mallory@partner\.example`.*no access → viewer/);
    expect(above).toMatch(/No longer planned: `grace@acme\.example` in acme-dev: admin.* → viewer/);
    expect(above).not.toContain("`bob@acme.example`");
    expect(below).toMatch(/- `bob@acme\.example`: `acme-dev`: developer → manager/);
    expect(team.writes()).toEqual([]);
    // Main is then again what is applied.
    repository.begin("change-11");
    repository.restoreFrom(main, "layout.yaml");
    repository.push("Restore Bob and Grace");
    merge(11);
    server.applied.unshift(repository.main);
  });

  daily("merged rules that are not applied judge no run, also if a person starts it", async () => {
    const { repository } = team;
    const main = repository.main;
    repository.begin("change-12");
    repository.edit("layout.yaml", ["{ acme-dev: viewer, acme-production: viewer }", "{ acme-production: admin }"]);
    repository.edit(
      "access-rules.yaml",
      ["[ada, dora, grace]", "[mallory]"],
      ["logins: {", "logins: { mallory: m@x.example,"],
    );
    push(12);
    merge(12);
    const run = await runs.run(byHand(), { approvers: ["mallory"] });
    expect(results(run)).toEqual(["prepare success", "apply failure"]);
    expect(run.summary).toContain("The change edits the access rule `every new admin of production is approved`");
    expect(run.log).toContain("needs an approval by ada or dora");
    expect(team.writes()).toEqual([]);
    repository.begin("change-13");
    repository.restoreFrom(main, "layout.yaml", "access-rules.yaml");
    repository.push("Restore the rules and the user of the previews");
    merge(13);
    server.applied.unshift(repository.main);
  });

  nightly("a change of the rules and of the pipeline is judged by the rules before it, also on main", async () => {
    const reviewed = await request(2, () => {
      acceptBob(team);
      team.repository.edit("Pulumi.yaml", ["changed by pull requests", "changed by Mallory"]);
      team.repository.edit(workflow, ["17 3 * * *", "17 4 * * *"]);
    });
    expect(reviewed.log).toContain("::warning::The change needs approval.");
    for (const file of ["access-rules.yaml", "Pulumi.yaml", workflow]) {
      expect(comment(2)?.body).toContain(`The change edits \`${file}\`, which controls this review.`);
    }
    const edit = "The change edits the access rule `every new admin of production is approved`";
    expect(comment(2)?.body).toContain(edit);

    const run = await runs.run(merge(2));
    expect(results(run)).toEqual(["prepare success", "apply success"]);
    expect(run.summary).toContain(edit);
    expect(team.writes()).toEqual([]);
  });

  nightly("a change outside Pulumi after the review or the approval stops the run", async () => {
    const { control } = team.emulator;
    await request(3, () => {
      raiseBob(team);
    });
    control.addMember("eve@acme.example", "acme-dev", "admin");
    merged = merge(3);
    const stopped = await runs.run(merged);
    expect(results(stopped)).toEqual(["prepare failure"]);
    expect(stopped.log).toContain("eve@acme.example in acme-dev: admin → no access. This change was not reviewed.");
    expect(stopped.log).toMatch(/::error::.*Review again: start this pipeline yourself\./);

    const approve = () => {
      control.addMember("mallory@partner.example", "acme-dev", "viewer");
    };
    const again = await runs.run(byHand(), { approve });
    expect(results(again)).toEqual(["prepare success", "apply failure"]);
    expect(again.summary).toContain("eve@acme.example");
    expect(again.log).toContain(
      "mallory@partner.example in acme-dev: viewer → no access. This change was not reviewed.",
    );
    expect(again.log).toMatch(/::error::.*differs from the approved review, or lacks an approval\. Review again/);
    expect(team.writes()).toEqual([]);
  });

  nightly("the author does not approve a run that a person starts, also if the rules pass", async () => {
    for (const email of ["eve@acme.example", "mallory@partner.example"])
      await team.emulator.control.removeMember(email, "acme-dev");
    const run = await runs.run(byHand(), { approvers: ["grace"] });
    expect(results(run)).toEqual(["prepare success", "apply failure"]);
    expect(run.log).toContain("The change needs an approval by another person than grace.");
    expect(team.writes()).toEqual([]);
  });

  nightly("a change that was reviewed before another commit was applied is not applied", async () => {
    const before = (job: string) => {
      if (job === "apply") server.applied.unshift("f".repeat(40));
    };
    const run = await runs.run(merged, { before });
    server.applied.shift();
    expect(results(run)).toEqual(["prepare success", "apply failure"]);
    expect(run.log).toContain("::error::Another commit was applied since this change was reviewed. Review again");
    expect(team.writes()).toEqual([]);
  });

  nightly("if the last applied commit is unknown, a person can start a run without changes only", async () => {
    const applied = server.applied.splice(0);
    const run = await runs.run(byHand());
    server.applied.push(...applied);
    expect(results(run)).toEqual(["prepare failure"]);
    expect(run.log).toContain("::error::The last applied commit is unknown");
    expect(team.writes()).toEqual([]);
  });

  nightly("a change without broken rules is applied without approval if it equals the reviewed one", async () => {
    const run = await runs.run(merged);
    expect(results(run)).toEqual(["prepare success", "apply success"]);
    expect(team.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
  });

  nightly(
    "a last day that passes after the review stops the run, and all commands of a job share one moment",
    async () => {
      await request(4, () => {
        endToday(team);
      });
      merged = merge(4);
      team.daysAheadOfUp = 1.1;
      const late = await runs.run(merged);
      expect(results(late)).toEqual(["prepare success", "apply failure"]);
      expect(late.log).toContain("which is more than 24 hours ago: access that has ended since then would return.");

      const later = await runs.run(merged, { before: (job) => (team.daysAhead = job === "apply" ? 1 : 0) });
      expect(results(later)).toEqual(["prepare success", "apply failure"]);
      expect(later.log).toMatch(
        /carl@partner\.example in acme-dev: developer \(until 2099-06-30\) → no access\. Reviewed: /,
      );

      // The last day passes before the update, whose moment is that of the last check.
      [team.daysAhead, team.daysAheadOfUp] = [0, 0.99];
      expect(results(await runs.run(merged))).toEqual(["prepare success", "apply success"]);
      team.daysAheadOfUp = undefined;
      expect(team.writes()).toEqual([]);
    },
  );

  daily("at night, one issue lists findings until there are none", async () => {
    const { control } = team.emulator;
    if (server.pullRequests.every(({ number }) => number !== 2)) {
      // Only `make test-all` reviews this change of the rules.
      team.repository.begin("change-2");
      acceptBob(team);
      team.repository.push("Accept Bob");
      merge(2);
    }
    team.daysAhead = 0;
    await control.setRole("bob@acme.example", "acme-production", "viewer");
    control.addMember("eve@partner.example", "acme-production", "developer");
    await runs.run(schedule());
    expect(server.issues).toHaveLength(1);
    const [issue] = server.issues;
    expect(issue).toMatchObject({ title: "Access to Peridio", open: true, edits: 0 });
    expect(issue?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);
    expect(issue?.body).toContain("eve@partner.example");
    expect(issue?.body).toMatch(/\*\*`nobody from outside in production`\*\* · Broken/);
    expect(issue?.body).not.toMatch(/[^\n]\n## /);
    expect(team.writes()).toEqual([]);

    await control.setRole("bob@acme.example", "acme-production", "admin");
    await control.removeMember("eve@partner.example", "acme-production");
    await runs.run(schedule());
    // At night, another test has declared that access ends today, which is a finding too.
    const isEnding = server.pullRequests.some(({ number }) => number === 4);
    expect(server.issues).toMatchObject([{ open: isEnding, edits: 1 }]);
    expect(isEnding ? issue?.body : "").not.toMatch(/Changed outside Pulumi|eve@partner\.example|Broken/);
  });

  nightly("at night, the issue lists what the program removes after a last day", async () => {
    team.daysAhead = 1;
    await runs.run(schedule());
    expect(server.issues.at(-1)?.body).toMatch(
      /## To be applied[^]*carl@partner\.example[^]*developer \(until [\d-]+\) → no access/,
    );
    team.daysAhead = 0;
  });

  nightly("a failed preview is no review, and the comment has the reason", async () => {
    const run = await request(5, () => {
      mistake(team);
    });
    expect(results(run)).toEqual(["review failure"]);
    expect(comment(5)?.body).toMatch(
      /^<!-- peridio-gitops review: Access review -->\n[^]*layout\.yaml:\d+:\d+`?: .*must be one of owner, admin/,
    );
  });

  nightly("at night, failures appear beside the findings, and the run fails", async () => {
    const run = await runs.run({ name: "schedule", commit: team.repository.mergedWith("change-5") });
    expect(results(run)).toEqual(["nightly failure"]);
    const issue = server.issues.at(-1);
    expect(issue?.open).toBe(true);
    expect(issue?.body).toMatch(/## Some checks failed\n[^]*layout\.yaml:\d+:\d+: .*must be one of owner, admin/);
  });

  nightly("a symbolic link, which can lead to the secrets of the job, stops the review", async () => {
    const run = await request(7, () => {
      symlinkSync("/proc/self/environ", join(team.repository.folder, "other.yaml"));
    });
    expect(results(run)).toEqual(["review failure"]);
    expect(run.log).toContain("::error::The repository contains a symbolic link or a submodule: other.yaml.");
    expect(comment(7)?.body).toMatch(
      /^<!-- peridio-gitops review: Access review -->\n[^]*a symbolic link or a submodule: other\.yaml/,
    );
  });

  nightly("an organization that no stack selects needs approval, and the audit names the remedy at night", async () => {
    const run = await request(8, () => {
      addLab(team);
    });
    expect(results(run)).toEqual(["review success"]);
    expect(run.log).toContain("::warning::The change needs approval.");
    expect(comment(8)?.body).toContain("contains the organization acme-lab, but no reviewed stack declares it");
    await runs.run({ name: "schedule", commit: team.repository.mergedWith("change-8") });
    expect(server.issues.at(-1)?.body).toContain("No preview contains it, so no stack manages it.");
  });

  nightly("a change is applied only after the change before it, and only with a review", async () => {
    const before = team.repository.main;
    merged = merge(5);
    server.applied.splice(0);
    const early = await runs.run(merged);
    expect(results(early)).toEqual(["prepare failure"]);
    expect(early.log).toContain("::error::The commit before this one is not applied.");

    server.applied.unshift(before);
    const run = await runs.run(merged);
    expect(results(run)).toEqual(["prepare failure"]);
    expect(run.log).toContain("::error::No successful review belongs to this commit.");
  });

  test("no public output contains a secret", () => {
    const posts = [...server.comments.values(), server.issues].flat().map(({ body }) => body);
    const texts = [runs.log, ...posts, ...runs.leftBehind()];
    expect(texts.length).toBeGreaterThan(name === "GitHub" ? 15 : 2);
    const leaked = [...Object.values(secrets), ...server.tokens.keys()].filter((secret) =>
      texts.some((text) => text.includes(secret)),
    );
    expect(leaked).toEqual([]);
  });
});
