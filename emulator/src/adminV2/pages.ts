import { cursorsOf, firstAbove, type Cursors, type Sequenced } from "../cursors";
import { badQuery } from "../errors";
import { parseSearch, type SearchKeys } from "./search";

/** The query parameters of a list, as the contract has validated them. */
export interface ListQuery {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly search?: string;
  readonly page?: string;
}

export interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_page: string | null;
}

/** A list's rows, in the order of their `sequence`, and how they are shown and searched. */
export interface Listing<Row, Shown> {
  /** Tells lists apart, so that the cursor of one is unknown to another. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly show: (row: Row) => Shown;
  readonly keys: SearchKeys;
}

/**
 * One page. A cursor says after which row to go on, so rows that come and go in between are neither repeated nor lost.
 * Without a search the cost is that of the page, however long the list.
 */
export function page<Row extends Sequenced, Shown extends object>(
  { name, rows, show, keys }: Listing<Row, Shown>,
  query: ListQuery,
): Page<Shown> {
  const matches = query.search === undefined ? () => true : parseSearch(query.search, keys);
  const { limit, order, search = null } = query;
  const cursors = cursorsOf(name, limit, order, search);
  const step = query.order === "asc" ? 1 : -1;
  const data: Shown[] = [];
  let last = 0;
  for (let at = startOf(rows, query, cursors); ; at += step) {
    const row = rows[at];
    if (row === undefined) return { data, next_page: null };
    const shown = show(row);
    if (!matches(shown)) continue;
    if (data.length === query.limit) return { data, next_page: cursors.write(last) };
    data.push(shown);
    last = row.sequence;
  }
}

function startOf(rows: readonly Sequenced[], query: ListQuery, cursors: Cursors): number {
  if (query.page === undefined) return query.order === "asc" ? 0 : rows.length - 1;
  const after = cursors.read(query.page);
  if (after === undefined) throw badQuery("page");
  return query.order === "asc" ? firstAbove(rows, after) : firstAbove(rows, after - 1) - 1;
}
