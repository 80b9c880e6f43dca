import { createHash } from "node:crypto";
import type { Values } from "#framework";
import { CommandError } from "../exit";
import { quoteName } from "../wording";
import { findConnectProviders, createEndpointLookup, getProvider, readStackSettings } from "./backends";
import {
  type Diagnostic,
  type Document,
  type Kind,
  readDocument,
  cleanMessage,
  type Step,
  type PrintedState,
} from "./document";
import { readOptions } from "./options";
import { isHidden } from "../hidden";
import { type Resource, type State, hideIgnored, hideValues, readProperties } from "./resource";
import { getKind, getName, getStack, getType, getTypeName, isPeridioType } from "./urn";

/** The preview of one stack, as far as Peridio's resources are concerned. */
export interface Preview {
  readonly kind: Kind;
  /** `project/stack`. */
  readonly stack: string;
  /** The SHA-256 digest of the preview, in hexadecimal digits. */
  readonly digest: string;
  readonly resources: readonly Resource[];
  /** The explicit providers for Peridio. Pulumi does not print default providers. */
  readonly providers: readonly ExplicitProvider[];
  /** The providers of the resources. */
  readonly uses: readonly ProviderUse[];
  /** The settings of the default provider in the configuration of the stack. */
  readonly settings: Values;
  /** The Peridio resources of types that this version does not know, if they change. */
  readonly unknownTypes: readonly ForeignChange[];
  /** The resources of other providers that change, and changed providers of other packages. */
  readonly others: readonly ForeignChange[];
  readonly remarks: readonly Remark[];
  /** The facts that the preview leaves open, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** An explicit provider for Peridio before and after. */
export interface ExplicitProvider {
  readonly name: string;
  readonly urn: string;
  readonly before: ProviderState | undefined;
  readonly after: ProviderState | undefined;
  /** True if Pulumi changes the provider. */
  readonly isChanged: boolean;
  /** The paths of the properties that differ, as far as Pulumi reports them. */
  readonly differences: readonly string[];
}

/** The provider of a resource on both sides, also of one that a program only reads. */
export interface ProviderUse {
  /** The resource, such as `Membership bob`. */
  readonly resource: string;
  /** The URN; empty if there is none. */
  readonly before: string;
  readonly after: string;
}

interface ProviderState {
  readonly inputs: Values;
  readonly options: Values;
}

/** A change of a resource that a review cannot translate into access. */
export interface ForeignChange {
  /** The whole type, such as `command:local:Command`. */
  readonly type: string;
  readonly name: string;
  /** The change as a noun, such as `creation`. */
  readonly change: string;
  /** True if its provider is a default one from the place of Pulumi's plugins, or the preview does not name it. */
  readonly isOrdinary: boolean;
}

export interface Remark {
  readonly severity: "info" | "warning";
  /** The resource, such as `Membership bob`; empty for none. */
  readonly about: string;
  readonly text: string;
}

/**
 * Reads the output of Pulumi for one stack.
 * @throws CommandError unless it is a complete preview of that kind, for one stack.
 */
export function readPreview(text: string, source: string, kind: Kind): Preview {
  const document = readDocument(text, source, kind);
  const groups = groupSteps(document.steps, kind);
  const stacks = new Set(document.steps.map(({ urn }) => getStack(urn)));
  const [stack = source, another] = stacks;
  if (another !== undefined)
    throw new CommandError(
      `${source} contains several stacks, such as ${stack} and ${another}. Pass one file for each stack.`,
    );
  return {
    kind,
    stack,
    digest: createHash("sha256").update(text).digest("hex"),
    resources: readResources(document, groups, kind),
    providers: readProviders(document.steps),
    uses: [...groups].map(readUse),
    settings: readStackSettings(document),
    unknownTypes: [...groups]
      .filter((group) => isOfUnknownType(group) && (isChanged(group[1]) || group[1].some(isNewReading)))
      .map((group) => createForeignChange(...group)),
    others: listOthers(document.steps),
    remarks: document.diagnostics.flatMap(createRemark),
    unknowns: findUnknowns(groups),
  };
}

/** Steps without an effect. */
const unchangedOps: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

function readResources(document: Document, groups: Groups, kind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const getEndpoint = createEndpointLookup(document);
  const endsWithOther = createDeletionLookup(document.steps);
  const refreshed = new Map(
    document.steps.flatMap(({ op, urn, oldState }) => (op === "refresh" && oldState ? [[urn, oldState]] : [])),
  );
  return [...groups].flatMap(([urn, own]) => {
    const resource = getKind(urn);
    if (resource === undefined || isLeftOut(own)) return [];
    // The inputs of drift are the last declared ones, so they say nothing about Peridio.
    const toState =
      kind === "drift"
        ? createState
        : (...parts: Parameters<typeof createState>) => revealOutputs(createState(...parts));
    const before = getStateBefore(own, toState);
    const after = getStateAfter(own, before, toState);
    const ops = new Set(own.map(({ op }) => op));
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
      recorded: kind === "drift" ? undefined : hideValues(refreshed.get(urn)?.inputs ?? {}),
      readOnlyId: getReadId(own),
      isReplaced: ops.has("replace") || ops.has("delete-replaced") || ops.has("create-replacement"),
      // An object that drift no longer contains was deleted outside Pulumi, whatever the options of its resource say.
      isReleased: kind === "change" && (isReleased(own, before) || endsWithOther(own)),
      isChanged: isChanged(own),
      differences: listDifferences(own),
      isCreated: hasCreation && !isAdopted,
      isImported: isImported(own),
      isConnect,
      endpoint: getEndpoint(providers[0] ?? ""),
      isAdopted,
    };
  });
}

