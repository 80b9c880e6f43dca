import { correct, endToday, mistake, promote, promotion, shorten } from "./support/pipelines/changes";
import { withCurl } from "./support/pipelines/curl";
import { GitLab } from "./support/pipelines/gitLab";
import { type PipelineRun, Pipelines, type Source } from "./support/pipelines/pipelines";
import { secrets, Team } from "./support/pipelines/team";

/** The GitLab pipelines of examples/ci in the life of a team. Each test continues the one before it. */

let team: Team;
let gitLab: GitLab;
let pipelines: Pipelines;

beforeAll(async () => {
  team = await Team.begin();
  gitLab = await GitLab.begin();
  pipelines = new Pipelines(team, gitLab);
});
afterAll(async () => {
  await team.end();
  await gitLab.end();
});

/** Pushes the files in the folder to a merge request. */
function push(iid: number, from = gitLab.project): Source {
  const commit = team.repository.push(`Change ${iid}`);
  if (gitLab.mergeRequests.every((one) => one.iid !== iid)) {
    gitLab.mergeRequests.push({ iid, merged: undefined, pipeline: undefined });
  }
  return { name: "merge_request_event", iid, commit, from };
}

function merge(iid: number): Source {
  const commit = team.repository.merge(`change-${iid}`);
  const request = gitLab.mergeRequests.find((one) => one.iid === iid);
  if (request !== undefined) request.merged = commit;
  return { name: "push", commit };
}

const byHand = (): Source => ({ name: "web", commit: team.repository.main });
const nightly = (): Source => ({ name: "schedule", commit: team.repository.main });

const results = ({ jobs }: PipelineRun) => Object.entries(jobs).map(([name, { result }]) => `${name} ${result}`);
const note = (iid: number) => gitLab.notes.get(iid)?.[0];

withCurl("a merge request that breaks a rule fails, and its comment says which", async () => {
  team.repository.begin("change-1");
  promote(team);
  const run = await pipelines.run(push(1));
  expect(results(run)).toEqual(["review failure"]);
  expect(run.log).toContain("A rule refuses the change: see the comment.");
  expect(gitLab.notes.get(1)).toHaveLength(1);
  expect(note(1)?.body).toMatch(/\*\*`production is reached from our own networks`\*\* · Blocks/);
  expect(team.writes()).toEqual([]);
});

withCurl(
  "the next push updates the comment in place, and its check warns that somebody has to approve it",
  async () => {
    correct(team);
    const run = await pipelines.run(push(1));
    expect(results(run)).toEqual(["review warning"]);
    expect(gitLab.notes.get(1)).toMatchObject([{ edits: 1 }]);
    expect(note(1)?.body).toContain("**Needs approval**");
    expect(note(1)?.body).not.toContain("Block");
  },
);

withCurl("on main, what needs approval waits for it, and then exactly the plan is applied", async () => {
  team.repository.begin("change-2");
  shorten(team);
  team.repository.push("Change 2");
  const source = merge(1);
  const run = await pipelines.run(source);
  expect(results(run)).toEqual(["plan success", "up warning", "up-approved manual"]);
  expect(run.jobs.up?.log).toContain("The change needs approval");
  expect(team.writes()).toEqual([]);
  expect(await pipelines.start(run, "up-approved", source)).toMatchObject({ result: "success" });
  expect(team.writes().sort()).toEqual(promotion);
});

withCurl("a branch that is behind is reviewed as what main would be with it, and applied without asking", async () => {
  team.repository.continue("change-2");
  // From here on, the comment names the approver.
  team.repository.edit("access-rules.yaml", ["[ada@acme.example,", "[ada@acme.example, bob@acme.example,"]);
  await pipelines.run(push(2));
  expect(note(2)?.body).toContain("`1h` → `30m`");
  expect(note(2)?.body).not.toContain("### Access changes");
  const run = await pipelines.run(merge(2));
  expect(results(run)).toEqual(["plan success", "up success", "up-approved manual"]);
  expect(team.writes()).toEqual(['PATCH update-security-settings {"session_timeout":1800}']);
});

