import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findAppliedStacks } from "../src/ci/appliedStacks";
import { Checkout } from "../src/ci/checkout";
import type { Forge } from "../src/ci/forge";
import { spawnPulumi } from "../src/ci/previews";
import { findAuthors } from "../src/ci/prepareChange";
import { Gitea } from "../src/ci/gitea";
import { GitHub } from "../src/ci/github";
import { GitLab } from "../src/ci/gitlab";
import { Gitea as GiteaServer } from "./support/pipelines/gitea";
import { GitHub as GitHubServer } from "./support/pipelines/gitHub";
import { GitLab as GitLabServer } from "./support/pipelines/gitLab";
import type { Job } from "../src/ci/review";
import { beginRecord, endRecord, recordApply } from "../src/ci/recordApply";
import { formatReviewJson } from "../src/review/review";
import { small } from "./reviews";
import { newPost } from "./support/pipelines/text";
import type { Terminal } from "../src/terminal/terminal";
import { fakeTerminal } from "./support/terminal";

let folder: string;
let gitHub: GitHubServer;
let gitLab: GitLabServer;
let gitea: GiteaServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "peridio-forges-"));
  [gitHub, gitLab, gitea] = [await GitHubServer.begin(), await GitLabServer.begin(), await GiteaServer.begin()];
  gitea.mainRuns.set(7, { event: "push", actor: "grace", head: "1" });
  for (const { tokens } of [gitHub, gitea])
    tokens.set("token", { actions: "read", contents: "read", issues: "write", "pull-requests": "write" });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([gitHub.end(), gitLab.end(), gitea.end()]);
});

type Name = "GitHub" | "GitLab" | "Gitea";

/** A change of data only, which waits for approval. */
const change = { commit: "1", isData: true };

/** Returns the adapter of a forge for a run, and the terminal. */
async function open(name: Name, given: Readonly<Record<string, string>> = {}, event: object = { before: "b" }) {
  writeFileSync(join(folder, "event.json"), JSON.stringify(event));
  const environment = {
    RUNNER_TEMP: folder,
    GITHUB_API_URL: name === "Gitea" ? gitea.server.url : gitHub.server.url,
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
  return { forge: await create[name](terminal, checkout), terminal };
}

const create: Readonly<Record<Name, (terminal: Terminal, checkout: Checkout) => Promise<Forge>>> = {
  GitHub: (terminal, checkout) => Promise.resolve(new GitHub(terminal, checkout)),
  GitLab: (terminal, checkout) => Promise.resolve(new GitLab(terminal, checkout)),
  Gitea: (terminal, checkout) => Gitea.open(terminal, checkout),
};

/** Merges pull requests as commits `1`, `2` and so on, each by some authors. */
function merge(merges: readonly (readonly string[])[]): readonly string[] {
  return merges.map((authors, index) => {
    const commit = String(index + 1);
    for (const author of authors) {
      gitHub.pullRequests.push({ number: index, author, head: "h", merged: commit });
      gitLab.mergeRequests.push({ iid: index, author, merged: commit, pipeline: undefined });
    }
    const [author] = authors;
    if (author !== undefined) {
      // Gitea has one pull request for each commit.
      gitea.pullRequests.push({ number: index, author, head: "h", merged: commit });
      gitea.committers.set(index, authors);
    }
    return commit;
  });
}

describe.each(["GitHub", "GitLab", "Gitea"] as const)("%s", (name) => {
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
    const { forge, terminal } = await open(name);
    expect(await findAuthors(forge, merge(merges))).toEqual(authors);
    if (authors === undefined)
      expect(terminal.printed() + terminal.said()).toContain("The authors of the change are unknown.");
  });

  test("finds its own comment on a later page, and no comment of a person", async () => {
    const { forge } = await open(name);
    const proposal = { number: 1, author: "grace", commit: "c", isFork: false, isForMain: true };
    await forge.comment?.(proposal, "<!-- marker -->\nFirst");
    const posts = { GitHub: gitHub.comments, GitLab: gitLab.notes, Gitea: gitea.comments }[name].get(1);
    posts?.unshift(...Array.from({ length: 150 }, () => newPost("mallory", "<!-- marker -->\nForged")));
    await forge.comment?.(proposal, "<!-- marker -->\nSecond");
    expect(
      posts?.map(({ body, edits }) => [body, edits]).filter(([body]) => body !== "<!-- marker -->\nForged"),
    ).toEqual([["<!-- marker -->\nSecond", 1]]);
  });

  test("an error names the forge, the request and the remedy, and no token", async () => {
    const { forge } = await open(name, { GITHUB_TOKEN: "other-token", ACCESS_REVIEW_TOKEN: "other-token" });
    const failure = forge.findAuthors("1");
    await expect(failure).rejects.toThrow(
      new RegExp(`^${name} answered GET .* with 401: .*Check the token and its permissions\\.$`),
    );
    await expect(failure).rejects.not.toThrow(/other-token/);
  });

  test("a variable that is absent is an error with a remedy", async () => {
    const variable = name === "GitLab" ? "CI_DEFAULT_BRANCH" : "GITHUB_REPOSITORY";
    await expect(open(name, { [variable]: "" })).rejects.toThrow(`The environment variable ${variable} is not set.`);
  });
});

