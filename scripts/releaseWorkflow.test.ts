import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { version } from "../package.json";
import { nameSystem, platforms } from "#framework/build";
import { nameArchive } from "./release/installation";

const job = z.object({
  needs: z.string().optional(),
  steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
});
const starts = job.extend({
  strategy: z.object({
    matrix: z.object({
      include: z.array(z.object({ system: z.string(), runner: z.string(), image: z.string().optional() })),
    }),
  }),
});
const workflow = z.object({ jobs: z.object({ build: job, start: starts, github: job, npm: job, pypi: job }) });
const { jobs } = workflow.parse(parse(readFileSync(".github/workflows/release.yml", "utf8")));

/** Stands for `npm` and `gh`. Remembers what they publish. `FAIL` is a word in the arguments of a command that fails. */
const registry = `#!/bin/bash
case "$(basename "$0") $*" in
  "npm view "*) test -e "$STORE/$2" && echo 1.0.0 ;;
  "gh release view "*) test -e "$STORE/release" && echo false ;;
  "gh api "*" --jq .object.sha") test -e "$STORE/tag" && echo abc || { echo '{"status":"404"}'; exit 1; } ;;
  *" $FAIL"*) exit 1 ;;
  "npm publish "*) name=$(basename "$5" -1.0.0.tgz); touch "$STORE/$name@1.0.0"; echo "$name" >>"$STORE/log" ;;
  "gh release create "*) touch "$STORE/release"; echo release >>"$STORE/log" ;;
  "gh api "*) touch "$STORE/tag"; echo tag >>"$STORE/log" ;;
esac
`;

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "registry-"));
  for (const program of ["npm", "gh"]) writeFileSync(join(store, program), registry, { mode: 0o755 });
  writeFileSync(join(store, "log"), "");
});
afterEach(() => {
  rmSync(store, { recursive: true });
});

/** Runs the steps of a job that publish. Returns what they have published since the last run. */
function publish({ steps }: z.infer<typeof job>, fail = "no command"): readonly string[] {
  const scripts = steps.filter(({ name }) => name !== undefined && /^(Publish|Tag) /.test(name));
  const env = {
    PATH: `${store}:${process.env.PATH ?? ""}`,
    STORE: store,
    FAIL: fail,
    GITHUB_REF_NAME: "v1.0.0",
    GITHUB_REPOSITORY: "peridio/pulumi-peridio",
    GITHUB_SHA: "abc",
  };
  try {
    for (const { run = "" } of scripts) execFileSync("bash", ["-ec", run], { env, stdio: "pipe" });
  } catch {
    // The job ends at the failed step.
  }
  const log = readFileSync(join(store, "log"), "utf8");
  writeFileSync(join(store, "log"), "");
  return log.split("\n").slice(0, -1);
}

test("a job that runs again publishes only what is missing", () => {
  expect(publish(jobs.github, "api")).toEqual(["release"]);
  expect(publish(jobs.github)).toEqual(["tag"]);
  expect(publish(jobs.github)).toEqual([]);
  expect(publish(jobs.npm, "publish --provenance --access public ./release/peridio-gitops")).toEqual([
    "pulumi-peridio",
    "pulumi-resource-peridio",
  ]);
  expect(publish(jobs.npm)).toEqual(["peridio-gitops"]);
  expect(publish(jobs.npm)).toEqual([]);
});

test("nothing is published before every executable has started on its own system", () => {
  const { start, github, npm, pypi } = jobs;
  expect([start.needs, github.needs, npm.needs, pypi.needs]).toEqual(["build", "start", "github", "github"]);
  const { include } = start.strategy.matrix;
  expect(include.map(({ system }) => system).sort()).toEqual(platforms.map(nameSystem).sort());
  const runners = { darwin: /^macos-/, linux: /^ubuntu-/, windows: /^windows-/ };
  for (const { system, runner, image } of include) {
    const [, pattern] = Object.entries(runners).find(([name]) => system.startsWith(name)) ?? [];
    expect([system, runner]).toEqual([system, expect.stringMatching(pattern ?? "none")]);
    // Of the runners for macOS, only those for Intel say so. The other runners say so if they have an ARM processor.
    const isArm = system.startsWith("darwin") ? !runner.endsWith("-intel") : runner.endsWith("-arm");
    expect([system, isArm]).toEqual([system, system.includes("arm64")]);
    expect([system, image?.startsWith("alpine:")]).toEqual([system, system.endsWith("-musl") ? true : undefined]);
  }
});

describe("the step that starts every program", () => {
  const script = jobs.start.steps.find(({ name }) => name === "Start every program")?.run ?? "";
  const good = `#!/bin/sh\necho ${version}\n`;
  const programs = { "peridio-gitops": good, "peridio-emulator": good, "pulumi-resource-peridio": good };

  /** Runs the step with programs in the archives of this system. `docker` runs the command without a container. */
  function start(texts: Readonly<Record<string, string>>, image = "") {
    const packed = join(store, "packed");
    for (const folder of ["packed", "release"]) mkdirSync(join(store, folder));
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(packed, name), text, { mode: 0o755 });
    for (const archive of ["peridio-tools", "pulumi-resource-peridio"] as const) {
      const names = Object.keys(texts).filter((name) => name.startsWith("pulumi-") === archive.startsWith("pulumi-"));
      const file = join(store, "release", nameArchive(archive, "linux-amd64"));
      execFileSync("tar", ["-czf", file, "-C", packed, ...names]);
    }
    writeFileSync(join(store, "docker"), '#!/bin/bash\necho "$@" >docker.log\nexec "${@:6}"\n', { mode: 0o755 });
    writeFileSync(join(store, "apk"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { PATH: `${store}:${process.env.PATH ?? ""}`, GITHUB_REF_NAME: `v${version}`, SYSTEM: "linux-amd64" };
    const options = { cwd: store, env: { ...env, IMAGE: image }, encoding: "utf8" } as const;
    const { status, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], options);
    return [status, stdout];
  }

  test("passes if each program prints the version of the release", () => {
    expect(start(programs)).toEqual([0, ""]);
  });

  test.each(Object.keys(programs))("fails if %s ends with an error", (name) => {
    expect(start({ ...programs, [name]: "#!/bin/sh\nkill -9 $$\n" })).toEqual([1, `${name} does not start.\n`]);
  });

  test("fails if a program has another version", () => {
    const old = "#!/bin/sh\necho 0.0.1\n";
    expect(start({ ...programs, "peridio-gitops": old })).toEqual([1, "peridio-gitops does not start.\n"]);
  });

  test("starts programs for musl in an image of Alpine Linux", () => {
    expect(start(programs, "alpine:3.22")).toEqual([0, ""]);
    expect(readFileSync(join(store, "docker.log"), "utf8")).toMatch(
      /^run --rm --volume \S+:\/programs:ro alpine:3\.22 sh -c apk add --quiet libstdc\+\+ && for program /,
    );
  });
});
