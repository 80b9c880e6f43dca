import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../src/ci/checkout";
import type { Forge } from "../src/ci/forge";
import { findAuthors } from "../src/ci/prepareChange";
import { GitHub } from "../src/ci/github";
import { GitLab } from "../src/ci/gitlab";
import { GitHub as GitHubServer } from "./support/pipelines/gitHub";
import { GitLab as GitLabServer } from "./support/pipelines/gitLab";
import { newPost } from "./support/pipelines/text";
import { fakeTerminal } from "./support/terminal";

let folder: string;
let gitHub: GitHubServer;
let gitLab: GitLabServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "peridio-forges-"));
  [gitHub, gitLab] = [await GitHubServer.begin(), await GitLabServer.begin()];
  gitHub.tokens.set("token", { actions: "read", issues: "write", "pull-requests": "write" });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([gitHub.end(), gitLab.end()]);
});

/** Returns the adapter of a forge for a run, and the terminal. */
function open(name: "GitHub" | "GitLab", given: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "event.json"), JSON.stringify({ before: "b" }));
  const environment = {
    RUNNER_TEMP: folder,
    GITHUB_API_URL: gitHub.server.url,
    GITHUB_EVENT_NAME: "push",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_REPOSITORY: gitHub.repository,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_RUN_ID: "7",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_TOKEN: "token",
    GITHUB_WORKFLOW: "access",
    GITHUB_WORKFLOW_REF: "acme/access/.github/workflows/access.yml@refs/heads/main",
    CI_API_V4_URL: `${gitLab.server.url}/api/v4`,
    CI_COMMIT_BEFORE_SHA: "b",
    CI_DEFAULT_BRANCH: "main",
    CI_JOB_URL: "https://gitlab.example/jobs/1",
    CI_PIPELINE_SOURCE: "push",
    CI_PROJECT_ID: String(gitLab.project),
    ACCESS_REVIEW_TOKEN: gitLab.token,
    ...given,
  };
  const terminal = fakeTerminal({ folder, environment });
  const checkout = new Checkout(terminal);
  const forge: Forge = name === "GitHub" ? new GitHub(terminal, checkout) : new GitLab(terminal, checkout);
  return { forge, terminal };
}

/** Merges pull requests as commits `1`, `2` and so on, each by some authors. */
function merge(merges: readonly (readonly string[])[]): readonly string[] {
  return merges.map((authors, index) => {
    const commit = String(index + 1);
    for (const author of authors) {
      gitHub.pullRequests.push({ number: index, author, head: "h", merged: commit });
      gitLab.mergeRequests.push({ iid: index, author, merged: commit, pipeline: undefined });
    }
    return commit;
  });
}

describe.each(["GitHub", "GitLab"] as const)("%s", (name) => {
  test.each([
    [[["ada"]], ["ada"]],
    [[["o-brien_2"]], ["o-brien_2"]],
    [[["dependabot[bot]"]], ["dependabot[bot]"]],
    [
      [["grace"], ["ada"], ["grace"]],
      ["ada", "grace"],
    ],
    [[["ada", "grace"]], ["ada", "grace"]],
    [[[]], undefined],
    [[["ada"], []], undefined],
    [[["$(touch injected)"]], undefined],
    [[["ada --authors grace"]], undefined],
    [[], undefined],
  ])("the authors of %j are %j", async (merges, authors) => {
    const { forge, terminal } = open(name);
    expect(await findAuthors(forge, merge(merges))).toEqual(authors);
    if (authors === undefined)
      expect(terminal.printed() + terminal.said()).toContain("The authors of the change are unknown.");
  });

  test("finds its own comment on a later page, and no comment of a person", async () => {
    const { forge } = open(name);
    const proposal = { number: 1, author: "grace", commit: "c", isFork: false, isForMain: true };
    await forge.comment(proposal, "<!-- marker -->\nFirst");
    const posts = name === "GitHub" ? gitHub.comments.get(1) : gitLab.notes.get(1);
    posts?.unshift(...Array.from({ length: 150 }, () => newPost("mallory", "<!-- marker -->\nForged")));
    await forge.comment(proposal, "<!-- marker -->\nSecond");
    expect(
      posts?.map(({ body, edits }) => [body, edits]).filter(([body]) => body !== "<!-- marker -->\nForged"),
    ).toEqual([["<!-- marker -->\nSecond", 1]]);
  });

  test("an error names the forge, the request and the remedy, and no token", async () => {
    const { forge } = open(name, { GITHUB_TOKEN: "other-token", ACCESS_REVIEW_TOKEN: "other-token" });
    const failure = forge.findAuthors("1");
    await expect(failure).rejects.toThrow(
      new RegExp(`^${name} answered GET .* with 401: .*Check the token and its permissions\\.$`),
    );
    await expect(failure).rejects.not.toThrow(/other-token/);
  });

  test("a variable that is absent is an error with a remedy", () => {
    const variable = name === "GitHub" ? "GITHUB_REPOSITORY" : "CI_DEFAULT_BRANCH";
    expect(() => open(name, { [variable]: "" })).toThrow(`The environment variable ${variable} is not set.`);
  });
});

