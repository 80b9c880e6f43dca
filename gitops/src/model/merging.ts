import { isRecord, type Values } from "#framework";
import { omitAbsent } from "#framework/definitions";
import { groupBy } from "../grouping";
import type { group } from "../objects/group";
import type { projectAndCohortInputs } from "../objects/grants";
import type { ValuesOf } from "../objects/property";
import { findHidden, foldValue } from "../objects/reading";
import { rows } from "../objects/rows";
import { isHidden, unknown } from "../hidden";
import { type Declaration, type DeclaredState, identifyThing, type TypedValues } from "./declaration";
import type { Side } from "./directory";
import { compareObservation, isWritten, mayDiffer } from "./resource";
import { applyUpdate, isKeptOnDeletion, omitUnknown } from "./values";

/**
 * A thing before and after a change, as the programs of all stacks together declare it. A thing is an object in an organization, or the settings
 * of an organization. Several stacks can declare one.
 */
export interface MergedDeclaration extends Declaration {
  readonly resources: readonly [Declaration, ...Declaration[]];
  /**
   * The properties that a released resource declared and that no program declares after the change, although one still declares the thing.
   * Peridio keeps their values.
   */
  readonly released: ReadonlySet<string>;
}

/** A group, as all stacks together declare it. */
export type MergedGroup = MergedDeclaration & TypedValues<ValuesOf<typeof group.inputs>>;
/** A project or a cohort, as all stacks together declare it. */
export type MergedProject = MergedDeclaration & TypedValues<ValuesOf<typeof projectAndCohortInputs>>;

/**
 * Merges the declarations of each thing. Before the change, the newest state counts, because its stack may have changed the object later.
 * After the change, a property is declared if one program declares it. If programs contradict each other, the outcome with more access
 * counts. A hidden value can contradict every other one.
 */
export function mergeDeclarations(
  declarations: readonly Declaration[],
  isPlanned: boolean,
): readonly MergedDeclaration[] {
  return [...groupBy(declarations, identifyThing).values()].map((same) => {
    const [first, ...others] = same;
    return others.length === 0 ? { ...first, resources: same, released: new Set() } : mergeSame(same, isPlanned);
  });
}

/** The declarations of one thing, by the effect of a change on them. */
interface Sides {
  /** Those that exist before the change, the newest last. An import that writes nothing shows only what its program declares, so it counts alone. */
  readonly former: readonly Declaration[];
  /** Those that exist after the change: in drift, the newest last. Planned ones have no age. Nothing is left of a deleted object. */
  readonly present: readonly Declaration[];
  /** Those that can write the thing. */
  readonly writing: readonly Declaration[];
}

function mergeSame(resources: MergedDeclaration["resources"], isPlanned: boolean): MergedDeclaration {
  const [first] = resources;
  const sides = divide(resources, isPlanned);
  const { former, present, writing } = sides;
  const newest = former.at(-1) ?? first;
  const main = (isPlanned ? present[0] : present.at(-1)) ?? newest;
  const dropped = joinDropped(sides);
  const { values, contents } = mergeValues(sides, main, dropped, isPlanned);
  return {
    ...main,
    resources,
    before: joinStates(former, "before", newest.before),
    after: joinStates(present, "after", present.length === 0 ? undefined : main.after),
    organization: { before: newest.organization.before, after: present[0]?.organization.after },
    values,
    contents,
    dropped,
    released: new Set(
      listReleased(resources).filter((name) => present.length > 0 && !isDeclared(present, name) && !dropped.has(name)),
    ),
    observed: { before: newest.observed.before, after: isPlanned ? newest.observed.before : main.observed.after },
    isReleased: present.length === 0 && writing.every((one) => one.isReleased),
    isReplaced: writing.some((one) => one.isReplaced),
    isCreated: present.some((one) => one.isCreated),
    isChanged: writing.some((one) => one.isChanged),
    differences: joinDifferences(writing),
    isEffective: writing.some((one) => one.isEffective),
    isImported: former.length > 0 && former.every((one) => one.isImported),
    isWrittenImport: present.some((one) => one.isWrittenImport),
    mayHaveDrifted: resources.some((one) => one.mayHaveDrifted),
  };
}

