import { GitHubRuns } from "./support/pipelines/actionsRuns";
import { promote } from "./support/pipelines/changes";
import { GitHub } from "./support/pipelines/gitHub";
import { Team } from "./support/pipelines/team";

/** The schedule of the workflow for GitHub that ends access on time. */

let team: Team;
let server: GitHub;
let runs: GitHubRuns;
beforeAll(async () => {
  team = await Team.begin();
  server = await GitHub.begin();
  runs = new GitHubRuns(team, server);
  server.applied.push(team.repository.main);
});
afterAll(async () => {
  await team.end();
  await server.end();
});

test("a schedule applies the ends of access that have passed, and nothing else", async () => {
  const { control } = team.emulator;
  const expire = async () => runs.run({ name: "schedule", commit: team.repository.main, job: "expire" });
  const early = await expire();
  expect(early.log).toContain("::notice::No access has ended since the last apply.");
  expect(early.results).toEqual(["expire success"]);

  // After 2099-06-30, the last day of Carl.
  team.daysAhead = 27_000;
  await control.setRole("grace@acme.example", "acme-dev", "viewer");
  const drifted = await expire();
  expect(drifted.results).toEqual(["expire failure"]);
  expect(drifted.log).toContain("::error::No access is ended, because something else would change too.");
  expect(team.writes()).toEqual([]);

  await control.setRole("grace@acme.example", "acme-dev", "admin");
  // A merged change that is not applied does not delay the end.
  team.repository.begin("change-9");
  promote(team);
  team.repository.push("Promote Bob");
  team.repository.merge("change-9");
  const ended = await expire();
  expect(ended.results).toEqual(["expire success"]);
  expect(team.writes()).toEqual(["DELETE remove-a-member"]);
  expect(server.evidence).toHaveLength(1);
  expect((await expire()).log).toContain("::notice::No access has ended since the last apply.");
});