test("a message cannot contain a second command for the log of GitHub", () => {
  const { forge, terminal } = open("GitHub");
  forge.announce("error", "a%\n::set-output name=x::y\u001b[31m");
  expect(terminal.printed()).toBe("::error::a%25%0A\\::set-output name=x::y\u{FFFD}[31m\n");
});

test("GitHub's approvals count in the first attempt, for the environment of approvals", async () => {
  const approve = (login: string, environment = "access-approval", state: "approved" | "rejected" = "approved") =>
    gitHub.approvals.push({ run: 7, login, state, environment });
  approve("ada");
  approve("bob", "access");
  approve("carl", "access-approval", "rejected");
  expect(await open("GitHub").forge.findApprovers()).toEqual(["ada"]);
  const { forge, terminal } = open("GitHub", { GITHUB_RUN_ATTEMPT: "2" });
  expect(await forge.findApprovers()).toEqual([]);
  expect(terminal.printed()).toMatch(/^::notice::Approvals of a repeated run do not count\./);
});

test("only the person who starts the job of the protected environment is an approver at GitLab", async () => {
  const find = (environment: string) =>
    open("GitLab", { CI_ENVIRONMENT_NAME: environment, GITLAB_USER_LOGIN: "ada" }).forge.findApprovers();
  expect([await find("access/approved"), await find("access/automatic")]).toEqual([["ada"], []]);
});

test("a job hands values to the next one", () => {
  open("GitHub").forge.hand("approval", "needed");
  expect(readFileSync(join(folder, "output"), "utf8")).toBe("approval=needed\n");
});

test("GitHub's review is that of the merged pull request, from this repository, and not one of another request of the same commit", async () => {
  gitHub.filesOf = (run) => ({ "review.json": `review ${run}` });
  merge([["grace"]]);
  const add = (id: number, number: number, from = gitHub.repository) =>
    gitHub.reviewRuns.unshift({ id, number, from, head: "h", succeeded: true });
  add(3, 0);
  add(4, 9);
  add(5, 0, "mallory/access");
  expect(await open("GitHub").forge.findReview("1")).toBe("review 3");
  gitHub.reviewRuns.pop();
  expect(await open("GitHub").forge.findReview("1")).toBeUndefined();
});

test("a pull request for another branch is not for main", async () => {
  const { forge } = open("GitHub");
  const request = (ref: string) => {
    const pull = {
      number: 1,
      user: { login: "grace" },
      base: { ref },
      head: { sha: "c", repo: { full_name: "acme/access" } },
    };
    writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: pull }));
    return forge.readProposal();
  };
  expect([(await request("main")).isForMain, (await request("weak")).isForMain]).toEqual([true, false]);
});

test("a repeated run at GitHub belongs to the head of main", async () => {
  gitHub.tokens.set("token", { actions: "read", contents: "read" });
  gitHub.applied.push("b");
  gitHub.head = "c";
  const read = (commit: string) => open("GitHub", { GITHUB_RUN_ATTEMPT: "2", GITHUB_SHA: commit }).forge.readMerge();
  expect(await read("c")).toEqual({ applied: "b", before: "b", isStartedByPerson: false });
  await expect(read("a")).rejects.toThrow("This run repeats that of an older commit of main. Review again");
});
