import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

/** The schema of the workflows of examples/ci. Anything else fails. */

const texts = z.record(z.string(), z.string());

const step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  run: z.string().optional(),
  env: texts.default({}),
});
export type Step = z.output<typeof step>;

const permissions = z.record(z.string(), z.enum(["read", "write"]));
export type Permissions = z.output<typeof permissions>;

const job = z.strictObject({
  needs: z
    .union([z.string(), z.array(z.string())])
    .transform((needs) => [needs].flat())
    .default([]),
  if: z.string().optional(),
  "runs-on": z.literal("ubuntu-24.04"),
  "timeout-minutes": z.int().max(30),
  environment: z.string().optional(),
  permissions: permissions.default({}),
  outputs: texts.default({}),
  steps: z.array(step),
});
export type Job = z.output<typeof job>;

const workflow = z.strictObject({
  name: z.string(),
  on: z.partialRecord(z.enum(["pull_request", "push", "schedule", "workflow_dispatch"]), z.unknown()),
  permissions: z.strictObject({}),
  concurrency: z.strictObject({ group: z.string() }),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }),
  env: texts,
  jobs: z.record(z.string(), job),
});
export type Workflow = z.output<typeof workflow>;

/** @throws ZodError if the workflow contains anything unknown */
export function readWorkflow(file: string): Workflow {
  return workflow.parse(parse(readFileSync(file, "utf8")));
}