describe("the record of an apply", () => {
  const [dev, production] = ["access/dev", "access/production"];
  const stacks = [dev, production].map((stack) => ({
    stack,
    file: join("previews", `${stack.slice(7)}.json`),
    hasSucceeded: true,
  }));

  /** Begins the record of a job at GitLab. Pulumi is a script. */
  async function begin(evidence = join(folder, "all")) {
    mkdirSync(join(folder, "bin"), { recursive: true });
    const script = '#!/bin/sh\n[ "$1" = version ] && echo v3.1.0 || echo "[]"\n';
    writeFileSync(join(folder, "bin/pulumi"), script, { mode: 0o755 });
    const PATH = [join(folder, "bin"), process.env.PATH ?? ""].join(delimiter);
    const { forge, terminal } = await open("GitLab", { PATH });
    mkdirSync(forge.kept, { recursive: true });
    const files = ["review.json", "plan-dev.json", "plan-production.json"];
    for (const file of files) writeFileSync(join(forge.kept, file), "{}");
    const review = join(folder, "now.json");
    writeFileSync(review, formatReviewJson(small));
    const options = {
      stacks: "",
      rules: undefined,
      layout: "",
      title: "",
      parallel: 1,
      evidence,
      jsonFile: join(folder, "result.json"),
      format: "text",
    } as const;
    const run = () => Promise.reject(new Error("runs no command"));
    const job: Job = {
      checkout: new Checkout(terminal),
      forge,
      terminal: { ...terminal, runPulumi: spawnPulumi },
      options,
      run,
      recordApply,
      findAppliedStacks,
    };
    const begun = await beginRecord(job, { commit: "c", authors: undefined, approvals: [], review, previews: stacks });
    return { begun, terminal, end: async () => endRecord(job, begun, begun.stacks, review) };
  }

  beforeEach(() => {
    mkdirSync(join(folder, "all"));
  });

  test("follows the last one in the folder, and lists every stack before the first one is applied", async () => {
    const first = await begin();
    expect(first.begun).toMatchObject({ previous: null, versions: { pulumi: "v3.1.0", provider: [] } });
    expect(first.begun.stacks.map(({ stack, result }) => [stack, result])).toEqual([
      [dev, "not started"],
      [production, "not started"],
    ]);
    expect(await first.end()).toBe(true);
    const { begun, end } = await begin();
    const [name = ""] = readdirSync(join(folder, "all"));
    expect(name).toContain(begun.previous);
    expect(await end()).toBe(true);
    expect(readdirSync(join(folder, "all"))).toHaveLength(4);
    const [record = ""] = readdirSync(join(folder, "artifacts/evidence"));
    expect(readdirSync(join(folder, "artifacts/evidence"))).toHaveLength(2);
    expect(readFileSync(join(folder, "result.json"), "utf8")).toBe(
      readFileSync(join(folder, "artifacts/evidence", record), "utf8"),
    );
  });

  test("prevents the apply if the folder has changed records", async () => {
    await (await begin()).end();
    const [name = ""] = readdirSync(join(folder, "all"));
    writeFileSync(join(folder, "all", name), "{}");
    await expect(begin("all")).rejects.toThrow(
      "The records in all are incomplete or were changed. " + `${name}: The record was changed`,
    );
  });

  test("prevents the apply if the folder does not exist, for example because it is not mounted", async () => {
    await expect(begin("absent")).rejects.toThrow("Cannot read absent: the file does not exist.");
  });

  test("fails the job after the apply if nobody can write it", async () => {
    const { end, terminal } = await begin();
    rmSync(join(folder, "all"), { recursive: true });
    writeFileSync(join(folder, "all"), "");
    expect(await end()).toBe(false);
    expect(terminal.said()).toContain("The record of this apply cannot be kept: Cannot write ");
    expect(terminal.said()).toContain("The results above are those of the stacks.");
  });

  test("counts a stack as applied before if its plan has changes, and its preview has none", () => {
    const terminal = fakeTerminal({ folder });
    mkdirSync(join(folder, "previews"));
    const urn = "urn:pulumi:dev::access::peridio:index:Membership::bob";
    const find = (planned: string, today: string) => {
      writeFileSync(join(folder, "plan-dev.json"), JSON.stringify({ resourcePlans: { [urn]: { steps: [planned] } } }));
      writeFileSync(join(folder, "previews/dev.json"), JSON.stringify({ steps: [{ op: today, urn }], duration: 1 }));
      return [...findAppliedStacks({ forge: { kept: folder }, terminal }, stacks.slice(0, 1))];
    };
    expect([find("update", "same"), find("update", "update"), find("same", "same"), find("same", "update")]).toEqual([
      [dev],
      [],
      [],
      [],
    ]);
  });
});

