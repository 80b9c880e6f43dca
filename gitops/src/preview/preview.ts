import { CommandError } from "../exit";
import { findConnectProviders, createEndpointLookup, getProvider } from "./backends";
import {
  type Diagnostic,
  type Document,
  type Kind,
  readDocument,
  cleanMessage,
  type Step,
  type PrintedState,
} from "./document";
import { type Resource, type State, hideValues } from "./resource";
import { getKind, getName, getStack, getType, getTypeName, isPeridioType } from "./urn";

/** The preview of one stack, as far as Peridio's resources are concerned. */
export interface Preview {
  readonly kind: Kind;
  /** `project/stack`. */
  readonly stack: string;
  readonly resources: readonly Resource[];
  readonly remarks: readonly Remark[];
  /** The facts that the preview leaves open, in whole sentences. */
  readonly unknowns: readonly string[];
  /** The number of the provider's resources that change and whose type this version does not know. */
  readonly unreviewed: number;
  /** The number of resources of other providers that change. */
  readonly others: number;
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
    resources: readResources(document, groups, kind),
    remarks: document.diagnostics.flatMap(createRemark),
    unknowns: findUnknowns(document, groups),
    unreviewed: [...groups].filter((group) => isOfUnknownType(group) && isChanged(group[1])).length,
    others: new Set(document.steps.filter(isOtherProvider).map(({ urn }) => urn)).size,
  };
}

/** Steps without an effect. */
const unchangedOps: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

function readResources(document: Document, groups: Groups, kind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const getEndpoint = createEndpointLookup(document);
  return [...groups].flatMap(([urn, own]) => {
    const resource = getKind(urn);
    if (resource === undefined || isLeftOut(own)) return [];
    const before = getStateBefore(own);
    const after = getStateAfter(own, before);
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
      readOnlyId: getReadId(own),
      isReplaced: ops.has("replace") || ops.has("delete-replaced") || ops.has("create-replacement"),
      // An object that drift no longer contains was deleted outside Pulumi, whatever the options of its resource say.
      isReleased: kind === "change" && isReleased(own, before),
      isChanged: isChanged(own),
      differences: own.flatMap(({ detailedDiff, diffReasons }) => [
        ...Object.keys(detailedDiff ?? {}),
        ...(diffReasons ?? []),
      ]),
      isCreated: hasCreation && !isAdopted,
      isImported: isImported(own),
      isConnect,
      endpoint: getEndpoint(providers[0] ?? ""),
      isAdopted,
    };
  });
}

/** The steps of each resource of the provider, by its URN. */
type Groups = ReadonlyMap<string, readonly Step[]>;

function groupSteps(steps: readonly Step[], kind: Kind): Groups {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    // In a preview, a refresh repeats the old state. The next step has the observed state.
    if (!isPeridioResource(step) || (kind === "change" && step.op === "refresh")) continue;
    const others = groups.get(step.urn);
    if (others === undefined) groups.set(step.urn, [step]);
    else others.push(step);
  }
  return groups;
}

/** A component is not a resource, but its children are. */
function isPeridioResource({ urn, oldState, newState }: Step): boolean {
  return isPeridioType(urn) && (newState ?? oldState)?.custom !== false;
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
function findUnknowns({ steps }: Document, groups: Groups): readonly string[] {
  const leftOut = [...groups]
    .filter(([, own]) => isLeftOut(own))
    .map(([urn]) => `--target excludes ${describeUrn(urn)}, so its change is unknown.`);
  const providers = steps
    .filter(({ op, urn }) => getType(urn) === "pulumi:providers:peridio" && !unchangedOps.has(op) && op !== "create")
    .map(
      ({ urn }) => `The provider ${getName(urn)} changes, so resources may use another endpoint or another API key.`,
    );
  const unreviewed = [...groups].filter(isOfUnknownType).map(([urn, own]) => describeUnreviewed(urn, own));
  return [...new Set([...leftOut, ...providers, ...unreviewed])];
}

function describeUnreviewed(urn: string, steps: readonly Step[]): string {
  const reason = "because this version of peridio-gitops does not know the type";
  const remedy = "use the version of peridio-gitops that matches the provider";
  return isChanged(steps)
    ? `The ${nameChange(steps)} of ${describeUrn(urn)} is not reviewed, ${reason}. Check the change in Pulumi's output, or ${remedy}.`
    : `Unchanged resources of the type ${getTypeName(urn)} are not reviewed, ${reason}. To include these resources, ${remedy}.`;
}

/** The nouns for the changes of a resource. The first one that has a step counts. */
const changeNouns: readonly (readonly [noun: string, ops: readonly string[]])[] = [
  ["replacement", ["replace", "create-replacement", "delete-replaced"]],
  ["import", ["import", "import-replacement"]],
  ["creation", ["create"]],
  ["deletion", ["delete"]],
  ["release", ["discard", "discard-replaced"]],
];

function nameChange(steps: readonly Step[]): string {
  const [noun = "change"] = changeNouns.find(([, ops]) => steps.some(({ op }) => ops.includes(op))) ?? [];
  return noun;
}

function describeUrn(urn: string): string {
  return `${getTypeName(urn)} ${getName(urn)}`;
}

function isOtherProvider({ op, urn }: Step): boolean {
  return !unchangedOps.has(op) && !isPeridioType(urn) && !getType(urn).startsWith("pulumi:");
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
function getStateBefore(steps: readonly Step[]): State | undefined {
  const [old] = steps.flatMap(({ oldState }) => oldState ?? []);
  return old === undefined || old.external ? undefined : createState(old, old.id);
}

/** Returns the state after all steps of a resource. A preview does not repeat the id of a resource that stays. */
function getStateAfter(steps: readonly Step[], before: State | undefined): State | undefined {
  const remaining = steps.filter(({ op }) => !endingOps.has(op));
  const last = remaining.findLast(({ newState }) => newState !== undefined && newState !== null);
  if (last?.newState === undefined || last.newState === null || last.newState.external) return undefined;
  const isKept = !steps.some(({ op }) => op === "replace" || op === "create-replacement");
  return createState(
    last.newState,
    last.newState.id ?? getImportedId(last.newState) ?? (isKept ? before?.id : undefined),
  );
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

/** Reports if the object stays in Peridio when its resource is deleted. */
function isRetained(state: PrintedState | null | undefined): boolean {
  return state?.retainOnDelete === true || state?.inputs.deletionPolicy === "retain";
}

function createState(printed: PrintedState, id: string | undefined): State {
  const { inputs, outputs, protect, retainOnDelete, modified, propertyDependencies } = printed;
  const dependencies = new Map(Object.entries(propertyDependencies).map(([name, urns]) => [name, urns ?? []]));
  return {
    id,
    inputs: hideValues(inputs),
    outputs: outputs === undefined ? undefined : hideValues(outputs),
    isProtected: protect,
    modified: modified === undefined ? 0 : Date.parse(modified),
    isRetained: retainOnDelete,
    organizationFrom: dependencies.get("organizationId") ?? dependencies.get("projectId") ?? [],
    dependencies,
  };
}
