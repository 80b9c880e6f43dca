import { isDeepStrictEqual } from "node:util";
import type { Values } from "#framework";
import { type Declaration, getRecordedState } from "../model/declaration";
import { mayDiffer } from "../model/resource";
import { readDeclaredSettings } from "../model/settings";
import type { Effect, Properties, Property } from "../objects/property";
import { type Risk, sortRisks } from "../risks";
import { describeWithheld, isWithheld, unknown } from "../withheld";
import { type ConflictingDeclarations, listStacks } from "./declared";
import type { SettingReview } from "./review";

/** The properties of one thing on both sides: of an organization's settings, of guardrails, or of an object. */
interface Comparison {
  readonly properties: Properties;
  /** The values by name, of which an undefined one is not known. Undefined if the thing is absent. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
  /** The resources that declare the values after the change. */
  readonly resources: readonly Declaration[];
  /** The resources that declared the values before the change, also those that a stack releases or deletes. By default, `resources`. */
  readonly former?: readonly Declaration[];
  /** The default values of a new thing, if they differ from those of the properties. */
  readonly defaults?: Values;
  /** The properties that a stack stops declaring although it keeps the thing. */
  readonly dropped?: ReadonlySet<string>;
  /** The size of the organization. */
  readonly people?: number;
}

/** The change of one property: the words without its label, such as `5% → 25%`, and the risks. */
export interface PropertyChange extends Effect {
  readonly property: string;
  readonly label: string;
  /** True if the update undoes a change outside Pulumi. */
  readonly undoesDrift: boolean;
}

/** Lists the properties that differ. If the thing is absent on one side, lists those that differ from the defaults. */
export function compareProperties(comparison: Comparison): readonly PropertyChange[] {
  const { properties, before, after, resources, former = resources, defaults = {}, dropped, people = 0 } = comparison;
  const isKept = before !== undefined && after !== undefined;
  return Object.entries(properties).flatMap(([name, property]) => {
    const change = isKept
      ? describeDifference(property, before[name], after[name], {
          canDiffer: resources.some((resource) => mayDiffer(resource, name)),
          people,
        })
      : describeValue(property, (after ?? before)?.[name], defaults[name] ?? property.defaultValue);
    const isUndone = change !== undefined && undoesDrift(name, property, after?.[name], former);
    const isDeclared = resources.some((resource) => resource.after?.inputs[name] !== undefined);
    const drift = isKept
      ? findDrift(name, property, after[name], {
          former,
          people,
          defaultValue: isDeclared ? (defaults[name] ?? property.defaultValue) : undefined,
        })
      : undefined;
    const accepted = drift && describeAccepted(property, after?.[name], drift);
    const effect = change === undefined ? accepted : addDrift(property, change, drift);
    const isDropped = isKept && dropped?.has(name) === true;
    const shown = isDropped ? describeDropped(property, after[name], effect) : effect;
    return shown === undefined ? [] : [{ property: name, label: property.label, undoesDrift: isUndone, ...shown }];
  });
}

/** Describes a property that a stack stops declaring. `effect` is what happens to the value, if anything does. */
function describeDropped(property: Property<unknown>, after: unknown, effect: Effect | undefined): Effect {
  const words = effect?.words ?? `stays ${showValue(property, after)}`;
  return { words: `${words} (no longer declared)`, risks: ["dropsPolicy", ...(effect?.risks ?? [])] };
}

/** A value that changed outside Pulumi, and its difference from the value after the change. */
interface Drift {
  /** The value at the last update. */
  readonly recorded: unknown;
  readonly difference: Effect;
}

interface DriftOptions extends Required<Pick<Comparison, "former" | "people">> {
  /** The default of a property that a program declares after the change. Undefined otherwise. */
  readonly defaultValue: unknown;
}

/**
 * Finds the change of a property outside Pulumi that the change does not undo. Undefined if a program declared the value at its last
 * update. If no program declared the property then, and one does after the change, the values that Pulumi read count.
 */
