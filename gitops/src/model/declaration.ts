import { omitAbsent, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { group } from "../objects/group";
import type { NamedPeople, NamedPerson } from "../objects/people";
import type { accessInputs } from "../objects/project";
import type { Readings, TypedInputs, ValuesOf } from "../objects/property";
import { findWithheld, readValues } from "../objects/reading";
import { type ResourceKind, rows } from "../objects/rows";
import type { Kind } from "../preview/document";
import { isWritten } from "./resource";
import { compareObservation, type Resource, type State } from "../preview/resource";
import type { Directory, Side } from "./directory";
import { getId, getUuid } from "./properties";

/** A state with the people that it names. */
export interface DeclaredState extends State {
  /** Undefined unless the resource is a Membership or a roster. */
  readonly people: { readonly declared: NamedPeople; readonly observed: NamedPeople } | undefined;
}

/** A resource of one stack with the values of its object on both sides: in drift the observed ones, else the declared ones. */
export interface Declaration extends Resource {
  readonly before: DeclaredState | undefined;
  readonly after: DeclaredState | undefined;
  /** The people at the last update: those that the program named, and those that Pulumi read. */
  readonly recordedPeople: { readonly declared: NamedPeople | undefined; readonly observed: NamedPeople | undefined };
  /** The former address of the person of a Membership, if the program starts to declare the user's present one. Peridio changes nothing. */
  readonly movedFrom: string | undefined;
  /** The `Organization.key` of its organization; undefined if the resource is absent on that side. */
  readonly organization: Readonly<Record<Side, string | undefined>>;
  /**
   * The object on each side: what Pulumi read from Peridio, else what the program declares. A value of undefined is
   * unknown. An undeclared property of a kept object, and a released object, stay as they were.
   */
  readonly values: Readonly<Record<Side, Values>>;
  /** The properties that the program stops declaring, although it keeps the object. */
  readonly dropped: ReadonlySet<string>;
  /** The declared properties of each side. In drift, the ones that Pulumi read, without those that Peridio alone sets. */
  readonly contents: Readonly<Record<Side, Values>>;
  /** The state that holds what Pulumi read last. In drift, `after` is the new state; otherwise, both are the same. */
  readonly observed: Readonly<Record<Side, DeclaredState | undefined>>;
  /** True if the object may differ afterwards. An import only reads. */
  readonly isEffective: boolean;
}

/** A declaration with typed values. */
interface TypedDeclaration<Typed extends Values> extends Declaration {
  readonly values: Readonly<Record<Side, Typed>>;
  /** The values in the program; undefined if the resource is absent. */
  readonly declared: Readonly<Record<Side, Typed | undefined>>;
}

export type GroupDeclaration = TypedDeclaration<ValuesOf<typeof group.inputs>>;
export type ProjectDeclaration = TypedDeclaration<ValuesOf<typeof accessInputs>>;

/** Picks the declarations of some kinds, and reads their values. */
export function pickDeclarations<T extends object>(
  declarations: readonly Declaration[],
  kinds: readonly ResourceKind[],
  inputs: TypedInputs<T>,
): readonly TypedDeclaration<Readings<T>>[] {
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
  const former = before === undefined ? {} : getObserved(before);
  return {
    ...resource,
    before,
    after,
    recordedPeople: readRecordedPeople(printed),
    movedFrom,
    organization: { before: directory.getKey(resource, "before"), after: directory.getKey(resource, "after") },
    values: { before: former, after: resolveAfter(resource, former, isDrift) },
    dropped: new Set(isDrift ? [] : listDropped(resource)),
    contents: { before: listContents(resource, before, isDrift), after: listContents(resource, after, isDrift) },
    observed: { before, after: isDrift ? after : before },
    isEffective: isDrift || isWritten(resource) || resource.isReplaced,
  };
}

/** Returns the former address of a user whose present one the program of a Membership starts to declare. */
function findFormerAddress({ kind, before, after, isReplaced }: Resource): string | undefined {
  if (kind !== "Membership" || isReplaced || before === undefined) return undefined;
  const { inputs, outputs } = before;
  const [former, current, declared] = [inputs.email, outputs?.currentEmail, after?.inputs.email];
  if (typeof former !== "string" || typeof current !== "string" || typeof declared !== "string") return undefined;
  const isMoved = canonicalizeEmail(former) !== canonicalizeEmail(current);
  return isMoved && canonicalizeEmail(current) === canonicalizeEmail(declared) ? former : undefined;
}

/** Gives the person before the change the present address. */
function moveFormer(resource: Resource): Resource {
  const { before } = resource;
  if (before === undefined) return resource;
  const { inputs, outputs = {} } = before;
  const email = outputs.currentEmail;
  return { ...resource, before: { ...before, inputs: { ...inputs, email }, outputs: { ...outputs, email } } };
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
export function getRecordedState({
  recorded = {},
  recordedOutputs,
  before,
}: Resource): Partial<Pick<State, "inputs" | "outputs">> {
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

function resolveAfter({ after, isReplaced }: Resource, former: Values, isDrift: boolean): Values {
  if (after === undefined) return former;
  if (isDrift && after.outputs !== undefined) return after.outputs;
  return merge(after.inputs, isReplaced ? {} : former);
}

/** Returns the values that Pulumi read from Peridio or, without one, the declared value. */
export function getObserved({ inputs, outputs }: State): Values {
  return merge(outputs, inputs);
}

/** Returns the first values that exist. */
function merge(first: Values = {}, second: Values = {}): Values {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries([...names].map((name) => [name, first[name] ?? second[name]]));
}

function listContents({ kind }: Resource, state: State | undefined, isDrift: boolean): Values {
  if (!isDrift) return state?.inputs ?? {};
  const { outputs } = rows[kind];
  const read = Object.entries(state?.outputs ?? state?.inputs ?? {});
  return Object.fromEntries(read.filter(([name]) => !outputs.includes(name)));
}

function listDropped({ before, after, isReplaced }: Resource): readonly string[] {
  if (before === undefined || after === undefined || isReplaced) return [];
  return Object.keys(before.inputs).filter(
    (name) => before.inputs[name] !== undefined && after.inputs[name] === undefined,
  );
}

/** Returns the values of one side, without the properties that an update resets because the program stops declaring them. */
export function omitReset({ kind, values, dropped }: Declaration, side: Side): Values {
  if (side === "before" || dropped.size === 0) return values[side];
  const { allInputs } = rows[kind];
  const isReset = (name: string) => dropped.has(name) && allInputs[name]?.isPermanent !== true;
  return Object.fromEntries(Object.entries(values.after).filter(([name]) => !isReset(name)));
}

/** The lists that Peridio keeps if a program stops declaring them. */
export const keptLists: Readonly<Partial<Record<ResourceKind, string>>> = {
  Group: "members",
  Project: "access",
  Cohort: "access",
};

/**
 * Returns a function that completes a declaration without the list of its object by that of another program: before and after a planned change,
 * the list is declared if one program declares it.
 */
export function createListCompletion(all: readonly Declaration[]): (declaration: Declaration) => Declaration {
  const declares = ({ kind, isReplaced, isImported, ...sides }: Declaration, side: Side) =>
    !isReplaced && !(isImported && side === "before") && sides[side]?.inputs[keptLists[kind] ?? ""] !== undefined;
  const index = (side: Side) =>
    new Map(
      all.flatMap((declaration) =>
        declares(declaration, side) ? [[identify(declaration), declaration] as const] : [],
      ),
    );
  const declaring = { before: index("before"), after: index("after") };
  return (declaration) => {
    const { kind, isReplaced, values, dropped } = declaration;
    const name = keptLists[kind];
    if (name === undefined || isReplaced) return declaration;
    const find = (side: Side) =>
      declaration[side] === undefined || declares(declaration, side)
        ? undefined
        : declaring[side].get(identify(declaration));
    const [former, present] = [find("before"), find("after")];
    // Peridio keeps a list that no program declares after the change.
    if (!declaring.after.has(identify(declaration))) return declaration;
    if (former === undefined && present === undefined) return declaration;
    return {
      ...declaration,
      values: {
        before: former === undefined ? values.before : merge(values.before, { [name]: former.values.before[name] }),
        after: present === undefined ? values.after : { ...values.after, [name]: present.values.after[name] },
      },
      dropped: present === undefined ? dropped : new Set([...dropped].filter((one) => one !== name)),
    };
  };
}

/** Returns two declarations for a replaced one: the object that goes, and the new object. */
export function separate(declaration: Declaration): readonly Declaration[] {
  const { isReplaced, before, after, organization, values, observed } = declaration;
  if (!isReplaced || before === undefined || after === undefined) return [declaration];
  return [
    {
      ...declaration,
      after: undefined,
      organization: { ...organization, after: undefined },
      values: { before: values.before, after: values.before },
    },
    {
      ...declaration,
      before: undefined,
      isReleased: false,
      organization: { ...organization, before: undefined },
      values: { before: {}, after: values.after },
      observed: { before: undefined, after: observed.after === after ? after : undefined },
    },
  ];
}

/** Returns a text that only declarations of the same object share. Objects of different kinds can have the same id. */
export function identify(resource: Pick<Resource, "kind" | "urn" | "before" | "after">): string {
  const id = getId(resource);
  return JSON.stringify(id === undefined ? [resource.urn] : [resource.kind, getUuid(id)]);
}

/**
 * Leaves out declarations whose state before the change is an import or older than that of another stack, because that stack may have
 * changed the object later. A declaration stays if the newest one does not show a value that it shows or hides. Two rosters of one
 * organization can name different people.
 */
export function omitOutdated<T extends Declaration>(declarations: readonly T[]): readonly T[] {
  const newest = new Map<string, Declaration>();
  for (const declaration of declarations) {
    const key = identify(declaration);
    const other = newest.get(key);
    if (declaration.before !== undefined && (other === undefined || compareFormer(declaration, other) > 0))
      newest.set(key, declaration);
  }
  return declarations.filter((declaration) => {
    const other = newest.get(identify(declaration));
    if (declaration.before === undefined || other === undefined || rows[declaration.kind].readPeople !== undefined)
      return true;
    if (compareFormer(declaration, other) === 0) return true;
    return !declaration.isImported && !showsAll(other, declaration);
  });
}

/** Orders declarations by the time of the state before the change. */
function compareFormer(a: Declaration, b: Declaration): number {
  const isImport = Number(b.isImported) - Number(a.isImported);
  return isImport || (a.before === undefined || b.before === undefined ? 0 : compareObservation(a.before, b.before));
}

/** Reports if one former state shows every value that the other one shows. A hidden value of the other one can contradict it. */
function showsAll(declaration: Declaration, other: Declaration): boolean {
  return Object.entries(omitAbsent(other.values.before)).every(
    ([name, value]) => declaration.values.before[name] !== undefined && findWithheld(value) === undefined,
  );
}

/** Returns the organization of an object that may be absent on one side. */
export function getOrganizationKey({ organization: { before, after } }: Declaration): string | undefined {
  return after ?? before;
}

/** Reports if a declaration is about this organization on either side. */
export function isAbout({ organization }: Declaration, key: string): boolean {
  return organization.before === key || organization.after === key;
}
