import * as z from "zod";
import { isSameEmail } from "#provider";
import { quoteName } from "../wording";
import { type Cohort, createProperty, type Property, reference } from "./property";
import { findHidden, listTexts, readAs, readText } from "./reading";

// Kinds of properties that several resources have: texts, lists of texts, and switches.

type Details<T> = Pick<Property<T>, "label"> & Partial<Property<T>>;

const nullableText = z.string().nullable();

/** A text that does not affect access, apart from the given risks. */
export function createTextProperty(details: Details<string | null>): Property<string | null> {
  return createProperty({ schema: nullableText, read: readAs(nullableText), format: formatText, ...details });
}

function formatText(value: string | null): string {
  return value === null ? "none" : quoteName(value);
}

/** The cohort of an object; null without a declared one, which the label describes. */
export function createCohortProperty(
  absent: string,
  details: Partial<Property<Cohort | null>> = {},
): Property<Cohort | null> {
  return createProperty<Cohort | null>({
    label: "Cohort",
    schema: z.string(),
    isNeverRemoved: true,
    ...reference,
    read(value, { findCohort }) {
      const id = readText(value);
      return id === undefined ? null : findCohort(id);
    },
    defaultValue: null,
    isSame: (before, after) => before?.key === after?.key,
    format: (cohort) => (cohort === null ? absent : quoteName(cohort.name)),
    ...details,
  });
}

/** An e-mail address, compared without case. */
export function createAddressProperty(label: string): Property<string | null> {
  return createTextProperty({
    label,
    defaultValue: null,
    isSame: (before, after) => (before === null || after === null ? before === after : isSameEmail(before, after)),
  });
}

/** The name of an object that shares a row with its other properties. */
export const nameProperty = createTextProperty({
  label: "Name",
  schema: z.string(),
  isNeverRemoved: true,
  isInTitle: true,
  read: (value) => readText(value) ?? null,
});

type ListDetails = Details<readonly string[]> & {
  /** The words for an empty list. */
  readonly empty: string;
};

/** A list of texts, whose order does not matter. */
export function createListProperty({ empty, ...details }: ListDetails): Property<readonly string[]> {
  const format = (list: readonly string[]) => (list.length === 0 ? empty : list.map(quoteName).join(", "));
  return createProperty<readonly string[]>({
    schema: z.array(z.string()),
    // An update empties a list that a program stops declaring.
    read: (value) => findHidden(value) ?? listTexts(value),
    isSame: isSameList,
    format,
    describeChange(before, after) {
      if (before.length === 0 || after.length === 0) return undefined;
      const [added, removed] = [omit(after, before), omit(before, after)];
      return [
        ...(added.length > 0 ? [`adds ${format(added)}`] : []),
        ...(removed.length > 0 ? [`removes ${format(removed)}`] : []),
      ].join("; ");
    },
    ...details,
  });
}

/** Reports if two lists have the same items, in any order. */
export function isSameList(before: readonly string[], after: readonly string[]): boolean {
  return [...before].sort().join("\n") === [...after].sort().join("\n");
}

function omit(list: readonly string[], others: readonly string[]): readonly string[] {
  return list.filter((item) => !others.includes(item));
}

const flag = z.boolean();

/** A property that is on or off. */
export function createSwitch(
  details: Pick<Property<boolean>, "label" | "format" | "findRisks"> & Partial<Property<boolean>>,
): Property<boolean> {
  return createProperty({ schema: flag, read: readAs(flag), ...details });
}

/** A switch that turns a guardrail off. */
export function createOverride(label: string): Property<boolean> {
  return createSwitch({
    label,
    defaultValue: false,
    format: (isOn) => (isOn ? "on" : "off"),
    findRisks: (before, after) => (after && !before ? ["weakensGuard"] : []),
  });
}

/** Says what becomes of the token that a new one replaces. */
export function describeFormerToken(isReleased: boolean): string {
  return isReleased ? "Peridio keeps the former token" : "A new token replaces the former one, which becomes invalid";
}
