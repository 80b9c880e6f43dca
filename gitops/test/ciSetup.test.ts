import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as z from "zod";
import { nameArchive } from "../../scripts/release/installation";
import { redact } from "../src/ci/previews";
import { comparePipelines } from "../src/ci/setup/comparison";
import { createPipeline, pipelineFiles, platforms } from "../src/ci/setup/files";
import { findPlace, openRepository } from "../src/ci/setup/platform";
import { checkReport, type CheckReport } from "../src/ci/setup/report";
import { commit } from "../src/ci/setup/texts";
import { run } from "../src/program";
import { Acme, apiKey } from "./support/acme";
import type { Permissions } from "./support/pipelines/actionsForge";
import { type Call, readBody, recordCalls, variables } from "./support/pipelines/commands";
import { Gitea } from "./support/pipelines/gitea";
import { GitHub } from "./support/pipelines/gitHub";
import { GitLab } from "./support/pipelines/gitLab";
import { fakeTerminal } from "./support/terminal";

/** The setup of an empty repository: the files, the printed commands, and the check of the settings that they make. */

const organizations = ["acme-dev", "acme-production"];
const viewerKey = "viewer-key-of-the-pipeline";

let folder: string;
let repository: string;
let acme: Acme;
let gitHub: GitHub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "peridio-setup-"));
  repository = join(folder, "repository");
  mkdirSync(repository);
  mkdirSync(join(folder, "bin"));
  const sums = ["peridio-tools", "pulumi-resource-peridio"] as const;
  const lines = sums.map((name, index) => `${String(index + 1).repeat(64)}  ${nameArchive(name, "linux-amd64")}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
  pulumi(`echo '[{"name": "dev"}, {"name": "production"}]'`);
  [acme, gitHub] = [await Acme.begin(), await GitHub.begin()];
  gitHub.tokens.set("token", everything);
  for (const name of organizations) {
    await acme.control.createOrganization(name);
    acme.join("preview@acme.example", "viewer", name);
  }
  acme.control.addApiKey("preview@acme.example", { key: viewerKey });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([acme.end(), gitHub.end()]);
});

const everything: Permissions = {
  ...{ metadata: "read", contents: "read", actions: "read" },
  ...{ secrets: "read", variables: "read", environments: "read" },
};

/** Replaces Pulumi by a script. */
function pulumi(script: string): void {
  writeFileSync(join(folder, "bin/pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin/pulumi"), 0o755);
}

async function ci(args: readonly string[], given: Readonly<Record<string, string>> = {}) {
  const environment = {
    PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
    ...variables,
    PERIDIO_API_KEY: viewerKey,
    PERIDIO_BASE_URL: acme.url,
    GITHUB_API_URL: gitHub.server.url,
    GITHUB_REPOSITORY: gitHub.repository,
    GITHUB_TOKEN: "token",
    ...given,
  };
  const terminal = fakeTerminal({ folder: repository, environment });
  const code = await run(["ci", ...args, "--checksums", "../SHA256SUMS"], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

async function check(given: Readonly<Record<string, string>> = {}) {
  const { code, printed, said } = await ci(["check", "--json"], given);
  expect(said).toBe("");
  const report: CheckReport = checkReport.parse(JSON.parse(printed));
  const others = report.settings.filter(({ result }) => result !== "set");
  return {
    code,
    report,
    others,
    words: others.map(({ setting, result, reason = "" }) => `${setting}, ${result}: ${reason}`),
  };
}

const read = (file: string) => readFileSync(join(repository, file), "utf8");

/** Makes the settings that commands of `gh` make, and pushes the files. */
function makeSettings(calls: readonly Call[]): void {
  const { settings } = gitHub;
  for (const call of calls) {
    const { words } = call;
    const option = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
    const command = words.slice(0, 3).join(" ");
    if (command === "gh secret set") settings.addSecret(words[3] ?? "", option("--env"));
    if (command === "gh variable set") settings.variables.set(words[3] ?? "", call.input.trim());
    if (command === "gh secret delete") settings.secrets.get("")?.delete(words[3] ?? "");
    if (words[1] === "api")
      settings.write(
        words.find((word) => word.startsWith("repos/"))?.replace("repos/{owner}/{repo}/", "") ?? "",
        readBody(call),
      );
    if (words[0] === "git" && words[1] === "push")
      for (const file of [".github/workflows/access.yml", "CODEOWNERS"]) settings.files.set(file, read(file));
  }
}

test("an empty repository gets its files, and the printed commands make all settings that the check reads", async () => {
  acme.control.addUser("new@acme.example");
  const PERIDIO_API_KEY = acme.control.addApiKey("new@acme.example");
  const { code, printed, said } = await ci(["init", "--platform", "github"], { PERIDIO_API_KEY });
  expect(code).toBe(0);
  expect(said).toBe(
    [".github/workflows/access.yml", "access-rules.yaml", "CODEOWNERS", "Pulumi.yaml", "layout.yaml", "stacks.txt"]
      .map((file) => `Wrote ${file}\n`)
      .join(""),
  );
  expect((await check()).code).toBe(3);
  expect(printed).toMatch(/pulumi up --stack production\n\n# 3\. In Peridio, accept the invitations of the viewer\./);
  const calls = recordCalls(printed);
  expect(calls.filter(({ words: [tool] }) => tool === "pulumi").map(({ words }) => words.join(" "))).toEqual([
    "pulumi stack init dev",
    "pulumi stack init production",
    "pulumi up --stack dev",
    "pulumi up --stack production",
  ]);
  makeSettings(calls);
  const { code: checked, words, report } = await check();
  expect(words).toEqual([]);
  expect(checked).toBe(0);
  expect(report.settings).toHaveLength(15);
});

test("the commands export the organizations that the key sees, and import those that a stack declares", async () => {
  const listExports = async (given: Readonly<Record<string, string>> = {}) =>
    (await ci(["init", "--platform", "github"], given)).printed
      .split("\n")
      .filter((line) => /^(peridio-gitops export|cp|pulumi (stack init|import|up)) /.test(line));
  const importOf = (stack: string) => [
    `pulumi stack init ${stack}`,
    `pulumi import --stack ${stack} --file ../import/import-${stack}.json --generate-code=false --yes`,
  ];
  const all = [
    "peridio-gitops export --organization acme-dev --organization acme-production --stacks stacks.txt --out ../import",
    ...[...importOf("dev"), ...importOf("production"), "pulumi up --stack dev", "pulumi up --stack production"],
  ];
  expect(await listExports()).toEqual(all);
  const admin = await listExports({ PERIDIO_API_KEY: "", PERIDIO_ADMIN_API_KEY: apiKey });
  expect(admin).toEqual(["peridio-gitops export --organization acme --out ../export", ...all]);
  writeFileSync(join(repository, "layout.yaml"), "organizations: { other: {} }\n");
  expect((await listExports()).slice(0, 2)).toEqual([
    "peridio-gitops export --organization acme-dev --organization acme-production --out ../export",
    "cp ../export/layout.yaml layout.yaml",
  ]);
  const program = readFileSync(join(repository, "Pulumi.yaml"), "utf8");
  for (const other of [
    "name: access\nruntime: nodejs\n",
    program.replace("path:", 'connection: "${connection}", path:'),
  ]) {
    writeFileSync(join(repository, "Pulumi.yaml"), other);
    expect((await listExports()).slice(2)).toEqual(all.filter((line) => !line.includes("port")));
  }
});

test("without an answer of Peridio, the steps name the export, and the rest stays", async () => {
  const { code, printed, said } = await ci(["init", "--platform", "github"], { PERIDIO_API_KEY: "wrong" });
  expect([code, said]).toEqual([0, expect.stringMatching(/^The organizations that exist are unknown: /m)]);
  expect(printed).toContain("If the organizations exist, replace layout.yaml by the output of `peridio-gitops export`");
  const without = { PERIDIO_API_KEY: "", PERIDIO_ADMIN_API_KEY: "" };
  expect((await ci(["init", "--platform", "github"], without)).said).not.toContain("unknown");
});

/** Sets the repository up at GitHub. */
async function setUp() {
  const { printed } = await ci(["init", "--platform", "github"]);
  makeSettings(recordCalls(printed));
  return gitHub.settings;
}

test("the remedies of the check are the commands that `ci init` prints", async () => {
  const { printed } = await ci(["init", "--platform", "github"]);
  gitHub.settings.files.set("CODEOWNERS", read("CODEOWNERS"));
  gitHub.settings.files.set(pipelineFiles.github, read(pipelineFiles.github));
  const { report } = await check();
  const remedies = [...new Set(report.settings.flatMap(({ remedy = [] }) => remedy))];
  expect(remedies.filter((line) => !printed.includes(`${line}\n`))).toEqual([]);
  makeSettings(recordCalls(remedies.join("\n")));
  expect((await check()).words).toEqual([]);
});

test("a second run changes nothing, and a file that differs stays", async () => {
  await ci(["init", "--platform", "github"]);
  const again = await ci(["init"]);
  expect([again.code, again.said]).toEqual([0, expect.not.stringContaining("Wrote")]);
  writeFileSync(join(repository, pipelineFiles.github), "name: mine\n");
  rmSync(join(repository, "CODEOWNERS"));
  const { code, said } = await ci(["init", "--platform", "github"]);
  expect([code, read(pipelineFiles.github)]).toEqual([3, "name: mine\n"]);
  expect(said).toContain(
    "Kept .github/workflows/access.yml, which differs from this release. To replace it, remove it, and run this command again\n",
  );
  expect(said).toContain("Wrote CODEOWNERS\n");
});

test("a folder with a program gets no other program", async () => {
  writeFileSync(join(repository, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
  const { said } = await ci(["init", "--platform", "gitea"]);
  expect(said).toBe("Wrote .gitea/workflows/access.yml\nWrote access-rules.yaml\n");
  expect(existsSync(join(repository, "layout.yaml"))).toBe(false);
});

test("the files that a repository gets need neither this repository nor fixed addresses", async () => {
  await ci(["init", "--platform", "gitlab"]);
  for (const file of ["Pulumi.yaml", "layout.yaml", "access-rules.yaml"])
    expect(read(file)).not.toMatch(/203\.0\.113|plugins|config|ipAllowlist|, remove /);
  expect(
    await run(["validate", "layout.yaml", "--rules", "access-rules.yaml"], fakeTerminal({ folder: repository })),
  ).toBe(0);
});

test.each(platforms)("the pipeline for %s pins the release", async (platform) => {
  const pipeline = await createPipeline(platform, "SHA256SUMS", fakeTerminal({ folder }));
  expect(pipeline).not.toMatch(/0{40}/);
  expect(pipeline).toContain(`${"1".repeat(64)}  ${nameArchive("peridio-tools", "linux-amd64")}\n`);
  expect(pipeline).toContain(`${"2".repeat(64)}  ${nameArchive("pulumi-resource-peridio", "linux-amd64")}\n`);
  if (platform === "github") expect(pipeline).toContain(`/access.yml@${commit} #`);
  if (platform === "gitlab")
    expect(pipeline).toContain(
      `integrity: sha256-${createHash("sha256").update(readFileSync("templates/access.yml")).digest("base64")}\n`,
    );
});