describe("the last record of an apply", () => {
  const file = (digit: string) => ({
    [`20270131T080000Z-${digit.repeat(64)}.json`]: `record ${digit}`,
    "x.review.json": "{}",
  });

  test("is at GitHub the newest one of main of this repository", async () => {
    const find = async () => (await open("GitHub")).forge.findRecord();
    expect(await find()).toBeUndefined();
    gitHub.evidence.push(
      { run: 1, files: file("1") },
      { run: 2, files: file("2") },
      { run: 3, files: file("3"), branch: "change" },
      { run: 4, files: file("4"), isFork: true },
      { run: 5, files: file("5"), expired: true },
    );
    expect(await find()).toBe("record 2");
    gitHub.evidence.push({ run: 6, files: { "review.json": "{}" } });
    await expect(find()).rejects.toThrow("do not contain exactly one record");
  });

  test("is at GitLab that of the newest deployment that has kept one, also if it failed", async () => {
    const find = async () => (await open("GitLab")).forge.findRecord();
    expect(await find()).toBeUndefined();
    gitLab.deployments.push(
      { environment: "access/automatic", commit: "c", failed: true },
      { environment: "access/approved", commit: "b", failed: true, record: file("2") },
      { environment: "access/automatic", commit: "a", record: file("1") },
    );
    expect(await find()).toBe("record 2");
  });

  test("is at Gitea the newest one of this workflow on main", async () => {
    const find = async () => (await open("Gitea")).forge.findRecord();
    expect(await find()).toBeUndefined();
    gitea.mainRuns.set(5, { event: "push", actor: "grace", head: "1" });
    gitea.mainRuns.set(6, { event: "push", actor: "mallory", head: "1", branch: "change" });
    gitea.store(5, "evidence", file("5"));
    gitea.store(6, "evidence", file("6"));
    expect(await find()).toBe("record 5");
  });
});

test("a message cannot contain a second command for the log of GitHub", async () => {
  const { forge, terminal } = await open("GitHub");
  forge.announce("error", "a%\n::set-output name=x::y\u001b[31m");
  expect(terminal.printed()).toBe("::error::a%25%0A\\::set-output name=x::y\u{FFFD}[31m\n");
});

test("GitHub's approvals count in the first attempt, for the environment of approvals", async () => {
  const approve = (login: string, environment = "access-approval", state: "approved" | "rejected" = "approved") =>
    gitHub.approvals.push({ run: 7, login, state, environment });
  approve("ada");
  approve("bob", "access");
  approve("carl", "access-approval", "rejected");
  expect(await (await open("GitHub")).forge.findApprovals(change)).toEqual([{ login: "ada" }]);
  const { forge, terminal } = await open("GitHub", { GITHUB_RUN_ATTEMPT: "2" });
  expect(await forge.findApprovals(change)).toEqual([]);
  expect(terminal.printed()).toMatch(/^::notice::Approvals of a repeated run do not count\./);
});

test("only the person who starts the job of the protected environment is an approver at GitLab", async () => {
  const job = { GITLAB_USER_LOGIN: "ada", CI_JOB_STARTED_AT: "2027-01-31T09:00:00+01:00" };
  const find = async (environment: string) =>
    (await open("GitLab", { ...job, CI_ENVIRONMENT_NAME: environment })).forge.findApprovals(change);
  expect([await find("access/approved"), await find("access/automatic")]).toEqual([
    [{ login: "ada", at: "2027-01-31T08:00:00.000Z" }],
    [],
  ]);
});

test("a job hands values to the next one", async () => {
  (await open("GitHub")).forge.hand?.("approval", "needed");
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
  expect(await (await open("GitHub")).forge.findReview("1")).toBe("review 3");
  gitHub.reviewRuns.pop();
  expect(await (await open("GitHub")).forge.findReview("1")).toBeUndefined();
});

