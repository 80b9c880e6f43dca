import type { Hidden } from "../hidden";
import { usageAlertInput } from "./billingSettings";
import { grantsSchema } from "./grants";
import { typedRows } from "./index";
import type { ReadingContext } from "./property";
import type { Comparison, CompleteRow, ObjectRow } from "./row";
import { allowlistEntryInput, apiKeyRotationInput } from "./securityPolicy";

// The table of the kinds of resources (`row.ts`), and the lists that follow from it.

type Rows = typeof typedRows;

/** A kind of resources: the last part of the type, such as `Membership`. */
export type ResourceKind = keyof Rows;

/** An object in a section of reviews. */
export type ObjectInSection = ObjectRow & { readonly section: ObjectSection };

type Row = CompleteRow & { readonly liveType?: ObjectType; readonly object?: ObjectInSection };

/** The same rows without their own types. */
export const rows: Readonly<Record<ResourceKind, Row>> = typedRows;

/** All kinds of resources, in the order of reports. The filter keeps every name: it is a type guard only. */
export const kinds = Object.keys(typedRows)
  .filter((name): name is ResourceKind => name in typedRows)
  .sort((one, other) => rows[one].orderInReports - rows[other].orderInReports);

/** The kinds of resources whose rows have certain traits. */
type KindWith<Traits> = { [K in ResourceKind]: Rows[K] extends Traits ? K : never }[ResourceKind];

/** The types of live objects. */
export type ObjectType = Rows[KindWith<{ readonly liveType: string }>]["liveType"];

/** The types of live objects that a layout can declare. */
export type LayoutType = Rows[KindWith<{ readonly liveType: string; readonly isInLayout: true }>]["liveType"];

/** The sections of reviews, in order: settings of organizations, then objects in the order of their rows, then options of resources. */
export const sections = [
  ...(["general", "security", "billing", "projects"] as const),
  ...new Set(kinds.flatMap((kind) => rows[kind].object?.section ?? [])),
  ...(["protection", "guards", "released"] as const),
] as const;

export type SettingSection = (typeof sections)[number];

type ObjectSection = Rows[KindWith<{ readonly object: object }>]["object"]["section"];

/** The kinds of resources with an expiry. */
export type ExpiringKind = KindWith<{ readonly object: { readonly properties: { readonly expiresAt: object } } }>;

/** Reports if the resources of a kind have an expiry. */
export function isExpiring(kind: ResourceKind): kind is ExpiringKind {
  return rows[kind].object?.properties.expiresAt !== undefined;
}

/** Reads the expiry of an object: a moment in UTC, null for none, or `dayAfterCreation`. Undefined if it is unknown. */
export function readExpiry(
  kind: ExpiringKind,
  value: unknown,
  context: ReadingContext,
): string | Hidden | null | undefined {
  return typedRows[kind].object.properties.expiresAt.read(value, context);
}

/** Reports if objects of a kind are in a project. The name of such an object is unique only in its project. */
export function isInProject(kind: ResourceKind): boolean {
  return "projectId" in rows[kind].allInputs;
}

/** A type of live objects. */
export interface LiveType {
  readonly kind: ResourceKind;
  readonly noun: string;
  readonly auditComparison: Comparison | "none";
  readonly parent: "organization" | "project";
  readonly isInLayout: boolean;
  readonly showsSecretOnce: boolean;
}

/** All types of live objects. */
export const liveTypes = createRecord(
  kinds.flatMap((kind): readonly (readonly [ObjectType, LiveType])[] => {
    const row = rows[kind];
    if (row.liveType === undefined) return [];
    const { liveType, noun, auditComparison, isInLayout = false, showsSecretOnce = false } = row;
    const parent = isInProject(kind) ? "project" : "organization";
    return [[liveType, { kind, noun, auditComparison, parent, isInLayout, showsSecretOnce }]];
  }),
);

/** The types of live objects, in the order of reports. */
export const objectTypes = kinds.flatMap((kind) => rows[kind].liveType ?? []);

/** Returns a record. The caller lists every name, because TypeScript cannot check it. Use this function instead of a cast. */
export function createRecord<Name extends string, Value>(
  entries: readonly (readonly [Name, Value])[],
): Readonly<Record<Name, Value>>;
export function createRecord<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(entries);
}

/** The types of objects in properties, by their names in `schema.json`. A test compares them with `schema.json`. */
export const comparedPropertyTypes = {
  Access: grantsSchema,
  AllowlistEntry: allowlistEntryInput,
  ApiKeyRotation: apiKeyRotationInput,
  UsageAlert: usageAlertInput,
} as const;
