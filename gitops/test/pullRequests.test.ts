import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { run } from "../src/program";
import { findMissingApprovals } from "../src/review/approvals";
import { review } from "../src/review/review";
import { Acme, apiKey } from "./support/acme";
import { LocalRepository } from "./support/localRepository";
import { Gitea } from "./support/pipelines/gitea";
import { GitHub } from "./support/pipelines/gitHub";
import { GitLab } from "./support/pipelines/gitLab";
import type { BranchRequest } from "./support/pipelines/text";
import { fakeTerminal } from "./support/terminal";

/** The pull requests of commands that edit a layout: Git with a real remote, and the requests to simulated forges. */

const layout = `organizations:
  acme:
people:
  ada@acme.example: { acme: admin } # on call
  grace@acme.example: { acme: admin }
`;
const token = "token-that-must-not-leak";

/** Returns the oldest pull request. */
function getFirst({ requests: [first] }: { readonly requests: readonly BranchRequest[] }): BranchRequest {
  if (first === undefined) throw new Error("there is no pull request");
  return first;
}

let origin: string;
let repository: LocalRepository;
let gitHub: GitHub;
let gitLab: GitLab;
let gitea: Gitea;
beforeEach(async () => {
  origin = mkdtempSync(join(tmpdir(), "peridio-origin-"));
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  repository = new LocalRepository();
  repository.git("config", "user.name", "Ada");
  repository.git("config", "user.email", "ada@acme.example");
  repository.git("remote", "add", "origin", origin);
  repository.put({ "layout.yaml": layout, "notes.txt": "notes\n" });
  repository.commit();
  repository.git("push", "--quiet", "origin", "main");
  [gitHub, gitLab, gitea] = [await GitHub.begin(), await GitLab.begin(), await Gitea.begin()];
  for (const { tokens } of [gitHub, gitea]) tokens.set(token, { "pull-requests": "write" });
});
afterEach(async () => {
  rmSync(origin, { recursive: true });
  repository.remove();
  await Promise.all([gitHub.end(), gitLab.end(), gitea.end()]);
});

type Name = "GitHub" | "GitLab" | "Gitea";

/** Returns the simulated forge, and the variables with which commands find it. The variables of a job come from `given`. */
function open(name: Name, remote = origin) {
  const actions = { GITHUB_REPOSITORY: gitHub.repository };
  const found = { default_branch: "main", clone_url: remote };
  gitHub.answers.set("/repos/acme/access", found);
  gitea.answers.set("/repos/acme/access", found);
  gitLab.answers.set("projects/7", { default_branch: "main", http_url_to_repo: remote });
  const pipeline = { GitHub: ".github/workflows", GitLab: "", Gitea: ".gitea/workflows" }[name];
  const file = name === "GitLab" ? ".gitlab-ci.yml" : `${pipeline}/access.yml`;
  repository.put({ [file]: "" });
  return {
    GitHub: { forge: gitHub, variables: { ...actions, GITHUB_API_URL: gitHub.server.url, GITHUB_TOKEN: token } },
    Gitea: { forge: gitea, variables: { ...actions, GITHUB_API_URL: gitea.server.url, GITEA_TOKEN: token } },
    GitLab: {
      forge: gitLab,
      variables: {
        CI_API_V4_URL: `${gitLab.server.url}/api/v4`,
        CI_PROJECT_PATH: "7",
        GITLAB_TOKEN: gitLab.token,
      },
    },
  }[name];
}

async function call(args: readonly string[], variables: Readonly<Record<string, string>>, now?: string) {
  const environment = { ...repository.environment, ...variables };
  const terminal = fakeTerminal({ folder: repository.folder, environment, ...(now && { now: new Date(now) }) });
  const code = await run(args, terminal);
  const said = terminal.said();
  expect(terminal.printed() + said).not.toContain(token);
  return { code, said, printed: terminal.printed() };
}

const show = (revision: string) => execFileSync("git", ["-C", origin, "show", revision], { encoding: "utf8" });
const resolve = (revision: string) =>
  execFileSync("git", ["-C", origin, "rev-parse", revision], { encoding: "utf8" }).trim();
const grant = ["grant", "bob@acme.example", "--organization", "acme", "--role", "developer"];
const request = [...grant, "--reason", "INC-42 @ada", "--pull-request"];

