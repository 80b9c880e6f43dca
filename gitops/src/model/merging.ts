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

/** One thing on both sides, as the programs of all stacks together declare it: an object, the settings of an organization, or a person. */
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

function mergeSame(resources: MergedDeclaration["resources"], isPlanned: boolean): MergedDeclaration {
  const [first] = resources;
  const former = listFormer(resources);
  const remaining = resources.filter(({ after }) => after !== undefined);
  // Planned values have no age.
  const present = isPlanned ? remaining : sortByAge(remaining, "after");
  const [newest, main] = [former.at(-1) ?? first, present[0] ?? former.at(-1) ?? first];
  // Without a declaration after the change, the ended ones count.
  const acting = present.length === 0 ? resources : present;
  const isImported = resources.every((one) => one.isImported);
  const before = mergeStates(former, "before", ({ values }) => values.before);
  const dropped = joinDropped(resources);
  const omitDropped = (values: Values) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !dropped.has(name)));
  const contents = {
    before: mergeStates(former, "before", (one) => one.contents.before),
    after: omitDropped(mergeStates(present, "after", (one) => one.contents.after)),
  };
  const declared = isPlanned ? contents.after : mergeStates(present, "after", ({ values }) => values.after);
  const changed = acting.filter((one) => one.isChanged);
  return {
    ...main,
    resources,
    before: joinStates(former, "before"),
    after: joinStates(present, "after"),
    organization: { before: newest.organization.before, after: present[0]?.organization.after },
    values: { before, after: isPlanned ? applyUpdate(main, { former: before, declared, dropped }) : declared },
    contents,
    dropped,
    released: new Set(
      present.length === 0
        ? []
        : listReleased(resources).filter((name) => declared[name] === undefined && !dropped.has(name)),
    ),
    observed: { before: newest.observed.before, after: isPlanned ? newest.observed.before : main.observed.after },
    isReleased: acting.some((one) => one.isReleased),
    isReplaced: acting.some((one) => one.isReplaced),
    isCreated: acting.some((one) => one.isCreated),
    isChanged: changed.length > 0,
    differences: changed.some(({ differences }) => differences.length === 0)
      ? []
      : changed.flatMap(({ differences }) => differences),
    isEffective: acting.some((one) => one.isEffective),
    isImported,
    isWrittenImport: acting.some((one) => one.isWrittenImport),
    mayHaveDrifted: resources.some((one) => one.mayHaveDrifted),
  };
}

/** Returns the declarations whose states before the change count, the newest last. An import shows only the values of its program. */
function listFormer(resources: readonly Declaration[]): readonly Declaration[] {
  const own = resources.filter(({ before }) => before !== undefined);
  const known = own.filter(({ isImported }) => !isImported);
  return sortByAge(known.length > 0 ? known : own, "before");
}

/** Sorts declarations by the age of their states of one side, the newest last. */
function sortByAge(declarations: readonly Declaration[], side: Side): readonly Declaration[] {
  return declarations.toSorted(({ [side]: a }, { [side]: b }) =>
    a === undefined || b === undefined ? 0 : compareObservation(a, b),
  );
}

/**
 * Returns the properties that an update stops declaring, also if a program without an update declares them, which does not undo what another
 * one resets.
 */
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

/** Returns the state of the first declaration, with what the other ones add. Before the change, the newest one is the first. */
function joinStates(declarations: readonly Declaration[], side: Side): DeclaredState | undefined {
  const states = declarations.flatMap((declaration) => declaration[side] ?? []);
  const main = side === "before" ? states.at(-1) : states[0];
  if (main === undefined) return undefined;
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