test("GitLab's review is that of the newest pipeline, if it succeeded in this project", async () => {
  gitLab.reviewOf = (job) => `review ${job}`;
  merge([["grace"]]);
  const find = async (pipeline: (typeof gitLab.mergeRequests)[number]["pipeline"]) => {
    for (const request of gitLab.mergeRequests) request.pipeline = pipeline;
    return (await open("GitLab")).forge.findReview("1");
  };
  expect(await find({ id: 3, succeeded: true })).toBe("review 3");
  expect(await find({ id: 4, succeeded: false })).toBeUndefined();
  expect(await find({ id: 5, succeeded: true, isOfFork: true })).toBeUndefined();
  expect(await find(undefined)).toBeUndefined();
});

test("a pull request for another branch is not for main", async () => {
  const { forge } = await open("GitHub");
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
  const read = async (commit: string) =>
    (await open("GitHub", { GITHUB_RUN_ATTEMPT: "2", GITHUB_SHA: commit })).forge.readMerge();
  expect(await read("c")).toEqual({ applied: "b", before: "b", isStartedByPerson: false });
  await expect(read("a")).rejects.toThrow("This run repeats that of an older commit of main. Review again");
});

describe("Gitea", () => {
  /** The merge of a pull request, and the commit before it. */
  let merge: string;
  let before: string;
  beforeEach(() => {
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=Grace", "-c", "user.email=grace@acme.example", ...args], {
        cwd: folder,
        encoding: "utf8",
      }).trim();
    git("init", "--quiet");
    [before = "", merge = ""] = ["Before", "Merge"].map((message) => {
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD");
    });
    gitea.pullRequests.push({ number: 1, author: "grace", head: "h", merged: merge });
    gitea.reviewRuns.push({ id: 3, number: 1, from: gitea.repository, head: "h", succeeded: true });
    gitea.mainRuns.set(7, { event: "push", actor: "grace", head: merge });
    gitea.mainRuns.set(8, { event: "workflow_dispatch", actor: "ada", head: merge });
  });

  test.each(["1.26.4", "11.0.3+gitea-1.22.0", "1.21.11-0+gitea-1.27.0", "2.0.0", "development"])(
    "the version %s of the server is not supported",
    async (version) => {
      gitea.version = version;
      await expect(open("Gitea")).rejects.toThrow(
        `The server has the version ${version}. \`peridio-gitops ci\` supports Gitea 1.27 and newer releases of Gitea 1, and no Forgejo.`,
      );
    },
  );

  const approval = { number: 1, login: "ada", commit: "h" };
  const early = "2027-01-31T07:59:59Z";

  test.each<[string, Partial<(typeof gitea.reviews)[number]>, readonly string[]]>([
    ["of the merged head, after its review", {}, ["ada"]],
    ["of an earlier commit", { commit: "g" }, []],
    ["that is stale", { stale: true }, []],
    ["that was dismissed", { dismissed: true }, []],
    ["by a person without permission to write", { official: false }, []],
    ["that requests changes", { state: "REQUEST_CHANGES" }, []],
    ["that only comments", { state: "COMMENT" }, []],
    ["before the end of the review", { at: early }, []],
    ["by the token of a workflow", { login: "gitea-actions" }, []],
    ["of another pull request", { number: 2 }, []],
  ])("the approval of a pull request %s: %j", async (_, given, approvers) => {
    gitea.reviews.push({ ...approval, ...given });
    const { forge } = await open("Gitea", {}, { before });
    const found = await forge.findApprovals({ commit: merge, isData: true });
    expect(found).toEqual(approvers.map((login) => ({ login, at: "2027-01-31T08:00:00.000Z" })));
  });

  test("the log contains the review of main, and says which approvals do not count", async () => {
    gitea.reviews.push({ ...approval, at: early });
    const summary = join(folder, "summary");
    const { forge, terminal } = await open("Gitea", { GITHUB_STEP_SUMMARY: summary }, { before });
    forge.summarize("## Access review");
    expect([terminal.said(), readFileSync(summary, "utf8")]).toEqual(["## Access review\n", "## Access review"]);
    await forge.findApprovals({ commit: merge, isData: true });
    expect(terminal.printed()).toBe("::notice::An approval by ada is older than the review, and does not count.\n");
    const code = await open("Gitea", {}, { before });
    await code.forge.findApprovals({ commit: merge, isData: false });
    expect(code.terminal.printed()).toBe(
      "::notice::No approval of the pull request counts, because it changes files that control its review.\n",
    );
    const own = await approving("6", "grace", "workflow_dispatch");
    await own.forge.findApprovals({ commit: merge, isData: true });
    expect(own.terminal.printed()).toBe(
      "::notice::The same person started the run 6, so this approval does not count.\n",
    );
  });

  test("the approval of a pull request counts only for its data, only if it is the whole push, and in the first attempt", async () => {
    gitea.reviews.push(approval);
    const find = async (isData: boolean, since: string, attempt = "1") => {
      const { forge } = await open("Gitea", { GITHUB_RUN_ATTEMPT: attempt }, { before: since });
      return (await forge.findApprovals({ commit: merge, isData })).map(({ login }) => login);
    };
    expect(await find(true, before)).toEqual(["ada"]);
    expect(await find(false, before)).toEqual([]);
    expect(await find(true, "b")).toEqual([]);
    expect(await find(true, before, "2")).toEqual([]);
  });

  test("the people who pushed to a pull request, and the users in its commits, are authors too", async () => {
    gitea.pushers.set(1, "mallory");
    gitea.committers.set(1, ["carl"]);
    const { forge } = await open("Gitea");
    expect(await findAuthors(forge, [merge])).toEqual(["carl", "grace", "mallory"]);
  });

  const approving = async (approve: string, actor = "ada", event = "push") => {
    gitea.mainRuns.set(7, { event: "workflow_dispatch", actor, head: merge });
    gitea.mainRuns.set(6, { event, actor: "grace", head: merge });
    const variables = { GITHUB_EVENT_NAME: "workflow_dispatch" };
    return open("Gitea", variables, { inputs: { approve } });
  };

  test("the person who starts the workflow with the id of a run approves what this run has prepared", async () => {
    gitea.store(6, "prepared", { "prepared.json": "{}" });
    const { forge } = await approving("6");
    expect(await forge.fetchPrepared?.()).toBe(true);
    expect(readdirSync(forge.kept)).toEqual(["prepared.json"]);
    expect(await forge.findApprovals({ commit: merge, isData: false })).toEqual([{ login: "ada" }]);
  });

  test("the person who started a run does not approve it, and the token of a workflow approves none", async () => {
    const find = async (actor: string, event: string) =>
      (await (await approving("6", actor, event)).forge.findApprovals({ commit: merge, isData: true })).map(
        ({ login }) => login,
      );
    expect(await find("grace", "workflow_dispatch")).toEqual([]);
    expect(await find("ada", "workflow_dispatch")).toEqual(["ada"]);
    expect(await find("gitea-actions", "push")).toEqual([]);
  });

  test.each<[string, () => void, string]>([
    ["6", () => undefined, "The run 6 has prepared no change, or its files have expired. Review again"],
    [
      "6",
      () => gitea.mainRuns.set(6, { event: "push", actor: "grace", head: before }),
      "The run 6 is not the first attempt of a run of this workflow for the head of main. Review again",
    ],
    ["3", () => undefined, "The run 3 is not the first attempt of a run of this workflow for the head of main."],
    [
      "6",
      () => {
        gitea.store(6, "prepared", { "../prepared.json": "{}" });
      },
      "The files of the run contain a path: ../prepared.json.",
    ],
    ["6; id", () => undefined, "`approve` is not the id of a run."],
  ])("a run that has not prepared this commit cannot be approved: %s", async (id, arrange, message) => {
    const { forge } = await approving(id);
    arrange();
    await expect(forge.fetchPrepared?.()).rejects.toThrow(message);
  });

  test("keeps the files of a job, which later runs read", async () => {
    gitea.tokens.set("runtime", { artifacts: "write" });
    const variables = {
      ACTIONS_RESULTS_URL: `${gitea.server.url}/`,
      ACTIONS_RUNTIME_TOKEN: "runtime",
      GITHUB_RUN_ID: "3",
    };
    const { forge } = await open("Gitea", variables);
    mkdirSync(forge.kept, { recursive: true });
    writeFileSync(join(forge.kept, "review.json"), "the review");
    await forge.keep?.("review");
    gitea.pullRequests.splice(0, 1, { number: 1, author: "grace", head: "h", merged: merge });
    expect(await (await open("Gitea")).forge.findReview(merge)).toBe("the review");
    gitea.reviewRuns.splice(0, 1, { id: 3, number: 1, from: "mallory/access", head: "h", succeeded: true });
    expect(await (await open("Gitea")).forge.findReview(merge)).toBeUndefined();
  });

  test("the workflow of another branch applies nothing", async () => {
    gitea.mainRuns.set(7, { event: "workflow_dispatch", actor: "ada", head: merge, branch: "change-1" });
    await expect((await open("Gitea")).forge.readMerge()).rejects.toThrow(
      "This is a run of access.yml@refs/heads/change-1. Start the workflow on the branch main.",
    );
  });
});