describe.each(["GitHub", "GitLab", "Gitea"] as const)("%s", (name) => {
  test("a grant becomes one pull request, which a later run updates", async () => {
    const { forge, variables } = open(name);
    // Unrelated changes, also of the layout, stay, and reach no commit.
    repository.put({ "layout.yaml": `${layout}# draft\n`, "notes.txt": "draft\n" });
    const status = repository.git("status", "--porcelain");

    const first = await call(request, variables);
    expect([first.code, first.said]).toEqual([
      0,
      expect.stringMatching(/^peridio-gitops: Opened the pull request: http/),
    ]);
    const { branch, title, body } = getFirst(forge);
    expect(title).toBe("Give bob@acme.example the role developer in acme");
    expect(body).toContain("Reason: `INC-42` `@ada`");
    expect(body).toContain("`bob@acme.example`");
    expect(show(`${branch}:layout.yaml`)).toBe(
      layout.replace("  grace", "  # Reason (acme): INC-42 @ada\n  bob@acme.example: { acme: developer }\n  grace"),
    );
    expect(show(branch)).toContain("Reason: INC-42 @ada\n");
    expect(show(`${branch}:notes.txt`)).toBe("notes\n");
    expect(resolve(`${branch}^`)).toBe(resolve("main"));
    expect(repository.git("status", "--porcelain")).toBe(status);

    // Approvals of an equal branch stay, also if the address is written differently.
    const head = resolve(branch);
    const spelled = request.map((argument) => argument.replace("bob@acme", "Bob@Acme"));
    expect((await call(spelled, variables)).said).toMatch(/^peridio-gitops: Updated the pull request: http/);
    expect([resolve(branch), forge.requests.length]).toEqual([head, 1]);

    // Another person changes the layout on main.
    repository.put({ "layout.yaml": layout.replace("on call", "on leave"), "notes.txt": "notes\n" });
    repository.commit();
    repository.git("push", "--quiet", "origin", "main");
    await call(request, variables);
    expect(show(`${branch}:layout.yaml`)).toContain("# on leave");
    expect([resolve(`${branch}^`), forge.requests.length]).toEqual([resolve("main"), 1]);
  });

  test("a request of a fork, and a merged one, is another one", async () => {
    const { forge, variables } = open(name);
    await call(request, variables);
    const { branch } = getFirst(forge);
    forge.requests.splice(0, 1);
    const other = { branch, title: "", body: "" };
    forge.requests.push(
      { ...other, number: 1, from: "8", state: "open" },
      { ...other, number: 2, from: name === "GitLab" ? "7" : "acme/access", state: "merged" },
    );
    expect((await call(request, variables)).said).toContain("Opened the pull request");
    expect(forge.requests.map(({ state }) => state)).toEqual(["open", "merged", "open"]);
  });

  test("a refused token or a missing one writes nothing", async () => {
    const { forge, variables } = open(name);
    const tokens = ["GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN"];
    const none = Object.fromEntries(Object.entries(variables).filter(([variable]) => !tokens.includes(variable)));
    expect((await call(request, none)).said).toContain(
      `Set PULL_REQUEST_TOKEN${name === "GitHub" ? ", GITHUB_TOKEN or GH_TOKEN" : ` or ${name === "GitLab" ? "GITLAB" : "GITEA"}_TOKEN`} to a token of ${name}`,
    );
    expect((await call(request, { ...none, PULL_REQUEST_TOKEN: "wrong" })).code).toBe(1);
    expect((await call([...request, "--dry-run"], variables)).code).toBe(2);
    const refs = execFileSync("git", ["-C", origin, "for-each-ref", "--format=%(refname)"], { encoding: "utf8" });
    expect([refs, forge.requests]).toEqual(["refs/heads/main\n", []]);
    expect(readFileSync(join(repository.folder, "layout.yaml"), "utf8")).toBe(layout);
  });
});

test("commits of other people are not replaced", async () => {
  const { forge, variables } = open("GitHub");
  await call(request, variables);
  const { branch, body } = getFirst(forge);
  repository.git("fetch", "--quiet", "origin", branch);
  repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
  repository.put({ "layout.yaml": layout });
  repository.commit();
  repository.git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  const head = resolve(branch);
  const { code, said } = await call(request, variables);
  expect([code, said]).toEqual([1, expect.stringContaining("contains commits of other people.")]);
  expect([resolve(branch), forge.requests.length, forge.requests[0]?.body]).toEqual([head, 1, body]);
});

