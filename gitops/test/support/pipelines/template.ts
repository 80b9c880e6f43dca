import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import * as z from "zod";

/** The pipeline that projects at GitLab include. */
export const templateFile = join(__dirname, "../../../../templates/access.yml");

const rule = z.strictObject({ if: z.string(), when: z.literal("manual").optional() });

const part = z.object({
  extends: z.string().optional(),
  needs: z.array(z.string()).optional(),
  rules: z.array(rule).optional(),
  variables: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).optional(),
  environment: z.string().optional(),
  script: z.array(z.string()).optional(),
  before_script: z.array(z.string()).optional(),
  allow_failure: z.union([z.boolean(), z.strictObject({ exit_codes: z.array(z.int()) })]).optional(),
  artifacts: z.object({ paths: z.array(z.string()) }).optional(),
});
type Part = z.output<typeof part>;

/** A job with the contents of its templates. */
export interface GitLabJob {
  readonly needs: readonly string[];
  readonly rules: readonly z.output<typeof rule>[];
  readonly variables: Readonly<Record<string, string>>;
  readonly environment: string | undefined;
  readonly beforeScript: readonly string[];
  readonly script: readonly string[];
  /** The exit codes that count as a warning; true for all. */
  readonly allowed: boolean | readonly number[];
  /** The folders that the job keeps. */
  readonly keeps: readonly string[];
}

/** Reads the jobs by name, in their order. */
export function readTemplate(): ReadonlyMap<string, GitLabJob> {
  const [, document] = parseAllDocuments(readFileSync(templateFile, "utf8"));
  const { stages, workflow, ...rest } = z.record(z.string(), z.unknown()).parse(document?.toJS());
  if (stages === undefined || workflow === undefined) throw new Error("the template has no stages or rules");
  const parts = new Map(Object.entries(rest).map(([name, value]) => [name, part.parse(value)]));
  return new Map(
    [...parts.keys()].filter((name) => !name.startsWith(".")).map((name) => [name, createJob(merge(name, parts))]),
  );
}

/** Merges variables, and replaces everything else. */
function merge(name: string, parts: ReadonlyMap<string, Part>): Part {
  const own = parts.get(name);
  if (own === undefined) throw new Error(`there is no ${name}`);
  const below = own.extends === undefined ? {} : merge(own.extends, parts);
  return { ...below, ...own, variables: { ...below.variables, ...own.variables } };
}

function createJob({ allow_failure: allowed = false, before_script = [], ...job }: Part): GitLabJob {
  const { needs = [], rules = [], variables = {}, environment, script = [], artifacts } = job;
  return {
    ...{ needs, rules, variables, environment, beforeScript: before_script, script },
    allowed: typeof allowed === "boolean" ? allowed : allowed.exit_codes,
    keeps: artifacts?.paths ?? [],
  };
}