test("checksums of another release pin nothing", async () => {
  writeFileSync(join(folder, "SHA256SUMS"), `${"1".repeat(64)}  peridio-tools-v9.9.9-linux-amd64.tar.gz\n`);
  const { code, said } = await ci(["init", "--platform", "github"]);
  expect([code, existsSync(join(repository, "layout.yaml"))]).toEqual([1, false]);
  expect(said).toContain("../SHA256SUMS has no checksum of peridio-tools-v");
});

test.each<[edit: string, text: string, by: string, differences: readonly string[]]>([
  ["nothing", "", "", []],
  ["other options", "with:\n", "with:\n      options: --layout layouts\n", []],
  ["an option that ends the task", "with:\n", "with:\n      options: --help\n", ["jobs.access.with.options"]],
  ["another command", "with:\n", 'with:\n      options: "; true"\n', ["jobs.access.with.options"]],
  ["another schedule", '    - cron: "17 3 * * *"\n', '    - cron: "1 1 * * *"\n    - cron: "*/15 * * * *"\n', []],
  ["without a secret", "      PGPASSWORD: ${{ secrets.PGPASSWORD }}\n", "", []],
  [
    "without the admin's key",
    "      PERIDIO_ADMIN_API_KEY: ${{ secrets.PERIDIO_ADMIN_API_KEY }}",
    "     ",
    ["jobs.access.secrets.PERIDIO_ADMIN_API_KEY"],
  ],
  ["other permissions", "contents: read", "contents: write", ["jobs.access.permissions.contents"]],
  ["another commit", commit, "a".repeat(40), ["jobs.access.uses"]],
  ["another checksum", "1".repeat(64), "3".repeat(64), ["jobs.access.with.tools-sha256sums"]],
  ["untrusted code", "  pull_request:", "  pull_request_target:", ["on.pull_request_target", "on.pull_request"]],
  ["another job", "jobs:\n", "jobs:\n  other: { runs-on: ubuntu-24.04 }\n", ["jobs.other"]],
  [
    "an address with a secret",
    "with:\n",
    "with:\n      tools-releases: https://x/${{ secrets.PGPASSWORD }}\n",
    ["jobs.access.with.tools-releases"],
  ],
  [
    "a container",
    "    permissions:\n      actions",
    "    container: pulumi/pulumi-base:3.274.1\n    permissions:\n      actions",
    ["jobs.access.container"],
  ],
  [
    "a runner",
    "    permissions:\n      actions",
    "    runs-on: mine\n    permissions:\n      actions",
    ["jobs.access.runs-on"],
  ],
  [
    "the admin's key for all jobs",
    "secrets.PERIDIO_VIEWER",
    "secrets.PERIDIO_ADMIN",
    ["jobs.access.secrets.PERIDIO_VIEWER_API_KEY"],
  ],
  ["no YAML", "jobs:", "jobs: [", ["it is not valid YAML"]],
])("a pipeline with an edit is compared with the release: %s", async (_, text, by, differences) => {
  const pipeline = await createPipeline("github", "SHA256SUMS", fakeTerminal({ folder }));
  expect(compare(pipeline.replace(text, by), pipeline)).toEqual(differences);
});

