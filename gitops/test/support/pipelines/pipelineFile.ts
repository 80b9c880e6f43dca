import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

/** The schema of the .gitlab-ci.yml of examples/ci. Anything else fails. */

const texts = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));

const rule = z.strictObject({ if: z.string(), when: z.literal("manual").optional() });
export type Rule = z.output<typeof rule>;

const artifacts = z.strictObject({
  when: z.literal("always").optional(),
  paths: z.array(z.string()),
  expire_in: z.string(),
});

const fields = {
  image: z.string().optional(),
  timeout: z.string().optional(),
  stage: z.string().optional(),
  rules: z.array(rule).optional(),
  needs: z.array(z.string()).optional(),
  resource_group: z.string().optional(),
  variables: texts.optional(),
  environment: z.string().optional(),
  before_script: z.array(z.union([z.string(), z.array(z.string())])).optional(),
  script: z.array(z.string()).optional(),
  allow_failure: z.union([z.boolean(), z.strictObject({ exit_codes: z.array(z.int()) })]).optional(),
  artifacts: artifacts.optional(),
};
const part = z.strictObject(fields);
type Part = z.output<typeof part>;

const written = part.extend({ extends: z.string().optional() });
type Written = z.output<typeof written>;

const job = z.strictObject({
  ...fields,
  image: z.string(),
  timeout: z.string(),
  stage: z.string(),
  rules: z.array(rule),
  resource_group: z.string(),
  script: z.array(z.string()),
});
export type Job = z.output<typeof job>;

const file = z
  .object({
    stages: z.array(z.string()),
    workflow: z.strictObject({ rules: z.array(rule) }),
    variables: texts,
  })
  .catchall(z.unknown());

export interface PipelineFile {
  readonly rules: readonly Rule[];
  readonly variables: Readonly<Record<string, string>>;
  /** In the order of their stages. */
  readonly jobs: ReadonlyMap<string, Job>;
}

/** @throws ZodError if the file contains anything unknown */
export function readPipelineFile(path: string): PipelineFile {
  const customTags = [{ tag: "!reference", collection: "seq" as const }];
  const { stages, workflow, variables, ...rest } = file.parse(parse(readFileSync(path, "utf8"), { customTags }));
  const all = new Map(Object.entries(rest).map(([name, value]) => [name, written.parse(value)]));
  const jobs = [...all.keys()]
    .filter((name) => !name.startsWith("."))
    .map((name) => [name, job.parse(whole(name, all))] as const)
    .sort(([, a], [, b]) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  return { rules: workflow.rules, variables, jobs: new Map(jobs) };
}

/** Returns a job with the contents of its templates. Merges variables and replaces everything else. */
function whole(name: string, all: ReadonlyMap<string, Written>): Part {
  const own = all.get(name);
  if (own === undefined) throw new Error(`there is no ${name}`);
  const { extends: base, ...rest } = own;
  const below = base === undefined ? {} : whole(base, all);
  const variables = { ...below.variables, ...rest.variables };
  const before_script = (rest.before_script ?? below.before_script)?.flatMap((line) =>
    typeof line === "string" ? [line] : referred(line, all),
  );
  return { ...below, ...rest, variables, ...(before_script && { before_script }) };
}

/** `!reference [.peridio, before_script]` */
function referred([name = "", key]: readonly string[], all: ReadonlyMap<string, Written>): readonly string[] {
  if (key !== "before_script") throw new Error(`a reference to ${key ?? ""} is not known here`);
  return (whole(name, all).before_script ?? []).flat();
}
