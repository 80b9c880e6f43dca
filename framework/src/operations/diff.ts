import type { Difference } from "../compare";
import { applyIgnoreChanges } from "../ignoreChanges";
import type { AnyResource } from "../resource";
import { identify, type Run } from "./run";
import type { Update } from "../state";

/**
 * Returns the changes that an update would make to the object in the state. Sends requests only for a part whose parent
 * is replaced. Records a resource that is not replaced, so that its parts find it, and may warn of a literal id of a parent.
 */
export async function diff(run: Run, resource: AnyResource, update: Update): Promise<Difference[]> {
  const { urn, id, state } = update;
  const desired = applyIgnoreChanges(resource, update.declared, state, update.ignore);
  const differences = run.compare(resource, update.priorInputs, desired, state);
  if (differences.some(({ replace }) => replace)) {
    const subject = identify(resource, urn, id, state);
    // Before the engine creates the new parent: it deletes the old one, and the parts in it, only afterwards.
    await run.attempt("delete", subject, () => run.parents.guardReplaced(resource, run, update));
    return differences;
  }
  run.recordDecision(urn);
  if (run.parents.recordKept(resource, update)) await run.warnOfLiteralId(identify(resource, urn, id, state));
  return differences;
}