/** Returns the parts in which a pipeline differs, and the reasons of others. */
function compare(own: string, released: string): readonly string[] {
  return comparePipelines(own, released).map(({ reason, isUnknown }) => {
    const [, part] = /^`(.*)` is not that of this release$/.exec(reason) ?? [];
    return `${isUnknown === true ? "not checked: " : ""}${part ?? reason}`;
  });
}

test.each<[text: string, result: readonly string[]]>([
  ["container: pulumi/pulumi-base:3.280.0", []],
  [
    "container: registry.acme.example/pulumi:3",
    ["not checked: `jobs.access.container` is `registry.acme.example/pulumi:3`"],
  ],
  ["container: pulumi/pulumi-base", ["not checked: `jobs.access.container` is `pulumi/pulumi-base`"]],
  ["container: ${{ github.head_ref }}", ["jobs.access.container"]],
  ["container: { image: pulumi/pulumi-base:3.280.0, options: --privileged }", ["jobs.access.container"]],
  ["", ["not checked: `jobs.access.container` is absent, so jobs run on the runner itself"]],
  ["container: pulumi/pulumi-base:3.280.0\n    runs-on: acme", ["not checked: `jobs.access.runs-on` is `acme`"]],
  [
    "container: pulumi/pulumi-base:3.280.0\n    runs-on: [acme, arm64]",
    ["not checked: `jobs.access.runs-on` is `acme, arm64`"],
  ],
  ["container: pulumi/pulumi-base:3.280.0\n    runs-on: ${{ github.head_ref }}", ["jobs.access.runs-on"]],
])("the image and the runner of the jobs need a look, unless the image is of Pulumi: %j", async (text, result) => {
  const pipeline = await createPipeline("gitea", "SHA256SUMS", fakeTerminal({ folder }));
  const own = pipeline
    .replace(/ {4}container: .*\n/, text === "" ? "" : `    ${text}\n`)
    .replace(/ {4}runs-on: ubuntu-24\.04\n/, text.includes("runs-on") ? "" : "$&");
  expect(compare(own, pipeline)).toEqual(result);
});

