import { isRecord, type Values } from "#framework";
import { asPrn } from "#provider";
import { isSecret, isWithheld } from "../withheld";
import { createEndpointLookup, findConnectProviders, getProvider } from "./backends";
import type { Document, PrintedState, Step } from "./document";
import { readOptions } from "./options";
import { createState, hideIgnored, type Resource, type State } from "../model/resource";
import type { Kind } from "../model/stackChange";
import {
  endingOps,
  groupByUrn,
  type Groups,
  isChanged,
  isImported,
  isLeftOut,
  listDifferences,
  unchanging,
} from "./steps";
import { getKind, getName, getStack, isLayout, isPeridioType } from "../urn";

/** Returns the resources of the provider before and after the steps. */
export function readResources(document: Document, kind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const findEndpoint = createEndpointLookup(document);
  const getEndpoint = (state: PrintedState | null | undefined) =>
    state ? findEndpoint(getProvider(state)) : undefined;
  const endsWithOther = createDeletionLookup(document.steps);
  const refreshed = new Map(
    document.steps.flatMap(({ op, urn, oldState }) => (op === "refresh" && oldState ? [[urn, oldState]] : [])),
  );
  return [...groupSteps(document.steps, kind)].flatMap(([urn, own]) => {
    const resource = getKind(urn);
    if (resource === undefined || isLeftOut(own)) return [];
    // The inputs of drift are the last declared ones, so they say nothing about Peridio.
    const toState =
      kind === "drift" ? readState : (...parts: Parameters<typeof readState>) => revealOutputs(readState(...parts));
    const ops = new Set(own.map(({ op }) => op));
    const [before, after] = readStates(own, kind, toState);
    const recorded = refreshed.get(urn);
    const hasDrift = mayHaveDrifted(recorded, own);
    // Pulumi found what it had recorded in Peridio, unless the refresh changed the state.
    const equal = hasDrift ? undefined : before;
    const hasCreation = ops.has("create");
    const providers = own.flatMap(({ oldState, newState }) =>
      [newState, oldState].flatMap((state) => (state ? getProvider(state) : [])),
    );
    const isConnect = providers.some((provider) => connect.has(provider));
    // Avocado Connect cannot create organizations, so it adopts them.
    const isAdopted = resource === "Organization" && hasCreation && isConnect;
    return {
      urn,
      stack: getStack(urn),
      kind: resource,
      name: getName(urn),
      before: before ?? (own.some(({ op }) => unchanging.has(op)) ? after : undefined),
      after,
      recorded: kind === "drift" ? undefined : revealValues(recorded?.inputs ?? {}, equal?.inputs),
      recordedOutputs:
        kind === "drift" || recorded?.outputs === undefined
          ? undefined
          : revealValues(recorded.outputs, equal?.outputs),
      mayHaveDrifted: kind === "change" && hasDrift,
      readOnlyId: getReadId(own),
      isReplaced: ops.has("replace") || ops.has("delete-replaced") || ops.has("create-replacement"),
      // An object that drift no longer contains was deleted outside Pulumi, whatever the options of its resource say.
      isReleased: kind === "change" && (isReleased(own, before) || endsWithOther(own)),
      isChanged: isChanged(own),
      differences: listDifferences(own),
      isCreated: hasCreation && !isAdopted,
      isImported: isImported(own),
      isWrittenImport: isImported(own) && ops.has("update"),
      isConnect,
      endpoint: getEndpoint(findLastState(own)),
      deletionEndpoint: getEndpoint(own.findLast(({ op }) => endingOps.has(op) || op === "replace")?.oldState),
      isAdopted,
    };
  });
}

/** Returns the resources that a refresh no longer found and that the program no longer declares. Pulumi only refreshes them. */
export function readVanished(document: Document, kind: Kind): readonly Resource[] {
  if (kind === "drift") return [];
  const present = groupSteps(document.steps, kind);
  const gone = document.steps.filter(
    (step) =>
      step.op === "refresh" && isPeridioResource(step) && step.oldState?.external !== true && !present.has(step.urn),
  );
  const steps = gone.map(({ urn, oldState }): Step => ({ op: "delete", urn, oldState }));
  // Peridio has no such object, whatever the options of the resource say.
  return readResources({ ...document, steps }, kind).map((resource) => ({ ...resource, isReleased: false }));
}

/** Reports if a refresh may have replaced values of the state. Pulumi then gives the state another time, if the preview shows any. */
function mayHaveDrifted(recorded: PrintedState | undefined, steps: readonly Step[]): boolean {
  if (recorded === undefined) return false;
  const [live] = steps.flatMap(({ oldState }) => oldState ?? []);
  return recorded.modified === undefined || recorded.modified !== live?.modified;
}

