import type { PrintedState, Step } from "./document";
import { endingOps, findFormerState, groupByUrn } from "./steps";

// A resource is released if Pulumi removes it from the state, and its object stays in Peridio.

/** Reports if a step releases its object: Pulumi removes it from the state, and Peridio keeps it. */
export function isReleased(steps: readonly Step[]): boolean {
  const before = findFormerState(steps);
  if (before === undefined) return false;
  return steps.some(
    (step) =>
      step.op.startsWith("discard") ||
      (isEnding(step) && isRetained(step.oldState)) ||
      (step.newState?.external === true && step.newState.id === before.id),
  );
}

/**
 * Returns a function that reports if the option `deletedWith` keeps an object in Peridio. With it, Pulumi deletes the resource only from
 * the state. The object ends only if the other resource ends in Peridio, and is the organization or project that contains the object.
 */
export function createDeletedWithCheck(allSteps: readonly Step[]): (steps: readonly Step[]) => boolean {
  const groups = groupByUrn(allSteps.filter(({ op }) => op !== "refresh"));
  const staysInPeridio = (steps: readonly Step[], visited: readonly string[]): boolean =>
    steps.some(isEnding) &&
    steps.some(({ oldState }) => {
      const other = oldState?.deletedWith;
      if (!oldState || other === undefined || visited.includes(other)) return false;
      const others = groups.get(other) ?? [];
      // If Pulumi does not delete the other resource, it deletes this object itself. A renamed resource has no steps at its old URN.
      if (!others.some(isEnding)) return false;
      return !(isReallyDeleted(others, [...visited, other]) && contains(findFormerState(others)?.id, oldState));
    });
  const isReallyDeleted = (others: readonly Step[], visited: readonly string[]) =>
    !isReleased(others) && !staysInPeridio(others, visited);
  return (steps) => staysInPeridio(steps, []);
}

function isEnding({ op }: Step): boolean {
  return endingOps.has(op) || op === "replace";
}

/** Reports if the object stays in Peridio when its resource is deleted. */
function isRetained(state: PrintedState | null | undefined): boolean {
  return state?.retainOnDelete === true || state?.inputs.deletionPolicy === "retain";
}

/** Reports if an organization or project contains an object. */
function contains(id: string | undefined, { inputs, outputs }: PrintedState): boolean {
  const parents = [inputs.organizationId, outputs?.organizationId, inputs.projectId, outputs?.projectId];
  return id !== undefined && parents.includes(id);
}