test("the image of the jobs at GitLab needs a look, unless it is of Pulumi", async () => {
  const pipeline = await createPipeline("gitlab", "SHA256SUMS", fakeTerminal({ folder }));
  const compareImage = (image: string) =>
    compare(pipeline.replace("inputs:\n", `inputs:\n      image: ${image}\n`), pipeline);
  expect(compareImage("pulumi/pulumi-base:3.280.0")).toEqual([]);
  expect(compareImage("acme/pulumi")).toEqual(["not checked: `include.0.inputs.image` is `acme/pulumi`"]);
  expect(compareImage("$IMAGE")).toEqual(["include.0.inputs.image"]);
});

test("the steps of the pipeline for Gitea are compared too, apart from options and further variables", async () => {
  const pipeline = await createPipeline("gitea", "SHA256SUMS", fakeTerminal({ folder }));
  const own = pipeline
    .replace("    env:\n", "    env:\n      AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n")
    .replace("run: peridio-gitops ci review", "run: peridio-gitops ci review --no-rules");
  expect(compare(own, pipeline)).toEqual([]);
  const replaced = own.replace("    env:\n", "    env:\n      BASH_ENV: trap.sh\n");
  expect(compare(replaced, pipeline)).toEqual(["jobs.access.env.BASH_ENV"]);
  expect(compare(own.replace(/ci apply\n/, "ci review\n"), pipeline)).toEqual(["jobs.access.steps.4.run"]);
});

test.each([
  "|| true",
  "--help",
  "; curl example.com",
  "--no-rules; true",
  "--layout $(id)",
  "> /dev/null",
  "true",
  "--no-rules\ntrue",
])("a command that more follows than options is not that of the release: %j", async (more) => {
  const pipeline = await createPipeline("gitea", "SHA256SUMS", fakeTerminal({ folder }));
  const line = "run: peridio-gitops ci review";
  const own = pipeline.replace(line, `run: ${JSON.stringify(`peridio-gitops ci review ${more}`)}`);
  expect(compare(own, pipeline)).toEqual([expect.stringMatching(/^jobs\.access\.steps\.\d\.run$/)]);
  const plain = pipeline.replace(line, `${line} --layout layouts --rules=my/rules.yaml --no-rules`);
  expect(compare(plain, pipeline)).toEqual([]);
});

test("each setting that the documentation relies on is reported if it is wrong", async () => {
  const settings = await setUp();
  settings.files.set(pipelineFiles.github, read(pipelineFiles.github).replace(commit, "a".repeat(40)));
  settings.files.set("CODEOWNERS", "/layout.yaml\n*.md\n/stacks.txt\n");
  settings.ownerErrors.push({ line: 3, kind: "Unknown owner" });
  settings.isPrivate = false;
  settings.variables.set("PULUMI_BACKEND_URL", "s3://other");
  settings.secrets.set("", new Set(["PERIDIO_ADMIN_API_KEY"]));
  settings.secrets.set("access", new Set());
  settings.branches.set("access", new Set(["main", "release/*"]));
  settings.environments.set("access-approval", {
    reviewers: [{ type: "User", id: "Ada" }],
    prevent_self_review: false,
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
  const [branch, tag] = settings.rulesets.splice(0);
  if (branch === undefined || tag === undefined) throw new Error("there are no rulesets");
  settings.rulesets.push({
    ...branch,
    rules: branch.rules.slice(1).map(({ type, parameters = {} }) => ({
      type,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, Array.isArray(value) ? [] : value === 1 ? 0 : false]),
      ),
    })),
  });
  settings.rulesets.push({ ...tag, enforcement: "evaluate" });
  pulumi(`echo '[{"name": "acme/dev"}]'`);
  const { code, words } = await check({ PERIDIO_API_KEY: "avo_wrong", PERIDIO_BACKEND: "connect" });
  expect(code).toBe(3);
  expect(words).toEqual([
    "private repository, wrong: other people can read it",
    ".github/workflows/access.yml on the main branch, wrong: `jobs.access.uses` is not that of this release",
    "CODEOWNERS on the main branch, wrong: no line gives owners to all files (`*`)",
    "CODEOWNERS on the main branch, wrong: the files `/stacks.txt` have no owners",
    "CODEOWNERS on the main branch, wrong: line 3: Unknown owner",
    "variable PULUMI_BACKEND_URL, wrong: it differs from the one on this machine",
    "secret PERIDIO_VIEWER_API_KEY, wrong: it is missing",
    "secret PULUMI_CONFIG_PASSPHRASE, wrong: it is missing",
    "secret AWS_ACCESS_KEY_ID, wrong: it is missing",
    "secret AWS_SECRET_ACCESS_KEY, wrong: it is missing",
    "environment access, wrong: the branch or tag release/* can deploy to it",
    "environment access, wrong: it has no secret PERIDIO_ADMIN_API_KEY",
    "secret PERIDIO_ADMIN_API_KEY outside of environments, wrong: the workflow of every branch can read it",
    "environment access-approval, wrong: other branches than main can deploy to it",
    "environment access-approval, wrong: it allows self-review",
    "environment access-approval, wrong: the approver dora is no reviewer",
    "environment access-approval, wrong: the approver grace is no reviewer",
    "rules of the branch main, wrong: no rule `deletion`",
    "rules of the branch main, wrong: no rule `pull_request` with `required_approving_review_count`",
    "rules of the branch main, wrong: no rule `pull_request` with `dismiss_stale_reviews_on_push`",
    "rules of the branch main, wrong: no rule `pull_request` with `require_code_owner_review`",
    "rules of the branch main, wrong: no rule `pull_request` with `require_last_push_approval`",
    "rules of the branch main, wrong: no rule `required_status_checks` with `strict_required_status_checks_policy`",
    "rules of the branch main, wrong: no rule `required_status_checks` with `required_status_checks`",
    "rules of the tag main, wrong: people can create the tag",
    "stacks in the state, wrong: access/production is missing",
    expect.stringMatching(/^PERIDIO_API_KEY on this machine, not checked: .* does not accept the API key/),
    expect.stringMatching(/^PERIDIO_API_KEY on this machine, wrong: /),
  ]);
});

