import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** The reusable workflow for GitHub. */
export const workflowFile = join(__dirname, "../../../../.github/workflows/access.yml");

/** The workflow for GitHub that a repository copies, and that calls the reusable one. */
export const callerFile = join(__dirname, "../../../../examples/ci/.github/workflows/access.yml");

/** The workflow for Gitea, which a repository copies. */
export const giteaWorkflowFile = join(__dirname, "../../../../examples/ci/.gitea/workflows/access.yml");

const step = z.object({
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});

const job = z.object({
  if: z.string().optional(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])).default({}),
  steps: z.array(step),
});

const workflow = z.object({ permissions: z.strictObject({}), jobs: z.record(z.string(), job) });

const call = z.object({
  uses: z.string(),
  permissions: job.shape.permissions,
  with: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.string()),
});

/** Reads the job that calls the reusable workflow. */
export function readCaller(): z.output<typeof call> {
  const calling = z.object({ jobs: z.object({ access: call }) });
  return calling.parse(parse(readFileSync(callerFile, "utf8"))).jobs.access;
}

/** A job, and its step that calls `peridio-gitops ci`. */
export interface PipelineJob extends Omit<z.output<typeof job>, "steps"> {
  readonly steps: readonly z.output<typeof step>[];
  readonly env: Readonly<Record<string, string>>;
  readonly command: string;
}

/** Reads the jobs of the workflow by name. */
export function readPipeline(): ReadonlyMap<string, PipelineJob> {
  const { jobs } = workflow.parse(parse(readFileSync(workflowFile, "utf8"), { merge: true }));
  return new Map(
    Object.entries(jobs).map(([name, one]) => {
      const { run: command = "", env = {} } = one.steps.find(({ run }) => run?.startsWith("peridio-gitops ")) ?? {};
      return [name, { ...one, command, env }];
    }),
  );
}

const giteaJob = job.extend({ env: step.shape.env });
const giteaWorkflow = z.object({ jobs: z.object({ access: giteaJob }) });

/** Reads the job of the workflow for Gitea: once for each of its steps that calls `peridio-gitops ci`, by name. */
export function readGiteaPipeline(): ReadonlyMap<string, PipelineJob> {
  const { access } = giteaWorkflow.parse(parse(readFileSync(giteaWorkflowFile, "utf8"))).jobs;
  return new Map(
    access.steps.flatMap(({ run: command = "", env }) => {
      const [, name] = /^peridio-gitops ci (\w+)$/.exec(command) ?? [];
      return name === undefined ? [] : [[name, { ...access, command, env: { ...access.env, ...env } }]];
    }),
  );
}