function findDrift(
  name: string,
  property: Property<unknown>,
  after: unknown,
  { former, people, defaultValue }: DriftOptions,
): Drift | undefined {
  const own = former.filter(({ isImported }) => !isImported);
  const declared = own.flatMap(({ recorded = {}, before }) =>
    name in recorded ? [{ value: recorded[name], live: before?.inputs[name] }] : [],
  );
  const read =
    defaultValue === undefined || own.some((resource) => getRecordedState(resource).inputs?.[name] !== undefined)
      ? []
      : own.flatMap(({ recordedOutputs, before }) =>
          recordedOutputs === undefined ? [] : [{ value: recordedOutputs[name], live: before?.outputs?.[name] }],
        );
  const recorded = [...declared, ...read].map(({ value, live }) => ({
    value: value === undefined ? defaultValue : readRecorded(property, value),
    hasDrifted: !isDeepStrictEqual(value, live),
  }));
  const drifted = recorded.find(({ value, hasDrifted }) => hasDrifted && value !== undefined);
  if (drifted === undefined || after === undefined) return undefined;
  const describe = (value: unknown) => describeDifference(property, value, after, { canDiffer: false, people });
  const difference = describe(drifted.value);
  if (difference === undefined || recorded.some(({ value }) => describe(value) === undefined)) return undefined;
  return { recorded: drifted.value, difference };
}

/**
 * Describes a change outside Pulumi that remains, because a program declares the observed value, keeps it by `ignoreChanges`, or stops
 * declaring it.
 */
function describeAccepted(property: Property<unknown>, after: unknown, { recorded, difference }: Drift): Effect {
  if (isWithheld(recorded))
    return {
      words: `${showValue(property, after)}. The preview hides the value of the last update, so this value may come from outside Pulumi`,
      risks: difference.risks,
    };
  return {
    words: `${difference.words}, which accepts a change made outside Pulumi`,
    risks: ["acceptsDrift", ...difference.risks],
  };
}

/** Adds the risks of a value that is worse than that of the last update, although it is no worse than the one that changed outside Pulumi. */
function addDrift(property: Property<unknown>, change: Effect, drift: Drift | undefined): Effect {
  const added = drift?.difference.risks.filter((risk) => !change.risks.includes(risk)) ?? [];
  if (drift === undefined || added.length === 0 || isWithheld(drift.recorded)) return change;
  return {
    words: `${change.words} (${showValue(property, drift.recorded)} at the last update)`,
    risks: [...change.risks, ...added],
  };
}

function readRecorded(property: Property<unknown>, value: unknown): unknown {
  return property.read(value, { isObserved: false, findCohort: () => unknown });
}

/** Reports if a value changed outside Pulumi, and the change restores the value of the last update. */
function undoesDrift(
  name: string,
  property: Property<unknown>,
  after: unknown,
  former: readonly Declaration[],
): boolean {
  if (after === undefined || isWithheld(after)) return false;
  const values = former.map(({ recorded, before }) => ({
    recorded: readKnown(property, recorded?.[name]),
    hasDrifted: before !== undefined && isOther(property, recorded?.[name], before.inputs[name]),
  }));
  return (
    values.some(({ hasDrifted }) => hasDrifted) &&
    values.every(({ recorded }) => recorded !== undefined && property.isSame(recorded, after))
  );
}

/** Returns a declared value; undefined if it is absent or hidden. */
function readKnown(property: Property<unknown>, value: unknown): unknown {
  const read = value === undefined ? undefined : readRecorded(property, value);
  return isWithheld(read) ? undefined : read;
}

/** Reports if Pulumi read another value than the recorded one. A hidden value can be the same. */
function isOther(property: Property<unknown>, recorded: unknown, observed: unknown): boolean {
  const [former, present] = [readKnown(property, recorded), readKnown(property, observed)];
  if (former === undefined) return false;
  return present === undefined ? observed === undefined : !property.isSame(former, present);
}

