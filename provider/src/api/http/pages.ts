import { Unfitting } from "../errors";

/** The most items that both APIs give at once. */
export const perPage = 100;

/** More than any list needs: 100,000 items. */
const mostPages = 1_000;

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end, undefined if the answer omits it. */
  readonly next: string | null | undefined;
}

interface List<T> {
  readonly path: string;
  /** The property of an answer that holds the cursor. */
  readonly field: string;
  readonly read: (cursor: string | undefined) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
}

/** All items of a list, page by page. Rejects with `Unfitting` if the list never ends or may be incomplete. */
export async function* pages<T>({ path, field, read, idOf }: List<T>): AsyncGenerator<T, void, undefined> {
  const [cursors, ids] = [new Set<string>(), new Set<string>()];
  let cursor: string | undefined;
  for (let count = 1; ; count++) {
    const { items, next } = await read(cursor);
    // If items come and go between two reads, pages may overlap.
    const fresh = items.filter((item) => !ids.has(idOf(item)));
    for (const item of fresh) ids.add(idOf(item));
    yield* fresh;
    // A page that is not full is the last one.
    if (next === null || (next === undefined && items.length !== perPage)) return;
    if (next === undefined) throw unfit(`The list may be incomplete: the answer has no ${field}. ${support}`, path, field);
    if (items.length > 0 && fresh.length === 0) {
      throw unfit(`The list never ends: a page repeats earlier ones. ${support}`, path, field);
    }
    if (cursors.has(next)) throw unfit(`The list never ends: ${field} names an earlier page. ${support}`, path, field);
    if (count === mostPages) throw unfit(`The list never ends: more than ${mostPages} pages. ${support}`, path, field);
    cursors.add(next);
    cursor = next;
  }
}

const support = "Tell Peridio's support.";

function unfit(summary: string, path: string, field: string): Unfitting {
  return new Unfitting(summary, { method: "GET", path, status: 200, requestId: null, ambiguous: false }, field);
}
