import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "../../package.json";
import { parseLayout, readLayoutFiles } from "#layout";
import { readRules } from "../src/rules/readRules";
import { readPipelineFile } from "./support/pipelines/pipelineFile";
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
    const text = readFileSync(join(ci, file), "utf8");
    expect(text).toContain(`peridio-gitops@${version}`);
    expect(text).toMatch(new RegExp(`pulumi.*:.*\\b${pulumi ?? "none"}\\b`));
  }
});

test("the layout and the rules have no mistakes", () => {
  const today = "2027-01-31";
  const { organizations } = parseLayout(readLayoutFiles(join(ci, "layout.yaml"), "."), { today, version });
  expect(organizations.map(({ name }) => name)).toEqual(["acme-dev", "acme-production"]);
  expect(readRules(join(ci, "access-rules.yaml"), ".")).toHaveLength(3);
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
    const programs = { pulumi: "true", npm: "true", curl: "echo '[]'", "peridio-gitops": line };
    for (const [name, does] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${does}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const PATH = [folder, process.env.PATH ?? ""].join(delimiter);
    const env = { PATH, STACKS: "dev", CI_API_V4_URL: "http://127.0.0.1:9", CI_PROJECT_ID: "1" };
    spawnSync("bash", ["-eo", "pipefail"], { input: script, cwd: folder, env });
    return readFileSync(join(folder, "found.md"), "utf8");
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

  test.each(nightly)("%s checks the rules, with last days from the layout", (_, script) => {
    const found = reported(script, 'echo "$*"; exit 4');
    const reviews = found.split("\n").filter((line) => line.startsWith("review "));
    expect(reviews).toHaveLength(2);
    for (const review of reviews) expect(review).toContain("--rules access-rules.yaml --layout layout.yaml");
  });
});
