import { riskNames, risks, type PersonReview, type Review } from "../../review/review";
import type { MatrixCell, MatrixData, MatrixPlace } from "./page/matrixData";
import { showInvisible } from "../content";
import {
  describeStatus,
  everyRole,
  getChangeKind,
  kinds,
  organizationChanges,
  describeOthers,
  type Place,
  describeRole,
} from "./parts";

/** Returns the access matrix of a review. Repeated values appear once, so that thousands of people fit. */
export function createMatrix({ organizations, people }: Review): MatrixData {
  const columns = new Map(organizations.map(({ key }, index) => [key, index]));
  const places = new Places();
  const rows = new Map<string, { email: string; cells: MatrixCell[] }>();
  for (const person of people) {
    const column = columns.get(person.organization);
    if (column === undefined) continue;
    const key = person.email.toLowerCase();
    const row = rows.get(key) ?? { email: showInvisible(person.email), cells: [] };
    rows.set(key, row);
    row.cells.push(createCell(person, column, places));
  }
  return {
    organizations: organizations.map((organization) => ({
      name: showInvisible(organization.name),
      change: organizationChanges[organization.change],
      hint: describeOthers(organization),
    })),
    roles: everyRole.map(describeRole),
    places: places.list,
    risks: riskNames.map((name) => risks[name]),
    people: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    kinds,
  };
}

function createCell(person: PersonReview, column: number, places: Places): MatrixCell {
  const { before, after, risks, notes } = person;
  const ends = [column, places.index(before), places.index(after)] as const;
  const kind = getChangeKind(person);
  if (kind === undefined && notes.length === 0 && risks.length === 0) return ends;
  return [...ends, kind ?? "", risks.map((risk) => riskNames.indexOf(risk)), notes.map(showInvisible)];
}

/** Each different access, once. */
class Places {
  readonly list: MatrixPlace[] = [];
  readonly #indexes = new Map<string, number>();

  /** Returns -1 for no access. */
  index(place: Place | null): number {
    if (place === null) return -1;
    const key = `${place.role} ${place.standing} ${String(place.owner)}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.list.length);
    return this.list.push({ role: describeRole(place.role), owner: place.owner, besides: describeStatus(place) }) - 1;
  }
}
