import { type Difference, applyIgnoreChanges } from "../compare";
import type { AnyResource } from "../resource";
import type { Run } from "./run";
import type { Update } from "../state";

/** Returns the changes that an update would make to the object in the state. Sends nothing. */
export function diff(run: Run, resource: AnyResource, update: Update): Difference[] {
  const desired = applyIgnoreChanges(resource, update.declared, update.state, update.ignore);
  const differences = run.compare(resource, update.priorInputs, desired, update.state);
  if (!differences.some(({ replace }) => replace)) run.parents.recordKept(resource, update);
  return differences;
}
