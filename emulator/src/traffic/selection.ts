import { z } from "zod";

/** Selects the requests of a fault or a hold. An absent property matches all. */
export const selectionSchema = z.strictObject({
  operation: z.string().optional(),
  method: z.string().optional(),
  /** `*` matches within a segment of the path, `**` across segments. */
  path: z.string().optional(),
});

export type Selection = z.infer<typeof selectionSchema>;

/** The properties of a request that a selection compares. */
export interface Target {
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
}

export function isSelected(target: Target, { operation, method, path }: Selection): boolean {
  return (
    (operation ?? target.operation) === target.operation &&
    (method ?? target.method).toUpperCase() === target.method &&
    (path === undefined || matchesPattern(target.path, path))
  );
}

/** Matches a path against a pattern: `*` matches within a segment, `**` across segments. */
export function matchesPattern(path: string, pattern: string): boolean {
  const source = pattern
    .split("**")
    .map((part) => part.split("*").map(escapeRegExp).join("[^/]*"))
    .join(".*");
  return new RegExp(`^${source}$`).test(path);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
