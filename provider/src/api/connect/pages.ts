import * as z from "zod";
import { Unfitting } from "../errors";
import type { Http } from "../http/http";

const perPage = "100";

const meta = z.object({ after: z.string().nullish(), has_next: z.boolean() });

/** A part of a list. */
interface Page<T> {
  readonly data: readonly T[];
  readonly meta: z.output<typeof meta>;
}

/** The schema of a list's parts. To be built once. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ data: z.array(item), meta });
}

/** All items of a list, page by page. Without a parameter of paging this API sends everything, and does not say so. */
export async function* pages<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  const query = new URLSearchParams({ limit: perPage });
  const seen = new Set<string>();
  for (;;) {
    const part = await http.get(`${path}?${query.toString()}`, schema);
    yield* part.data;
    const { has_next, after } = part.meta;
    if (!has_next) return;
    if (typeof after !== "string" || seen.has(after)) throw endless(path);
    seen.add(after);
    query.set("cursor", after);
  }
}

function endless(path: string): Unfitting {
  return new Unfitting(
    "The list never ends: meta.after is missing, or names a page that came before. Tell Peridio's support.",
    { method: "GET", path, status: 200, requestId: null, ambiguous: false },
    "meta.after",
  );
}