test("the check rejects a key whose user has not accepted its invitations, or is an admin", async () => {
  await setUp();
  acme.control.addUser("new@acme.example", { two_factor_enabled: true });
  acme.join("new@acme.example", "viewer", "acme-dev");
  acme.control.addApiKey("new@acme.example", { key: "new-key" });
  expect((await check({ PERIDIO_API_KEY: "new-key" })).words).toEqual([
    "PERIDIO_API_KEY on this machine, wrong: new@acme.example does not see acme-production",
  ]);
  const bound = acme.control.addApiKey("preview@acme.example", { organization: "acme-dev" });
  expect((await check({ PERIDIO_API_KEY: bound })).words).toEqual([
    "PERIDIO_API_KEY on this machine, wrong: preview@acme.example does not see acme-production",
  ]);
  expect((await check({ PERIDIO_API_KEY: apiKey })).words).toEqual(
    ["acme", ...organizations].map(
      (name) => `PERIDIO_API_KEY on this machine, wrong: ada@acme.example is not only a viewer in ${name}`,
    ),
  );
  rmSync(join(repository, "layout.yaml"));
  expect((await check()).words).toEqual([
    expect.stringMatching(
      /^PERIDIO_API_KEY on this machine, not checked: its user cannot be compared with the layout: /,
    ),
  ]);
});

test("the secrets depend on the state", async () => {
  const secretsWith = async (PULUMI_BACKEND_URL: string) =>
    recordCalls((await ci(["init", "--platform", "github"], { PULUMI_BACKEND_URL })).printed)
      .filter(({ words }) => words[1] === "secret")
      .map(({ words, input }) => `${words[3] ?? ""} ${input.trim()}`);
  expect(await secretsWith("file:///mnt/state")).toEqual([
    "PERIDIO_VIEWER_API_KEY viewer",
    "PULUMI_CONFIG_PASSPHRASE passphrase",
    "PERIDIO_ADMIN_API_KEY admin",
  ]);
  const { printed } = await ci(["init"], { PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "" });
  const cloud = { PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "", PULUMI_ACCESS_TOKEN: "token" };
  expect((await ci(["init"], cloud)).printed).not.toContain("Set these variables");
  expect(printed).toContain(
    "export PULUMI_ACCESS_TOKEN=\nexport PULUMI_BACKEND_URL=\nexport PULUMI_CONFIG_PASSPHRASE=\n",
  );
});

test("a state in a folder is out of reach of the runners of GitHub", async () => {
  const settings = await setUp();
  settings.variables.set("PULUMI_BACKEND_URL", "file:///mnt/state");
  expect((await check({ PULUMI_BACKEND_URL: "file:///mnt/state" })).words).toEqual([
    "stacks in the state, wrong: the state is a folder (`file:`), which the runners do not reach",
  ]);
});

test("an address of the state with a password is rejected, because it becomes a plain variable", async () => {
  const address = (password: string) => ({
    PULUMI_BACKEND_URL: `postgres://ada${password}@db.acme.example:5432/state`,
  });
  const { code, printed, said } = await ci(["init", "--platform", "gitea"], address(":pass-word"));
  expect([code, printed]).toEqual([1, ""]);
  expect(said).toContain("PULUMI_BACKEND_URL contains a password");
  expect(said).not.toContain("pass-word");
  expect((await ci(["init", "--platform", "gitea"], address(""))).code).toBe(0);
});

