import { GitHub } from "./support/pipelines/gitHub";
import { type ActionsEvent, GitHubRuns } from "./support/pipelines/actionsRuns";
import { Team } from "./support/pipelines/team";

/** Ten ordinary pull requests while main has three merges that are not applied, and five people have changed outside Pulumi. */

let team: Team;
let gitHub: GitHub;
let runs: GitHubRuns;

beforeAll(async () => {
  team = await Team.begin();
  gitHub = await GitHub.begin();
  gitHub.applied.push(team.repository.main);
  runs = new GitHubRuns(team, gitHub);
});
afterAll(async () => {
  await team.end();
  await gitHub.end();
});

type Edit = readonly [from: string, to: string];

interface Change {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The rows of the change, in the order of the comment. */
  readonly rows: readonly RegExp[];
}

const hire = (email: string, access: string): Edit => ["people:\n", `people:\n  ${email}: { ${access} }\n`];

const merges: readonly (readonly Edit[])[] = [
  [["bob@acme.example: { acme-dev: developer", "bob@acme.example: { acme-dev: manager"]],
  [["sessionTimeout: 1h", "sessionTimeout: 30m"]],
  [
    ["  dora@acme.example: { acme-dev: developer, acme-production: viewer }\n", ""],
    // People who were added outside Pulumi would exceed the limit.
    ["defaults:\n", "defaults:\n  roster: { maxRemovals: 75% }\n"],
  ],
];

const changes: readonly Change[] = [
  {
    name: "a hire",
    edits: [hire("hal@acme.example", "acme-dev: developer")],
    rows: [/`hal@acme\.example` \| `acme-dev`: no access → developer/],
  },
  {
    name: "a hire from outside",
    edits: [hire("mia@partner.example", "acme-dev: { role: viewer, until: 2099-01-31 }")],
    rows: [/`mia@partner\.example` \(outsider\) \| `acme-dev`: no access → viewer/],
  },
  {
    name: "a longer stay",
    edits: [["2099-06-30", "2099-12-31"]],
    rows: [/`carl@partner\.example` \(outsider\) \| `acme-dev`: .*2099-06-30.* → .*2099-12-31/],
  },
  {
    name: "an end",
    edits: [["  carl@partner.example: { acme-dev: { role: developer, until: 2099-06-30 } }\n", ""]],
    rows: [/`carl@partner\.example` \(outsider\) \| `acme-dev`: developer.* → no access/],
  },
  {
    name: "another network",
    edits: [["127.0.0.0/8]", "127.0.0.0/8, 198.51.100.0/24]"]],
    rows: [/`acme-production` · .*198\.51\.100\.0\/24/],
  },
  {
    name: "longer sessions in development",
    edits: [["sessionTimeout: 8h", "sessionTimeout: 12h"]],
    rows: [/`acme-dev` · .*12h/],
  },
  {
    name: "a rotation of keys",
    edits: [["maxAgeDays: 90", "maxAgeDays: 60"]],
    rows: [/`acme-dev`.*60/, /`acme-production`.*60/],
  },
  {
    name: "another name",
    edits: [["displayName: Acme development", "displayName: Acme devices"]],
    rows: [/`acme-dev`.*Acme devices/],
  },
  {
    name: "less for a preview",
    edits: [["preview@acme.example: { acme-dev: viewer", "preview@acme.example: { acme-dev: developer"]],
    rows: [/`preview@acme\.example` \| `acme-dev`: viewer → developer/],
  },
  {
    name: "an offboarding that is taken back",
    edits: [["  carl@", "  dora@acme.example: { acme-dev: developer, acme-production: viewer }\n  carl@"]],
    rows: [
      /No longer planned: `dora@acme\.example` in acme-dev: developer → no access/,
      /No longer planned: `dora@acme\.example` in acme-production: .* → no access/,
    ],
  },
];

/** The rows of the merges and of the drift. */
const others = [
  /`bob@acme\.example`.*developer → manager/,
  /1h.*30m/,
  /Maximum removals: 25% → 75%/,
  /`dora@acme\.example`.*→ no access/,
  /`eve@acme\.example`.*→ no access/,
  /`fay@acme\.example`.*→ no access/,
  /`gus@acme\.example`.*→ no access/,
  /`grace@acme\.example`.*manager → admin/,
  /`ivy@partner\.example`.*→ no access/,
];

let number = 0;

/** Begins a branch with edits of the layout, and pushes it. */
function push(edits: readonly Edit[]): ActionsEvent {
  number += 1;
  const branch = `change-${number}`;
  team.repository.begin(branch);
  team.repository.edit("layout.yaml", ...edits);
  const head = team.repository.push(`Change ${number}`);
  gitHub.pullRequests.push({ number, author: "grace", head, merged: undefined });
  return {
    ...{ name: "pull_request", number, author: "grace", head, from: gitHub.repository },
    merged: team.repository.mergedWith(branch),
  };
}

test("main has merges that are not applied, and people change outside Pulumi", async () => {
  for (const edits of merges) {
    push(edits);
    team.repository.merge(`change-${number}`);
  }
  const { control } = team.emulator;
  for (const email of ["eve@acme.example", "fay@acme.example", "gus@acme.example"])
    control.addMember(email, "acme-dev", "viewer");
  control.addMember("ivy@partner.example", "acme-dev", "developer");
  await control.setRole("grace@acme.example", "acme-dev", "manager");
  team.writes();
});

test.each(changes)("$name shows only its own rows above the fold", async ({ edits, rows }) => {
  const event = push(edits);
  await runs.run(event);
  const [post] = gitHub.comments.get(number) ?? [];
  const [above = "", below = ""] = (post?.body ?? "").split(
    /<summary>\d+ pending changes, which this change does not cause/,
  );
  for (const row of rows) expect(above).toMatch(row);
  // Notes are folded too.
  const [visible = ""] = above.split("<details>");
  const lines = visible.split("\n").filter((line) => /^(?:- |\| `)/.test(line));
  expect(lines).toHaveLength(rows.length);
  const [pending = ""] = below.split("</details>");
  const isTakenBack = rows.some((row) => row.source.includes("dora"));
  for (const row of others) {
    if (isTakenBack && row.source.includes("dora")) expect(pending).not.toMatch(row);
    else expect(pending).toMatch(row);
  }
  expect(team.writes()).toEqual([]);
});

test("the apply shows and judges everything", async () => {
  const commit = team.repository.main;
  const { summary, results } = await runs.run({ name: "workflow_dispatch", commit }, { approvers: [] });
  expect(results).toEqual(["prepare success", "apply failure"]);
  expect(summary).not.toContain("pending change");
  for (const row of others) expect(summary).toMatch(row);
  expect(team.writes()).toEqual([]);
});
