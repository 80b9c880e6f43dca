import * as z from "zod";

/** What editors know of a kind of file: keys, kinds of values and help. What its parts say together, only the reader checks. */
export function editorSchema(title: string, file: z.ZodType): Readonly<Record<string, unknown>> {
  // Draft 7, since editors understand it best.
  return { title, ...z.toJSONSchema(file, { target: "draft-7", io: "input" }) };
}
