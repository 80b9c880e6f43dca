import * as z from "zod";
import { Unfitting } from "../errors";
import type { Http } from "../http/http";

const perPage = "100";

const meta = z.object({ after: z.string().nullish(), has_next: z.boolean() });

/** All items of a list, page by page. Without a parameter of paging this API sends everything, and does not say so. */
export async function* pages<T>(http: Http, path: string, item: z.ZodType<T>): AsyncGenerator<T, void, undefined> {
  const schema = z.object({ data: z.array(item), meta });
  const query = new URLSearchParams({ limit: perPage });
  const seen = new Set<string>();
  for (;;) {
    const page = await http.get(`${path}?${query.toString()}`, schema);
    yield* page.data;
    const { has_next, after } = page.meta;
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