/** Returns the steps of the provider's resources. */
export function groupSteps(steps: readonly Step[], kind: Kind): Groups {
  // In a preview, a refresh repeats the old state. The next step has the observed state.
  return groupByUrn(steps.filter((step) => isPeridioResource(step) && !(kind === "change" && step.op === "refresh")));
}

/** A Layout is not a resource, but its children are. Every other component is of an unknown type. */
function isPeridioResource({ urn, oldState, newState }: Step): boolean {
  return isPeridioType(urn) && !((newState ?? oldState)?.custom === false && isLayout(urn));
}

function findLastState(steps: readonly Step[]): PrintedState | null | undefined {
  return steps.findLast(({ newState }) => newState)?.newState ?? steps.findLast(({ oldState }) => oldState)?.oldState;
}

/** Returns the state before all steps of a resource. */
function getStateBefore(steps: readonly Step[], toState = readState): State | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old === undefined || old.external ? undefined : toState(old, old.id);
}

/** Returns the state after all steps of a resource. A preview does not repeat the id of a resource that stays. */
function getStateAfter(
  steps: readonly Step[],
  before: State | undefined,
  toState: typeof readState,
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

/** The UUID of an object after the name or id of its organization. */
const importedUuid = /\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;

/** Returns the id of an imported object, which begins with that of its organization. An import by name shows no id. */
function getImportedId({ importID = "", inputs }: PrintedState): string | undefined {
  if (importID.startsWith("prn:")) return importID;
  const [, uuid] = importedUuid.exec(importID) ?? [];
  const [organization] = [inputs.organizationId, inputs.projectId].flatMap((id) =>
    typeof id === "string" ? String(asPrn(id.split("/")[0])) : [],
  );
  return uuid === undefined || organization === undefined ? undefined : `${organization}/${uuid.toLowerCase()}`;
}

/** Returns the id of a resource that the program only reads after these steps. */
function getReadId(steps: readonly Step[]): string | undefined {
  const last = steps.findLast(({ newState }) => newState !== undefined && newState !== null)?.newState;
  return last?.external === true ? last.id : undefined;
}

/** Reports if Pulumi forgets the object without deleting it. */
function isReleased(steps: readonly Step[], before: State | undefined): boolean {
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
function createDeletionLookup(steps: readonly Step[]): (steps: readonly Step[]) => boolean {
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

/** Returns the states before and after the steps. Of an unchanged resource, each state shows the secrets that the other one shows. */
function readStates(steps: readonly Step[], kind: Kind, toState: typeof readState): readonly (State | undefined)[] {
  const before = getStateBefore(steps, toState);
  const after = getStateAfter(steps, before, toState);
  if (kind === "drift" || before === undefined || after === undefined || isChanged(steps)) return [before, after];
  // Pulumi compared the values themselves.
  const reveal = (state: State, other: State): State => ({
    ...state,
    inputs: revealValues(state.inputs, other.inputs),
  });
  return [revealOutputs(reveal(before, after)), reveal(after, before)];
}

/** Returns values with the secrets that equal values show. */
function revealValues(values: Values, others: Values = {}): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, revealValue(value, others[name])]));
}

/** Returns a value with the secrets that an equal value shows. */
function revealValue(value: unknown, other: unknown): unknown {
  if (isSecret(value)) return other ?? value;
  if (Array.isArray(value))
    return value.map((item, index) => revealValue(item, Array.isArray(other) ? other[index] : undefined));
  if (!isRecord(value) || isWithheld(value)) return value;
  return revealValues(value, isRecord(other) && !isWithheld(other) ? other : {});
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

function readState(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, ignoreChanges, modified, propertyDependencies } = printed;
  const { __provider: code } = inputs;
  return createState({
    id,
    inputs: readProperties(inputs),
    notes: JSON.stringify(Object.entries(inputs).filter(([name]) => notes.has(name))),
    code: code === undefined || isWithheld(code) ? code : JSON.stringify(code),
    outputs: outputs && readProperties(outputs),
    isProtected: protect,
    modified: modified === undefined ? 0 : Date.parse(modified),
    ignoredChanges: ignoreChanges ?? [],
    options: readOptions(printed),
    provider: getProvider(printed),
    isRetained: retainOnDelete,
    dependencies: new Map(Object.entries(propertyDependencies).map(([name, urns]) => [name, urns ?? []])),
  });
}

/** The notes of Pulumi and the provider among the values, which no program sets. */
const notes: ReadonlySet<string> = new Set(["__parent", "__urn", "__declared", "__defaults", "__internal"]);

/** Returns the values of an object without these notes. */
export function readProperties(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !notes.has(name) && name !== "__provider"));
}