test("a decision of a person in a merge is not replaced", async () => {
  const { forge, variables } = open("GitHub");
  await call(request, variables);
  const { branch } = getFirst(forge);
  repository.put({ "notes.txt": "more\n" });
  repository.commit();
  repository.git("push", "--quiet", "origin", "main");
  repository.git("fetch", "--quiet", "origin", branch);
  repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
  repository.git("merge", "--quiet", "--no-commit", "--no-ff", "main");
  repository.put({ "layout.yaml": layout });
  repository.git("commit", "--quiet", "--all", "--message", "Merge main");
  repository.git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  const head = resolve(branch);
  const { code, said } = await call(request, variables);
  expect([code, said]).toEqual([1, expect.stringContaining("contains commits of other people.")]);
  expect(resolve(branch)).toBe(head);
});

test("a request for another branch than main is another one, and no text of a commit skips the review", async () => {
  const { forge, variables } = open("GitHub");
  await call([...grant, "--reason", "INC-42 [skip ci]", "--pull-request"], variables);
  const { branch } = getFirst(forge);
  expect(show(branch)).toContain("Reason: INC-42 (skip ci)");
  forge.requests.splice(0, 1, {
    number: 1,
    branch,
    from: "acme/access",
    base: "release",
    title: "",
    body: "",
    state: "open",
  });
  expect((await call(request, variables)).said).toContain("Opened the pull request");
});

test("an equal edit of another layout has its own branch", async () => {
  const { forge, variables } = open("GitHub");
  repository.put({ "other.yaml": layout });
  repository.commit();
  repository.git("push", "--quiet", "origin", "main");
  await call(request, variables);
  await call([...request, "--layout", "other.yaml"], variables);
  expect(new Set(forge.requests.map(({ branch }) => branch)).size).toBe(2);
});

test("a job hands no token to an address at another server", async () => {
  const job = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.acme.example", PULL_REQUEST_TOKEN: token };
  for (const address of ["https://git.acme.example.evil/acme/access.git", "http://git.acme.example/acme/access.git"]) {
    const { variables } = open("GitHub", address);
    const { code, said } = await call(request, { ...variables, ...job });
    expect([code, said]).toEqual([
      1,
      `peridio-gitops: The forge says that the repository is at ${address}, but this job runs for https://git.acme.example. Correct the address in the settings of the forge.\n`,
    ]);
  }
});

test("a commit that a person has amended is not replaced", async () => {
  const { forge, variables } = open("GitHub");
  await call(request, variables);
  const { branch } = getFirst(forge);
  repository.git("fetch", "--quiet", "origin", branch);
  repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
  repository.put({ "layout.yaml": `${show(`${branch}:layout.yaml`)}# more\n` });
  repository.git("commit", "--quiet", "--all", "--amend", "--no-edit");
  repository.git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
  const head = resolve(branch);
  const { code, said } = await call(request, variables);
  expect([code, said]).toEqual([1, expect.stringContaining("contains commits of other people.")]);
  expect(resolve(branch)).toBe(head);
});

test("a branch with the same files is replaced if main has changed them, so that the merge gives the plan", async () => {
  const { forge, variables } = open("GitHub");
  const teams = "teams:\n  cloud: [bob@acme.example, eve@acme.example]\n";
  const push = (people: string) => {
    repository.put({ "layout.yaml": `${layout}  cloud: { acme: developer }\n${people}${teams}` });
    repository.commit();
    repository.git("push", "--quiet", "origin", "main");
  };
  push("");
  const remove = ["revoke", "bob@acme.example", "--pull-request"];
  await call(remove, variables);
  const { branch } = getFirst(forge);
  const [former, text] = [resolve(branch), show(`${branch}:layout.yaml`)];
  // A merge of this commit would keep what main adds after it.
  push("  bob@acme.example: { acme: admin }\n");
  await call(remove, variables);
  expect(show(`${branch}:layout.yaml`)).toBe(text);
  expect([resolve(branch) === former, resolve(`${branch}~1`)]).toEqual([false, resolve("main")]);
});

