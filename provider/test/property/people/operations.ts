import { describeChange } from "./observed";
import { type Fault, isRecoverable } from "../harness/proxy";
import type { Subject } from "./expectations";
import { explainRejection, type Rejection } from "./rejections";
import type { RunOptions, Simulation } from "./simulation";
import type { Result } from "../harness/stage";

/** Adds an operation to the log. Throws if the operation violated a rule. */
export function report(simulation: Simulation, operation: string, result?: Result): void {
  const { verifier } = simulation;
  const changes = verifier.changes.length === 0 ? "nothing" : verifier.changes.map(describeChange).join(", ");
  const failure = result && "failure" in result ? `, then: ${shorten(result.failure)}` : "";
  simulation.record(result === undefined ? operation : `${operation}: ${changes}${failure}`);
  const [rule] = verifier.violations;
  if (rule !== undefined) throw simulation.violation(rule);
}

/** Refreshes the state. Checks the result. */
export async function refresh(
  simulation: Simulation,
  faults: readonly Fault[] = [],
  operation = "refresh",
): Promise<Result> {
  const result = await simulation.refresh(faults);
  report(simulation, operation, result);
  checkResult(simulation, result, { faults });
  return result;
}

/** Throws if neither a fault nor a rule explains a failure. */
export function checkResult(
  simulation: Simulation,
  result: Result,
  { faults = [], parallel, continueOnError }: RunOptions,
): void {
  if ("steps" in result || (simulation.proxy.hasFault && !faults.every(isRecoverable))) return;
  if (isAboutDeleted(simulation, result.failure)) return;
  if (simulation.isHomeUnusable && /because the folder \S+ is unusable/.test(result.failure)) return;
  // A parallel or later step may remove the reason.
  const before = explain(simulation, result.failure, simulation.past);
  const mayRemoveReason = parallel === true || continueOnError === true;
  if (!mayRemoveReason || typeof before === "string") expectRejection(simulation, result.failure);
}

/** Throws if a preview of a program in force shows a change, or if nothing explains its failure. */
export function checkPreview(simulation: Simulation, result: Result, faults: readonly Fault[]): void {
  if (simulation.isInForce && (faults.every(isRecoverable) || "steps" in result)) checkEmpty(simulation, result);
  else checkResult(simulation, result, { faults });
}

/** Throws unless a preview shows no change. */
export function checkEmpty(simulation: Simulation, result: Result): void {
  if ("failure" in result) throw simulation.violation(`the preview after a successful up fails: ${result.failure}`);
  const steps = result.steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
  if (steps.length > 0)
    throw simulation.violation(`the preview after a successful up is not empty: ${steps.join(", ")}`);
}

/** Returns the rejection that a failure must be. Throws for another failure. */
export function expectRejection(simulation: Simulation, failure: string): Explained {
  const explanation = explain(simulation, failure);
  if (typeof explanation === "string") throw simulation.violation(explanation);
  return explanation;
}

interface Explained {
  readonly rejection: Rejection;
  readonly subject: Subject;
}

/** Explains a failure of the last operation. Returns a text if no rejection justifies it. */
export function explain(simulation: Simulation, failure: string, snapshot = simulation.snapshot): Explained | string {
  const { backend, lastDeclarations: declarations, formerEntries: former, entries } = simulation;
  return explainRejection(failure, { backend, declarations, former, entries, snapshot });
}

/** Reports whether a failure is about a deleted organization in the state. */
function isAboutDeleted(simulation: Simulation, failure: string): boolean {
  return (
    simulation.listDeletedEntries().length > 0 &&
    /Peridio returned 404: |was deleted, or this API key cannot see it|or the organization does not exist/.test(failure)
  );
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
