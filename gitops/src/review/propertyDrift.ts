import { isDeepStrictEqual } from "node:util";
import { type Declaration, getRecordedState } from "../model/declaration";
import type { Effect, Property } from "../objects/property";
import { isHidden, unknown } from "../hidden";
import { findDriftCause, type Recorded } from "../model/cause";
import { areSame, describeDifference, showValue } from "./propertyValues";

/** A property of one thing after a change, and the resources that declared the thing before. */
interface PropertyInChange {
  readonly name: string;
  readonly property: Property<unknown>;
  readonly after: unknown;
  readonly formerResources: readonly Declaration[];
  /** True if a program declares the property after the change. */
  readonly isDeclared: boolean;
  readonly defaultValue: unknown;
  /** The number of people in the organization. */
  readonly organizationSize: number;
}

/** A change of a property outside Pulumi. The update undoes it, or accepts it, so that the property differs from the value of the last update. */
type Drift =
  { readonly cause: "undoes" } | { readonly cause: "accepts"; readonly recorded: unknown; readonly difference: Effect };

/** Finds the change of a property outside Pulumi since the last update; undefined without one. */
export function findDrift(change: PropertyInChange): Drift | undefined {
  const { property, after, organizationSize } = change;
  if (after === undefined) return undefined;
  const recorded = listRecorded(change);
  const cause = findDriftCause(recorded, after, (one, other) => areSame(property, one, other));
  // A hidden value can differ from that of the last update.
  if (cause === "undoes") return isHidden(after) ? undefined : { cause };
  const drifted = recorded.find(({ value, hasDrifted }) => hasDrifted !== false && value !== undefined);
  if (cause === undefined || drifted === undefined) return undefined;
  const difference = describeDifference(property, drifted.value, after, { canDiffer: false, organizationSize });
  return difference && { cause, recorded: drifted.value, difference };
}

/**
 * Lists what programs declared at their last updates. If no program declared the property then, and one does after the change, lists the
 * values that Pulumi had read.
 */
function listRecorded(change: PropertyInChange): readonly Recorded<unknown>[] {
  const { name, property, formerResources, isDeclared, defaultValue } = change;
  const own = formerResources.filter(({ isImported, before }) => !isImported && before !== undefined);
  const declared = own.flatMap(({ recorded = {}, before }) =>
    name in recorded ? [{ value: recorded[name], live: before?.inputs[name] }] : [],
  );
  const wasDeclared = own.some((resource) => getRecordedState(resource).inputs?.[name] !== undefined);
  const read =
    !isDeclared || wasDeclared
      ? []
      : own.flatMap(({ recordedOutputs, before }) =>
          recordedOutputs === undefined ? [] : [{ value: recordedOutputs[name], live: before?.outputs?.[name] }],
        );
  return [...declared, ...read].map(({ value, live }) => {
    const [former, present] = [value, live].map((one) =>
      one === undefined
        ? isDeclared
          ? defaultValue
          : undefined
        : property.read(one, { isObserved: false, findCohort: () => unknown }),
    );
    const hasHidden = isHidden(former) || isHidden(present);
    const differs = hasHidden ? "perhaps" : !areSame(property, former, present);
    return { value: former, hasDrifted: isDeepStrictEqual(value, live) ? false : differs };
  });
}

/** Adds what a change accepts from outside Pulumi. `change` is undefined if the value stays as Pulumi read it. */
export function addDrift(
  property: Property<unknown>,
  after: unknown,
  change: Effect | undefined,
  drift: Drift | undefined,
): Effect | undefined {
  if (drift?.cause !== "accepts") return change;
  const { recorded, difference } = drift;
  if (change !== undefined) {
    // A third value can be no worse than the one from outside Pulumi, and yet worse than that of the last update.
    const added = difference.risks.filter((risk) => !change.risks.includes(risk));
    if (added.length === 0 || isHidden(recorded)) return change;
    const words = `${change.words} (${showValue(property, recorded)} at the last update)`;
    return { words, risks: [...change.risks, ...added] };
  }
  if (isHidden(recorded))
    return {
      words: `${showValue(property, after)}. The preview hides the value of the last update, so this value may come from outside Pulumi`,
      risks: difference.risks,
    };
  return {
    words: `${difference.words}, which accepts a change made outside Pulumi`,
    risks: ["acceptsDrift", ...difference.risks],
  };
}
