import { createCursors, findFirstAbove, type Sequenced } from "../../contract/cursors";
import { badParameter } from "../../contract/errors";

/** The validated query parameters of a list. Absent parameters have no defaults. */
export interface ListQuery {
  readonly cursor?: string;
  readonly limit?: number;
  readonly direction?: "after" | "before";
  readonly search?: string;
  readonly status?: string;
  readonly cohort_id?: string;
  /** Separated by commas, as `tags`. */
  readonly cohort_ids?: string;
  readonly sort_by?: string;
  readonly tags?: string;
}

/** The position of a page in its list. */
export interface PageMeta {
  readonly after: string | null;
  readonly before: string | null;
  readonly has_next: boolean;
  readonly has_previous: boolean;
  readonly total: number;
}

/** A list that can be read page by page. */
export interface Listing<Row, Shown> {
  /** Distinguishes lists, so that a cursor of another list is rejected. */
  readonly name: string;
  /** In the order of `sequence`. */
  readonly rows: readonly Row[];
  readonly show: (row: Row) => Shown;
}

const defaultLimit = 20;

/** Returns a page and its position, or the whole list if the query asks for no page. */
export function paginate<Row extends Sequenced, Shown>(
  { name, rows, show }: Listing<Row, Shown>,
  query: ListQuery,
): { readonly data: readonly Shown[]; readonly meta?: PageMeta } {
  const { cursor, limit = defaultLimit, direction = "after", search = null } = query;
  const isPaged = [query.cursor, query.limit, query.direction].some((parameter) => parameter !== undefined);
  if (!isPaged) return { data: rows.map(show) };

  const cursors = createCursors(name, search);
  const position = cursor === undefined ? undefined : cursors.decode(cursor);
  if (cursor !== undefined && position === undefined) throw badParameter("query", "cursor");
  const { start, end } = findRange(rows, limit, direction, position);
  const page = rows.slice(start, end);
  // An empty page is next to the cursor's row, even if that row no longer exists.
  const first = page.at(0)?.sequence ?? (position ?? 0) + 1;
  const last = page.at(-1)?.sequence ?? (position ?? 0) - 1;
  return {
    data: page.map(show),
    meta: {
      after: end < rows.length ? cursors.encode(last) : null,
      before: start > 0 ? cursors.encode(first) : null,
      has_next: end < rows.length,
      has_previous: start > 0,
      total: rows.length,
    },
  };
}

/** Finds the indexes of the first row and of the one after the last. The cursor's own row is in neither direction. */
function findRange(
  rows: readonly Sequenced[],
  limit: number,
  direction: "after" | "before",
  position: number | undefined,
) {
  if (direction === "after") {
    const start = position === undefined ? 0 : findFirstAbove(rows, position);
    return { start, end: Math.min(start + limit, rows.length) };
  }
  const end = position === undefined ? rows.length : findFirstAbove(rows, position - 1);
  return { start: Math.max(end - limit, 0), end };
}
