import { groupBy } from "../grouping";
import type { Declaration } from "../model/declaration";
import type { OrganizationReview, PersonReview, ProgramChange, SettingReview } from "./review";

/**
 * A part of a resource that a row of the review shows. The review reports each Pulumi step that writes and that no place covers
 * (`program/steps.ts`), so a place that the words of its row do not show would hide a change.
 */
export type Place = { readonly urn: string } & (
  | { readonly part: "everything" }
  | { readonly part: "property"; readonly name: string }
  /** The group of the invitation of a person, or all of them: `groupId` of a Membership, `groups` of OrganizationMembers. */
  | { readonly part: "invitationGroups"; readonly person?: string }
  /** The access of a person, by canonical address, or of everyone. If it `isSame`, the row lists the person, but shows no change. */
  | { readonly part: "people"; readonly person?: string; readonly isSame?: boolean }
);

/** A row, and the places that it shows; absent if it is about no declared value. Reports contain only the row. */
export type Showing<Row> = Row & { readonly shows?: readonly Place[] };

/** The row of an organization. */
export type OrganizationRow = Showing<OrganizationReview>;
/** The row of a person in an organization. */
export type PersonRow = Showing<PersonReview>;
/** The row of a setting or an object. */
export type SettingRow = Showing<SettingReview>;
/** The row of a change of a program. */
export type ProgramRow = Showing<ProgramChange>;

/** Returns the places of a row that shows resources as a whole. */
export function showEverything(resources: readonly Declaration[]): readonly Place[] {
  return resources.map(({ urn }) => ({ urn, part: "everything" }));
}

/** Returns the places of a row that shows these properties of each resource. */
export function showProperties(resources: readonly Declaration[], names: readonly string[]): readonly Place[] {
  return resources.flatMap(({ urn }) => names.map((name): Place => ({ urn, part: "property", name })));
}

/** Returns the rows as reports contain them. */
export function omitPlaces<Row>(rows: readonly Showing<Row>[]): Omit<Showing<Row>, "shows">[] {
  return rows.map(({ shows, ...row }) => row);
}

/** The places of all rows, by URN. */
export type PlaceIndex = ReadonlyMap<string, readonly [Place, ...Place[]]>;

/** Returns the places of some rows, by URN. */
export function indexPlaces(rows: readonly Showing<unknown>[]): PlaceIndex {
  return groupBy(
    rows.flatMap(({ shows = [] }) => shows),
    ({ urn }) => urn,
  );
}
