import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { NamedPeople, NamedPerson } from "../objects/people";
import type { Readings, TypedInputs } from "../objects/property";
import { readValues } from "../objects/reading";
import { type ResourceKind, rows } from "../objects/rows";
import type { Directory, Side } from "./directory";
import { findFormerAddress, moveFormer } from "./movedAddress";
import { getId, getUuid } from "./properties";
import { isWritten, type Resource, type State } from "./resource";
import type { Kind } from "./stackChange";
import { applyUpdate, listDropped, readObserved } from "./values";

/** A state with the people that it names. */
export interface DeclaredState extends State {
  /** Undefined unless the resource is a Membership or a roster. */
  readonly people: { readonly declared: NamedPeople; readonly observed: NamedPeople } | undefined;
}

/**
 * A resource of one stack with the values of its object on both sides.
 *
 * | view                                | says                                                                            |
 * | ----------------------------------- | ------------------------------------------------------------------------------- |
 * | `before.inputs`, `after.inputs`     | what the program declares; after a refresh, `before.inputs` is what Pulumi read |
 * | `before.outputs`, `after.outputs`   | what Pulumi read, or expects of a new object                                    |
 * | `recorded`, `recordedOutputs`       | the inputs and outputs at the last update, if a refresh has replaced them       |
 * | `values`                            | the object: what Pulumi read, else what the program declares                    |
 * | `contents`                          | the values that rows compare: declared ones, or in drift those that Pulumi read |
 * | `observed`                          | the state that holds what Pulumi read last: in drift, `after` is the new one    |
 */
export interface Declaration extends Resource {
  readonly before: DeclaredState | undefined;
  readonly after: DeclaredState | undefined;
  /** The people at the last update: those that the program named, and those that Pulumi read. */
  readonly recordedPeople: { readonly declared: NamedPeople | undefined; readonly observed: NamedPeople | undefined };
  /** The former address of the person of a Membership, if the program starts to declare the user's present one. Peridio changes nothing. */
  readonly movedFrom: string | undefined;
  /** The `Organization.key` of its organization; undefined if the resource is absent on that side. */
  readonly organization: Readonly<Record<Side, string | undefined>>;
  /** An absent value is unknown. After the change, an undeclared property and a released object stay as they were. */
  readonly values: Readonly<Record<Side, Values>>;
  /** The properties that the program stops declaring, although it keeps the object. */
  readonly dropped: ReadonlySet<string>;
  /** Without the properties that Peridio alone sets. */
  readonly contents: Readonly<Record<Side, Values>>;
  readonly observed: Readonly<Record<Side, DeclaredState | undefined>>;
  /** True if the object may differ afterwards. An import only reads. */
  readonly isEffective: boolean;
}

/** Typed values of a declaration. */
export interface TypedValues<Typed extends Values> {
  readonly values: Readonly<Record<Side, Typed>>;
  /** The values in the program; undefined if the resource is absent. */
  readonly declared: Readonly<Record<Side, Typed | undefined>>;
}

/** Picks the declarations of some kinds, and reads their values. */
export function pickDeclarations<T extends object, D extends Declaration = Declaration>(
  declarations: readonly D[],
  kinds: readonly ResourceKind[],
  inputs: TypedInputs<T>,
): readonly (D & TypedValues<Readings<T>>)[] {
  return declarations
    .filter(({ kind }) => kinds.includes(kind))
    .map((declaration) => {
      const { before, after, values } = declaration;
      return {
        ...declaration,
        values: { before: readValues(inputs, values.before), after: readValues(inputs, values.after) },
        declared: {
          before: before && readValues(inputs, before.inputs),
          after: after && readValues(inputs, after.inputs),
        },
      };
    });
}

/** Returns the declarations of a kind. */
export function filterByKind(declarations: readonly Declaration[], kind: ResourceKind): readonly Declaration[] {
  return declarations.filter((declaration) => declaration.kind === kind);
}

/** Returns the declarations of a kind that exist on one side, with their states. */
export function listStates(
  declarations: readonly Declaration[],
  kind: ResourceKind,
  side: Side,
): readonly (readonly [Declaration, DeclaredState])[] {
  return filterByKind(declarations, kind).flatMap((declaration) => {
    const state = declaration[side];
    return state === undefined ? [] : [[declaration, state] as const];
  });
}

/** Decides once what a resource says about its object, so that later steps need not know the kind of the review. */
export function resolve(printed: Resource, kind: Kind, directory: Directory): Declaration {
  const movedFrom = kind === "drift" ? undefined : findFormerAddress(printed);
  const resource = movedFrom === undefined ? printed : moveFormer(printed);
  const [before, after] = [resource.before, resource.after].map((state) => state && resolveState(resource, state));
  const isDrift = kind === "drift";
  const former = before === undefined ? {} : readObserved(resource.kind, before);
  const dropped = new Set(isDrift ? [] : listDropped(resource));
  return {
    ...resource,
    before,
    after,
    recordedPeople: readRecordedPeople(printed),
    movedFrom,
    organization: { before: directory.getKey(resource, "before"), after: directory.getKey(resource, "after") },
    values: { before: former, after: readValuesAfter(resource, { former, dropped, isDrift }) },
    dropped,
    contents: { before: listContents(resource, before, isDrift), after: listContents(resource, after, isDrift) },
    observed: { before, after: isDrift ? after : before },
    isEffective: isDrift || isWritten(resource) || resource.isReplaced,
  };
}