/** Finds the properties for which stacks declare different values of one thing. Hidden values are no conflict. */
export function findPropertyConflicts(
  properties: Properties,
  present: readonly Declaration[],
  describe: (property: Property<unknown>) => string,
): readonly ConflictingDeclarations[] {
  const byStack = listStacks(present).map((stack) => ({
    stack,
    values: readDeclaredSettings(
      properties,
      present.filter((resource) => resource.stack === stack),
    ),
  }));
  return Object.entries(properties).flatMap(([name, property]) => {
    const declared = byStack.flatMap(({ stack, values: { [name]: value } }) =>
      value === undefined || isWithheld(value) ? [] : [{ stack, value }],
    );
    const [first] = declared;
    if (first === undefined || declared.every(({ value }) => property.isSame(first.value, value))) return [];
    const words = declared.map(({ stack, value }) => ({
      stack,
      words: value === first.value ? property.format(value) : describeOther(property, first.value, value),
    }));
    return [{ subject: describe(property), declared: words }];
  });
}

/** Describes a value beside a different one that can look the same, such as a URL of which only the host is visible. */
function describeOther(property: Property<unknown>, first: unknown, value: unknown): string {
  const words = property.format(value);
  return words === property.format(first) ? (property.describeChange?.(first, value) ?? words) : words;
}

/** Creates the row of one property. The rows of a resource that is one of several name the resource. */
export function createPropertyReview(
  organization: string,
  section: SettingReview["section"],
  { property, label, words, risks, undoesDrift: isUndone }: PropertyChange,
  resource?: string,
): SettingReview {
  return {
    organization,
    section,
    setting: resource === undefined ? property : `${property} of ${resource}`,
    words: resource === undefined ? `${label}: ${words}.` : `${resource}: ${label} ${words}.`,
    ...(isUndone && { undoesDrift: true as const }),
    risks: sortRisks(risks),
  };
}

/** Describes the property of a new or deleted thing; undefined for a default. */
function describeValue(property: Property<unknown>, value: unknown, defaultValue: unknown): Effect | undefined {
  if (property.isTitle === true && !isWithheld(value)) return undefined;
  const change = describeDifference(property, defaultValue, value, { canDiffer: false, people: 0 });
  return change && { words: showValue(property, value), risks: findHiddenRisks(property, value) };
}

/** Facts about a change that its values do not show. */
interface Circumstances {
  /** True if the property may differ although both values are hidden. */
  readonly canDiffer: boolean;
  readonly people: number;
}

/** Describes the change of a property; undefined without one. An undefined value is not known. */
function describeDifference(
  property: Property<unknown>,
  before: unknown,
  after: unknown,
  { canDiffer, people }: Circumstances,
): Effect | undefined {
  const words = `${showValue(property, before)} → ${showValue(property, after)}`;
  if (isWithheld(before) || isWithheld(after)) {
    const isSame = isWithheld(before) && isWithheld(after) && before.reason === after.reason;
    return isSame && !canDiffer ? undefined : { words, risks: findHiddenRisks(property, before, after) };
  }
  if (after === undefined) return undefined;
  if (before === undefined) return { words, risks: [] };
  if (property.isSame(before, after)) return undefined;
  return {
    words: property.describeChange?.(before, after) ?? words,
    risks: property.findRisks(before, after, people),
  };
}

function findHiddenRisks(
  { hiddenRisks = ["hidden"] }: Property<unknown>,
  ...values: readonly unknown[]
): readonly Risk[] {
  return values.some(isWithheld) ? hiddenRisks : [];
}

function showValue(property: Property<unknown>, value: unknown): string {
  if (value === undefined) return "not known";
  return isWithheld(value) ? describeWithheld(value) : property.format(value);
}
