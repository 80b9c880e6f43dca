import { z } from "zod";
import { fits } from "./pattern";

/** Which requests a rule is about. A property that is left out fits every request. */
export const selectionSchema = z.strictObject({
  operation: z.string().optional(),
  method: z.string().optional(),
  /** `*` stands for anything within a segment of the path, `**` for anything at all. */
  path: z.string().optional(),
});

export type Selection = z.infer<typeof selectionSchema>;

/** A request, as far as rules look at it. */
export interface Target {
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
}

/** Reports whether a rule is about this request. */
export function matches({ operation, method, path }: Selection, target: Target): boolean {
  return (
    (operation ?? target.operation) === target.operation &&
    (method ?? target.method).toUpperCase() === target.method &&
    (path === undefined || fits(target.path, path))
  );
}
