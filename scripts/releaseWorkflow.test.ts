import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const job = z.object({ steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })) });
const workflow = z.object({ jobs: z.object({ github: job, npm: job }) });
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
