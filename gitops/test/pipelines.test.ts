import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "../../package.json";
import { run as runProgram } from "#framework/testing";
import { parseLayout, readLayoutFiles } from "#layout";
import { nameArchive, releases, type ProgramArchive } from "../../scripts/release/installation";
import { readRulesFiles } from "../src/rules/readRules";
import { withCurl } from "./support/pipelines/curl";
import { readPipelineFile } from "./support/pipelines/pipelineFile";
import { type Fault, ReleaseServer } from "./support/pipelines/releaseServer";
import { readWorkflow } from "./support/pipelines/workflow";

/** Rules for the pipelines of examples/ci apart from their effect. */

const ci = "examples/ci";
const workflows = readdirSync(join(ci, ".github/workflows")).map(
  (file) => [file, readWorkflow(join(ci, ".github/workflows", file))] as const,
);
const pipeline = readPipelineFile(join(ci, ".gitlab-ci.yml"));

const scripts: readonly (readonly [name: string, script: string])[] = [
  ...workflows.flatMap(([file, { jobs }]) =>
    Object.values(jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run, name = run }) => (run === undefined ? [] : [[`${file}: ${name}`, run] as const])),
    ),
  ),
  ...[...pipeline.jobs].map(
    ([name, { before_script = [], script }]) =>
      [`.gitlab-ci.yml: ${name}`, [...before_script.flat(), ...script].join("\n")] as const,
  ),
];

test.each(scripts)("%s is a script", (_, script) => {
  const { stderr, status } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
});

test("no script contains an expression, which the name of a branch could exploit", () => {
  expect(scripts.filter(([, script]) => script.includes("${{"))).toEqual([]);
});

test("every update has the policy pack, and no preview, because a stopped preview shows no changes", () => {
  const calls = scripts.flatMap(([, script]) => script.replaceAll("\\\n", "").match(/pulumi (up|preview) .*/g) ?? []);
  const withPack = calls.filter((call) => call.includes('--policy-pack "$pack"'));
  expect(withPack).toEqual(calls.filter((call) => call.startsWith("pulumi up ")));
  expect(withPack).toHaveLength(3);
});

