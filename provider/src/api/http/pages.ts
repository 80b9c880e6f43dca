import { InvalidResponseError } from "../errors";

/** The largest page size of both APIs. */
export const perPage = 100;

/** The most pages of a list: 100,000 items. */
const maxPages = 1_000;

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end, undefined if the response omits it. */
  readonly next: string | null | undefined;
}

interface PagedList<T> {
  readonly path: string;
  /** The property of a response that holds the cursor. */
  readonly field: string;
  readonly read: (cursor: string | undefined) => Promise<Page<T>>;
  readonly getId: (item: T) => string;
}

/** Reads all items of a list, page by page. Rejects with `InvalidResponseError` if the list never ends or may be incomplete. */
export async function* readPages<T>({ path, field, read, getId }: PagedList<T>): AsyncGenerator<T, void, undefined> {
  const [cursors, ids] = [new Set<string>(), new Set<string>()];
  let cursor: string | undefined;
  for (let count = 1; ; count++) {
    const { items, next } = await read(cursor);
    // Pages may overlap if the list changes between two reads.
    const fresh = items.filter((item) => !ids.has(getId(item)));
    for (const item of fresh) ids.add(getId(item));
    yield* fresh;
    // Without a cursor, only a page that is not full is certainly the last.
    if (next === null || (next === undefined && items.length !== perPage)) return;
    if (next === undefined)
      throw rejectPages(`The list may be incomplete: the response has no ${field}. ${support}`, path, field);
    // An empty page may still have a next one.
    if (items.length > 0 && fresh.length === 0) {
      throw rejectPages(`The list does not end: a page contains only items of earlier pages. ${support}`, path, field);
    }
    if (cursors.has(next))
      throw rejectPages(`The list does not end: ${field} points to an earlier page. ${support}`, path, field);
    if (count === maxPages)
      throw rejectPages(`The list does not end: it has more than ${maxPages} pages. ${support}`, path, field);
    cursors.add(next);
    cursor = next;
  }
}

const support = "Report this to Peridio's support.";

function rejectPages(summary: string, path: string, field: string): InvalidResponseError {
  return new InvalidResponseError(
    summary,
    { method: "GET", path, status: 200, requestId: null, isAmbiguous: false },
    field,
  );
}

/** Collects all items of a list. */
export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
