import * as z from "zod";
import { Unfitting } from "../errors";
import type { Http } from "../http/http";

/** The most that the API gives at once. */
export const perPage = 100;

/** A part of a list. */
interface Page<T> {
  readonly data: readonly T[];
  readonly next_page: string | null;
}

/** The schema of a list's parts. To be built once, as an object's is. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ data: z.array(item), next_page: z.string().nullable() });
}

/** All items of a list, page by page. */
export async function* pages<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
  search?: string,
): AsyncGenerator<T, void, undefined> {
  const query = new URLSearchParams({ limit: String(perPage), ...(search !== undefined && { search }) });
  const seen = new Set<string>();
  for (;;) {
    const page = await http.get(`${path}?${query.toString()}`, schema);
    yield* page.data;
    if (page.next_page === null) return;
    if (seen.has(page.next_page)) throw endless(path);
    seen.add(page.next_page);
    query.set("page", page.next_page);
  }
}

function endless(path: string): Unfitting {
  return new Unfitting(
    "The list never ends: next_page names a page that came before. Tell Peridio's support.",
    { method: "GET", path, status: 200, requestId: null, ambiguous: false },
    "next_page",
  );
}