test("a job needs another token, and hands it to Git for the address of the repository only, and to no redirect", async () => {
  const job = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: tmpdir() };
  const { variables } = open("GitHub");
  expect((await call(request, { ...variables, ...job })).said).toContain(
    "The variable PULL_REQUEST_TOKEN is missing. A pull request that the token of a job opens starts no pipeline",
  );

  // The command waits for Git, so another process answers. Git would follow the redirect, and send the token with its next request.
  const script = `require("http").createServer(({ url, headers }, response) => {
    console.log(headers.host + " " + headers.authorization);
    if (headers.host.startsWith("127.0.0.1")) response.setHeader("location", "http://localhost:" + headers.host.split(":")[1] + url);
    response.writeHead(302).end();
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); })`;
  const server = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    const port: unknown = (await lines.next()).value;
    const own = `http://127.0.0.1:${String(port)}`;
    open("GitHub", `${own}/acme/access.git`);
    const { code, said } = await call(request, {
      ...variables,
      ...job,
      GITHUB_SERVER_URL: own,
      PULL_REQUEST_TOKEN: token,
    });
    expect([code, said]).toEqual([1, expect.stringContaining("`git fetch` failed:")]);
    const credentials = Buffer.from(`x-access-token:${token}`).toString("base64");
    expect((await lines.next()).value).toBe(`127.0.0.1:${String(port)} Basic ${credentials}`);
    await fetch(`${own}/end`, { redirect: "manual" });
    expect((await lines.next()).value).toBe(`127.0.0.1:${String(port)} undefined`);
  } finally {
    server.kill();
  }
});

describe("people who have left", () => {
  let acme: Acme;
  beforeEach(async () => {
    acme = await Acme.begin();
  });
  afterEach(() => acme.end());

  /** Keeps the request of the night in a job at GitHub. */
  async function sync(...args: readonly string[]) {
    const { variables } = open("GitHub");
    const connection = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
    const job = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: tmpdir(), PULL_REQUEST_TOKEN: token };
    const all = ["sync", "--adopt-gone", "--pull-request", "--base", "git:HEAD", ...args];
    return call(all, { ...variables, ...connection, ...job });
  }

  function declare(people: Readonly<Record<string, string>>): void {
    const lines = Object.entries(people).map(([email, role]) => `  ${email}: { acme: ${role} }\n`);
    repository.put({ "layout.yaml": layout + lines.join("") });
    repository.commit();
    repository.git("push", "--quiet", "origin", "main");
  }

  test("share a request with adopted changes, in any order and spelling of the addresses", async () => {
    const people = ["bob@acme.example", "dora@acme.example"];
    declare(Object.fromEntries(people.map((email) => [email, "viewer"])));
    for (const email of people) acme.join(email, "developer");
    await sync("--adopt", "BOB@acme.example", "--adopt", "dora@acme.example");
    const { title } = getFirst(gitHub);
    expect(title).toBe("Adopt bob@acme.example, dora@acme.example, the removal of people who have left");
    const { said } = await sync("--adopt", "dora@acme.example", "--adopt", "bob@acme.example");
    expect(said).toContain("Updated the pull request");
    expect(gitHub.requests).toHaveLength(1);
  });

  test("leave the layout by one request, and other drift does not", async () => {
    declare({ "bob@acme.example": "viewer", "dora@acme.example": "viewer" });
    acme.join("dora@acme.example", "developer");
    acme.join("mallory@acme.example", "viewer");
    await sync();
    const { branch, title } = getFirst(gitHub);
    expect([title, gitHub.requests.length]).toEqual(["Adopt the removal of people who have left", 1]);
    expect(show(`${branch}:layout.yaml`)).toBe(`${layout}  dora@acme.example: { acme: viewer }\n`);

    // Bob is back, so a merge would remove him again.
    acme.join("bob@acme.example", "viewer");
    expect((await sync()).said).toContain("Closed the pull request, because its edit is not needed");
    await acme.control.removeMember("bob@acme.example", "acme");
    expect((await sync()).said).toContain("Opened the pull request");
    expect(gitHub.requests.map(({ state }) => state)).toEqual(["closed", "open"]);

    // A person decides.
    for (const one of gitHub.requests) one.state = "closed";
    const { said } = await sync();
    expect(said).toContain("A person closed the pull request with the same edit, so it stays closed");
    expect(gitHub.requests.map(({ state }) => state)).toEqual(["closed", "closed"]);
    await acme.control.removeMember("dora@acme.example", "acme");
    expect((await sync()).said).toContain("Opened the pull request");
  });

  test("differ from people whose roles a request adopts, who never approve it", async () => {
    declare({ "dora@acme.example": "viewer" });
    acme.join("dora@acme.example", "admin");
    const rules =
      "logins: { ada: ada@acme.example, dora: dora@acme.example }\nrules: { one: { admins: { atLeast: 1 } } }\n";
    repository.put({ "access-rules.yaml": rules });
    await sync("--adopt", "dora@acme.example");
    const { branch } = getFirst(gitHub);
    repository.put({ "layout.yaml": show(`${branch}:layout.yaml`) });
    const args = [
      "plan",
      "layout.yaml",
      "--base",
      "git:HEAD",
      "--rules",
      "access-rules.yaml",
      "--authors",
      "bot",
      "--json",
    ];
    const proposed = review.parse(JSON.parse((await call(args, {})).printed));
    expect(findMissingApprovals(proposed, ["dora", "bot"], true)).toHaveLength(1);
    expect(findMissingApprovals(proposed, ["ada"], true)).toEqual([]);
  });

  test("are unknown without the applied layout", async () => {
    const { code, said } = await call(["sync", "--adopt-gone"], {});
    expect([code, said]).toEqual([
      2,
      expect.stringContaining("people who are not invited yet. Name the applied layout"),
    ]);
  });

  test("differ from people whose declaration is not applied yet", async () => {
    const applied = repository.git("rev-parse", "HEAD");
    declare({ "hugo@acme.example": "viewer" });
    const { printed } = await sync("--base", `git:${applied}`);
    expect([gitHub.requests, printed]).toEqual([[], expect.stringContaining("so it is no drift")]);
  });
});

