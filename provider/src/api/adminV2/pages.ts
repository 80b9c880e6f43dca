import * as z from "zod";
import type { Http } from "../http/http";
import type { Fields } from "../contract";
import { pages as every, perPage, type Page } from "../http/pages";
import type { operations } from "./wire";

type List = operations["list-members"]["responses"][200]["content"]["application/json"];

/** The schema of a list's parts. To be built once, as an object's is. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({ data: z.array(item), next_page: z.string().nullable() } satisfies Fields<List>)
    .transform(({ data, next_page }) => ({ items: data, next: next_page }));
}

/** All items of a list. */
export function pages<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
  idOf: (item: T) => string,
  search?: string,
): AsyncGenerator<T, void, undefined> {
  const query = new URLSearchParams({ limit: String(perPage), ...(search !== undefined && { search }) });
  const read = async (cursor: string | undefined): Promise<Page<T>> => {
    if (cursor !== undefined) query.set("page", cursor);
    return http.get(`${path}?${query.toString()}`, schema);
  };
  return every({ path, field: "next_page", read, idOf });
}