function readValuesAfter(
  resource: Resource,
  { former, dropped, isDrift }: { former: Values; dropped: ReadonlySet<string>; isDrift: boolean },
): Values {
  const { kind, after, isReplaced } = resource;
  // The inputs of drift are those of the last update.
  if (isDrift && after?.outputs !== undefined) return readObserved(kind, { ...after, inputs: {} });
  // A new object takes no value of the one that it replaces.
  const kept = isReplaced && after !== undefined ? {} : former;
  return applyUpdate(resource, { former: kept, declared: after?.inputs ?? {}, dropped });
}

function resolveState({ kind }: Resource, state: State): DeclaredState {
  const { inputs, outputs } = state;
  const declared = readPeople(kind, inputs);
  if (declared === undefined) return { ...state, people: undefined };
  const read = outputs && readPeople(kind, outputs);
  const observed = read === undefined ? declared : acceptOwners(read, declared);
  return { ...state, people: { declared, observed } };
}

/**
 * Marks the owners that a program declares. If a program only starts to declare an owner, Pulumi writes nothing, so the outputs still
 * contain a kept owner. But another role lowers this person.
 */
function acceptOwners(observed: NamedPeople, declared: NamedPeople): NamedPeople {
  const people = new Map<string, NamedPerson>();
  for (const [address, person] of observed.people) {
    const isDeclared = person.ownership === "kept" && declared.people.get(address)?.ownership === "declared";
    people.set(address, isDeclared ? { ...person, ownership: "declared" } : person);
  }
  return { ...observed, people };
}

function readRecordedPeople(resource: Resource): Declaration["recordedPeople"] {
  const { kind } = resource;
  const { inputs, outputs } = getRecordedState(resource);
  return { declared: inputs && readPeople(kind, inputs), observed: outputs && readPeople(kind, outputs) };
}

/** Returns what the program declared at the last update, and what Pulumi had read by then. */
export function getRecordedState(resource: Resource): Partial<Pick<State, "inputs" | "outputs">> {
  const { recorded = {}, recordedOutputs, before } = resource;
  const isRefreshed = Object.keys(recorded).length > 0;
  return isRefreshed ? { inputs: recorded, outputs: recordedOutputs } : { ...before };
}

const readings = new WeakMap<Values, { readonly kind: ResourceKind; readonly people: NamedPeople | undefined }>();

/** Returns the people that a resource names in these values. Reads the same values once, because several steps of a review need them. */
export function readPeople(kind: ResourceKind, values: Values): NamedPeople | undefined {
  const known = readings.get(values);
  if (known?.kind === kind) return known.people;
  const people = rows[kind].readPeople?.(values);
  readings.set(values, { kind, people });
  return people;
}

function listContents({ kind }: Resource, state: State | undefined, isDrift: boolean): Values {
  if (!isDrift) return state?.inputs ?? {};
  const { outputs } = rows[kind];
  const read = Object.entries(state?.outputs ?? state?.inputs ?? {});
  return Object.fromEntries(read.filter(([name]) => !outputs.includes(name)));
}

/** Returns a text that only declarations of the same object share. Objects of different kinds can have the same id. */
export function identifyObject(resource: Pick<Resource, "kind" | "urn" | "before" | "after">): string {
  const id = getId(resource);
  return id === undefined ? JSON.stringify([resource.urn]) : createObjectKey(resource.kind, id);
}

/** Returns the text of `identifyObject` for an object with an id. */
export function createObjectKey(kind: ResourceKind, id: string): string {
  return JSON.stringify([kind, getUuid(id)]);
}

/** Returns a text that only declarations of one thing share: of an object, of the settings of an organization, or of a person. */
export function identifyThing(declaration: Declaration): string {
  const { kind, urn, before, after } = declaration;
  const { liveType, object, guards } = rows[kind];
  if (liveType !== undefined) return identifyObject(declaration);
  const inputs = (after ?? before)?.inputs ?? {};
  const organization = getOrganizationKey(declaration) ?? urn;
  if (object?.settingsOf !== undefined) {
    const id = inputs[object.settingsOf] ?? organization;
    // A hidden id can be the id of any object.
    return `${kind} ${typeof id === "string" ? getUuid(id) : urn}`;
  }
  // An organization has one object of each other kind without a type, and one Membership for each person.
  const value = guards?.identity === undefined ? "" : inputs[guards.identity];
  return `${kind} ${organization} ${typeof value === "string" ? canonicalizeEmail(value) : urn}`;
}

/** Returns the organization of an object that may be absent on one side. */
export function getOrganizationKey({ organization: { before, after } }: Declaration): string | undefined {
  return after ?? before;
}

/** Reports if a declaration is about this organization on either side. */
export function isAbout({ organization }: Declaration, key: string): boolean {
  return organization.before === key || organization.after === key;
}
