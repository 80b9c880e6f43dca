import * as z from "zod";
import type { Values } from "#framework";
import type { Risk } from "../risks";
import type { NamedPeople } from "./people";
import type { Input, ObjectEffect, Properties } from "./property";

// The table of the kinds of resources has one row for each kind, in the files of this folder. A row names every input and output of the kind,
// and says how a review shows a change of it. The rows of a review are its lines. Comments call them rows of the review.

/** The row of a kind of resources. */
export type ResourceRow = RowOfReviews & (LiveObject | { readonly liveType?: undefined });

/** The traits of a kind whose objects an audit and an export find without Pulumi. */
interface LiveObject {
  /** The type of a live object, such as `apiToken`. Peridio keeps the object if Pulumi releases the resource. */
  readonly liveType: string;
  /** The comparison that finds undeclared objects. An audit names a type with `none` as a gap. */
  readonly auditComparison: Comparison | "none";
  /** True if a layout can declare the object, so that an export contains it. */
  readonly isInLayout?: boolean;
  /** True if Peridio returns a secret only at the creation, so that no import can adopt the object completely. */
  readonly showsSecretOnce?: boolean;
}

/** The comparisons of gitops/src/audit/comparison.ts. */
export type Comparison = "tokens" | "webhooks" | "projects" | "groups";

/** The traits of a kind that reviews use. */
interface RowOfReviews {
  /** The noun in sentences, such as `project`. */
  readonly noun: string;
  /** The place in reports: the lower, the earlier. */
  readonly orderInReports: number;
  /** The settings of an organization. Each change has a row of the review. */
  readonly settings?: Settings;
  /** The guardrails, which limit the changes of a program. The provider enforces them, and Peridio does not store them. */
  readonly guards?: Guards;
  /** The changes of one object share a row of the review. */
  readonly object?: ObjectRow;
  /** Reads the people that the resource names, who stay if Pulumi releases the resource. */
  readonly readPeople?: (values: Values) => NamedPeople;
  /** The inputs that other parts of the review read. */
  readonly inputs: Readonly<Record<string, Input>>;
  /** The outputs, apart from inputs, whose changes outside Pulumi have a row of the review. By default, none. */
  readonly shownOutputs?: readonly string[];
  /** The other outputs, each with the reason why the review needs no row for it. By default, none. */
  readonly ignoredOutputs?: Readonly<Record<string, string>>;
  /** True if a deletion of the resource changes nothing in Peridio. */
  readonly isKeptOnDeletion?: boolean;
}

/** The inputs and outputs that follow from a row. */
interface Understanding {
  /** The outputs that are no inputs, by name. */
  readonly outputs: readonly string[];
  /** All inputs, by name. */
  readonly allInputs: Readonly<Record<string, Input>>;
  /** The values of all inputs that the review understands. */
  readonly understood: z.ZodObject;
}

/** A row with what follows from it. */
export type CompleteRow = ResourceRow & Understanding;

/** Completes the row of a kind. */
export function createRow<const R extends ResourceRow>(row: R): R & Understanding {
  const outputs = [...(row.shownOutputs ?? []), ...Object.keys(row.ignoredOutputs ?? {})];
  const allInputs = listInputs(row, outputs);
  return { ...row, outputs, allInputs, understood: createSchema(allInputs) };
}

/** The settings of an organization, which always exist. */
export interface Settings {
  readonly section: "general" | "security" | "billing";
  readonly properties: Properties;
  /** The risks of every change. */
  readonly risks?: readonly Risk[];
}

/** The guardrails of a kind of resources. */
interface Guards {
  /** Each change has a row of the review. */
  readonly properties: Properties;
  /** The input that tells the resources of one organization apart, if there can be several. Their rows name the resource. */
  readonly identity?: string;
}

/** The words and risks of an object that has its own row of the review. */
export interface ObjectRow {
  /**
   * For settings, which always exist: the input with the id of the cohort that has them. If it is absent, the organization has them. Each
   * stack manages only the properties that it declares.
   */
  readonly settingsOf?: string;
  /** The section of the review. */
  readonly section: string;
  /** Describes an object without a name, such as `tunnel policy of the organization`. By default, the noun and the name. */
  readonly describe?: (values: Values) => string;
  readonly created: ObjectEffect;
  /** The effect of a deletion; a function if it depends on the values before. */
  readonly deleted: ObjectEffect | ((before: Values) => ObjectEffect);
  /** Reports if Peridio keeps the object although its resource is deleted. */
  readonly isKeptOnDeletion?: (before: Values) => boolean;
  /** Describes the replacement of an object. */
  readonly describeReplacement: (replacement: Replacement) => ObjectEffect;
  /** Finds risks of values that no object of the kind had before. `risks` are the other risks of the change. */
  readonly findNewRisks?: (after: Values, former: readonly Values[], risks: readonly Risk[]) => readonly Risk[];
  /** A property of which the words show only a part. The row has a digest of the whole value. */
  readonly partlyShown?: string;
  /** In the order of the words. */
  readonly properties: Properties;
  /** Returns the same properties with the words and risks for objects with these values. By default, `properties`. */
  readonly chooseProperties?: (values: Values) => Properties;
}

interface Replacement {
  /** True if Peridio keeps the former object. */
  readonly isReleased: boolean;
  /** True if a program changes the name. */
  readonly isRenamed: boolean;
}

/** Returns the inputs, without properties that Peridio alone sets. */
function listInputs(
  { settings, guards, object, inputs }: ResourceRow,
  outputs: readonly string[],
): Readonly<Record<string, Input>> {
  const all = { ...inputs, ...settings?.properties, ...guards?.properties, ...object?.properties };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !outputs.includes(name)));
}

function createSchema(inputs: Readonly<Record<string, Input>>): z.ZodObject {
  const shape = Object.entries(inputs).map(([name, { schema }]): [string, z.ZodType] => [name, schema]);
  return z.strictObject(Object.fromEntries(shape)).partial();
}
