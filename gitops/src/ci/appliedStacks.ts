import * as z from "zod";
import { readDocument } from "../preview/document";
import { readText } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import type { Forge } from "./forge";
import { getPlanFile, type StackPreview } from "./previews";

/** The part of Pulumi's saved plan that lists the steps of each resource. */
const plan = z.object({ resourcePlans: z.record(z.string(), z.object({ steps: z.array(z.string()).nullish() })) });

/** The steps of Pulumi that change nothing. */
const idle: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

/** The parts of a job that show what is applied. */
interface AppliedJob {
  readonly forge: Pick<Forge, "kept">;
  readonly terminal: Terminal;
}

/** Finds the stacks that an earlier run has applied: their saved plans contain changes, and Pulumi would change nothing today. */
export function findAppliedStacks(
  { forge: { kept }, terminal }: AppliedJob,
  previews: readonly StackPreview[],
): ReadonlySet<string> {
  const applied = previews.filter(({ stack, file, hasSucceeded }) => {
    const planned = plan.safeParse(parseJson(readText(terminal, getPlanFile(kept, stack)))).data;
    if (!hasSucceeded || planned === undefined) return false;
    const steps = Object.values(planned.resourcePlans).flatMap((resource) => resource.steps ?? []);
    return (
      steps.some((op) => !idle.has(op)) &&
      readDocument(readText(terminal, file), file, "change").steps.every(({ op }) => idle.has(op))
    );
  });
  return new Set(applied.map(({ stack }) => stack));
}