function listDifferences(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ detailedDiff, diffReasons }) => [...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])]);
}

/** The steps of each resource, by its URN. */
type Groups = ReadonlyMap<string, readonly Step[]>;

function groupSteps(steps: readonly Step[], kind: Kind): Groups {
  // In a preview, a refresh repeats the old state. The next step has the observed state.
  return groupByUrn(steps.filter((step) => isPeridioResource(step) && !(kind === "change" && step.op === "refresh")));
}

function groupByUrn(steps: readonly Step[]): Groups {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const others = groups.get(step.urn);
    if (others === undefined) groups.set(step.urn, [step]);
    else others.push(step);
  }
  return groups;
}

/** A Layout is not a resource, but its children are. Every other component is of an unknown type. */
function isPeridioResource({ urn, oldState, newState }: Step): boolean {
  return isPeridioType(urn) && !((newState ?? oldState)?.custom === false && getType(urn) === "peridio:index:Layout");
}

function isChanged(steps: readonly Step[]): boolean {
  return steps.some(({ op }) => !unchangedOps.has(op));
}

/** Reports if this version cannot review a resource, because the provider is newer or has a new resource. */
function isOfUnknownType([urn, steps]: readonly [string, readonly Step[]]): boolean {
  return getKind(urn) === undefined && !isLeftOut(steps);
}

/** Reports if `--target` leaves out the creation. Pulumi prints it as the same, without contents. */
function isLeftOut(steps: readonly Step[]): boolean {
  return steps.every(({ op, oldState }) => op === "same" && oldState?.id === undefined);
}

/** Lists the facts that a preview leaves open, in whole sentences. */
function findUnknowns(groups: Groups): readonly string[] {
  const leftOut = [...groups]
    .filter(([, own]) => isLeftOut(own))
    .map(([urn]) => `--target excludes ${describeUrn(urn)}, so its change is unknown.`);
  const unchanged = [...groups]
    .filter((group) => isOfUnknownType(group) && !isChanged(group[1]) && !group[1].some(isNewReading))
    .map(
      ([urn]) =>
        `Unchanged resources of the type ${getTypeName(urn)} are not reviewed, because this version of peridio-gitops does not know the type. To include these resources, use the version of peridio-gitops that matches the provider.`,
    );
  return [...new Set([...leftOut, ...unchanged])];
}

function readProviders(steps: readonly Step[]): readonly ExplicitProvider[] {
  const own = steps.filter(({ urn, op }) => getType(urn) === peridioProvider && op !== "refresh");
  const createState = (state: PrintedState | null | undefined) =>
    state ? { inputs: hideValues(state.inputs), options: readOptions(state) } : undefined;
  return [...groupByUrn(own)].map(([urn, group]) => {
    const remaining = group.filter(({ op }) => !endingOps.has(op));
    const before = group.find(({ oldState }) => oldState)?.oldState;
    const after = remaining.findLast(({ newState }) => newState)?.newState;
    return {
      name: getName(urn),
      urn,
      before: createState(before),
      after: createState(after),
      isChanged: isChanged(group),
      differences: listDifferences(group),
    };
  });
}

