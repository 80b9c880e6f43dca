import type { PersonAccess, PersonReview, Review } from "../../review/review";
import { riskNames, risks } from "../../risks";
import type { MatrixCell, MatrixData, MatrixAccess } from "./page/matrixData";
import { showInvisible } from "../content";
import {
  describeStatus,
  everyRole,
  getChangeKind,
  changeKinds,
  organizationChanges,
  describeOthers,
  describeRole,
} from "./parts";

/** Returns the access matrix of a review. Repeated values appear once, so that thousands of people fit. */
export function createMatrix({ organizations, people }: Review): MatrixData {
  const columns = new Map(organizations.map(({ key }, index) => [key, index]));
  const access = new AccessList();
  const rows = new Map<string, { email: string; cells: MatrixCell[] }>();
  for (const person of people) {
    const column = columns.get(person.organization);
    if (column === undefined) continue;
    const key = person.email.toLowerCase();
    const row = rows.get(key) ?? { email: showInvisible(person.email), cells: [] };
    rows.set(key, row);
    row.cells.push(createCell(person, column, access));
  }
  return {
    organizations: organizations.map((organization) => ({
      name: showInvisible(organization.name),
      change: organizationChanges[organization.change],
      hint: describeOthers(organization),
    })),
    roles: everyRole.map(describeRole),
    access: access.list,
    risks: riskNames.map((name) => risks[name]),
    people: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    kinds: changeKinds,
  };
}

function createCell(person: PersonReview, column: number, access: AccessList): MatrixCell {
  const { before, after, risks, notes } = person;
  const cell = [column, access.add(before), access.add(after)] as const;
  const kind = getChangeKind(person);
  if (kind === undefined && notes.length === 0 && risks.length === 0) return cell;
  return [...cell, kind ?? "", risks.map((risk) => riskNames.indexOf(risk)), notes.map(showInvisible)];
}

/** Each different access, once. */
class AccessList {
  readonly list: MatrixAccess[] = [];
  readonly #indexes = new Map<string, number>();

  /** Returns the index of an access, or -1 for no access. */
  add(access: PersonAccess | null): number {
    if (access === null) return -1;
    const key = `${access.role} ${access.status} ${String(access.owner)}`;
    const index = this.#indexes.get(key);
    if (index !== undefined) return index;
    this.#indexes.set(key, this.list.length);
    return this.list.push({ role: describeRole(access.role), owner: access.owner, status: describeStatus(access) }) - 1;
  }
}