withCurl("a change by hand after the review stops the pipeline, and so does one after the approval", async () => {
  const { control } = team.emulator;
  team.repository.begin("change-3");
  endToday(team);
  await pipelines.run(push(3));
  control.addMember("eve@acme.example", "acme-dev", "admin");
  const stopped = await pipelines.run(merge(3));
  expect(results(stopped)).toEqual(["plan failure", "up skipped", "up-approved skipped"]);
  expect(stopped.log).toContain("eve@acme.example in acme-dev: admin → no access. This change was not reviewed.");
  expect(stopped.log).toContain("Review again: run this pipeline yourself.");

  const again = await pipelines.run(byHand());
  expect(results(again)).toEqual(["plan success", "up warning", "up-approved manual"]);
  control.addMember("mallory@partner.example", "acme-dev", "viewer");
  const approved = await pipelines.start(again, "up-approved", byHand());
  expect(approved.log).toContain("The change differs from the approved review. Review again");
  for (const email of ["eve@acme.example", "mallory@partner.example"]) await control.removeMember(email, "acme-dev");
});

withCurl("a last day that passes after the review stops the pipeline", async () => {
  team.daysAhead = 1;
  const late = await pipelines.run({ name: "push", commit: team.repository.main });
  expect(results(late)).toEqual(["plan failure", "up skipped", "up-approved skipped"]);
  expect(late.log).toContain("carl@partner.example in acme-dev: developer → no access. This change was not reviewed.");
  expect(team.writes()).toEqual([]);
});

withCurl("at night, one issue says what is to be looked at, until there is nothing", async () => {
  const { control } = team.emulator;
  await control.setRole("bob@acme.example", "acme-production", "viewer");
  await pipelines.run(nightly());
  const [issue] = gitLab.issues;
  expect(gitLab.issues).toMatchObject([{ title: "Access to Peridio", open: true, edits: 0 }]);
  expect(issue?.body).toMatch(/## Changed outside Pulumi[^]*bob@acme\.example[^]*admin → viewer/);
  expect(issue?.body).toMatch(/## To be applied[^]*carl@partner\.example[^]*developer → none/);
  expect(issue?.body).not.toMatch(/[^\n]\n## /);

  team.daysAhead = 0;
  await pipelines.run(nightly());
  expect(gitLab.issues).toMatchObject([{ open: true, edits: 1 }]);
  await control.setRole("bob@acme.example", "acme-production", "admin");
  await pipelines.run(nightly());
  expect(gitLab.issues).toMatchObject([{ open: false, edits: 2 }]);
  expect(team.writes()).toEqual([]);
});

withCurl("a preview that fails is no review, and the comment says why", async () => {
  team.repository.begin("change-4");
  mistake(team);
  expect(results(await pipelines.run(push(4)))).toEqual(["review failure"]);
  expect(note(4)?.body).toMatch(/^<!-- peridio-gitops review: Access review -->\n[^]*must be one of admin/);
  const run = await pipelines.run(merge(4));
  expect(results(run)).toEqual(["plan failure", "up skipped", "up-approved skipped"]);
  expect(run.log).toContain("No successful job review belongs to this commit.");
});

withCurl("a fork is told why it gets no preview", async () => {
  team.repository.begin("change-5");
  const run = await pipelines.run(push(5, 8));
  expect(results(run)).toEqual(["review failure"]);
  expect(run.log).toContain("A merge request from a fork gets no secrets");
  expect(gitLab.notes.has(5)).toBe(false);
});

withCurl("nothing that anybody can read holds a secret", () => {
  const posts = [...gitLab.notes.values(), gitLab.issues].flat().map(({ body }) => body);
  const texts = [pipelines.log, ...posts, ...team.leftBehind()];
  expect(texts.length).toBeGreaterThan(20);
  const told = [...Object.values(secrets), gitLab.token].filter((secret) =>
    texts.some((text) => text.includes(secret)),
  );
  expect(told).toEqual([]);
});
