import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { version } from "../../package.json";
import { run as runProgram } from "#framework/testing";
import { parseLayout, readLayoutFiles } from "#layout";
import { testsWithTool } from "#testing";
import { nameArchive, releases, type ProgramArchive } from "../../scripts/release/installation";
import { readRulesFiles } from "../src/rules/readRules";
import { type Fault, ReleaseServer } from "./support/pipelines/releaseServer";
import { readTemplate, templateFile } from "./support/pipelines/template";
import { callerFile, giteaWorkflowFile, readCaller, readPipeline, workflowFile } from "./support/pipelines/workflow";

/** The files of pipelines: those that a repository copies, and those that they use. */

const ci = "examples/ci";
const copied = [callerFile, join(ci, ".gitlab-ci.yml")];
const reused = [workflowFile, templateFile];
/** Gitea has no reused file. */
const gitea = readFileSync(giteaWorkflowFile, "utf8");
const workflow = readPipeline();
const template = readTemplate();

const {
  jobs: {
    access: { steps: giteaSteps },
  },
} = z
  .object({ jobs: z.object({ access: z.object({ steps: z.array(z.looseObject({ run: z.string() })) }) }) })
  .parse(parse(gitea));

/** The action for workflows other than the pipelines. */
const actionFile = ".github/actions/setup/action.yml";
const {
  runs: {
    steps: [{ run: actionInstall }],
  },
} = z
  .object({ runs: z.object({ steps: z.tuple([z.looseObject({ run: z.string() })]) }) })
  .parse(parse(readFileSync(actionFile, "utf8")));

const withCurl = testsWithTool("Install curl, for the pipelines.", spawnSync("curl", ["--version"]).status === 0).test;

