import * as z from "zod";
import type { Http } from "../http/http";
import type { Fields } from "../contract";
import { pages as every, perPage, type Page } from "../http/pages";
import type { Wire } from "./schemas";

const meta = z
  .object({ after: z.string().nullish(), has_next: z.boolean().optional() } satisfies Fields<Wire["page-meta"]>)
  .refine(({ after, has_next }) => has_next !== true || typeof after === "string", {
    path: ["after"],
    error: "missing, though `has_next` is true",
  })
  .transform(({ after, has_next }) => (has_next === false ? null : after))
  .nullish();

/** The schema of a list's parts. To be built once. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ data: z.array(item), meta }).transform(({ data, meta }) => ({ items: data, next: meta }));
}

/** All items of a list. Without paging parameters, this API sends all items at once, without `meta`. */
export function pages<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
  idOf: (item: T) => string,
): AsyncGenerator<T, void, undefined> {
  const query = new URLSearchParams({ limit: String(perPage) });
  const read = async (cursor: string | undefined): Promise<Page<T>> => {
    if (cursor !== undefined) query.set("cursor", cursor);
    return http.get(`${path}?${query.toString()}`, schema);
  };
  return every({ path, field: "meta.after", read, idOf });
}