function divide(resources: readonly Declaration[], isPlanned: boolean): Sides {
  const existing = resources.filter(({ after }) => after !== undefined);
  const isGone = ({ kind, before, after, isReleased }: Declaration) =>
    before !== undefined && after === undefined && !isReleased && (!isPlanned || rows[kind].liveType !== undefined);
  const present = resources.some(isGone) ? [] : isPlanned ? existing : sortByAge(existing, "after");
  const past = resources.filter(({ before }) => before !== undefined);
  const known = past.filter(({ isImported, isWrittenImport }) => !isImported || isWrittenImport);
  return {
    former: sortByAge(known.length > 0 ? known : past, "before"),
    present,
    writing:
      present.length === 0
        ? resources
        : resources.filter(({ after, isReleased }) => after !== undefined || !isReleased),
  };
}

function mergeValues(
  { former, present }: Sides,
  main: Declaration,
  dropped: ReadonlySet<string>,
  isPlanned: boolean,
): Pick<Declaration, "values" | "contents"> {
  const before = mergeObserved(former, "before", isPlanned);
  const after = present.map((one) => listDeclared(one, before));
  const isKept = (name: string) => !dropped.has(name) || present.some((one) => writesProperty(one, name));
  const contents = {
    before: combineAll(former.map((one) => one.contents.before)),
    after: Object.fromEntries(Object.entries(combineAll(after)).filter(([name]) => isKept(name))),
  };
  return {
    values: {
      before,
      after:
        isPlanned || present.length === 0
          ? applyUpdate(main, { former: before, declared: contents.after, dropped })
          : mergeObserved(present, "after", isPlanned),
    },
    contents,
  };
}

/** Returns what a program declares. An import that writes nothing keeps Peridio's value of a property that it hides. */
function listDeclared(declaration: Declaration, former: Values): Values {
  const { contents, isImported } = declaration;
  if (!isImported || isWritten(declaration)) return contents.after;
  const hides = (name: string, value: unknown) =>
    findHidden(value) !== undefined && former[name] !== undefined && findHidden(former[name]) === undefined;
  return Object.fromEntries(Object.entries(contents.after).filter(([name, value]) => !hides(name, value)));
}

function isDeclared(present: readonly Declaration[], name: string): boolean {
  return present.some(({ after }) => after?.inputs[name] !== undefined);
}

/** Reports if a resource declares a property and may write it. */
function writesProperty(declaration: Declaration, name: string): boolean {
  return isDeclared([declaration], name) && isWritten(declaration) && mayDiffer(declaration, name);
}

/** Sorts declarations by the age of their states of one side, the newest last. */
function sortByAge(declarations: readonly Declaration[], side: Side): readonly Declaration[] {
  return declarations.toSorted((a, b) => compareObservation(a[side], b[side]));
}

/**
 * Returns the properties that a stack stops declaring, although the thing stays. Another stack that writes nothing cannot prevent the reset, and
 * the order of two updates is not known. Peridio keeps a list that any stack declares.
 */
function joinDropped({ present, writing }: Sides): ReadonlySet<string> {
  const isDropped = ({ kind, stack }: Declaration, name: string) => {
    const isKept = rows[kind].allInputs[name]?.staysWhenUndeclared === true;
    return !isDeclared(isKept ? present : present.filter((other) => other.stack === stack), name);
  };
  return new Set(writing.flatMap((one) => [...one.dropped].filter((name) => isDropped(one, name))));
}

/** Returns the properties that resources declared whose end changes nothing in Peridio. */
function listReleased(resources: readonly Declaration[]): readonly string[] {
  return resources
    .filter((resource) => resource.after === undefined && (resource.isReleased || isKeptOnDeletion(resource)))
    .flatMap(({ before }) => Object.keys(omitAbsent(before?.inputs ?? {})));
}

/** Returns the paths that differ; empty if a change does not list them, so that everything may differ. */
function joinDifferences(declarations: readonly Declaration[]): readonly string[] {
  const lists = declarations.filter(({ isChanged }) => isChanged).map(({ differences }) => differences);
  return lists.some(({ length }) => length === 0) ? [] : lists.flat();
}

