import { type Difference, applyIgnoreChanges } from "../compare";
import { getTypeName } from "../explain";
import type { AnyResource } from "../resource";
import { identify, type Run } from "./run";
import type { Update } from "../state";

/** Returns the changes that an update would make to the object in the state. Sends requests only for a part whose parent is replaced. */
export async function diff(run: Run, resource: AnyResource, update: Update): Promise<Difference[]> {
  const { urn, id, state } = update;
  const desired = applyIgnoreChanges(resource, update.declared, state, update.ignore);
  const differences = run.compare(resource, update.priorInputs, desired, state);
  if (differences.some(({ replace }) => replace)) {
    const subject = identify(resource, urn, id, state);
    // Before the engine creates the new parent: it deletes the old one, and the parts in it, only afterwards.
    await run.attempt("delete", subject, () => run.parents.guardReplaced(resource, run.context(urn), update));
  } else if (run.parents.recordKept(resource, update)) await warnOfLiteralId(run, resource, update);
  return differences;
}

/** The engine checks a part before its parent only if the program does not pass the id of the parent to the part. */
async function warnOfLiteralId(run: Run, resource: AnyResource, { urn, id, state }: Update): Promise<void> {
  const name = getTypeName(resource);
  await run.warn(
    identify(resource, urn, id, state),
    `is declared in this program, but another resource names it by a literal id. Pass the \`id\` of the ${name} to that resource, and run \`pulumi up\` again. ` +
      `Otherwise, a destroy deletes that resource without checking the ${name}.`,
  );
}
