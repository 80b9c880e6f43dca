import { groupBy } from "../grouping";
import type { Declaration } from "../model/declaration";
import type { OrganizationReview, PersonReview, ProgramChange, SettingReview } from "./review";

/**
 * The name of a property, or of several that rows show together:
 *
 * - undefined: every property
 * - `people`: all properties that name people
 * - `unchangedPeople`: all properties that name people, for a person whose access stays as it is
 * - `groups`: the properties that name the groups of invitations
 */
type PlaceProperty = string | undefined;

/**
 * A place that a row of the review shows: a property of a resource, or one person in it. Every Pulumi step that writes must have a place. A
 * place in a row whose words do not show it would hide a change.
 */
export interface Place {
  /** The URN of the resource. */
  readonly urn: string;
  readonly property?: PlaceProperty;
  /** The canonical address; undefined for everyone. */
  readonly person?: string | undefined;
}

/** A row, and the places that it shows; absent if it is about no declared value. Reports contain only the row. */
export type Showing<Row> = Row & { readonly shows?: readonly Place[] };

export type OrganizationRow = Showing<OrganizationReview>;
export type PersonRow = Showing<PersonReview>;
export type SettingRow = Showing<SettingReview>;
export type ProgramRow = Showing<ProgramChange>;

/** Returns the places of the properties in some resources. By default, returns the places of every property. */
export function listPlaces(
  resources: readonly Declaration[],
  properties: readonly PlaceProperty[] = [undefined],
): readonly Place[] {
  return resources.flatMap(({ urn }) => properties.map((property) => ({ urn, property })));
}

/** Returns the rows as reports contain them. */
export function omitPlaces<Row>(rows: readonly Showing<Row>[]): Omit<Showing<Row>, "shows">[] {
  return rows.map(({ shows, ...row }) => row);
}

/** The places of all rows, by URN. */
export type PlaceIndex = ReadonlyMap<string, readonly [Place, ...Place[]]>;

export function indexPlaces(rows: readonly Showing<unknown>[]): PlaceIndex {
  return groupBy(
    rows.flatMap(({ shows = [] }) => shows),
    ({ urn }) => urn,
  );
}
