import { risks } from "../../risks";
import { noAccess } from "../../wording";
import { type Access, changeKinds, type PersonalAccess, roleFilters } from "../access";
import { showInvisible } from "../invisible";
import type { Report } from "../report";
import type { RiskWords } from "../words";
import type { MatrixCell, MatrixData } from "./page/matrixData";

/** The risks, in the order of the page's data. */
const allRisks: readonly RiskWords[] = Object.values(risks);

/** Returns the access matrix. Repeated values appear once, so that thousands of people fit. */
export function createMatrix({ access: { organizations } }: Report): MatrixData {
  const indexes = new Map<Access | undefined, number>([[undefined, -1]]);
  const rows = new Map<string, { email: string; cells: MatrixCell[] }>();
  organizations.forEach(({ access }, column) => {
    for (const one of access) {
      const { email, before, after } = one;
      for (const side of [before, after]) if (!indexes.has(side)) indexes.set(side, indexes.size - 1);
      const key = email.toLowerCase();
      const row = rows.get(key) ?? { email: showInvisible(email), cells: [] };
      rows.set(key, row);
      row.cells.push(createCell(one, [column, indexes.get(before) ?? -1, indexes.get(after) ?? -1]));
    }
  });
  return {
    organizations: organizations.map(({ name, change, unnamed }) => ({
      name: showInvisible(name),
      change: change === "kept" ? "" : change,
      hint: unnamed,
    })),
    access: [...indexes.keys()].filter((access) => access !== undefined),
    filters: roleFilters,
    risks: allRisks,
    people: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    kinds: changeKinds,
    noAccess,
  };
}

/** Adds the kind of a change, its risks and notes. */
function createCell(
  { kind, risks, notes }: PersonalAccess,
  cell: readonly [column: number, before: number, after: number],
): MatrixCell {
  if (kind === undefined && notes.length === 0 && risks.length === 0) return cell;
  return [...cell, kind ?? "", risks.map((risk) => allRisks.indexOf(risk)), notes.map(showInvisible)];
}
