import * as z from "zod";
import { layoutFile } from "../../provider/src/layouts/schema";

/** What editors know of layout files: keys, kinds of values and help. What files say together, only the provider checks. */
export function layoutFileSchema(): Readonly<Record<string, unknown>> {
  // Draft 7, since editors understand it best.
  return { title: "Peridio layout", ...z.toJSONSchema(layoutFile, { target: "draft-7", io: "input" }) };
}
