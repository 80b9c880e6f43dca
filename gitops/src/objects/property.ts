import type * as z from "zod";
import type { Values } from "#framework";
import type { Hidden } from "../hidden";
import type { Risk } from "../risks";

/** An input of a resource that a review reads. */
export interface Input {
  /** The values that the review understands. */
  readonly schema: z.ZodType;
  /** True if the object always has the property, or keeps it until it is replaced, so that no row reads its removal. */
  readonly isNeverRemoved?: boolean;
  /** True if Peridio keeps the value of a program that stops declaring it. The rows of its kind show this. */
  readonly staysWhenUndeclared?: boolean;
  /** True if the property identifies the object. Without a replacement, no row reads its change. */
  readonly isIdentity?: boolean;
  /** True if nothing outside Pulumi changes the value: it places the object, or Peridio does not store it. */
  readonly neverDrifts?: boolean;
  /** Returns the part of a value that contains ids of other objects. */
  readonly getReferences?: (value: unknown) => unknown;
}

/** An input with typed values. */
export interface TypedInput<T> extends Input {
  /** Returns the value; undefined if the resource does not contain one, or if this version does not understand it. */
  read(value: unknown, context: ReadingContext): T | Hidden | undefined;
}

/** A property whose changes a row of the review shows: its values, their words and their risks. */
export interface Property<T> extends TypedInput<T> {
  /** The label, as the beginning of a sentence. */
  readonly label: string;
  /** Reports if two values mean the same. */
  isSame(before: T, after: T): boolean;
  format(value: T): string;
  /** Describes the change, if both values side by side would be unclear. */
  describeChange?(before: T, after: T): string | undefined;
  /** `people` is the size of the organization. */
  findRisks(before: T, after: T, people: number): readonly Risk[];
  /** The value of a new object without a declared one, which reports leave out; undefined if they show every value. */
  readonly defaultValue?: T;
  /** True if the default is the name of the organization. */
  readonly isNamedLikeOrganization?: boolean;
  /** The risks of a value that the preview hides. By default, the risk `hidden`. */
  readonly hiddenRisks?: readonly Risk[];
  /** True if the words of the object contain the value, so that only a change needs other words. */
  readonly isInTitle?: boolean;
}

/** Facts about an object that its values do not contain. */
export interface ReadingContext {
  /** True if Pulumi has read the object. The outputs of a planned object are a guess. */
  readonly isObserved: boolean;
  readonly findCohort: (id: string | Hidden) => Cohort | Hidden;
}

/** A cohort that an object refers to. */
export interface Cohort {
  /** The UUID or, before the cohort exists, the URN. */
  readonly key: string;
  /** The names of its project and the cohort, such as `firmware/canary`. */
  readonly name: string;
}

/** Properties, by name. */
export type Properties = Readonly<Record<string, Property<unknown>>>;

/** Inputs whose values form an object of the type. */
export type TypedInputs<T> = { readonly [K in keyof T]: TypedInput<T[K]> };

/** The values of inputs. An undefined value is absent from the resource, or not understood. */
export type Readings<T> = { readonly [K in keyof T]?: T[K] | Hidden | undefined };

/** The values of the inputs of a kind. */
export type ValuesOf<Inputs> = Inputs extends TypedInputs<infer T> ? Readings<T> : never;

/** The parts in which properties differ. The others have defaults. */
type Details<T> = Pick<Property<T>, "label" | "schema" | "read" | "format"> & Partial<Property<T>>;

/** Creates a property. By default, equal values mean the same, and no change is a risk. */
export function createProperty<T>(details: Details<T>): Property<T> {
  return { isSame: (before, after) => before === after, findRisks: () => [], ...details };
}

/** Returns the default values. */
export function getDefaults(properties: Properties, organizationName?: string): Values {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { defaultValue, isNamedLikeOrganization = false }]) => [
      name,
      isNamedLikeOrganization ? organizationName : defaultValue,
    ]),
  );
}

/** An input that is the id of another object, or contains only such ids. */
export const reference: Pick<Input, "getReferences"> = { getReferences: (value) => value };

/** The effect of a change, in words. */
export interface Effect {
  readonly words: string;
  readonly risks: readonly Risk[];
}

/** The effect of a new, deleted or replaced object. Without a risk, it states the reason. */
export type ObjectEffect = Effect & (Risky | Riskless);

interface Risky {
  readonly risks: readonly [Risk, ...Risk[]];
}

interface Riskless {
  readonly risks: readonly [];
  /** A sentence for the reviewers of the row. Reports do not show it. */
  readonly whyNoRisk: string;
}
