import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { nightlyReport } from "../src/ci/nightlyReport";
import { run } from "../src/program";
import { review } from "../src/review/review";
import { Acme, apiKey } from "./support/acme";
import { LocalRepository } from "./support/localRepository";
import { fakeTerminal } from "./support/terminal";

/** The results of jobs as JSON on a developer's machine. Pulumi is a script, which prints a preview without a change. */

const files = {
  "Pulumi.yaml": "name: access\nruntime: nodejs\n",
  "access-rules.yaml": "rules: { two: { admins: { atLeast: 2 } } }\n",
  "layout.yaml":
    "organizations: { acme: {} }\npeople: { ada@acme.example: { acme: admin }, grace@acme.example: { acme: admin } }\n",
  "stacks.txt": "access/dev\n",
};
const id = "prn:1:00000000-0000-4000-8000-000000000001";
const same = (type: string, name: string, inputs: object) => ({
  op: "same",
  urn: `urn:pulumi:dev::access::peridio:index:${type}::${name}`,
  oldState: { id, inputs, outputs: { id, ...inputs } },
  newState: { id, inputs, outputs: { id, ...inputs } },
});
const members = { "ada@acme.example": "admin", "grace@acme.example": "admin" };
const preview = JSON.stringify({
  steps: [
    same("Organization", "acme", { name: "acme" }),
    same("OrganizationMembers", "acme", { organizationId: id, members }),
  ],
  duration: 1,
  changeSummary: { same: 2 },
});
/** Prints the output of each command. */
const pulumi = `if [ "$1" = refresh ]; then echo '${preview.replaceAll('"same"', '"refresh"')}'; else echo '${preview}'; fi`;

let scratch: string;
let repository: LocalRepository;
let acme: Acme;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "peridio-json-"));
  repository = new LocalRepository();
  repository.put(files);
  repository.commit();
  repository.git("switch", "--quiet", "--create", "change");
  acme = await Acme.begin();
});
afterEach(async () => {
  rmSync(scratch, { recursive: true });
  repository.remove();
  await acme.end();
});

/** Runs a job with a script as Pulumi. Returns its exit code and its result. */
async function call(job: string, { script = pulumi }: { readonly script?: string } = {}, ...args: readonly string[]) {
  mkdirSync(join(scratch, "bin"));
  writeFileSync(join(scratch, "bin/pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(scratch, "bin/pulumi"), 0o755);
  const PATH = [join(scratch, "bin"), process.env.PATH ?? ""].join(delimiter);
  const connection = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
  const terminal = fakeTerminal({
    folder: repository.folder,
    environment: { ...repository.environment, PATH, ...connection },
  });
  const file = join(scratch, "result.json");
  const code = await run(["ci", job, "--base", "main", "--json-file", file, ...args], terminal);
  const result: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  return { code, result, printed: terminal.printed(), said: terminal.said() };
}

test("`review` also writes its review", async () => {
  const { code, result, printed } = await call("review");
  expect(code).toBe(0);
  expect(review.parse(result)).toMatchObject({ kind: "change", verdict: "pass", stacks: ["access/dev"] });
  expect(printed).toContain("## Access review");
});

test("a review whose preview failed has no result, although Pulumi printed a complete preview", async () => {
  expect(await call("review", { script: `${pulumi}; exit 1` })).toMatchObject({ code: 1, result: undefined });
});

test("`nightly` writes both reviews and the audit", async () => {
  acme.join("dora@acme.example", "viewer");
  const { code, result } = await call("nightly");
  const { reviews, audit } = nightlyReport.parse(result);
  expect(code).toBe(0);
  expect(reviews.map(({ kind }) => kind)).toEqual(["drift", "change"]);
  expect(audit?.findings.map(({ kind, person }) => [kind, person])).toContainEqual([
    "outsideLayout",
    "dora@acme.example",
  ]);
});

test("the report of a night lacks a review that failed, and keeps the rest", async () => {
  const { code, result } = await call("nightly", { script: `${pulumi}; [ "$1" != refresh ]` });
  const { reviews, audit } = nightlyReport.parse(result);
  expect([code, reviews.map(({ kind }) => kind), audit?.complete]).toEqual([1, ["change"], true]);
});

test("a dry run has no result", async () => {
  const { code, said } = await call("review", {}, "--dry-run");
  expect([code, said]).toEqual([
    2,
    expect.stringContaining("A dry run has no result. Remove --json-file or --dry-run."),
  ]);
});
