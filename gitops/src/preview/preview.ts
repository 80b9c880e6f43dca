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
import { kinds, type Resource, type ResourceKind, type State, hideValues } from "./resource";

/** The preview of one stack, as far as Peridio's resources are concerned. */
export interface Preview {
  readonly kind: Kind;
  /** `project/stack`. */
  readonly stack: string;
  readonly resources: readonly Resource[];
  readonly remarks: readonly Remark[];
  /** The facts that the preview leaves open, in whole sentences. */
  readonly unknowns: readonly string[];
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
  const stacks = new Set(document.steps.map(({ urn }) => getStack(urn)));
  const [stack = source, another] = stacks;
  if (another !== undefined)
    throw new CommandError(`${source} contains several stacks, ${stack} and ${another}. Pass one file for each stack.`);
  return {
    kind,
    stack,
    resources: readResources(document, kind),
    remarks: document.diagnostics.flatMap(createRemark),
    unknowns: findUnknowns(document, kind),
    others: new Set(document.steps.filter(isOtherProvider).map(({ urn }) => urn)).size,
  };
}

/** Returns the stack of a URN: `urn:pulumi:dev::acme::…` belongs to `acme/dev`. */
function getStack(urn: string): string {
  const [head = "", project = ""] = urn.split("::");
  return `${project}/${head.replace(/^urn:pulumi:/, "")}`;
}

/** Steps without an effect. */
const unchangedOps: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

/** The plugin and the dynamic provider have the same resources. */
const typePattern = /^(?:peridio:index:|pulumi-nodejs:dynamic\/peridio:)(\w+)$/;

/** Returns the type of a resource from its URN, which starts with the types of its parents. */
function getType(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function getKind(urn: string): ResourceKind | undefined {
  const [, name] = typePattern.exec(getType(urn)) ?? [];
  return kinds.find((kind) => kind === name);
}

function getName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function readResources(document: Document, kind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const getEndpoint = createEndpointLookup(document);
  return [...groupSteps(document.steps, kind)].flatMap(([urn, own]) => {
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
      isReleased: isReleased(own, before),
      isChanged: own.some(({ op }) => !unchangedOps.has(op)),
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

function groupSteps(steps: readonly Step[], kind: Kind): ReadonlyMap<string, readonly Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    // In a preview, a refresh repeats the old state. The next step has the observed state.
    if (getKind(step.urn) === undefined || (kind === "change" && step.op === "refresh")) continue;
    const others = groups.get(step.urn);
    if (others === undefined) groups.set(step.urn, [step]);
    else others.push(step);
  }
  return groups;
}

/** Reports if `--target` leaves out the creation. Pulumi prints it as the same, without contents. */
function isLeftOut(steps: readonly Step[]): boolean {
  return steps.every(({ op, oldState }) => op === "same" && oldState?.id === undefined);
}

/** Lists the facts that a preview leaves open, in whole sentences. */
function findUnknowns({ steps }: Document, kind: Kind): readonly string[] {
  const leftOut = [...groupSteps(steps, kind)]
    .filter(([, own]) => isLeftOut(own))
    .map(([urn]) => `--target excludes ${describeUrn(urn)}, so its change is unknown.`);
  const providers = steps
    .filter(({ op, urn }) => getType(urn) === "pulumi:providers:peridio" && !unchangedOps.has(op) && op !== "create")
    .map(
      ({ urn }) =>
        `The settings of the provider ${getName(urn)} change: it may use another endpoint or another API key.`,
    );
  return [...new Set([...leftOut, ...providers])];
}

function describeUrn(urn: string): string {
  return `${getType(urn).split(":").at(-1) ?? ""} ${getName(urn)}`;
}

function isOtherProvider({ op, urn }: Step): boolean {
  return !unchangedOps.has(op) && !/^(peridio:|pulumi:|pulumi-nodejs:dynamic\/peridio:)/.test(getType(urn));
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
  return {
    id,
    inputs: hideValues(inputs),
    outputs: outputs === undefined ? undefined : hideValues(outputs),
    isProtected: protect,
    modified: modified === undefined ? 0 : Date.parse(modified),
    isRetained: retainOnDelete,
    organizationFrom: propertyDependencies.organizationId ?? [],
  };
}
