import { isWithheld } from "../withheld";
import { getProvider } from "./backends";
import type { PrintedState, Step } from "./document";
import { readOptions } from "./options";
import { hideIgnored, hideValues, readProperties, type State } from "./resource";
import { endingOps, groupByUrn, isImported } from "./steps";

// The states of a resource before and after its steps.

/** Returns the state before all steps of a resource. */
export function getStateBefore(steps: readonly Step[], toState = createState): State | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old === undefined || old.external ? undefined : toState(old, old.id);
}

/** Returns the state after all steps of a resource. A preview does not repeat the id of a resource that stays. */
export function getStateAfter(
  steps: readonly Step[],
  before: State | undefined,
  toState: typeof createState,
): State | undefined {
  const remaining = steps.filter(({ op }) => !endingOps.has(op));
  const last = remaining.findLast(({ newState }) => newState !== undefined && newState !== null);
  if (last?.newState === undefined || last.newState === null || last.newState.external) return undefined;
  const isKept = !steps.some(({ op }) => op === "replace" || op === "create-replacement");
  const state = toState(
    last.newState,
    last.newState.id ?? getImportedId(last.newState) ?? (isKept ? before?.id : undefined),
  );
  // An import stores the values of Peridio for ignored properties, which the preview does not contain.
  return isImported(steps) ? hideIgnored(state) : state;
}

/** An import names an object by its id or, for an organization, by its name. */
function getImportedId({ importID }: PrintedState): string | undefined {
  return importID?.startsWith("prn:") === true ? importID : undefined;
}

/** Returns the id of a resource that the program only reads after these steps. */
export function getReadId(steps: readonly Step[]): string | undefined {
  const last = steps.findLast(({ newState }) => newState !== undefined && newState !== null)?.newState;
  return last?.external === true ? last.id : undefined;
}

/** Reports if Pulumi forgets the object without deleting it. */
export function isReleased(steps: readonly Step[], before: State | undefined): boolean {
  if (before === undefined) return false;
  return steps.some(
    ({ op, oldState, newState }) =>
      op.startsWith("discard") ||
      (isRetained(oldState) && (endingOps.has(op) || op === "replace")) ||
      (newState?.external === true && newState.id === before.id),
  );
}

/**
 * Reports if Pulumi deletes a resource only from the state, because it has the option `deletedWith`. The object then stays in
 * Peridio, unless the other resource is the deleted organization or project that contains it.
 */
export function createDeletionLookup(steps: readonly Step[]): (steps: readonly Step[]) => boolean {
  const groups = groupByUrn(steps.filter(({ op }) => op !== "refresh"));
  const isEnding = (steps: readonly Step[]) => steps.some(({ op }) => endingOps.has(op) || op === "replace");
  const contains = (id: string | undefined, { inputs, outputs }: PrintedState) =>
    id !== undefined &&
    [inputs.organizationId, outputs?.organizationId, inputs.projectId, outputs?.projectId].includes(id);
  const lookUp = (steps: readonly Step[], visited: readonly string[]): boolean =>
    isEnding(steps) &&
    steps.some(({ oldState }) => {
      const other = oldState?.deletedWith;
      if (oldState === undefined || oldState === null || other === undefined || visited.includes(other)) return false;
      const others = groups.get(other) ?? [];
      // A resource without steps has another name after the change, so Pulumi does not delete it.
      if (!isEnding(others)) return false;
      const parent = getStateBefore(others);
      const isParentDeleted = !isReleased(others, parent) && !lookUp(others, [...visited, other]);
      return !(isParentDeleted && contains(parent?.id, oldState));
    });
  return (steps) => lookUp(steps, []);
}

/** Reports if the object stays in Peridio when its resource is deleted. */
function isRetained(state: PrintedState | null | undefined): boolean {
  return state?.retainOnDelete === true || state?.inputs.deletionPolicy === "retain";
}

/** Returns a state in which the inputs replace hidden outputs, because a program can declare each output as a secret. */
export function revealOutputs(state: State): State {
  const { inputs, outputs } = state;
  if (outputs === undefined) return state;
  const entries = Object.entries(outputs);
  return {
    ...state,
    outputs: Object.fromEntries(
      entries.map(([name, value]) => [name, isSecret(value) ? (inputs[name] ?? value) : value]),
    ),
  };
}

function isSecret(value: unknown): boolean {
  return isWithheld(value) && value.reason === "secret";
}

export function createState(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, ignoreChanges, modified, propertyDependencies } = printed;
  const dependencies = new Map(Object.entries(propertyDependencies).map(([name, urns]) => [name, urns ?? []]));
  const observed = outputs === undefined ? undefined : readProperties(outputs);
  const { __provider: code } = hideValues(inputs);
  return {
    id,
    inputs: readProperties(inputs),
    code: code === undefined || isWithheld(code) ? code : JSON.stringify(code),
    outputs: observed,
    concealed: Object.entries(observed ?? {}).flatMap(([name, value]) => (isSecret(value) ? name : [])),
    isProtected: protect,
    modified: modified === undefined ? 0 : Date.parse(modified),
    ignoredChanges: ignoreChanges ?? [],
    options: readOptions(printed),
    provider: getProvider(printed),
    isRetained: retainOnDelete,
    organizationFrom: dependencies.get("organizationId") ?? dependencies.get("projectId") ?? [],
    dependencies,
  };
}
