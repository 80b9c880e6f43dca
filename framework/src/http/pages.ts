import type { RequestInfo } from "../request";
import { InvalidResponseError } from "./errors";
import type { Transport } from "./transport";
import { joinSentences } from "./words";

const maxPages = 1_000;

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end, undefined if the response omits it. */
  readonly next: string | null | undefined;
}

/** The properties of a list of which each request returns a part. */
export interface PagedListDetails<T> {
  /** The property of a response that holds the cursor, for errors; `next` by default. */
  readonly field?: string;
  /** The number of items of a full page. If it is given, a full page whose cursor is undefined is an error, not the end. */
  readonly pageSize?: number;
  /** Returns the id of an item. Pages may overlap, and each id is yielded once. */
  readonly getId: (item: T) => string;
}

export interface PagedList<T> extends PagedListDetails<T> {
  /** The path of the list, for errors. */
  readonly path: string;
  /** Reads the page of a cursor; the first page without one. */
  readonly read: (cursor: string | undefined) => Promise<Page<T>>;
}

/** Reads all items of a list, page by page. Rejects with `InvalidResponseError` if the list never ends or may be incomplete. */
export async function* readPages<T>(
  { path, field = "next", pageSize, read, getId }: PagedList<T>,
  service: string,
): AsyncGenerator<T, void, undefined> {
  const reject = (fault: string): InvalidResponseError =>
    rejectPages(`${fault} Report this to ${service}'s support.`, path, field);
  const [cursors, ids] = [new Set<string>(), new Set<string>()];
  let cursor: string | undefined;
  for (let count = 1; ; count++) {
    const { items, next } = await read(cursor);
    // Pages may overlap if the list changes between two reads.
    const fresh = items.filter((item) => !ids.has(getId(item)));
    for (const item of fresh) ids.add(getId(item));
    yield* fresh;
    // Without a cursor, only a page that is not full is certainly the last.
    if (next === null || (next === undefined && items.length !== pageSize)) return;
    if (next === undefined) throw reject(`The list may be incomplete: the response has no ${field}.`);
    // An empty page may still have a next one.
    if (items.length > 0 && fresh.length === 0) {
      throw reject("The list does not end: a page contains only items of earlier pages.");
    }
    if (cursors.has(next)) throw reject(`The list does not end: ${field} points to an earlier page.`);
    if (count === maxPages) throw reject(`The list does not end: it has more than ${maxPages} pages.`);
    cursors.add(next);
    cursor = next;
  }
}

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

/**
 * Returns the path of the next page that a `Link` header names, below the endpoint; null if it names none.
 *
 * @throws InvalidResponseError if the next page is not below the endpoint.
 */
export function findNextPath(
  header: string,
  where: RequestInfo,
  { endpoint, words }: Pick<Transport, "endpoint" | "words">,
): string | null {
  const links = [...header.matchAll(/<([^>]*)>([^<]*)/g)];
  const next = links.find(([, , parameters = ""]) =>
    /;\s*rel\s*=\s*("([^"]*\s)?next[\s"]|next\b)/i.test(parameters),
  )?.[1];
  if (next === undefined) return null;
  const url = URL.canParse(next, endpoint + where.path) ? new URL(next, endpoint + where.path).href : next;
  if (url.startsWith(`${endpoint}/`)) return url.slice(endpoint.length).replace(/#.*/s, "");
  const fault = "The Link header names a next page that is not below the endpoint.";
  throw new InvalidResponseError(joinSentences(fault, `Correct ${words.endpoint}.`), where, "Link");
}
