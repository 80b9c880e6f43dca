import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type PipelineTerminal, previewStacks, spawnPulumi } from "../src/ci/previews";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-previews-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Puts a script on the PATH as Pulumi. It finds the folder of the test in $FOLDER. */
function install(script: string) {
  writeFileSync(join(folder, "bin/pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin/pulumi"), 0o755);
  const PATH = [join(folder, "bin"), process.env.PATH ?? ""].join(delimiter);
  return { ...fakeTerminal({ folder, environment: { PATH, FOLDER: folder } }), runPulumi: spawnPulumi };
}

/** Returns the job whose files are in a folder below that of the test. */
function createJob(terminal: PipelineTerminal, parallel = 1) {
  return { terminal, forge: { work: folder }, options: { parallel } };
}

const read = (file: string) => readFileSync(join(folder, file), "utf8");

test("previews stacks without checkpoints, and keeps their output and plans", async () => {
  const warning = "warning: using pulumi-resource-peridio from $PATH at /usr/bin/pulumi-resource-peridio";
  const terminal = install(
    `echo "$* $PULUMI_SKIP_CHECKPOINTS"; echo '${warning}' >&2; echo "::error::of Pulumi" >&2; [ "$4" != production ]`,
  );
  const previews = await previewStacks(createJob(terminal), ["access/dev", "access/production"], {
    folder: "previews",
    plans: "plans",
  });
  expect(previews).toEqual([
    { stack: "access/dev", file: join(folder, "previews/dev.json"), hasSucceeded: true },
    { stack: "access/production", file: join(folder, "previews/production.json"), hasSucceeded: true },
  ]);
  expect(read("previews/dev.json")).toBe(
    "preview --refresh --show-sames --stack dev --json --save-plan plans/plan-dev.json --non-interactive true\n",
  );
  expect(terminal.said()).toContain("Previewing access/dev\n::error::of Pulumi\n");
});

test("previews drift without a program", async () => {
  const terminal = install('echo "$*"');
  const options = { folder: ".", kind: "drift" } as const;
  expect(await previewStacks(createJob(terminal), ["access/dev"], options)).toMatchObject([{ hasSucceeded: true }]);
  expect(read("dev.json")).toBe("refresh --preview-only --stack dev --json --non-interactive\n");
});

test("runs no more previews at the same time than it may, and returns them in the order of the stacks", async () => {
  // Each preview waits until another one has begun, except the last one, so that exactly two run.
  const wait = 'until [ "$(ls "$FOLDER"/begun-* | wc -l)" -ge 2 ]; do sleep 0.01; done';
  const running = 'touch "$FOLDER/begun-$$" "$FOLDER/run-$$"; ls "$FOLDER" | grep -c ^run- >> "$FOLDER/counts"';
  const terminal = install(`${running}; ${wait}; rm "$FOLDER/run-$$"`);
  const stacks = ["a", "b", "c", "d", "e"].map((name) => `access/${name}`);
  const previews = await previewStacks(createJob(terminal, 2), stacks, { folder: "previews" });
  expect(previews.map(({ stack }) => stack)).toEqual(stacks);
  expect(Math.max(...read("counts").trim().split("\n").map(Number))).toBe(2);
});

test.each([
  ["10", 4, "2"],
  ["3", 4, "1"],
  ["40", 1, "40"],
  ["", 4, ""],
  ["many", 4, "many"],
])("of %j requests at the same time, each of %d previews sends at most %j", async (all, parallel, share) => {
  const terminal = install('echo "$PERIDIO_MAX_CONCURRENCY"');
  const environment = { ...terminal.environment, PERIDIO_MAX_CONCURRENCY: all };
  await previewStacks(createJob({ ...terminal, environment }, parallel), ["access/dev"], { folder: "." });
  expect(read("dev.json")).toBe(`${share}\n`);
});

test("an update keeps its checkpoints", async () => {
  const terminal = install('echo "$* [$PULUMI_SKIP_CHECKPOINTS]"; exit 255');
  expect(await spawnPulumi(["up", "--stack", "dev"], {}, terminal)).toMatchObject({ code: 255 });
  expect(terminal.said()).toBe("up --stack dev --non-interactive []\n");
});

test("without Pulumi, the error has a remedy", async () => {
  const terminal = fakeTerminal({ folder, environment: { PATH: join(folder, "bin") } });
  for (const options of [{}, { output: join(folder, "output") }])
    await expect(spawnPulumi(["up"], options, terminal)).rejects.toThrow(
      "Cannot run Pulumi: spawn pulumi ENOENT. Install the Pulumi CLI.",
    );
});

test("a preview gets no token of the forge, because it runs code of a branch", async () => {
  const { folder: at, environment } = install(
    'echo "[$GITHUB_TOKEN$ACCESS_REVIEW_TOKEN$PULL_REQUEST_TOKEN] $PERIDIO_API_KEY"',
  );
  const names = ["GITHUB_TOKEN", "ACCESS_REVIEW_TOKEN", "PULL_REQUEST_TOKEN"];
  const tokens = { ...Object.fromEntries(names.map((name) => [name, "secret"])), PERIDIO_API_KEY: "key" };
  const terminal = fakeTerminal({ folder: at, environment: { ...environment, ...tokens } });
  expect(await spawnPulumi(["up"], {}, terminal)).toMatchObject({ code: 0 });
  expect(terminal.said()).toBe("[] key\n");
});