test("the text of the check names each setting, and each remedy once", async () => {
  const { rulesets } = await setUp();
  rulesets.splice(0, 1);
  const { code, printed } = await ci(["check"]);
  expect(code).toBe(3);
  expect(printed.replace(/echo '.*/, "echo …")).toContain(
    [
      "set          environment access-approval",
      "wrong        rules of the branch main: no rule `deletion`",
      "wrong        rules of the branch main: no rule `non_fast_forward`",
      "wrong        rules of the branch main: no rule `pull_request`",
      "wrong        rules of the branch main: no rule `required_status_checks`",
      "    echo …",
      "set          rules of the tag main",
      "",
    ].join("\n"),
  );
});

test("rules that people can bypass do not count, unless other rules require the same", async () => {
  const { rulesets } = await setUp();
  const [branch] = rulesets;
  if (branch === undefined) throw new Error("there are no rulesets");
  branch.bypass_actors = [{ actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "always" }];
  expect((await check()).words).toEqual([
    "rules of the branch main, wrong: people or apps can bypass the ruleset `access: branch`",
  ]);
  rulesets.push({ ...branch, bypass_actors: [] });
  expect((await check()).words).toEqual([]);
});

test("what the token or this machine does not show is not checked", async () => {
  const settings = await setUp();
  for (const ruleset of settings.rulesets) ruleset.bypass_actors = undefined;
  settings.environments.set("access-approval", {
    ...settings.environments.get("access-approval"),
    reviewers: [{ type: "Team", id: "access-owners" }],
  });
  gitHub.tokens.set("token", { metadata: "read", contents: "read", actions: "read" });
  pulumi(`echo "error: no bucket for $PULUMI_CONFIG_PASSPHRASE" >&2; exit 255`);
  const { code, others, words } = await check({ PERIDIO_API_KEY: "" });
  expect(code).toBe(3);
  expect(others.filter(({ result }) => result === "wrong").map(({ setting, reason }) => [setting, reason])).toEqual([
    ["stacks in the state", "Pulumi cannot read the state: error: no bucket for [secret]"],
  ]);
  expect(new Set(others.filter(({ result }) => result === "not checked").map(({ setting }) => setting))).toEqual(
    new Set([
      "variable PULUMI_BACKEND_URL",
      "secret PERIDIO_VIEWER_API_KEY",
      "secret PULUMI_CONFIG_PASSPHRASE",
      "secret AWS_ACCESS_KEY_ID",
      "secret AWS_SECRET_ACCESS_KEY",
      "environment access",
      "secret PERIDIO_ADMIN_API_KEY outside of environments",
      "environment access-approval",
      "rules of the branch main",
      "rules of the tag main",
      "PERIDIO_API_KEY on this machine",
    ]),
  );
  expect(words).toContain("rules of the branch main, not checked: the token does not show who can bypass the rules");
});

test.each([
  "postgres://ada:p%40ss:w0rd@db.acme.example/state",
  "postgres://db/state?sslmode=require&password=p%40ss:w0rd",
])("messages of Pulumi do not show the password of the state: %s", (PULUMI_BACKEND_URL) => {
  const terminal = fakeTerminal({ folder: repository, environment: { PULUMI_BACKEND_URL } });
  expect(redact("cannot open p%40ss:w0rd, p@ss:w0rd", terminal)).toBe("cannot open [secret], [secret]");
});

test("a repository that the token does not show is no repository without settings", async () => {
  await ci(["init", "--platform", "github"]);
  const hidden = await ci(["check"], { GITHUB_REPOSITORY: "acme/hidden" });
  expect([hidden.code, hidden.said]).toEqual([
    1,
    "peridio-gitops: The token does not show the repository acme/hidden. Check the token and the remote.\n",
  ]);
  gitHub.settings.defaultBranch = "trunk";
  expect((await ci(["check"])).said).toContain("The default branch is trunk. Rename it to main");
  expect((await ci(["check"], { GITHUB_TOKEN: "" })).said).toContain(
    "The token of GitHub is missing. Run `export GITHUB_TOKEN",
  );
});

test.each([
  ["git@git.acme.example:platform/access.git", "https://git.acme.example", "platform/access"],
  ["https://git.acme.example/platform/access", "https://git.acme.example", "platform/access"],
  ["http://ada:token@git.acme.example:3000/platform/access.git", "http://git.acme.example:3000", "platform/access"],
  ["ssh://git@git.acme.example:2222/platform/teams/access.git", "https://git.acme.example", "platform/teams/access"],
])("the remote %s names the repository", (remote, server, name) => {
  execFileSync("git", ["init", "--quiet"], { cwd: repository });
  execFileSync("git", ["remote", "add", "origin", remote], { cwd: repository });
  expect(findPlace(fakeTerminal({ folder: repository, environment: { PATH: process.env.PATH } }))).toEqual({
    server,
    repository: name,
  });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "git@git.acme.example:platform/access.git",
    { GITHUB_API_URL: "", GITHUB_REPOSITORY: "" },
    "The remote `origin` is at https://git.acme.example, which gets no token unless you name it. Set GITHUB_API_URL to the address of its API, such as https://git.acme.example/api/v3, and GITHUB_REPOSITORY to platform/access.",
  ],
  [
    "git@github.com:acme/access.git",
    { GITHUB_API_URL: "" },
    "Only one of GITHUB_API_URL and GITHUB_REPOSITORY is set. Set both, or neither for a remote at GitHub itself.",
  ],
])("no server gets the token by a guess: %s, %j", async (remote, given, message) => {
  execFileSync("git", ["init", "--quiet"], { cwd: repository });
  execFileSync("git", ["remote", "add", "origin", remote], { cwd: repository });
  const terminal = fakeTerminal({
    folder: repository,
    environment: {
      PATH: process.env.PATH,
      GITHUB_API_URL: gitHub.server.url,
      GITHUB_REPOSITORY: "a/b",
      ...given,
      GITHUB_TOKEN: "token",
    },
  });
  await expect(openRepository("github", terminal)).rejects.toThrow(message);
});

test.each([
  ["github", "GITHUB_TOKEN", "https://github.com/acme/access"],
  ["gitlab", "GITLAB_TOKEN", "git@gitlab.com:acme/access.git"],
] as const)("the remote alone names a repository at the service itself: %s", async (platform, token, remote) => {
  execFileSync("git", ["init", "--quiet"], { cwd: repository });
  execFileSync("git", ["remote", "add", "origin", remote], { cwd: repository });
  const environment = { PATH: process.env.PATH, [token]: "token" };
  const opened = await openRepository(platform, fakeTerminal({ folder: repository, environment }));
  expect(opened.repository).toBe("acme/access");
});

