import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findAppliedStacks } from "../src/ci/appliedStacks";
import { previewBase, saveBasePreviews } from "../src/ci/basePreviews";
import { Checkout } from "../src/ci/checkout";
import { Laptop } from "../src/ci/laptop";
import { spawnPulumi } from "../src/ci/previews";
import { recordApply } from "../src/ci/recordApply";
import type { Job } from "../src/ci/review";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

let folder: string;
let checkout: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-base-"));
  checkout = join(folder, "checkout");
  mkdirSync(checkout);
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

function git(...args: readonly string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example"];
  return execFileSync("git", [...identity, ...args], { cwd: checkout, env: environment, encoding: "utf8" }).trim();
}

function write(file: string, text = ""): void {
  const path = join(checkout, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function commit(): string {
  git("add", "--all");
  git("commit", "--quiet", "--message", "Change");
  return git("rev-parse", "HEAD");
}

/** Puts a script on the PATH as Pulumi, which finds the folder of the test in $FOLDER. Returns a job with it. */
function begin(script: string): { job: Job; said: () => string } {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  const PATH = [bin, process.env.PATH ?? ""].join(delimiter);
  const terminal = fakeTerminal({ folder: checkout, environment: { ...environment, PATH, FOLDER: folder } });
  const own = new Checkout(terminal);
  const options = {
    stacks: "stacks.txt",
    rules: undefined,
    layout: "layout.yaml",
    title: "Access review",
    parallel: 2,
    format: "text",
  } as const;
  const run = () => Promise.reject(new Error("no command runs"));
  const forge = new Laptop(terminal, own, "main");
  const job: Job = {
    checkout: own,
    forge,
    terminal: { ...terminal, runPulumi: spawnPulumi },
    options,
    run,
    recordApply,
    findAppliedStacks,
  };
  return { job, said: () => terminal.said() };
}

test("previews the program of the base with installed packages, outside the checkout, which stays as it is", async () => {
  write(".gitignore", "node_modules/\n*.local\n");
  write("layout.yaml", "base\n");
  const base = commit();
  write("layout.yaml", "change\n");
  write("new/file.yaml");
  commit();
  write("node_modules/pulumi-peridio/index.js", "installed\n");
  write("settings.local", "local\n");
  write("new/settings.local");
  const { job, said } = begin(
    'cat layout.yaml node_modules/*/index.js settings.local; echo "$*"; ls; pwd >&2; [ "$5" != dev ]',
  );
  const previews = await previewBase(job, { base, stacks: ["access/dev", "access/production"] });
  expect(previews).toMatchObject([{ stack: "access/dev", text: "" }, { stack: "access/production" }]);
  expect(previews[1]?.text).toMatch(
    /^base\ninstalled\nlocal\npreview --refresh --show-sames --stack production .*\nlayout\.yaml\nnode_modules\nsettings\.local\n$/,
  );
  expect(said()).toContain("Previewing the base of access/dev\n");
  expect(said()).toContain(`${join(job.forge.work, "base-checkout")}\n`);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("worktree", "list").split("\n")).toHaveLength(1);
  expect(readdirSync(job.forge.work)).toEqual([]);
  expect(readFileSync(join(checkout, "node_modules/pulumi-peridio/index.js"), "utf8")).toBe("installed\n");
});

test("all previews of a job have one moment: its start, or that of the environment", async () => {
  write("stacks.txt", "access/dev\naccess/production\n");
  const base = commit();
  git("switch", "--quiet", "--create", "change");
  write("index.ts");
  commit();
  const { job } = begin('echo "$PERIDIO_NOW" >> "$FOLDER/moments"');
  const review = async (given: Readonly<Record<string, string>> = {}) => {
    const terminal = fakeTerminal({ folder: checkout, environment: { ...job.terminal.environment, ...given } });
    await run(["ci", "review", "--base", base, "--no-rules"], terminal);
    const moments = existsSync(join(folder, "moments")) ? readFileSync(join(folder, "moments"), "utf8") : "";
    rmSync(join(folder, "moments"), { force: true });
    return { moments: moments.trim().split("\n"), said: terminal.said() };
  };
  // The clock of the tests shows this moment. Two stacks have a preview of the base and of the change.
  expect((await review()).moments).toEqual(Array<string>(4).fill("2027-01-31T08:00:00.000Z"));
  const given = await review({ PERIDIO_NOW: "2027-01-31T02:00+01:00" });
  expect(given.moments).toEqual(Array<string>(4).fill("2027-01-31T01:00:00.000Z"));
  expect(await review({ PERIDIO_NOW: "2027-01-30T07:00Z" })).toEqual({
    moments: [""],
    said: 'peridio-gitops: PERIDIO_NOW is "2027-01-30T07:00Z", which is more than 24 hours ago: access that has ended since then would return. Correct or remove this environment variable.\n',
  });
});

test("a review on a developer's machine leaves no file with people's access behind", async () => {
  write("stacks.txt", "access/dev\n");
  const base = commit();
  git("switch", "--quiet", "--create", "change");
  write("index.ts");
  commit();
  const { job } = begin('pwd >> "$FOLDER/folders"');
  await run(
    ["ci", "review", "--base", base, "--no-rules"],
    fakeTerminal({ folder: checkout, environment: job.terminal.environment }),
  );
  const [ofBase = ""] = readFileSync(join(folder, "folders"), "utf8").split("\n");
  expect(ofBase).toMatch(/peridio-\w+\/base-checkout$/);
  expect(existsSync(dirname(ofBase))).toBe(false);
});

test("a review names the copies of the rules without the folder of the job", async () => {
  write("stacks.txt", "access/dev\n");
  write("access-rules.yaml", "rules: {}\n");
  const base = commit();
  git("switch", "--quiet", "--create", "change");
  write("index.ts");
  commit();
  const { job } = begin("echo '{\"steps\": []}'");
  const terminal = fakeTerminal({ folder: checkout, environment: job.terminal.environment });
  expect(await run(["ci", "review", "--base", base], terminal)).toBe(1);
  expect(terminal.said()).toContain("\n  base/access-rules.yaml:1:8: rules has no rule");
});

test("keeps the previews in memory, so that code of the change cannot replace them", async () => {
  write("layout.yaml");
  const base = commit();
  const { job } = begin("echo preview");
  const previews = await previewBase(job, { base, stacks: ["access/dev"] });
  const file = join(job.forge.work, "base-previews/dev.json");
  mkdirSync(dirname(file));
  writeFileSync(file, "forged");
  expect(saveBasePreviews(job, previews)).toEqual([file]);
  expect(readFileSync(file, "utf8")).toBe("preview\n");
});

test("a link of the base leads no file out of the worktree, and no hook runs", () => {
  mkdirSync(join(folder, "outside"));
  write(".gitignore", "*.local\n");
  symlinkSync("../outside", join(checkout, "link"));
  write("own.local", "of the base");
  git("add", "--force", "own.local");
  const base = commit();
  rmSync(join(checkout, "link"));
  git("rm", "--quiet", "--cached", "own.local");
  commit();
  write("link/settings.local");
  write("own.local", "of the checkout");
  write(".git/hooks/post-checkout", `#!/bin/sh\ntouch ${folder}/hooked\n`);
  chmodSync(join(checkout, ".git/hooks/post-checkout"), 0o755);
  const own = new Checkout({ folder: checkout, environment });
  const worktree = join(folder, "worktree");
  own.addWorktree(base, worktree);
  expect(readdirSync(join(folder, "outside"))).toEqual([]);
  expect(readFileSync(join(worktree, "own.local"), "utf8")).toBe("of the base");
  // A job that was cancelled leaves its worktree behind.
  own.addWorktree(base, worktree);
  own.removeWorktree(worktree);
  expect([existsSync(worktree), existsSync(join(folder, "hooked"))]).toEqual([false, false]);
});

test("a base that cannot be checked out has no previews, and the job says so", async () => {
  write("layout.yaml");
  commit();
  const { job, said } = begin("echo preview");
  const previews = await previewBase(job, { base: "f".repeat(40), stacks: ["access/dev"] });
  expect(previews).toEqual([{ stack: "access/dev", text: "" }]);
  expect(said()).toMatch(/The base has no preview, so no change counts as pending: `git .*worktree add .*` failed: /);
});
