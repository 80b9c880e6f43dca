import type { Values } from "#framework";
import {
  type Effect,
  type Circumstances,
  compareProperty,
  describeProperty,
  type Properties,
} from "../objects/property";
import { sortRisks } from "../risks";
import type { SettingReview } from "./review";

/** The change of one property, in words. */
export interface PropertyChange extends Effect {
  readonly property: string;
}

/** Lists the properties that differ. `before` and `after` have the values by name, and an undefined value is unknown. */
export function compareProperties(
  properties: Properties,
  before: Values,
  after: Values,
  getCircumstances: (property: string) => Circumstances,
): readonly PropertyChange[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const change = compareProperty(property, before[name], after[name], getCircumstances(name));
    return change === undefined ? [] : [{ property: name, ...change }];
  });
}

/** Lists the properties of a new or deleted object that differ from the defaults. */
export function describeProperties(
  properties: Properties,
  values: Values,
  defaults?: Values,
): readonly PropertyChange[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const change = describeProperty(
      property,
      values[name],
      defaults === undefined ? property.defaultValue : defaults[name],
    );
    return change === undefined ? [] : [{ property: name, ...change }];
  });
}

/** Creates the row of one property. */
export function createPropertyReview(
  organization: string,
  section: SettingReview["section"],
  { property, words, risks }: PropertyChange,
): SettingReview {
  return { organization, section, setting: property, words: `${words}.`, risks: sortRisks(risks) };
}