test("no script writes into the checkout, or reads files by a pattern, because a branch could commit such a file", () => {
  const outside =
    /^"?(\$RUNNER_TEMP|\$work|\$tools|\$reports|\$GITHUB_(OUTPUT|PATH|STEP_SUMMARY))|^\/dev\/null$|^&[12]$|^"?artifacts\//;
  for (const [name, script] of scripts) {
    // The folder of the tools contains only downloads.
    const code = script.replace(/<!--.*?-->|`[^`]*`|=>|"\$(tools|RUNNER_TEMP)"\/\S+-\*\.tar\.gz/g, "");
    const written = [...code.matchAll(/(?:>>?|\btee|\btouch|--\w+-file|--save-plan|--output) ?("[^"]*"|&?[\w$./]+)/g)];
    expect([name, written.map(([, file = ""]) => file).filter((file) => !outside.test(file))]).toEqual([name, []]);
    expect([name, code.match(/[\w-]\*\.\w+|\*-?\w*\.json/g)]).toEqual([name, null]);
  }
});

test("every review names the expected stacks, and takes the rules from the base", () => {
  const calls = scripts.flatMap(([, script]) => script.replaceAll("\\\n", "").match(/peridio-gitops review .*/g) ?? []);
  expect(calls.length).toBeGreaterThan(8);
  for (const call of calls) {
    expect(call).toContain("--stacks");
    expect(call).toMatch(/--rules "\$(rules|RUNNER_TEMP\/base\/access-rules\.yaml|work\/base\/access-rules\.yaml)"/);
    if (call.includes("--expect-no-changes")) continue;
    // Neither a review of drift nor one that finds no change names an organization that no stack selects. The audit does.
    expect(call).toContain("--layout layout.yaml");
    expect(call).toMatch(/--proposed-rules .* --changed-controls .* \$\{(authors|AUTHORS):\+"--authors=\$\1"\} /);
  }
});

test("the last check before each update also checks who approved", () => {
  const applying = scripts.filter(([name]) => /: (Compare with the approved review|up|up-approved)$/.test(name));
  expect(applying).toHaveLength(3);
  for (const [, script] of applying) {
    expect(script.replaceAll("\\\n", "")).toMatch(
      /peridio-gitops confirm \S+ "(\$\w+)\/now\.json" --approved-by "\$(APPROVERS|approver)" +--approval-file "\1\/approval\.json" \|\| \{/,
    );
  }
});

test("the policy pack gets the review that the last check approved, and the record of the approval", () => {
  const { env = {} } =
    workflows.flatMap(([, { jobs }]) => jobs.up?.steps ?? []).find(({ name }) => name === "Apply the plan") ?? {};
  expect(env).toMatchObject({
    PERIDIO_REVIEW: "${{ runner.temp }}/now.json",
    PERIDIO_APPROVAL: "${{ runner.temp }}/approval.json",
  });
  for (const name of ["up", "up-approved"]) {
    expect(pipeline.jobs.get(name)?.script.join("\n")).toContain(
      "PERIDIO_REVIEW=$work/now.json PERIDIO_APPROVAL=$work/approval.json",
    );
  }
});

test("the job that applies can read who approved, and can change nothing at GitHub", () => {
  const job = workflows.find(([file]) => file === "access-apply.yml")?.[1].jobs.up;
  expect(job?.permissions).toEqual({ actions: "read", contents: "read" });
});

test("only the person who starts the job up-approved is an approver at GitLab", () => {
  const approvers = ["up", "up-approved"].map((name) =>
    (pipeline.jobs.get(name)?.before_script ?? []).flat().filter((line) => line.startsWith("approver=")),
  );
  expect(approvers).toEqual([['approver=""'], ["approver=$GITLAB_USER_LOGIN"]]);
});

test("a plan of a fork takes the rules and the base from main, and has no secret and no permission to write", () => {
  const calls = scripts.flatMap(([, script]) => script.replaceAll("\\\n", "").match(/peridio-gitops plan .*/g) ?? []);
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    expect(call).toMatch(/--base "git:\$(BASE|base)" --rules "\$(RUNNER_TEMP|work)\/base\/access-rules\.yaml"/);
    expect(call).toMatch(/--proposed-rules .* --changed-controls /);
  }
  const job = workflows.find(([file]) => file === "access-review.yml")?.[1].jobs["plan-of-fork"];
  expect(job?.permissions).toEqual({ contents: "read" });
  expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token/);
});

test.each(workflows)("%s has only the permissions of its jobs, and starts with no secrets for strangers", (_, one) => {
  expect(one.permissions).toEqual({});
  expect(Object.keys(one.on)).not.toContain("pull_request_target");
});

test("only the job that applies has the API key that can change something", () => {
  const holders = workflows.flatMap(([, { jobs }]) =>
    Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes("PERIDIO_ADMIN_API_KEY")),
  );
  expect(holders.map(([name, { environment }]) => [name, environment])).toEqual([["up", "access"]]);
  const jobs = [...pipeline.jobs].filter(([, { variables }]) => variables?.PERIDIO_API_KEY?.includes("ADMIN") === true);
  expect(jobs.map(([name, { environment }]) => [name, environment])).toEqual([
    ["up", "access/automatic"],
    ["up-approved", "access/approved"],
  ]);
});

test("the versions are those of this repository", () => {
  const [, pulumi] = /pulumi\/pkg\/v3 v(\S+)/.exec(readFileSync("tools/pulumi/go.mod", "utf8")) ?? [];
  for (const file of [...workflows.map(([name]) => `.github/workflows/${name}`), ".gitlab-ci.yml"]) {
    expect(readFileSync(join(ci, file), "utf8")).toMatch(new RegExp(`pulumi.*:.*\\b${pulumi ?? "none"}\\b`));
  }
  // Zeros are the checksum of no archive, so the pipelines fail until someone writes the checksums of a release.
  const archives = (["peridio-tools", "pulumi-resource-peridio"] as const).map((name) =>
    nameArchive(name, "linux-amd64"),
  );
  for (const variables of [...workflows.map(([, { env }]) => env), pipeline.variables]) {
    expect(variables).toMatchObject({
      TOOLS_RELEASES: releases,
      TOOLS_VERSION: version,
      TOOLS_SHA256SUMS: archives.map((name) => `${"0".repeat(64)}  ${name}\n`).join(""),
    });
  }
});

test("the layout and the rules have no mistakes", () => {
  const today = "2027-01-31";
  const { organizations } = parseLayout(readLayoutFiles(join(ci, "layout.yaml"), "."), { today, version });
  expect(organizations.map(({ name }) => name)).toEqual(["acme-dev", "acme-production"]);
  expect(readRulesFiles([join(ci, "access-rules.yaml")], ".").rules).toHaveLength(3);
});

describe("the installation of the tools", () => {
  const gitHub = workflows.flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([name, { steps }]) => ({ name: `${file}: ${name}`, steps })),
  );
  const installs = gitHub.flatMap(({ steps }) => steps.filter(({ name }) => name === "Install peridio-gitops"));
  const plugins = gitHub.flatMap(({ steps }) => steps.filter(({ name }) => name === "Install the plugin"));
  const [install = ""] = installs.map(({ run }) => run ?? "");
  const [plugin = ""] = plugins.map(({ run }) => run ?? "");
  const [gitLab = ""] = (pipeline.jobs.get("review")?.before_script ?? [])
    .flat()
    .filter((one) => one.includes("curl --fail"));
  /** Both put the tools on PATH, and end with the path of peridio-gitops. */
  const platforms: Readonly<Record<string, string>> = {
    GitHub: `${install}\n${plugin}\nPATH=$(cat "$GITHUB_PATH"):$PATH\n`,
    GitLab: `work=$RUNNER_TEMP; mkdir "$work/tools"\n${gitLab}\n`,
  };

  test("each job that calls Pulumi or peridio-gitops has installed it, in the same way", () => {
    for (const { name, steps } of gitHub) {
      const position = (called: string) => steps.findIndex(({ run = "" }) => run.includes(called));
      const order = ["Install peridio-gitops", "Install the plugin"].map((step) =>
        steps.findIndex((one) => one.name === step),
      );
      const calls = (program: string) =>
        [`${program} review`, `${program} plan`, `${program} preview`, `${program} up`].map(position);
      for (const [index, program] of ["peridio-gitops", "pulumi"].entries()) {
        const positions = calls(program).filter((one) => one >= 0);
        const installed = order[index] ?? -1;
        expect([name, program, positions.length === 0 || installed >= 0]).toEqual([name, program, true]);
        expect([name, program, positions.filter((one) => one < installed)]).toEqual([name, program, []]);
      }
      // No file of a branch takes part.
      const checkout = steps.findIndex(({ uses = "" }) => uses.startsWith("actions/checkout@"));
      expect([name, order.filter((one) => one > checkout && checkout >= 0)]).toEqual([name, []]);
    }
    expect(installs.length).toBeGreaterThan(plugins.length);
    for (const { run } of installs) expect(run).toBe(install);
    for (const { run } of plugins) expect(run).toBe(plugin);
    const common = install.split("\n").slice(2, -2);
    expect(common).toHaveLength(5);
    expect(gitLab).toContain(common.join("\n"));
    for (const { before_script = [] } of pipeline.jobs.values()) expect(before_script.flat()).toContain(gitLab);
    const page = readFileSync("docs/installation-configuration.md", "utf8");
    expect(page).toContain(`${common.join("\n")}\n${gitLab.split("\n").at(-2) ?? ""}\n`);
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
    const [temporary, stubs] = ["temporary", "stubs"].map((name) => join(folder, name));
    for (const one of [temporary, stubs]) mkdirSync(one ?? "");
    const called = join(folder, "called");
    writeFileSync(join(stubs ?? "", "pulumi"), `#!/bin/sh\n[ -f "$7" ] && echo "$@" >'${called}'\n`, { mode: 0o755 });
    const variables = { ...server.variables, TOOLS_SHA256SUMS: checksums, RUNNER_TEMP: temporary ?? "" };
    const environment = { PATH: [stubs, process.env.PATH].join(delimiter), GITHUB_PATH: join(folder, "path") };
    const script = `${platforms[platform] ?? ""}peridio-gitops`;
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
    const { code, stdout, stderr } = await runProgram("bash", args, folder, { ...environment, ...variables });
    const unpacked = readdirSync(join(temporary ?? "", "tools")).filter((name) => !name.endsWith(".gz"));
    const pulumi = existsSync(called) ? readFileSync(called, "utf8").replace(temporary ?? "", "$RUNNER_TEMP") : "";
    return { isInstalled: code === 0, output: stdout + stderr, unpacked, pulumi };
  }

  withCurl.each(Object.keys(platforms))("%s installs the archives of the release", async (platform) => {
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

describe("at night", () => {
  const nightly = scripts.filter(
    ([name]) => name === "access-nightly.yml: Review and audit" || name === ".gitlab-ci.yml: nightly",
  );
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-nightly-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs a script up to its reports, with stubs for its programs. */
  function reported(script: string, line: string): string {
    const git = 'case "$*" in *:stacks.txt) echo access/dev;; esac';
    const installing = { curl: "echo '[]'", sha256sum: "true", tar: "true", pulumi: "true" };
    const programs = { ...installing, git, "peridio-gitops": line };
    const [tools, temporary] = ["tools", "temporary"].map((name) => join(folder, name));
    for (const one of [tools, temporary]) mkdirSync(one ?? "");
    for (const [name, does] of Object.entries(programs)) {
      writeFileSync(join(tools ?? "", name), `#!/bin/sh\n${does}\n`);
      chmodSync(join(tools ?? "", name), 0o755);
    }
    // Committed files of these names have no effect.
    for (const name of ["found.md", "failed", "drift-zz.json"]) writeFileSync(join(folder, name), "Forged.\n");
    const PATH = [tools, process.env.PATH ?? ""].join(delimiter);
    const env = {
      PATH,
      RUNNER_TEMP: temporary,
      TMPDIR: temporary,
      CI_API_V4_URL: "http://127.0.0.1:9",
      CI_PROJECT_ID: "1",
    };
    spawnSync("bash", ["-eo", "pipefail"], { input: script, cwd: folder, env });
    const [file = ""] = readdirSync(temporary ?? "", { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith("found.md"),
    );
    return readFileSync(join(temporary ?? "", file), "utf8");
  }

  test("both platforms have a nightly job", () => {
    expect(nightly).toHaveLength(2);
  });

  test.each(nightly)("%s keeps a blank line between reports, so that headings appear", (_, script) => {
    const found = reported(script, `printf '## %s\\n\\n<details>\\n</details>\\n' "$1"; exit 3`);
    expect(found).toBe(["review", "review", "audit"].map((name) => `## ${name}\n\n<details>\n</details>\n\n`).join(""));
  });

  test.each(nightly)("%s also keeps a blank line after a failed report", (_, script) => {
    const found = reported(script, 'echo "$1 failed" >&2; exit 1');
    const report = (name: string) => `\n## Some checks failed\n\n    ${name} failed\n\n`;
    expect(found).toBe(["review", "review", "audit"].map(report).join(""));
  });

  test.each(nightly)(
    "%s checks the rules, with last days from the layout, and audits what no stack declares",
    (_, script) => {
      const found = reported(script, 'echo "$*"; exit 4');
      const lines = found.split("\n").filter((line) => line !== "");
      expect(lines).toHaveLength(3);
      for (const review of lines.slice(0, 2)) {
        expect(review).toMatch(/^review \S+\/dev\.json .*--stacks access\/dev --rules \S+\/base\/access-rules\.yaml/);
      }
      expect(lines[2]).toMatch(/^audit --layout layout\.yaml --preview \S+\/previews\/dev\.json /);
    },
  );
});

describe("the authors of the changes since the last applied commit", () => {
  /** Each answers for a commit with the authors that the commit's body lists. */
  const platforms: Readonly<Record<string, string>> = {
    GitHub: `
      gh() { git log -1 --format=%b "$(basename "$(dirname "$3")")" | grep .; }
      ${workflows.flatMap(([, { jobs }]) => jobs.plan?.steps ?? []).find(({ id }) => id === "authors")?.run ?? ""}`,
    GitLab: `
      work=$RUNNER_TEMP project=projects/7 applied=$APPLIED authors=""
      gitlab() {
        git log -1 --format=%b "$(basename "$(dirname "$1")")" | node -e '
          const merged = fs.readFileSync(0, "utf8").split("\\n").filter((login) => !["", "?"].includes(login));
          const request = (username, state, target_branch) => ({ author: { username }, state, target_branch });
          console.log(JSON.stringify([request("eve", "opened", "main"), request("eve", "merged", "other"),
            ...merged.map((login) => request(login, "merged", "main"))]))'
      }
      ${pipeline.jobs.get("plan")?.script.find((script) => script.includes("authors.txt")) ?? ""}
      echo "authors=$authors" > "$GITHUB_OUTPUT"`,
  };
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-author-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Returns the authors of merges on main, each with its authors. `?` stands for a commit without a pull request. */
  function find(platform: string, merges: readonly (readonly string[])[], applied?: string): string {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      CI_DEFAULT_BRANCH: "main",
      GITHUB_REPOSITORY: "acme/access",
      GITHUB_OUTPUT: join(folder, "output"),
      RUNNER_TEMP: join(folder, "temporary"),
    };
    const checkout = join(folder, "checkout");
    for (const one of [checkout, env.RUNNER_TEMP]) mkdirSync(one);
    const git = (...args: readonly string[]) => {
      const identity = ["-c", "user.name=Mallory", "-c", "user.email=mallory@partner.example"];
      return execFileSync("git", [...identity, ...args], { cwd: checkout, env, encoding: "utf8" }).trim();
    };
    const commit = (authors: readonly string[]) =>
      git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", `Merge\n\n${authors.join("\n")}`);
    git("init", "--quiet", "--initial-branch=main");
    commit(["zoe"]);
    const base = git("rev-parse", "HEAD");
    git("switch", "--quiet", "--create", "elsewhere");
    commit(["zoe"]);
    git("switch", "--quiet", "main");
    for (const authors of merges) {
      git("switch", "--quiet", "--create", "branch");
      // The commits of a branch do not count.
      commit(["mallory"]);
      git("switch", "--quiet", "main");
      git("merge", "--quiet", "--no-ff", "--message", `Merge\n\n${authors.join("\n")}`, "branch");
      git("branch", "--quiet", "--delete", "branch");
    }
    const done = spawnSync("bash", ["-eo", "pipefail"], {
      input: platforms[platform] ?? "",
      cwd: checkout,
      env: { ...env, APPLIED: applied ?? base },
    });
    expect([done.stderr.toString().replace(/^fatal: Not a valid object name.*\n/, ""), done.status]).toEqual(["", 0]);
    return readFileSync(env.GITHUB_OUTPUT, "utf8");
  }

  describe.each(Object.keys(platforms))("%s", (platform) => {
    test.each([
      [[["ada"]], "ada"],
      [[["ada"], ["ada"]], "ada"],
      [[["o-brien_2"]], "o-brien_2"],
      [[["grace"], ["ada"], ["grace"]], "ada grace"],
      [[["ada", "grace"]], "ada grace"],
      [[["?"]], ""],
      [[["ada"], ["?"]], ""],
      [[["$(touch injected)"]], ""],
      [[["ada --authors grace"]], ""],
      [[], ""],
    ])("of %j are %j", (merges, authors) => {
      expect(find(platform, merges)).toBe(`authors=${authors}\n`);
      expect(readdirSync(join(folder, "checkout"))).toEqual([".git"]);
    });

    test.each(["", "elsewhere"])("are unknown if the applied commit is %j, which is not on main", (applied) => {
      expect(find(platform, [["ada"]], applied)).toBe("authors=\n");
    });
  });

  test("can be bots at GitHub", () => {
    expect(find("GitHub", [["dependabot[bot]"]])).toBe("authors=dependabot[bot]\n");
  });
});

describe("the base of a change", () => {
  const readStep = (file: string, job: string) =>
    workflows.find(([name]) => name === file)?.[1].jobs[job]?.steps.find(({ name }) => name === "Read the base")?.run ??
    "";
  const onMain = `APPLIED=$(git rev-parse HEAD^1)\n${readStep("access-apply.yml", "plan")}`;
  const reads: Readonly<Record<string, string>> = {
    GitHub: readStep("access-review.yml", "review"),
    "GitHub, on main,": `GITHUB_EVENT_NAME=push\n${onMain}`,
    GitLab: [
      ...(pipeline.jobs.get("review")?.before_script ?? []).flat(),
      'read_base HEAD^1 HEAD^1; cp -r "$work/base" "$work/change" "$RUNNER_TEMP"',
    ].join("\n"),
  };
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-base-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Reads the base of a change of the files of main. */
  function read(
    script: string,
    change: (write: (file: string, text: string) => void) => void,
    stacks = "access/dev\n",
  ) {
    const [checkout, temporary] = [join(folder, "checkout"), join(folder, "temporary")];
    for (const one of [checkout, temporary]) mkdirSync(one);
    const write = (file: string, text: string) => {
      writeFileSync(join(checkout, file), text);
    };
    const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const git = (...args: readonly string[]) => {
      const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example"];
      return execFileSync("git", [...identity, ...args], { cwd: checkout, env: environment, encoding: "utf8" }).trim();
    };
    const commit = () => {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", "Change");
    };
    git("init", "--quiet", "--initial-branch=main");
    for (const file of ["layout.yaml", "access-rules.yaml", "Pulumi.yaml", "README.md"]) write(file, "main\n");
    write("stacks.txt", stacks);
    commit();
    git("switch", "--quiet", "--create", "change");
    change(write);
    commit();
    const head = git("rev-parse", "HEAD");
    git("switch", "--quiet", "main");
    git("merge", "--quiet", "--no-ff", "--no-edit", "change");
    const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail"], {
      input: `for name in curl sha256sum tar pulumi; do eval "$name() { true; }"; done\n${script}`,
      cwd: checkout,
      env: { ...environment, RUNNER_TEMP: temporary, TMPDIR: temporary, COMMIT: head },
      encoding: "utf8",
    });
    const kept = (file: string) => (status === 0 ? readFileSync(join(temporary, file), "utf8") : "");
    return { status, output: stdout + stderr, controls: kept("change/controls.txt"), kept };
  }

  test.each(Object.keys(reads))("%s takes the rules and the stacks from the base", (platform) => {
    const { kept, controls } = read(reads[platform] ?? "", (write) => {
      write("stacks.txt", "access/other\n");
      write("access-rules.yaml", "change\n");
    });
    expect([kept("base/stacks.txt"), kept("base/access-rules.yaml")]).toEqual(["access/dev\n", "main\n"]);
    expect(kept("change/access-rules.yaml")).toBe("change\n");
    expect(controls).toBe("access-rules.yaml\nstacks.txt\n");
  });

  test("a person who starts access-apply approves main with its own rules, and sees each changed file", () => {
    const { kept, controls } = read(`GITHUB_EVENT_NAME=workflow_dispatch\n${onMain}`, (write) => {
      write("access-rules.yaml", "change\n");
    });
    expect([kept("base/access-rules.yaml"), controls]).toEqual(["change\n", "access-rules.yaml\n"]);
  });

  test("a person can start access-apply if no commit of main is applied", () => {
    const script = onMain.replace("$(git rev-parse HEAD^1)", '""');
    expect(read(`GITHUB_EVENT_NAME=workflow_dispatch\n${script}`, () => undefined)).toMatchObject({
      status: 0,
      controls: "",
    });
  });

  test.each(Object.keys(reads))("%s lists every changed file except the layout and documentation", (platform) => {
    const { controls } = read(reads[platform] ?? "", (write) => {
      mkdirSync(join(folder, "checkout/docs"));
      for (const file of [
        "layout.yaml",
        "docs/layout.yaml",
        "docs/review.md",
        "README.md",
        "Layout.yaml",
        "Pulumi.dev.yaml",
        "package.json",
        "a\nb",
        "ä",
      ])
        write(file, "change\n");
    });
    expect(controls.trim().split("\n").sort()).toEqual(
      ['"a\\nb"', '"\\303\\244"', "Layout.yaml", "docs/layout.yaml", "Pulumi.dev.yaml", "package.json"].sort(),
    );
  });

  test.each(Object.keys(reads))("%s refuses symbolic links", (platform) => {
    const { status, output } = read(reads[platform] ?? "", () => {
      unlinkSync(join(folder, "checkout/layout.yaml"));
      symlinkSync("/proc/self/environ", join(folder, "checkout/layout.yaml"));
    });
    expect(status).toBe(1);
    expect(output).toContain("symbolic link");
  });

  function expectRefusal({ status, output }: ReturnType<typeof read>): void {
    expect([status, output]).toEqual([1, expect.stringContaining("Write one stack on each line")]);
  }

  test.each([
    "",
    "\n",
    "dev\n",
    "access/dev production\n",
    "access/dev\r\n",
    "access/..\n",
    "../dev\n",
    "a/b/c\n",
    "access/$(id)\n",
  ])("a review refuses the list of stacks %j of main", (stacks) => {
    expectRefusal(read(reads.GitHub ?? "", () => undefined, stacks));
  });

  test.each(Object.keys(reads))("%s refuses a change that adds an option to the list of stacks", (platform) => {
    const changed = read(reads[platform] ?? "", (write) => {
      write("stacks.txt", "access/dev\naccess/--cwd=x\n");
    });
    expectRefusal(changed);
  });

  test.each(
    Object.keys(reads).flatMap((platform) =>
      ["stacks.txt", "access-rules.yaml"].map((file) => [platform, file] as const),
    ),
  )("%s refuses a change that removes %s", (platform, file) => {
    const { status, output } = read(reads[platform] ?? "", () => {
      unlinkSync(join(folder, "checkout", file));
    });
    expect([status, output]).toEqual([1, expect.stringContaining(`The change removes ${file}. Keep this file.`)]);
  });
});