test.each(["GitHub", "GitLab"] as const)("at %s, the night renews access by one request", async (name) => {
  const job = {
    GitHub: { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: tmpdir(), PULL_REQUEST_TOKEN: token },
    GitLab: { GITLAB_CI: "true", CI_SERVER_URL: tmpdir(), PULL_REQUEST_TOKEN: gitLab.token, GITLAB_TOKEN: "other" },
  }[name];
  const { forge } = open(name);
  const people = (emil: string, dora: string) =>
    `${layout}  emil@acme.example: { acme: { role: viewer, until: ${emil} } }\n  dora@acme.example: { acme: { role: viewer, until: ${dora} } }\n`;
  const push = (text: string, branch: string) => {
    repository.put({ "layout.yaml": text });
    repository.commit();
    repository.git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
  };
  const renew = (now: string) => {
    const { variables } = open(name);
    return call(["renew", "--by", "90", "--pull-request"], { ...variables, ...job }, now);
  };
  push(people("2027-02-05", "2027-02-10"), "main");
  await renew("2027-01-31T02:00Z");
  const { branch, title, body } = getFirst(forge);
  expect(title).toBe("Renew access that ends within 14 days by 90 days");
  expect(body).toContain("2027-05-06");
  expect(show(`${branch}:layout.yaml`)).toBe(people("2027-05-06", "2027-05-11"));

  // The edit does not depend on the night, so approvals stay.
  const head = resolve(branch);
  await renew("2027-02-01T02:00Z");
  expect([resolve(branch), forge.requests.length]).toEqual([head, 1]);

  // A reviewer keeps the former end of one person.
  const main = resolve("main");
  repository.git("fetch", "--quiet", "origin", branch);
  repository.git("switch", "--quiet", "--detach", "FETCH_HEAD");
  push(people("2027-05-06", "2027-02-10"), branch);
  const edited = resolve(branch);
  const { code, said } = await renew("2027-02-02T02:00Z");
  expect([code, said]).toEqual([0, expect.stringContaining("A person edited the pull request, so it stays as it is")]);
  expect([resolve(branch), resolve("main"), forge.requests.length]).toEqual([edited, main, 1]);

  // After the merge, the person who was struck out is proposed again, until someone closes that request.
  push(people("2027-05-06", "2027-02-10"), "main");
  getFirst(forge).state = "merged";
  await renew("2027-02-03T02:00Z");
  expect(show(`${branch}:layout.yaml`)).toBe(people("2027-05-06", "2027-05-11"));
  for (const one of forge.requests) if (one.state === "open") one.state = "closed";
  expect((await renew("2027-02-04T02:00Z")).said).toContain("so it stays closed");
  expect((await renew("2027-02-11T02:00Z")).said).toContain("No access ends within 14 days.");
});
