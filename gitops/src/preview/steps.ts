import type { PrintedState, Step } from "./document";
import type { State } from "./resource";
import { told } from "./values";

/** Steps that take something over or look at it, and change nothing. */
export const steady: ReadonlySet<string> = new Set(["import", "import-replacement", "read", "read-replacement"]);

/** Reports if these steps import an object that exists. */
export function isImported(steps: readonly Step[]): boolean {
  return steps.some(({ op }) => op === "import" || op === "import-replacement");
}

/** Steps after which the resource is gone. */
const ends: ReadonlySet<string> = new Set([
  "delete",
  "delete-replaced",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/** What was there before all steps of a resource. */
export function stateBefore(steps: readonly Step[]): State | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old === undefined || old.external ? undefined : stateOf(old, old.id);
}

/** What will be there after all steps of a resource. A preview does not repeat the id of what stays. */
export function stateAfter(steps: readonly Step[], before: State | undefined): State | undefined {
  const made = steps.filter(({ op }) => !ends.has(op));
  const last = made.findLast(({ newState }) => newState !== undefined && newState !== null);
  if (last?.newState === undefined || last.newState === null || last.newState.external) return undefined;
  const stays = !steps.some(({ op }) => op === "replace" || op === "create-replacement");
  return stateOf(last.newState, last.newState.id ?? importedId(last.newState) ?? (stays ? before?.id : undefined));
}

/** An import names an object by its id or, for an organization, by its name. */
function importedId({ importID }: PrintedState): string | undefined {
  return importID?.startsWith("prn:") === true ? importID : undefined;
}

/** The id of what a program only looks at after these steps. */
export function lookedAt(steps: readonly Step[]): string | undefined {
  const last = steps.findLast(({ newState }) => newState !== undefined && newState !== null)?.newState;
  return last?.external === true ? last.id : undefined;
}

/** Whether Pulumi forgets what was there, and lets it be. */
export function isReleased(steps: readonly Step[], before: State | undefined): boolean {
  if (before === undefined) return false;
  return steps.some(
    ({ op, oldState, newState }) =>
      op.startsWith("discard") ||
      (isRetained(oldState) && (ends.has(op) || op === "replace")) ||
      (newState?.external === true && newState.id === before.id),
  );
}

/** Reports if the object stays in Peridio when its resource is deleted. */
function isRetained(state: PrintedState | null | undefined): boolean {
  return state?.retainOnDelete === true || state?.inputs.deletionPolicy === "retain";
}

function stateOf(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, modified, propertyDependencies } = printed;
  return {
    id,
    inputs: told(inputs),
    outputs: outputs === undefined ? undefined : told(outputs),
    protected: protect,
    modified: modified === undefined ? 0 : Date.parse(modified),
    retained: retainOnDelete,
    organizationFrom: propertyDependencies.organizationId ?? [],
  };
}
