import { groupBy } from "../grouping";
import { getProvider } from "./backends";
import type { PrintedState, Step } from "./document";
import { getKind } from "../urn";

// The steps of Pulumi. One resource can have several, such as the deletion and the creation of a replacement.

/** Steps that are no change. */
export const unchangedOps: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

/**
 * Steps that show an object which existed before them. Without a former state, its state before them is therefore the state after them. They
 * still are changes of the program.
 */
export const showingExisting: ReadonlySet<string> = new Set([
  "import",
  "import-replacement",
  "read",
  "read-replacement",
]);

/** Steps that end a resource. */
export const endingOps: ReadonlySet<string> = new Set([
  "delete",
  "delete-replaced",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/** The steps of each resource, by its URN. */
export type Groups = ReadonlyMap<string, readonly [Step, ...Step[]]>;

/** Groups steps by resource. */
export function groupByUrn(steps: readonly Step[]): Groups {
  return groupBy(steps, ({ urn }) => urn);
}

/** Returns the state before all steps of a resource; undefined if the program only read the object, or if there was none. */
export function findFormerState(steps: readonly Step[]): PrintedState | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old?.external === true ? undefined : old;
}

/** Returns the state after all steps of a resource; undefined if they end it. */
export function findRemainingState(steps: readonly Step[]): PrintedState | undefined {
  const remaining = steps.filter(({ op }) => !endingOps.has(op));
  return remaining.flatMap(({ newState }) => newState ?? []).at(-1);
}

/** Returns the URNs of the providers in the states of steps. */
export function listProviders(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ newState, oldState }) => [newState ?? [], oldState ?? []].flat().map(getProvider));
}

/** Reports if the steps of a resource have an effect. */
export function isChanged(steps: readonly Step[]): boolean {
  return steps.some(({ op }) => !unchangedOps.has(op));
}

/** Reports if these steps import an object that exists. */
export function isImported(steps: readonly Step[]): boolean {
  return steps.some(({ op }) => op === "import" || op === "import-replacement");
}

/** Reports if `--target` leaves out the creation. Pulumi then prints the step `same` without contents, so without an id. */
export function isLeftOut(steps: readonly Step[]): boolean {
  return steps.every(({ op, oldState }) => op === "same" && oldState?.id === undefined);
}

/** Reports if this version cannot review a resource, because the provider is newer or has a new resource. */
export function isOfUnknownType([urn, steps]: readonly [string, readonly Step[]]): boolean {
  return getKind(urn) === undefined && !isLeftOut(steps);
}

/**
 * Reports if a program reads an object for the first time, or through another provider. Unlike a repeated read, this is a change: the plugin
 * of a provider can do anything.
 */
export function isNewReading({ op, oldState, newState }: Pick<Step, "op" | "oldState" | "newState">): boolean {
  if (op !== "read" && op !== "read-replacement") return false;
  return !oldState || (newState ? getProvider(newState) : "") !== getProvider(oldState);
}

/** Returns the paths of the properties that differ, as far as Pulumi reports them. */
export function listDifferences(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ detailedDiff, diffReasons }) => [...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])]);
}
