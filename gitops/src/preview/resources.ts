import type { Values } from "#framework";
import { asPrn } from "#provider";
import { isHidden } from "../hidden";
import { createEndpointLookup, findConnectProviders, getProvider } from "./backends";
import type { Document, PrintedState, Step } from "./document";
import { readOptions } from "./options";
import { createState, hideIgnored, type Resource, type State } from "../model/resource";
import type { Kind } from "../model/stackChange";
import { createDeletedWithCheck, isReleased } from "./releases";
import { revealOutputs, revealValues } from "./secrets";
import {
  endingOps,
  findFormerState,
  findRemainingState,
  groupByUrn,
  type Groups,
  isChanged,
  isImported,
  isLeftOut,
  listDifferences,
  listProviders,
  showingExisting,
} from "./steps";
import { getKind, getName, getStack, isLayout, isPeridioType } from "../urn";

/** Returns the resources of the provider before and after the steps. */
export function readResources(document: Document, changeKind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const findEndpoint = createEndpointLookup(document);
  const getEndpoint = (state: PrintedState | null | undefined) =>
    state ? findEndpoint(getProvider(state)) : undefined;
  const staysDespiteDeletion = createDeletedWithCheck(document.steps);
  const refreshed = new Map(
    document.steps.flatMap(({ op, urn, oldState }) => (op === "refresh" && oldState ? [[urn, oldState]] : [])),
  );
  return [...groupSteps(document.steps, changeKind)].flatMap(([urn, steps]) => {
    const kind = getKind(urn);
    if (kind === undefined || isLeftOut(steps)) return [];
    // In a change, the inputs show hidden outputs. The inputs of drift are the last declared ones, so they say nothing about Peridio.
    const toState =
      changeKind === "drift"
        ? readState
        : (...parts: Parameters<typeof readState>) => revealOutputs(readState(...parts));
    const ops = new Set(steps.map(({ op }) => op));
    const [before, after] = readStates(steps, changeKind, toState);
    const recorded = refreshed.get(urn);
    const hasDrift = mayHaveDrifted(recorded, steps);
    // Without drift, the recorded values equal these, which can show secrets that the recorded state hides.
    const equalToRecorded = hasDrift ? undefined : before;
    const hasCreation = ops.has("create");
    const isConnect = listProviders(steps).some((provider) => connect.has(provider));
    // Avocado Connect cannot create organizations, so it adopts them.
    const isAdopted = kind === "Organization" && hasCreation && isConnect;
    return {
      urn,
      stack: getStack(urn),
      kind,
      name: getName(urn),
      // Imports and reads change nothing. Without a former state, the object before them is therefore the object after them.
      before: before ?? (steps.some(({ op }) => showingExisting.has(op)) ? after : undefined),
      after,
      recorded: changeKind === "drift" ? undefined : revealValues(recorded?.inputs ?? {}, equalToRecorded?.inputs),
      recordedOutputs:
        changeKind === "drift" || recorded?.outputs === undefined
          ? undefined
          : revealValues(recorded.outputs, equalToRecorded?.outputs),
      mayHaveDrifted: changeKind === "change" && hasDrift,
      readOnlyId: getReadId(steps),
      isReplaced: ops.has("replace") || ops.has("delete-replaced") || ops.has("create-replacement"),
      // An object that drift no longer contains was deleted outside Pulumi, whatever the options of its resource say.
      isReleased: changeKind === "change" && (isReleased(steps) || staysDespiteDeletion(steps)),
      isChanged: isChanged(steps),
      differences: listDifferences(steps),
      isCreated: hasCreation && !isAdopted,
      isImported: isImported(steps),
      isWrittenImport: isImported(steps) && ops.has("update"),
      isConnect,
      endpoint: getEndpoint(findLastState(steps)),
      deletionEndpoint: getEndpoint(steps.findLast(({ op }) => endingOps.has(op) || op === "replace")?.oldState),
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

/** Reports if a refresh may have changed the state. Pulumi then changes the time in `modified`. A missing time counts as drift. */
function mayHaveDrifted(recorded: PrintedState | undefined, steps: readonly Step[]): boolean {
  if (recorded === undefined) return false;
  const [live] = steps.flatMap(({ oldState }) => oldState ?? []);
  return recorded.modified === undefined || recorded.modified !== live?.modified;
}

/** Returns the steps of the provider's resources, by resource. */
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

/** Returns the state after all steps of a resource. A preview does not repeat the id of a resource that stays. */
function getStateAfter(
  steps: readonly Step[],
  before: State | undefined,
  toState: typeof readState,
): State | undefined {
  const last = findRemainingState(steps);
  if (last === undefined || last.external) return undefined;
  const isKept = !steps.some(({ op }) => op === "replace" || op === "create-replacement");
  const state = toState(last, last.id ?? getImportedId(last) ?? (isKept ? before?.id : undefined));
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
  const last = steps.findLast(({ newState }) => newState)?.newState;
  return last?.external === true ? last.id : undefined;
}

/** Returns the states before and after the steps. Of an unchanged resource, each state shows the secrets that the other one shows. */
function readStates(steps: readonly Step[], kind: Kind, toState: typeof readState): readonly (State | undefined)[] {
  const former = findFormerState(steps);
  const before = former && toState(former, former.id);
  const after = getStateAfter(steps, before, toState);
  if (kind === "drift" || before === undefined || after === undefined || isChanged(steps)) return [before, after];
  // Pulumi saw no change, so hidden values equal shown values.
  const reveal = (state: State, other: State): State => ({
    ...state,
    inputs: revealValues(state.inputs, other.inputs),
  });
  return [revealOutputs(reveal(before, after)), reveal(after, before)];
}

/** Converts a printed state. */
function readState(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, ignoreChanges, modified, propertyDependencies } = printed;
  const { __provider: code } = inputs;
  return createState({
    id,
    inputs: readProperties(inputs),
    notes: JSON.stringify(Object.entries(inputs).filter(([name]) => notes.has(name))),
    code: code === undefined || isHidden(code) ? code : JSON.stringify(code),
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