test.each(copied)("%s has at most 45 lines, and no script", (file) => {
  const text = readFileSync(file, "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(45);
  expect(text).not.toMatch(/^\s*(?:-\s*)?(?:run|script|before_script):/m);
});

test("the workflow for Gitea has at most 45 lines, and only installs the tools and calls one command", () => {
  expect(gitea.trimEnd().split("\n").length).toBeLessThanOrEqual(45);
  const [install = "", ...calls] = giteaSteps.map(({ run }) => run);
  expect(install).toContain("sha256sum --check --strict");
  expect(calls).toEqual(["review", "nightly", "prepare", "apply"].map((name) => `peridio-gitops ci ${name}`));
  expect(giteaSteps.filter((step) => JSON.stringify(step).includes("ADMIN")).map(({ run }) => run)).toEqual([
    "peridio-gitops ci apply",
  ]);
  expect(giteaSteps.filter(({ run }) => run.includes("${{"))).toEqual([]);
});

test("the reused files only install the tools, and call one command with its options", () => {
  const calls = [...workflow].map(([name, { steps, command }]) => {
    const runs = steps.flatMap(({ run }) => run ?? []).filter((run) => !run.includes("sha256sum"));
    expect([name, runs]).toEqual([name, name === "approval" ? ['echo "Approved."'] : [command]]);
    return command;
  });
  expect(calls.filter(Boolean)).toEqual(
    ["review", "prepare", "apply", "expire", "nightly"].map((job) => `peridio-gitops ci ${job} $OPTIONS`),
  );
  expect([...template].map(([name, { script }]) => [name, script])).toEqual(
    ["review", "prepare", "apply", "apply-approved", "nightly"].map((name) => [
      name,
      [`peridio-gitops ci ${name.replace("-approved", "")} $OPTIONS`],
    ]),
  );
});

test("no script contains an expression, which the name of a branch could exploit", () => {
  const scripts = [...workflow.values()].flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect([...scripts, actionInstall].filter((script) => script.includes("${{"))).toEqual([]);
});

test("each job has only the permissions that it needs, and only those that apply have the admin's key", () => {
  expect(Object.fromEntries([...workflow].map(([name, { permissions }]) => [name, permissions]))).toEqual({
    review: { contents: "read", "pull-requests": "write" },
    prepare: { actions: "read", contents: "read", "pull-requests": "read" },
    approval: {},
    apply: { actions: "read", contents: "read" },
    expire: { actions: "read", contents: "read" },
    nightly: { actions: "read", contents: "read", issues: "write" },
  });
  const holders = [...workflow].filter(([, job]) => JSON.stringify(job).includes("PERIDIO_ADMIN_API_KEY"));
  expect(holders.map(([name, { environment }]) => [name, environment])).toEqual([
    ["apply", "access"],
    ["expire", "access"],
  ]);
  const jobs = [...template].filter(([, { variables }]) => variables.PERIDIO_API_KEY?.includes("ADMIN") === true);
  expect(jobs.map(([name, { environment }]) => [name, environment])).toEqual([
    ["apply", "access/automatic"],
    ["apply-approved", "access/approved"],
  ]);
  for (const file of [workflowFile, ...copied])
    expect(readFileSync(file, "utf8")).not.toContain("pull_request_target:");
});

test("every action is pinned to a commit, and the example pins the reused file and the tools", () => {
  const used = [...workflow.values()].flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(used.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  const [, pulumi = ""] = /pulumi\/pkg\/v3 v(\S+)/.exec(readFileSync("tools/pulumi/go.mod", "utf8")) ?? [];
  for (const file of [...reused, giteaWorkflowFile]) expect(readFileSync(file, "utf8")).toContain(pulumi);
  for (const file of [...reused, actionFile]) expect(readFileSync(file, "utf8")).toContain(`default: ${releases}`);
  expect(gitea).toContain(`TOOLS_RELEASES: ${releases}\n`);
  // Zeros are the checksum of no archive, so the pipelines fail until someone writes the checksums of a release.
  const lines = (["peridio-tools", "pulumi-resource-peridio"] as const).map(
    (name) => `        ${"0".repeat(64)}  ${nameArchive(name, "linux-amd64")}\n`,
  );
  for (const file of copied) {
    expect(readFileSync(file, "utf8")).toContain(`tools-version: ${version}\n`);
    expect(readFileSync(file, "utf8")).toContain(`tools-sha256sums: |\n${lines.join("")}`);
  }
  expect(gitea).toContain(`TOOLS_VERSION: ${version}\n      TOOLS_SHA256SUMS: |\n${lines.join("")}`);
});

test("the example passes every secret of the reused workflow under its own name, also those of an environment", () => {
  // GitHub gives a job of the reused workflow no secret of its environment that the caller does not pass.
  const names = z.record(z.string(), z.unknown());
  const {
    on: { workflow_call: declared },
  } = z
    .object({ on: z.object({ workflow_call: z.object({ inputs: names, secrets: names }) }) })
    .parse(parse(readFileSync(workflowFile, "utf8")));
  const call = readCaller();
  expect(call.secrets).toEqual(
    Object.fromEntries(Object.keys(declared.secrets).map((name) => [name, `\${{ secrets.${name} }}`])),
  );
  expect(Object.keys(call.with).filter((name) => !(name in declared.inputs))).toEqual([]);
});

test("the variable PERIDIO_BACKEND of the repository reaches every job, because the nightly audit reads no Pulumi.yaml", () => {
  expect(readCaller().with["peridio-backend"]).toBe(`\${{ vars.PERIDIO_BACKEND }}`);
  expect(readFileSync(workflowFile, "utf8")).toContain(`\n  PERIDIO_BACKEND: \${{ inputs.peridio-backend }}\n`);
  expect(gitea).toContain(`      PERIDIO_BACKEND: \${{ vars.PERIDIO_BACKEND }}\n`);
});

test("the page that sets a repository up has at most 900 words", () => {
  const page = readFileSync(join(ci, "README.md"), "utf8");
  expect(page.replaceAll("|", " ").trim().split(/\s+/).length).toBeLessThanOrEqual(900);
});

test("the layout and the rules have no mistakes", () => {
  const now = new Date("2027-01-31");
  const { organizations } = parseLayout(readLayoutFiles(join(ci, "layout.yaml"), "."), { now, version });
  expect(organizations.map(({ name }) => name)).toEqual(["acme-dev", "acme-production"]);
  // Editors read the schema of the same version in a copy of the folder.
  expect(readFileSync(join(ci, "layout.yaml"), "utf8")).toContain(`/v${version}/layout.schema.json\n`);
  expect(readRulesFiles([join(ci, "access-rules.yaml")], ".").rules).toHaveLength(3);
});

describe("the installation of the tools", () => {
  const installs = [...workflow.values()].flatMap(({ steps }) =>
    steps.flatMap(({ run }) => (run?.includes("sha256sum") === true ? [run] : [])),
  );
  const [gitHub = ""] = installs;
  const [gitLab = ""] = template.get("review")?.beforeScript ?? [];
  const temporary = 'mktemp() { mkdir "$RUNNER_TEMP/tools"; echo "$RUNNER_TEMP/tools"; }\n';
  /** Each puts the tools on PATH. */
  const platforms: Readonly<Record<string, string>> = {
    GitHub: `${gitHub}\nPATH=$(cat "$GITHUB_PATH"):$PATH\n`,
    GitLab: `${temporary}${gitLab}\n`,
  };
  const [giteaInstall = ""] = giteaSteps.flatMap(({ run }) => run.split(/^git init/m)[0] ?? []);
  /** Its lines are those of the others. */
  const installations: Readonly<Record<string, string>> = {
    ...platforms,
    Gitea: `${temporary}${giteaInstall}PATH=$(cat "$GITHUB_PATH"):$PATH\n`,
  };

  test("comes before the checkout and the command in each job, and is the same everywhere", () => {
    for (const [name, { steps, command }] of workflow) {
      if (command === "") continue;
      const find = (test: (step: (typeof steps)[number]) => boolean) => steps.findIndex(test);
      const install = find(({ run }) => run === gitHub);
      const checkout = find(({ uses = "" }) => uses.startsWith("actions/checkout@"));
      const call = find(({ run }) => run === command);
      expect([name, install >= 0 && install < checkout && checkout < call]).toEqual([name, true]);
    }
    expect(actionInstall).toBe(gitHub);
    for (const { beforeScript } of template.values()) expect(beforeScript).toEqual([gitLab]);
    const lines = gitHub.split("\n").slice(2, 7);
    for (const other of [gitLab, giteaInstall]) expect(other).toContain(lines.join("\n"));
    const page = readFileSync("docs/installation-configuration.md", "utf8");
    expect(page).toContain(`${lines.join("\n")}\n${gitLab.split("\n").at(-2) ?? ""}\n`);
  });

  let folder: string;
  let server: ReleaseServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "peridio-tools-"));
    server = await ReleaseServer.begin(folder, {
      "peridio-gitops": "#!/bin/sh\necho reviewed\n",
      "pulumi-resource-peridio": "#!/bin/sh\n",
    });
  });
  afterEach(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  /** Runs the installation, and then peridio-gitops. Returns whether the script succeeded, its output, and the call of Pulumi. */
  async function run(platform: string, checksums = server.variables.TOOLS_SHA256SUMS ?? "") {
    const [temporary = "", stubs = ""] = ["temporary", "stubs"].map((name) => join(folder, name));
    for (const one of [temporary, stubs]) mkdirSync(one);
    const called = join(folder, "called");
    writeFileSync(join(stubs, "pulumi"), `#!/bin/sh\n[ -f "$7" ] && echo "$@" >'${called}'\n`, { mode: 0o755 });
    const variables = { ...server.variables, TOOLS_SHA256SUMS: checksums, RUNNER_TEMP: temporary };
    const environment = { PATH: [stubs, process.env.PATH].join(delimiter), GITHUB_PATH: join(folder, "path") };
    const script = `${installations[platform] ?? ""}peridio-gitops`;
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
    const { code, stdout, stderr } = await runProgram("bash", args, folder, { ...environment, ...variables });
    const unpacked = readdirSync(join(temporary, "tools")).filter((name) => !name.endsWith(".gz"));
    const pulumi = existsSync(called) ? readFileSync(called, "utf8").replace(temporary, "$RUNNER_TEMP") : "";
    return { isInstalled: code === 0, output: stdout + stderr, unpacked, pulumi };
  }

  withCurl.each(Object.keys(installations))("%s installs the archives of the release", async (platform) => {
    const { output, ...rest } = await run(platform);
    expect(output).toMatch(/reviewed\n$/);
    expect(rest).toEqual({
      isInstalled: true,
      unpacked: ["peridio-gitops"],
      pulumi: `plugin install resource peridio ${version} --file $RUNNER_TEMP/tools/pulumi-resource-peridio-v${version}-linux-amd64.tar.gz\n`,
    });
  });

  const faults: readonly (readonly [Fault, RegExp])[] = [
    ["other bytes", /FAILED\n/],
    ["half of it, and an end", /^curl: \(18\) /m],
    ["half of it, as if it were all", /FAILED\n/],
    ["not found", /^curl: \(22\) .*404/m],
  ];
  const archives: readonly ProgramArchive[] = ["peridio-tools", "pulumi-resource-peridio"];
  const cases = Object.keys(platforms).flatMap((platform) =>
    archives.flatMap((archive) => faults.map(([fault, message]) => [platform, archive, fault, message] as const)),
  );

  withCurl.each(cases)(
    "%s unpacks nothing if the server sends, for %s, %s",
    async (platform, archive, fault, message) => {
      server.fault = [archive, fault];
      const { output, ...rest } = await run(platform);
      expect(output).toMatch(message);
      expect(rest).toEqual({ isInstalled: false, unpacked: [], pulumi: "" });
    },
  );

  const wrong: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
    "the zeros of the example": (lines) => lines.map((line) => line.replace(/^\w+/, "0".repeat(64))),
    "no checksum": () => [],
    "a checksum that is too short": ([first = "", second = ""]) => [first, second.slice(1)],
    "no checksum of peridio-gitops": (lines) => lines.slice(1),
  };
  withCurl.each(
    Object.keys(platforms).flatMap((platform) => Object.entries(wrong).map((one) => [platform, ...one] as const)),
  )("%s installs nothing with %s", async (platform, _, change) => {
    const checksums = change(server.checksums).map((line) => `${line}\n`);
    expect(await run(platform, checksums.join(""))).toMatchObject({ isInstalled: false, unpacked: [], pulumi: "" });
  });

  withCurl.each(Object.keys(platforms))("%s stops without a checksum of the plugin", async (platform) => {
    expect(await run(platform, `${server.checksums[0] ?? ""}\n`)).toMatchObject({ isInstalled: false, pulumi: "" });
  });
});
