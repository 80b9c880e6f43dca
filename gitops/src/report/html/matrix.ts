import { canonicalizeEmail } from "#provider";
import { riskNames, risks } from "../../risks";
import { noAccess, noKnownAccess } from "../../wording";
import { getRoleName } from "../../roles";
import { type AccessInWords, type PersonInOrganization, rolesInWords } from "../access";
import { changeKinds } from "../changeKind";
import type { SideReach } from "../reachInWords";
import type { Report } from "../report";
import type { MatrixAccess, MatrixCell, MatrixData, MatrixObject, MatrixReach } from "./page/matrixData";

/** The choice of owners in the filter by role. */
const ownerFilter = "owner";

/** The roles that a review does not know, in words. */
const unknownRoles: readonly string[] = ["unknown", "secret"].map(getRoleName);

/** Returns the access matrix. Repeated values appear once, so that thousands of people fit. */
export function createMatrix({ access: { organizations, reach } }: Report): MatrixData {
  const indexes = new Map<AccessInWords | undefined, number>([[undefined, -1]]);
  const rows = new Map<string, { email: string; cells: MatrixCell[] }>();
  organizations.forEach(({ key, access }, column) => {
    for (const one of access) {
      const { email, before, after } = one;
      for (const side of [before, after]) if (!indexes.has(side)) indexes.set(side, indexes.size - 1);
      const address = canonicalizeEmail(email);
      const row = rows.get(address) ?? { email, cells: [] };
      rows.set(address, row);
      row.cells.push(createCell(one, [column, indexes.get(before) ?? -1, indexes.get(after) ?? -1]));
    }
    // A person with a grant can be in no organization that a stack declares.
    for (const address of listAddresses(reach.get(key)?.objects ?? []))
      if (!rows.has(address)) rows.set(address, { email: address, cells: [] });
  });
  const people = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const collector = createCollector(new Map(people.map(([address], row) => [address, row])));
  const objects = organizations.flatMap(({ key }, organization) =>
    (reach.get(key)?.objects ?? []).map(({ kind, path, change, before, after }): MatrixObject => ({
      organization,
      kind,
      path,
      change: change === "kept" ? "" : change,
      hint: (after ?? before)?.hint ?? "",
      before: collector.add(before),
      after: collector.add(after),
    })),
  );
  return {
    organizations: organizations.map(({ name, change, unnamed }) => ({
      name,
      change: change === "kept" ? "" : change,
      hint: unnamed,
    })),
    objects,
    reasons: collector.listReasons(),
    sets: collector.listSets(),
    access: [...indexes.keys()].flatMap((access) => (access === undefined ? [] : [createAccess(access)])),
    filters: [...rolesInWords, ownerFilter],
    risks: Object.values(risks),
    people: people.map(([, row]) => row),
    kinds: changeKinds,
    noAccess,
    noKnownAccess,
  };
}

function createAccess({ role, isOwner, status, words }: AccessInWords): MatrixAccess {
  const filters = isOwner ? [role, ownerFilter] : [role];
  return { role, filters, status, words, ...(unknownRoles.includes(role) && { isUnknown: true }) };
}

/** Lists everyone with access to an object, by address in lower case. */
function listAddresses(
  objects: readonly { readonly before: SideReach | undefined; readonly after: SideReach | undefined }[],
): Iterable<string> {
  const sets = objects.flatMap(({ before, after }) =>
    [before, after].flatMap((side) => side?.reasons.map(({ people }) => people) ?? []),
  );
  return new Set([...new Set(sets)].flatMap((people) => [...people]));
}

/** Gives each reason and each set of people an index. `rows` has the row of each address. */
function createCollector(rows: ReadonlyMap<string, number>) {
  const reasons = new Map<string, number>();
  const sets = new Map<string, { readonly index: number; readonly rows: readonly number[] }>();
  // The report shares most sets.
  const known = new Map<ReadonlySet<string>, number>();
  const addSet = (people: ReadonlySet<string>): number => {
    const found = known.get(people);
    if (found !== undefined) return found;
    const own = [...people].flatMap((address) => rows.get(address) ?? []).sort((a, b) => a - b);
    const set = sets.get(own.join()) ?? { index: sets.size, rows: own };
    sets.set(own.join(), set);
    known.set(people, set.index);
    return set.index;
  };
  const addReason = (words: string): number => {
    const index = reasons.get(words) ?? reasons.size;
    reasons.set(words, index);
    return index;
  };
  return {
    add: (side: SideReach | undefined): MatrixReach | null =>
      side === undefined
        ? null
        : {
            reasons: side.reasons.map(({ words, people }) => [addReason(words), addSet(people)] as const),
            isComplete: side.isComplete,
          },
    listReasons: () => [...reasons.keys()],
    listSets: () => [...sets.values()].map((set) => set.rows),
  };
}

/** Adds the kind of a change, its risks and notes. */
function createCell(
  { kind, risks, notes }: PersonInOrganization,
  cell: readonly [column: number, before: number, after: number],
): MatrixCell {
  if (kind === undefined && notes.length === 0 && risks.length === 0) return cell;
  return [...cell, kind ?? "", risks.map(({ name }) => riskNames.indexOf(name)), notes];
}