/** Reports if a resource may write the thing. If one remains, the released ones do not count. */
export function mayWrite({ resources, after }: MergedDeclaration): boolean {
  return resources.some(
    (resource) => !(after !== undefined && resource.after === undefined && resource.isReleased) && isWritten(resource),
  );
}

/**
 * Merges what Pulumi read of a thing on one side, the newest last. A newer state is complete, except for the lists that only some programs
 * declare. If one stack hides a value that another one shows at the same time, the value is known. In drift, all stacks read at the same time.
 */
function mergeObserved(declarations: readonly Declaration[], side: Side, isPlanned: boolean): Values {
  let merged: Values = {};
  for (const [index, declaration] of declarations.entries()) {
    const isNewer = isNewerThan(declarations[index - 1], declaration, side);
    const own = omitUnknown(declaration.values[side]);
    const remains = (name: string) =>
      rows[declaration.kind].allInputs[name]?.staysWhenUndeclared === true ||
      (!isPlanned && findHidden(own[name]) !== undefined);
    const choose = (name: string, value: unknown) => {
      const both = [merged[name], value].filter((one) => one !== undefined);
      const known = both.filter((one) => findHidden(one) === undefined);
      if (known.length === 1 && !(isNewer && isPlanned)) return known[0];
      return isNewer || both.length === 1 ? value : combine(merged[name], value);
    };
    const others = Object.entries(merged).filter(([name]) => !isNewer || remains(name));
    const chosen = Object.entries(own).map(([name, value]) => [name, choose(name, value)] as const);
    merged = { ...Object.fromEntries(others), ...Object.fromEntries(chosen) };
  }
  return merged;
}

/** Reports if Pulumi read a state of one side after another one. */
function isNewerThan(former: Declaration | undefined, present: Declaration, side: Side): boolean {
  const [one, other] = [former?.[side], present[side]];
  return one !== undefined && other?.outputs !== undefined && compareObservation(one, other) < 0;
}

/** Combines what programs declare. */
function combineAll(all: readonly Values[]): Values {
  const combined: Record<string, unknown> = {};
  for (const [name, value] of all.flatMap((values) => Object.entries(omitAbsent(values)))) {
    const other = combined[name];
    combined[name] = other === undefined ? value : combine(other, value);
  }
  return combined;
}

/** Returns the value with more access: both lists, or a switch that is on. Other values that differ are unknown. */
function combine(one: unknown, other: unknown): unknown {
  if (foldValue(one) === foldValue(other)) return one;
  const both: readonly unknown[] = [one, other];
  if (both.some(Array.isArray) && both.every((part) => Array.isArray(part) || isHidden(part))) return both.flat();
  if (both.some(isHidden)) return both.find(isHidden);
  if (isRecord(one) && isRecord(other))
    return Object.fromEntries(
      [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [
        key,
        one[key] === undefined || other[key] === undefined ? (one[key] ?? other[key]) : combine(one[key], other[key]),
      ]),
    );
  return typeof one === "boolean" && typeof other === "boolean" ? one || other : unknown;
}

/** Returns the main state of one side, with what the others add. */
function joinStates(
  declarations: readonly Declaration[],
  side: Side,
  main: DeclaredState | undefined,
): DeclaredState | undefined {
  if (main === undefined) return undefined;
  const states = declarations.flatMap((declaration) => declaration[side] ?? []);
  const names = new Set(states.flatMap(({ dependencies }) => [...dependencies.keys()]));
  const join = <T>(read: (state: DeclaredState) => readonly T[]) => [...new Set(states.flatMap(read))];
  return {
    ...main,
    inputs: combineAll(states.map(({ inputs }) => inputs)),
    id: states.map(({ id }) => id).find((id) => id !== undefined),
    secretOutputs: join(({ secretOutputs }) => secretOutputs),
    dependencies: new Map([...names].map((name) => [name, join(({ dependencies }) => dependencies.get(name) ?? [])])),
  };
}
