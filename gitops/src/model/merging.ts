import { isRecord, omitAbsent, type Values } from "#framework";
import { groupBy } from "../grouping";
import type { group } from "../objects/group";
import type { projectAndCohortInputs } from "../objects/grants";
import type { ValuesOf } from "../objects/property";
import { findWithheld, foldValue } from "../objects/reading";
import { rows } from "../objects/rows";
import { compareObservation } from "../preview/resource";
import { isWithheld, unknown } from "../withheld";
import { type Declaration, type DeclaredState, identifyThing, type TypedValues } from "./declaration";
import type { Side } from "./directory";
import { isWritten } from "./resource";
import { applyUpdate, omitUnknown } from "./values";

/** One thing on both sides, as the programs of all stacks together declare it: an object, or the settings of an organization. */
export interface MergedDeclaration extends Declaration {
  readonly resources: readonly [Declaration, ...Declaration[]];
  /**
   * The properties that a released resource declared and that no program declares after the change, although one still declares the thing.
   * Peridio keeps their values.
   */
  readonly released: ReadonlySet<string>;
}

export type MergedGroup = MergedDeclaration & TypedValues<ValuesOf<typeof group.inputs>>;
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

/** The declarations of one thing, by what a change does with them. */
interface Sides {
  /** Those whose states before the change count, the newest last. An import shows only the values of its program, so it counts if no other one does. */
  readonly former: readonly Declaration[];
  /** Those that exist after the change: in drift, the newest last. Planned ones have no age. */
  readonly present: readonly Declaration[];
  /** Those that decide what happens: the present ones or, if none exists, those that end. */
  readonly deciding: readonly Declaration[];
}

function mergeSame(resources: MergedDeclaration["resources"], isPlanned: boolean): MergedDeclaration {
  const [first] = resources;
  const sides = divide(resources, isPlanned);
  const { former, present, deciding } = sides;
  const newest = former.at(-1) ?? first;
  const main = (isPlanned ? present[0] : present.at(-1)) ?? newest;
  const dropped = joinDropped(resources);
  const { values, contents } = mergeValues(sides, { main, dropped, isPlanned });
  return {
    ...main,
    resources,
    before: joinStates(former, "before", newest.before),
    after: joinStates(present, "after", main.after),
    organization: { before: newest.organization.before, after: present[0]?.organization.after },
    values,
    contents,
    dropped,
    released: new Set(
      listReleased(resources).filter(
        (name) => present.length > 0 && contents.after[name] === undefined && !dropped.has(name),
      ),
    ),
    observed: { before: newest.observed.before, after: isPlanned ? newest.observed.before : main.observed.after },
    isReleased: deciding.some((one) => one.isReleased),
    isReplaced: deciding.some((one) => one.isReplaced),
    isCreated: deciding.some((one) => one.isCreated),
    isChanged: deciding.some((one) => one.isChanged),
    differences: joinDifferences(deciding),
    isEffective: deciding.some((one) => one.isEffective),
    isImported: resources.every((one) => one.isImported),
    isWrittenImport: deciding.some((one) => one.isWrittenImport),
    mayHaveDrifted: resources.some((one) => one.mayHaveDrifted),
  };
}

function divide(resources: readonly Declaration[], isPlanned: boolean): Sides {
  const past = resources.filter(({ before }) => before !== undefined);
  const known = past.filter(({ isImported }) => !isImported);
  const present = resources.filter(({ after }) => after !== undefined);
  return {
    former: sortByAge(known.length > 0 ? known : past, "before"),
    present: isPlanned ? present : sortByAge(present, "after"),
    deciding: present.length > 0 ? present : resources,
  };
}