function readUse([urn, steps]: readonly [string, readonly Step[]]): ProviderUse {
  const remaining = steps.filter(({ op }) => !endingOps.has(op));
  const before = steps.find(({ oldState }) => oldState)?.oldState;
  const after = remaining.findLast(({ newState }) => newState)?.newState;
  return {
    resource: `${getTypeName(urn)} ${quoteName(getName(urn))}`,
    before: before ? getProvider(before) : "",
    after: after ? getProvider(after) : "",
  };
}

const peridioProvider = "pulumi:providers:peridio";

/** The types of Pulumi itself that change nothing outside the stack. */
const ownTypes: ReadonlySet<string> = new Set(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference"]);

/**
 * Lists the changed resources of other providers, and components, because the plugin of another package can make them. The
 * preview does not tell such a component apart from one of the program.
 */
function listOthers(steps: readonly Step[]): readonly ForeignChange[] {
  const others = steps.filter(({ urn, op, oldState, newState }) => {
    const isOwn = isPeridioType(urn) || getType(urn) === peridioProvider || ownTypes.has(getType(urn));
    return !isOwn && (!unchangedOps.has(op) || isNewReading({ op, oldState, newState }));
  });
  return [...groupByUrn(others)].map((group) => createForeignChange(...group));
}

/** Reports if a program reads an object for the first time, or through another provider. A provider runs its own code. */
function isNewReading({ op, oldState, newState }: Pick<Step, "op" | "oldState" | "newState">): boolean {
  if (op !== "read" && op !== "read-replacement") return false;
  return !oldState || (newState ? getProvider(newState) : "") !== getProvider(oldState);
}

function createForeignChange(urn: string, steps: readonly Step[]): ForeignChange {
  const providers = steps.flatMap(({ newState, oldState }) =>
    [newState, oldState].flatMap((state) => state?.provider ?? ""),
  );
  // The name of a default provider contains its version and, if a program names one, the place of its plugin.
  const isOrdinary = providers.every(
    (provider) =>
      provider === "" ||
      /^default(_\d+_\d+_\d+(_[\w-]+)*)?$/.test(getName(provider.split("::").slice(0, -1).join("::"))),
  );
  return { type: getType(urn), name: getName(urn), change: nameChange(steps), isOrdinary };
}

/** The nouns for the changes of a resource. The first one that has a step counts. */
const changeNouns: readonly (readonly [noun: string, ops: readonly string[]])[] = [
  ["replacement", ["replace", "create-replacement", "delete-replaced"]],
  ["import", ["import", "import-replacement"]],
  ["creation", ["create"]],
  ["deletion", ["delete"]],
  ["release", ["discard", "discard-replaced"]],
  ["reading", ["read", "read-replacement"]],
];

function nameChange(steps: readonly Step[]): string {
  const [noun = "change"] = changeNouns.find(([, ops]) => steps.some(({ op }) => ops.includes(op))) ?? [];
  return noun;
}

function describeUrn(urn: string): string {
  return `${getTypeName(urn)} ${getName(urn)}`;
}

function createRemark({ urn, message, severity }: Diagnostic): readonly Remark[] {
  const text = cleanMessage(message);
  if (text === "" || severity === "debug") return [];
  return [{ severity: severity === "warning" ? "warning" : "info", about: urn === "" ? "" : describeUrn(urn), text }];
}

/** Steps that import or read an object and change nothing. */
const unchanging: ReadonlySet<string> = new Set(["import", "import-replacement", "read", "read-replacement"]);

/** Reports if these steps import an object that exists. */
function isImported(steps: readonly Step[]): boolean {
  return steps.some(({ op }) => op === "import" || op === "import-replacement");
}

/** Steps that end a resource. */
const endingOps: ReadonlySet<string> = new Set([
  "delete",
  "delete-replaced",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/** Returns the state before all steps of a resource. */
function getStateBefore(steps: readonly Step[], toState = createState): State | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old === undefined || old.external ? undefined : toState(old, old.id);
}

/** Returns the state after all steps of a resource. A preview does not repeat the id of a resource that stays. */
function getStateAfter(
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

/** Returns a state in which the inputs replace hidden outputs, because a program can declare each output as a secret. */
function revealOutputs(state: State): State {
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
  return isHidden(value) && value.hidden === "secret";
}

function createState(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, ignoreChanges, modified, propertyDependencies } = printed;
  const dependencies = new Map(Object.entries(propertyDependencies).map(([name, urns]) => [name, urns ?? []]));
  const observed = outputs === undefined ? undefined : readProperties(outputs);
  const { __provider: code } = hideValues(inputs);
  return {
    id,
    inputs: readProperties(inputs),
    code: code === undefined || isHidden(code) ? code : JSON.stringify(code),
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