test("an interrupt reaches Pulumi, and the command waits for its end", async () => {
  const { environment } = install(
    'trap "echo stopped; exit 3" INT; touch "$FOLDER/begun"; while :; do sleep 0.01; done',
  );
  const listeners = new Set<() => void>();
  const onInterrupt = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const terminal = fakeTerminal({ folder, environment, onInterrupt });
  const ended = spawnPulumi(["up"], {}, terminal);
  while (!existsSync(join(folder, "begun"))) await setTimeout(10);
  for (const listener of listeners) listener();
  expect(await ended).toMatchObject({ code: 3 });
  expect(terminal.said()).toBe("stopped\n");
  expect(listeners.size).toBe(0);
});

describe("a preview that fails", () => {
  /** Runs a script as Pulumi. Returns the exit code and the comment of a review of its preview. */
  async function reviewOf(script: string, secrets: Readonly<Record<string, string>> = {}, stacks = ["access/dev"]) {
    const terminal = install(script);
    const environment = { ...terminal.environment, ...secrets };
    const previews = await previewStacks(createJob({ ...terminal, environment }), stacks, { folder: "." });
    const comment = join(folder, "comment.md");
    const files = previews.map(({ file }) => file);
    const code = await run(["review", ...files, "--markdown-file", comment], fakeTerminal({ folder }));
    return { code, comment: existsSync(comment) ? readFileSync(comment, "utf8") : "", said: terminal.said() };
  }

  test("before it prints anything leaves its messages to the comment, and a remedy outside the branch", async () => {
    const { code, comment, said } = await reviewOf(
      'echo "warning: a new version" >&2; echo "error: get stack secrets manager: incorrect passphrase" >&2; exit 255',
    );
    expect(code).toBe(1);
    expect(comment).toContain("**No verdict: the preview failed**");
    expect(comment).toContain("- get stack secrets manager: incorrect passphrase\n");
    expect(comment).not.toContain("new version");
    expect(comment).toContain("if a secret is missing, correct the cause, and run the job again");
    expect(said).toContain("error: get stack secrets manager: incorrect passphrase\n");
  });

  test("leaves the errors in its own output as they are", async () => {
    const document = {
      steps: [],
      diagnostics: [{ severity: "error", message: "error: Peridio requires an API key." }],
      duration: 1,
    };
    const { comment } = await reviewOf(`echo '${JSON.stringify(document)}'; echo "error: preview failed" >&2; exit 1`);
    expect(comment).toContain("- Peridio requires an API key.\n");
    expect(comment).not.toContain("preview failed\n");
  });

  test("is named beside all others that fail, without their folder", async () => {
    const { code, comment } = await reviewOf('echo "error: $5 has no key" >&2; exit 1', {}, [
      "access/dev",
      "access/eu",
    ]);
    expect(code).toBe(1);
    expect(comment).toContain("**No verdict: 2 previews failed**");
    expect(comment).toMatch(/Errors in `dev\.json`[^]*- dev has no key\n[^]*Errors in `eu\.json`[^]*- eu has no key\n/);
    expect(comment.match(/correct the cause/g)).toHaveLength(1);
  });

  test("shows no secret that its own output contains", async () => {
    const message = 'error: The key key-"of"-ada is invalid.';
    const document = { steps: [], diagnostics: [{ severity: "error", message }], duration: 1 };
    const secrets = { PERIDIO_API_KEY: 'key-"of"-ada' };
    const { comment } = await reviewOf(`echo '${JSON.stringify(document)}'; exit 1`, secrets);
    expect(comment).toContain("- The key `[secret]` is invalid.\n");
  });

  test("fails its review also if its output is complete and it prints no message", async () => {
    const complete = { steps: [{ op: "same", urn: "urn:pulumi:dev::access::pulumi:pulumi:Stack::access-dev" }] };
    const { code, comment } = await reviewOf(`echo '${JSON.stringify({ ...complete, duration: 1 })}'; exit 3`);
    expect(code).toBe(1);
    expect(comment).toContain("- Pulumi ended with exit code 3, and printed no error.\n");
  });

  test("shows no secret, no command to a terminal, and no endless text", async () => {
    const secrets = { PERIDIO_API_KEY: "key-of-ada", PULUMI_CONFIG_PASSPHRASE: "words words" };
    const { comment } = await reviewOf(
      `printf 'error: \\033[31m[%s] [%s]\\n' "$PERIDIO_API_KEY" "$PULUMI_CONFIG_PASSPHRASE" >&2; yes more | head -9999 >&2; exit 1`,
      secrets,
    );
    expect(comment).toContain("[secret]");
    expect(comment).not.toMatch(/key-of-ada|words words|31m/);
    expect(comment.length).toBeLessThan(5000);
  });
});
