import type { Values } from "#framework";
import type { group } from "../objects/group";
import type { accessInputs } from "../objects/project";
import { readValues, type TypedInputs, type ValuesOf } from "../objects/property";
import { rows } from "../objects/rows";
import type { Kind } from "../preview/document";
import { isWritten, type Resource, type ResourceKind, type State } from "../preview/resource";
import type { Directory, Side } from "./directory";

/** A resource of one stack with the values of its object on both sides: in drift the observed ones, else the declared ones. */
export interface Declaration extends Resource {
  /** The `Organization.key` of its organization; undefined if the resource is absent on that side. */
  readonly organization: Readonly<Record<Side, string | undefined>>;
  /** A value of undefined is unknown. An undeclared property of a kept object, and a released object, stay as they were. */
  readonly values: Readonly<Record<Side, Values>>;
  /** The properties that the program stops declaring, although it keeps the object. */
  readonly dropped: ReadonlySet<string>;
  /** The properties of each side, without the ones that Peridio alone sets. */
  readonly contents: Readonly<Record<Side, Values>>;
  /** The states that Pulumi read from Peridio last, if there are any. */
  readonly observed: Readonly<Record<Side, State | undefined>>;
  /** True if the object may differ afterwards. An import only reads. */
  readonly isEffective: boolean;
}

/** A declaration with typed values. */
interface TypedDeclaration<P extends TypedInputs> extends Declaration {
  readonly values: Readonly<Record<Side, ValuesOf<P>>>;
}

export type GroupDeclaration = TypedDeclaration<typeof group.inputs>;
export type ProjectDeclaration = TypedDeclaration<typeof accessInputs>;

/** Picks the declarations of some kinds, and reads their values. */
export function pickDeclarations<P extends TypedInputs>(
  declarations: readonly Declaration[],
  kinds: readonly ResourceKind[],
  inputs: P,
): readonly TypedDeclaration<P>[] {
  return declarations
    .filter(({ kind }) => kinds.includes(kind))
    .map((declaration) => {
      const { before, after } = declaration.values;
      return { ...declaration, values: { before: readValues(inputs, before), after: readValues(inputs, after) } };
    });
}

/** Decides once what a resource says about its object, so that later steps need not know the kind of the review. */
export function resolve(resource: Resource, kind: Kind, directory: Directory): Declaration {
  const { before, after } = resource;
  const isDrift = kind === "drift";
  const former = merge(before?.outputs, before?.inputs);
  return {
    ...resource,
    organization: { before: directory.getKey(resource, "before"), after: directory.getKey(resource, "after") },
    values: { before: former, after: resolveAfter(resource, former, isDrift) },
    dropped: new Set(isDrift ? [] : listDropped(resource)),
    contents: { before: listContents(resource, before, isDrift), after: listContents(resource, after, isDrift) },
    observed: { before, after: isDrift ? after : before },
    isEffective: isDrift || isWritten(resource) || resource.isReplaced,
  };
}

function resolveAfter({ after, isReplaced }: Resource, former: Values, isDrift: boolean): Values {
  if (after === undefined) return former;
  if (isDrift && after.outputs !== undefined) return after.outputs;
  return merge(after.inputs, isReplaced ? {} : former);
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

/** Returns the organization of an object that may be absent on one side. */
export function getOrganizationKey({ organization: { before, after } }: Declaration): string | undefined {
  return after ?? before;
}

/** Reports if a declaration is about this organization on either side. */
export function isAbout({ organization }: Declaration, key: string): boolean {
  return organization.before === key || organization.after === key;
}