describe("GitLab", () => {
  let gitLab: GitLab;
  beforeEach(async () => {
    gitLab = await GitLab.begin();
  });
  afterEach(() => gitLab.end());

  const given = () => ({
    CI_API_V4_URL: `${gitLab.server.url}/api/v4`,
    CI_PROJECT_PATH: "7",
    GITLAB_TOKEN: gitLab.token,
  });

  test("the steps name the secrets that GitLab refuses to mask, and GitLab masks all others", async () => {
    const { printed } = await ci(["init", "--platform", "gitlab"], { PERIDIO_VIEWER_API_KEY: "" });
    expect(printed).toContain("GitLab masks a secret only if it has at least 8 characters and no space.");
    const calls = recordCalls((await ci(["init", "--platform", "gitlab"], given())).printed);
    const masked = calls.filter(({ words }) => words.includes("--masked"));
    expect(masked.length).toBeGreaterThan(3);
    expect(masked.filter(({ words }) => !words.includes("--raw"))).toEqual([]);
  });

  const levels = z.array(z.looseObject({ user_id: z.string().optional() }));

  /** Replaces the logins of people in a protected environment by their ids. */
  function withIds(body: Readonly<Record<string, unknown>>): object {
    const idOf = (login: string) => gitLab.people.indexOf(login) + 1;
    const replaced = levels
      .parse(body.deploy_access_levels)
      .map(({ user_id: login, ...rest }) => (login === undefined ? rest : { ...rest, user_id: idOf(login) }));
    return { ...body, deploy_access_levels: replaced };
  }

  /** Makes the settings that commands of `glab` make. */
  function make(calls: readonly Call[]): void {
    const { answers } = gitLab;
    const [variables, environments]: object[][] = [[], []];
    answers.set("projects/7", { default_branch: "main", visibility: "private" });
    answers.set("variables", variables).set("protected_environments", environments);
    for (const call of calls) {
      const { words } = call;
      const path = words.find((word) => word.startsWith("projects/:id"))?.replace(/projects\/:id\/?/, "");
      const body = readBody(call);
      if (words[1] === "variable") {
        const scope = words[words.indexOf("--scope") + 1];
        variables?.push({
          key: words[3],
          masked: words.includes("--masked"),
          protected: words.includes("--protected"),
          environment_scope: words.includes("--scope") ? scope : "*",
        });
      } else if (words[1] === "schedule") answers.set("pipeline_schedules", [{ ref: words.at(-1), active: true }]);
      else if (path === "") answers.set("projects/7", { ...Object(answers.get("projects/7")), ...body });
      else if (path === "protected_environments") environments?.push(withIds(body));
      else if (path === "protected_branches" && words.includes("POST"))
        answers.set("protected_branches/main", {
          ...body,
          push_access_levels: [{ access_level: body.push_access_level }],
        });
      else if (path === "approvals") answers.set("approvals", body);
    }
    answers.set("repository/files/CODEOWNERS/raw", Buffer.from(read("CODEOWNERS")));
    answers.set(
      "projects/acme%2Faccess-pipelines/repository/files/.gitlab-ci.yml/raw",
      Buffer.from(read(".gitlab-ci.yml")),
    );
  }

  test("the printed commands make all settings that the check reads", async () => {
    const { code, printed } = await ci(["init", "--platform", "gitlab"]);
    expect(code).toBe(0);
    // Some shells read other words with these characters as patterns of files.
    expect(printed).toContain("$(glab api 'users?username=dora' | jq -e '.[0].id')");
    make(recordCalls(printed));
    expect(await check(given())).toMatchObject({ code: 0, words: [] });
    const { answers } = gitLab;
    answers.set("projects/7", { default_branch: "trunk" });
    expect((await ci(["check"], given())).said).toContain("The default branch is trunk. Rename it to main");
    answers.set("variables", [
      { key: "PERIDIO_ADMIN_API_KEY", masked: true, protected: false, environment_scope: "*" },
    ]);
    answers.set("projects/7", {
      ...{ default_branch: "main", visibility: "internal" },
      ...{ ci_config_path: "", merge_method: "merge", public_jobs: true },
    });
    answers.set("protected_branches/main", { push_access_levels: [{ access_level: 40 }], allow_force_push: true });
    answers.set("protected_environments", [{ name: "access/approved", deploy_access_levels: [] }]);
    answers.delete("repository/files/CODEOWNERS/raw");
    answers.set("repository/files/.github%2FCODEOWNERS/raw", Buffer.from("* @ada\n"));
    answers.set("repository/files/.gitlab%2FCODEOWNERS/raw", Buffer.from("^[optional] @ada\n* @ada\n"));
    answers.set("approvals", { reset_approvals_on_push: false }).set("pipeline_schedules", []);
    const { code: wrong, words } = await check(given());
    expect(wrong).toBe(3);
    expect(words).toEqual(
      expect.arrayContaining([
        "private repository, wrong: other people can read it",
        ".gitlab-ci.yml on the main branch, wrong: it is missing",
        "CODEOWNERS on the main branch, wrong: the files `^[optional]` have no owners",
        "variable PERIDIO_VIEWER_API_KEY, wrong: it is missing",
        "variable PERIDIO_ADMIN_API_KEY, wrong: `protected` is not `true`",
        "variable PERIDIO_ADMIN_API_KEY, wrong: `environment_scope` is not `access/*`",
        "protected branch main, wrong: people can push to it",
        "protected branch main, wrong: `allow_force_push` is not `false`",
        "protected branch main, not checked: the token does not show `code_owner_approval_required`",
        "protected environments, wrong: access/approved is not protected",
        "protected environments, wrong: access/automatic is not protected",
        "settings of the project, wrong: `merge_method` is not `rebase_merge`",
        "settings of the project, wrong: `public_jobs` is not `false`",
        "pipeline of another project, wrong: the pipeline of a branch runs as the branch defines it",
        "approvals of merge requests, wrong: `reset_approvals_on_push` is not `true`",
        "schedule of the nightly report, wrong: no active schedule starts the pipeline of main",
      ]),
    );
  });

  test("only the approvers can deploy to the approved environment, each by a name", async () => {
    make(recordCalls((await ci(["init", "--platform", "gitlab"])).printed));
    const { answers } = gitLab;
    const automatic = { name: "access/automatic", deploy_access_levels: [{ access_level: 40 }] };
    const wordsWith = async (...people: readonly object[]) => {
      answers.set("protected_environments", [{ name: "access/approved", deploy_access_levels: people }, automatic]);
      return (await check(given())).words;
    };
    const role = { access_level: 40, user_id: null, group_id: null };
    expect(await wordsWith({ user_id: 1 }, { user_id: 2 }, { user_id: 3 })).toEqual([]);
    expect(await wordsWith({ user_id: 1 }, { user_id: 2 }, { user_id: 3 }, role)).toEqual([
      "protected environments, wrong: a role or a group can deploy to access/approved",
    ]);
    // GitLab refuses a second protection of an environment.
    const [problem] = (await check(given())).others;
    expect(problem?.remedy).toEqual([
      "glab api -X DELETE projects/:id/protected_environments/access%2Fapproved",
      expect.stringContaining("glab api -X POST projects/:id/protected_environments"),
    ]);
    expect(await wordsWith({ user_id: 1 }, { user_id: 4 }, { group_id: 9 })).toEqual([
      "protected environments, wrong: a role or a group can deploy to access/approved",
      "protected environments, wrong: the approver dora cannot deploy to access/approved",
      "protected environments, wrong: the approver grace cannot deploy to access/approved",
      "protected environments, wrong: the user 4, who is no approver, can deploy to access/approved",
    ]);
  });
});

