import type { Values } from "#framework";
import { parsePath } from "#framework/messages";
import { isSameEmail } from "#provider";
import type { ResourceKind } from "../objects/rows";
import { getName, getStack } from "../urn";
import { type Hidden, isSecret, unknown } from "../hidden";
import { quoteName } from "../wording";

/** A resource of the provider in one stack, before and after a change. A resource that a program only reads is on neither side. */
export interface Resource {
  readonly urn: string;
  /** `project/stack`. */
  readonly stack: string;
  readonly kind: ResourceKind;
  /** The name in the program. */
  readonly name: string;
  /** Undefined if the resource does not exist yet. */
  readonly before: State | undefined;
  /** Undefined if the resource is gone. */
  readonly after: State | undefined;
  /** The values that the program declared at the last update, if `--refresh` replaced them by the values of Peridio. */
  readonly recorded: Values | undefined;
  /** The values that Pulumi read before the last refresh; undefined if there was none, or if `--refresh` did not replace them. */
  readonly recordedOutputs: Values | undefined;
  /** False if the last refresh found the values of the state in Peridio, or if there was none. */
  readonly mayHaveDrifted: boolean;
  /** The id of a resource that the program only reads after the change. */
  readonly readOnlyId: string | undefined;
  /** True if another object replaces its object. */
  readonly isReplaced: boolean;
  /** True if the change releases the object: Pulumi removes it from the state, and Peridio keeps it. */
  readonly isReleased: boolean;
  /** True if Pulumi changes the resource. */
  readonly isChanged: boolean;
  /** The paths of the properties that differ, as far as Pulumi reports them. */
  readonly differences: readonly string[];
  /** True if this change creates the object, without adopting it. */
  readonly isCreated: boolean;
  /** True if this change imports an object that exists. */
  readonly isImported: boolean;
  /** True if this change also writes to the object that it imports. */
  readonly isWrittenImport: boolean;
  /** True if Avocado Connect manages the object, as far as a preview shows. */
  readonly isConnect: boolean;
  /** The address of Peridio after the change, or for a deletion; undefined if only the environment sets it. */
  readonly endpoint: string | Hidden | undefined;
  /** The address for the deletion of the object, or of the former object of a replacement; undefined without a deletion. */
  readonly deletionEndpoint: string | Hidden | undefined;
  /** True if it is an existing organization that this change adopts without changes. */
  readonly isAdopted: boolean;
}

/** The state of a resource before or after a change. */
export interface State {
  /** Undefined while the id is unknown. */
  readonly id: string | undefined;
  /** The declared values; a value may be `Hidden`. */
  readonly inputs: Values;
  /** The notes of Pulumi and the provider among the declared values, as JSON. A change of these writes nothing to Peridio. */
  readonly notes: string;
  /** The code of the dynamic provider as JSON, or `Hidden`; undefined for a resource of the plugin. */
  readonly code: string | Hidden | undefined;
  /** The values that Pulumi read from Peridio, or expects of a new object; undefined for most planned resources. */
  readonly outputs: Values | undefined;
  /** The names of the outputs that are secret. For a change, the inputs replace them in `outputs`, as far as they are known. */
  readonly secretOutputs: readonly string[];
  readonly isProtected: boolean;
  /** The time when Pulumi last changed the state, in milliseconds since 1970; 0 for a new state. */
  readonly modified: number;
  /** The paths of the properties that keep their former value, whatever the program declares. */
  readonly ignoredChanges: readonly string[];
  /** The other options that are set, by their names in Pulumi's output. */
  readonly options: Values;
  /** The URN of the provider; empty if the preview does not name it. */
  readonly provider: string;
  /** True if the option `retainOnDelete` keeps the object in Peridio when its resource is deleted. */
  readonly isRetained: boolean;
  /** The URNs of the resources that provide the id of the organization or, for a cohort, of the project. */
  readonly organizationFrom: readonly string[];
  /** The URNs of the resources that provide the value of a property, by its name. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

/** Returns a state with these parts. By default, it has no observed values and no options. */
export function createState(parts: Pick<State, "id" | "inputs"> & Partial<State>): State {
  const { outputs = {}, dependencies = new Map<string, readonly string[]>() } = parts;
  return {
    notes: "[]",
    code: undefined,
    outputs: undefined,
    secretOutputs: Object.keys(outputs).filter((name) => isSecret(outputs[name])),
    isProtected: false,
    modified: 0,
    ignoredChanges: [],
    options: {},
    provider: "",
    isRetained: false,
    organizationFrom: dependencies.get("organizationId") ?? dependencies.get("projectId") ?? [],
    dependencies,
    ...parts,
  };
}

/** Returns a resource that a source without a preview shows: nothing was refreshed, imported, replaced or only read. */
export function createResource(
  urn: string,
  kind: ResourceKind,
  { before, after, ...parts }: Pick<Resource, "before" | "after" | "isChanged" | "isConnect"> & Partial<Resource>,
): Resource {
  // Avocado Connect cannot create organizations, so it adopts them.
  const isAdopted = before === undefined && parts.isConnect && kind === "Organization";
  return {
    urn,
    stack: getStack(urn),
    kind,
    name: getName(urn),
    before,
    after,
    recorded: {},
    recordedOutputs: undefined,
    mayHaveDrifted: false,
    readOnlyId: undefined,
    isReplaced: false,
    isReleased: false,
    differences: [],
    isCreated: before === undefined && !isAdopted,
    isImported: false,
    isWrittenImport: false,
    endpoint: undefined,
    deletionEndpoint: undefined,
    isAdopted,
    ...parts,
  };
}

/** The properties that say in which organization or project a resource is. Pulumi imports it from there. */
const parentProperties: ReadonlySet<string> = new Set(["organizationId", "projectId"]);

/** Returns a state in which the properties that `ignoreChanges` covers are unknown, because the program does not decide about them. */
export function hideIgnored(state: State): State {
  const names = new Set(state.ignoredChanges.map((path) => String(parsePath(path)?.[0] ?? "*")));
  if (names.size === 0) return state;
  const isIgnored = (name: string) =>
    (names.has(name) || names.has("*")) && !parentProperties.has(name) && !name.startsWith("__");
  const ignored = [...names, ...Object.keys(state.inputs)].filter((name) => name !== "*" && isIgnored(name));
  return { ...state, inputs: { ...state.inputs, ...Object.fromEntries(ignored.map((name) => [name, unknown])) } };
}

/** Orders states by the time when Pulumi observed them. An import has no such time and comes first. An absent state has no place. */
export function compareObservation(a: State | undefined, b: State | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return Number(a.outputs !== undefined) - Number(b.outputs !== undefined) || a.modified - b.modified;
}

/** Reports if this change may write the resource to Peridio. An import alone only reads. */
export function isWritten({ isChanged, isImported, isWrittenImport }: Resource): boolean {
  return isChanged && (!isImported || isWrittenImport);
}

/** Reports if a property, or the entry of one address in a map, may differ although both values are hidden. */
export function mayDiffer(
  { isChanged, differences }: Pick<Resource, "isChanged" | "differences">,
  property: string,
  entry?: string,
): boolean {
  if (!isChanged || differences.length === 0) return isChanged;
  return differences.some((text) => {
    const path = parsePath(text);
    if (path === undefined) return true;
    const [first, second] = path;
    if (first !== property) return false;
    return entry === undefined || second === undefined || isSameEmail(second, entry);
  });
}

/** Returns the name in sentences: `Membership bob`. */
export function describeResource({ kind, name }: Pick<Resource, "kind" | "name">): string {
  return `${kind} ${quoteName(name)}`;
}
