import type { Effect, Property } from "../objects/property";
import type { Risk } from "../risks";
import { describeHidden, isHidden, isSame } from "../hidden";

// Compares two values of one property. An undefined value is not known. A hidden one exists, but the preview does not show it.

/** Reports if two values mean the same. Hidden values are the same if they are hidden for the same reason. */
export function areSame(property: Property<unknown>, one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (isHidden(one) || isHidden(other)) return isSame(one, other);
  return property.isSame(one, other);
}

/** Facts about a change that its values do not show. */
interface Circumstances {
  /** True if the property may differ although both values are hidden. */
  readonly canDiffer: boolean;
  readonly organizationSize: number;
}

/** Describes the change of a property; undefined without one. An undefined value is not known. */
export function describeDifference(
  property: Property<unknown>,
  before: unknown,
  after: unknown,
  { canDiffer, organizationSize }: Circumstances,
): Effect | undefined {
  const words = `${showValue(property, before)} → ${showValue(property, after)}`;
  if (isHidden(before) || isHidden(after)) {
    const isSame = areSame(property, before, after) && !canDiffer;
    return isSame ? undefined : { words, risks: findHiddenRisks(property, before, after) };
  }
  if (after === undefined) return undefined;
  if (before === undefined) return { words, risks: [] };
  if (property.isSame(before, after)) return undefined;
  return {
    words: property.describeChange?.(before, after) ?? words,
    risks: property.findRisks(before, after, organizationSize),
  };
}

/** Returns the risks of hidden values; empty if none is hidden. */
export function findHiddenRisks(
  { hiddenRisks = ["hidden"] }: Property<unknown>,
  ...values: readonly unknown[]
): readonly Risk[] {
  return values.some(isHidden) ? hiddenRisks : [];
}

/** Returns a value in words. */
export function showValue(property: Property<unknown>, value: unknown): string {
  if (value === undefined) return "not known";
  return isHidden(value) ? describeHidden(value) : property.format(value);
}