describe("Gitea", () => {
  let gitea: Gitea;
  beforeEach(async () => {
    gitea = await Gitea.begin();
    gitea.tokens.set("token", {});
  });
  afterEach(() => gitea.end());

  const given = () => ({ GITHUB_API_URL: gitea.server.url, GITEA_TOKEN: "token" });
  const approvers = ["ada", "dora", "grace"];

  test("the printed requests make the settings, and the check reads the settings", async () => {
    const init = async (given = {}) => (await ci(["init", "--platform", "gitea"], given)).printed;
    const unnamed = { GITHUB_API_URL: "", GITHUB_REPOSITORY: "" };
    expect(await init(given())).not.toContain("export GITHUB_API_URL");
    expect(await init(unnamed)).toContain(
      "export GITHUB_API_URL=https://SERVER/api/v1\nexport GITHUB_REPOSITORY=OWNER/NAME\n",
    );
    execFileSync("git", ["init", "--quiet"], { cwd: repository });
    execFileSync("git", ["remote", "add", "origin", `${gitea.server.url}/acme/access.git`], { cwd: repository });
    const printed = await init(unnamed);
    // A person sets the token before the first request that needs it.
    expect(printed.slice(0, printed.indexOf("$GITEA_TOKEN"))).toMatch(/Set GITEA_TOKEN to .*`write:repository`/);
    const calls = recordCalls(printed).filter(({ words: [tool] }) => tool === "curl");
    expect(calls.map(({ words }) => words.at(-1))).toEqual(
      [...approvers.map((login) => `collaborators/${login}`), "branch_protections"].map(
        (path) => `${gitea.server.url}/api/v1/repos/acme/access/${path}`,
      ),
    );
    const request = calls.at(-1)?.words ?? [];
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(request[request.indexOf("--json") + 1] ?? ""));
    const { answers } = gitea;
    const content = Buffer.from(read(pipelineFiles.gitea)).toString("base64");
    const names = ["PERIDIO_VIEWER_API_KEY", "PERIDIO_ADMIN_API_KEY", "PULUMI_CONFIG_PASSPHRASE"];
    answers.set("/repos/acme/access", { default_branch: "main", private: true });
    answers.set("contents/.gitea/workflows/access.yml", { content, encoding: "base64" });
    answers.set("actions/variables", [{ name: "PULUMI_BACKEND_URL", data: "s3://acme-pulumi-state" }]);
    answers.set(
      "actions/secrets",
      [...names, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((name) => ({ name })),
    );
    answers.set("branch_protections/main", body);
    for (const login of approvers) answers.set(`collaborators/${login}/permission`, { permission: "write" });
    expect(await check(given())).toMatchObject({ code: 0, words: [] });
    answers.set("collaborators/ada/permission", { permission: "read" });
    answers.delete("collaborators/dora/permission");
    expect((await check(given())).words).toEqual([
      "permission of ada to write, wrong: ada has the permission `read`, so Gitea does not count an approval by ada",
      "permission of dora to write, wrong: dora has the permission `none`, so Gitea does not count an approval by dora",
    ]);
    answers.set("branch_protections/main", {
      ...body,
      enable_push: true,
      required_approvals: 0,
      status_check_contexts: null,
    });
    answers.set("actions/secrets", []);
    expect((await check(given())).words).toEqual(
      expect.arrayContaining([
        "secret PERIDIO_ADMIN_API_KEY, wrong: it is missing",
        "protected branch main, wrong: a merge needs no approval",
        "protected branch main, wrong: the check `access / access (pull_request)` is not required",
        "protected branch main, wrong: `enable_push` is not `false`",
      ]),
    );
    gitea.version = "11.0.3+gitea-1.22.0";
    expect((await ci(["check"], given())).said).toContain("supports Gitea 1.27 and newer");
  });
});
