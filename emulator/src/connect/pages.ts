import { cursorsOf, firstAbove, type Sequenced } from "../cursors";
import { badQuery } from "../errors";

/** The query of a list, as the contract has validated it. What was not sent is absent. */
export interface ListQuery {
  readonly cursor?: string;
  readonly limit?: number;
  readonly direction?: "after" | "before";
  readonly search?: string;
}

/** Where a page lies in its list. */
export interface PageMeta {
  readonly after: string | null;
  readonly before: string | null;
  readonly has_next: boolean;
  readonly has_previous: boolean;
  readonly total: number;
}

/** A list's rows, in the order of their `sequence`, and how they are shown. */
export interface Listing<Row, Shown> {
  /** Tells lists apart, so that the cursor of one is unknown to another. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly show: (row: Row) => Shown;
}

const usualLimit = 20;

/** A page and where it lies, or the whole list where the query asks for no page. */
export function listed<Row extends Sequenced, Shown>(
  { name, rows, show }: Listing<Row, Shown>,
  query: ListQuery,
): { readonly data: readonly Shown[]; readonly meta?: PageMeta } {
  const { cursor, limit = usualLimit, direction = "after", search = null } = query;
  const paged = [query.cursor, query.limit, query.direction].some((one) => one !== undefined);
  if (!paged) return { data: rows.map(show) };

  const cursors = cursorsOf(name, search);
  const mark = cursor === undefined ? undefined : cursors.read(cursor);
  if (cursor !== undefined && mark === undefined) throw badQuery("cursor");
  const { start, end } = extent(rows, limit, direction, mark);
  const page = rows.slice(start, end);
  // An empty page lies beside the row that it was asked for by, whether that row is still there or not.
  const first = page.at(0)?.sequence ?? (mark ?? 0) + 1;
  const last = page.at(-1)?.sequence ?? (mark ?? 0) - 1;
  return {
    data: page.map(show),
    meta: {
      after: end < rows.length ? cursors.write(last) : null,
      before: start > 0 ? cursors.write(first) : null,
      has_next: end < rows.length,
      has_previous: start > 0,
      total: rows.length,
    },
  };
}

/** From which row to which, the latter excluded. A cursor's row itself is in neither direction. */
function extent(rows: readonly Sequenced[], limit: number, direction: "after" | "before", mark: number | undefined) {
  if (direction === "after") {
    const start = mark === undefined ? 0 : firstAbove(rows, mark);
    return { start, end: Math.min(start + limit, rows.length) };
  }
  const end = mark === undefined ? rows.length : firstAbove(rows, mark - 1);
  return { start: Math.max(end - limit, 0), end };
}
