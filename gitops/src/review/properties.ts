import type { Values } from "#framework";
import type { Declaration } from "../model/declaration";
import { mayDiffer } from "../model/resource";
import type { Effect, Properties, Property } from "../objects/property";
import { sortRisks } from "../risks";
import { isHidden } from "../hidden";
import { addDrift, findDrift } from "./propertyDrift";
import { describeDifference, findHiddenRisks, showValue } from "./propertyValues";
import { showProperties, type SettingRow } from "./shown";

/** The properties of one thing on both sides: of an organization's settings, of guardrails, or of an object. */
interface Comparison {
  readonly properties: Properties;
  /** The values by name, of which an undefined one is not known. Undefined if the thing is absent. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
  /** The resources that declare the values after the change. */
  readonly resources: readonly Declaration[];
  /** The resources that declared the values before the change, also those that a stack releases or deletes. By default, `resources`. */
  readonly formerResources?: readonly Declaration[];
  /** The default values of a new thing, if they differ from those of the properties. */
  readonly defaults?: Values;
  /** The properties that a stack stops declaring although it keeps the thing. */
  readonly dropped?: ReadonlySet<string>;
  /** The number of people in the organization. */
  readonly organizationSize?: number;
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
  const { properties, before, after, resources, formerResources = resources } = comparison;
  const { defaults = {}, dropped, organizationSize = 0 } = comparison;
  const isKept = before !== undefined && after !== undefined;
  return Object.entries(properties).flatMap(([name, property]) => {
    const present = after?.[name];
    const defaultValue = defaults[name] ?? property.defaultValue;
    const canDiffer = resources.some((resource) => mayDiffer(resource, name));
    const change = isKept
      ? describeDifference(property, before[name], present, { canDiffer, organizationSize })
      : describeValue(property, (after ?? before)?.[name], defaultValue);
    const isDeclared = resources.some((resource) => resource.after?.inputs[name] !== undefined);
    const drift = findDrift({
      name,
      property,
      after: present,
      formerResources,
      isDeclared,
      defaultValue,
      organizationSize,
    });
    const effect = isKept ? addDrift(property, present, change, drift) : change;
    const shown = isKept && dropped?.has(name) === true ? describeDropped(property, present, effect) : effect;
    const undoesDrift = change !== undefined && drift?.cause === "undoes";
    return shown === undefined ? [] : [{ property: name, label: property.label, undoesDrift, ...shown }];
  });
}

/** Describes a property that a stack stops declaring. `effect` is what happens to the value, if anything does. */
function describeDropped(property: Property<unknown>, after: unknown, effect: Effect | undefined): Effect {
  const words = effect?.words ?? `stays ${showValue(property, after)}`;
  return { words: `${words} (no longer declared)`, risks: ["dropsPolicy", ...(effect?.risks ?? [])] };
}

/** Creates the row of one property of some resources. The rows of a resource that is one of several name the resource. */
export function createPropertyReview(
  organization: string,
  section: SettingRow["section"],
  { property, label, words, risks, undoesDrift }: PropertyChange,
  { shown, resource }: { readonly shown: readonly Declaration[]; readonly resource?: string | undefined },
): SettingRow {
  return {
    organization,
    section,
    setting: resource === undefined ? property : `${property} of ${resource}`,
    words: resource === undefined ? `${label}: ${words}.` : `${resource}: ${label} ${words}.`,
    ...(undoesDrift && { undoesDrift }),
    risks: sortRisks(risks),
    shows: showProperties(shown, [property]),
  };
}

/** Describes the property of a new or deleted thing; undefined for a default. */
function describeValue(property: Property<unknown>, value: unknown, defaultValue: unknown): Effect | undefined {
  if (property.isInTitle === true && !isHidden(value)) return undefined;
  const change = describeDifference(property, defaultValue, value, { canDiffer: false, organizationSize: 0 });
  return change && { words: showValue(property, value), risks: findHiddenRisks(property, value) };
}