function mergeValues(
  { former, present }: Sides,
  {
    main,
    dropped,
    isPlanned,
  }: Pick<Declaration, "dropped"> & { readonly main: Declaration; readonly isPlanned: boolean },
): Pick<Declaration, "values" | "contents"> {
  const before = mergeStates(former, "before", ({ values }) => values.before);
  const declared = Object.entries(mergeStates(present, "after", ({ contents }) => contents.after));
  const contents = {
    before: mergeStates(former, "before", (one) => one.contents.before),
    after: Object.fromEntries(declared.filter(([name]) => !dropped.has(name))),
  };
  const after = isPlanned
    ? applyUpdate(main, { former: before, declared: contents.after, dropped })
    : mergeStates(present, "after", ({ values }) => values.after);
  return { values: { before, after }, contents };
}

/** Sorts declarations by the age of their states of one side, the newest last. */
function sortByAge(declarations: readonly Declaration[], side: Side): readonly Declaration[] {
  return declarations.toSorted(({ [side]: a }, { [side]: b }) =>
    a === undefined || b === undefined ? 0 : compareObservation(a, b),
  );
}

/** Returns the properties that the update resets. A program that writes nothing cannot prevent the reset by another program. */
function joinDropped(resources: readonly Declaration[]): ReadonlySet<string> {
  const isDeclared = ({ kind }: Declaration, name: string) =>
    resources.some(
      (other) =>
        other.after?.inputs[name] !== undefined && (rows[kind].allInputs[name]?.isKept === true || isWritten(other)),
    );
  return new Set(resources.flatMap((one) => [...one.dropped].filter((name) => !isDeclared(one, name))));
}

/** Returns the properties that released resources declared. */
function listReleased(resources: readonly Declaration[]): readonly string[] {
  const released = resources.filter(({ isReleased, after }) => isReleased && after === undefined);
  return released.flatMap(({ before }) => Object.keys(omitAbsent(before?.inputs ?? {})));
}

/** Returns the paths that differ; empty if a change does not list them, so that everything may differ. */
function joinDifferences(declarations: readonly Declaration[]): readonly string[] {
  const lists = declarations.filter(({ isChanged }) => isChanged).map(({ differences }) => differences);
  return lists.some(({ length }) => length === 0) ? [] : lists.flat();
}

/** Reports if a resource may write the thing. If one remains, those that end do not count. */
export function mayWrite({ resources, after }: MergedDeclaration): boolean {
  return resources.some((resource) => (resource.after !== undefined || after === undefined) && isWritten(resource));
}

/** Merges values of one side, the newest last. Values of the same age are combined. */
function mergeStates(
  declarations: readonly Declaration[],
  side: Side,
  read: (declaration: Declaration) => Values,
): Values {
  const merged: Record<string, unknown> = {};
  for (const [index, declaration] of declarations.entries()) {
    const [former, state] = [declarations[index - 1]?.[side], declaration[side]];
    const isNewer = former !== undefined && state !== undefined && compareObservation(former, state) < 0;
    for (const [name, value] of Object.entries(omitUnknown(read(declaration)))) {
      const other = merged[name];
      const isReplaced = other === undefined || (isNewer && findWithheld(other) === undefined);
      merged[name] = isReplaced ? value : combine(other, value);
    }
  }
  return merged;
}

/** Returns the value with more access: both lists, or a switch that is on. Other values that differ are unknown. */
function combine(one: unknown, other: unknown): unknown {
  if (foldValue(one) === foldValue(other)) return one;
  const both: readonly unknown[] = [one, other];
  if (both.some(Array.isArray) && both.every((part) => Array.isArray(part) || isWithheld(part))) return both.flat();
  if (both.some(isWithheld)) return both.find(isWithheld);
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
    inputs: mergeStates(declarations, side, (declaration) => declaration[side]?.inputs ?? {}),
    id: states.map(({ id }) => id).find((id) => id !== undefined),
    concealed: join(({ concealed }) => concealed),
    dependencies: new Map([...names].map((name) => [name, join(({ dependencies }) => dependencies.get(name) ?? [])])),
  };
}
