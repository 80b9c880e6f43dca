import { parsePath } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { Resource } from "../preview/resource";
import { quoteName } from "../wording";

/** Reports if this change may write the resource to Peridio. An import alone only reads. */
export function isWritten({ isChanged, isImported, isWrittenImport }: Resource): boolean {
  return isChanged && (!isImported || isWrittenImport);
}

/** Reports if a property, or the entry of one address in a map, may differ although both values are hidden. */
export function mayDiffer(
  { isChanged, differences }: Pick<Resource, "isChanged" | "differences">,
  property: string,
  entry?: string,
): boolean {
  if (!isChanged || differences.length === 0) return isChanged;
  return differences.some((text) => {
    const path = parsePath(text);
    if (path === undefined) return true;
    const [first, second] = path;
    if (first !== property) return false;
    return (
      entry === undefined || second === undefined || canonicalizeEmail(String(second)) === canonicalizeEmail(entry)
    );
  });
}

/** Returns the name in sentences: `Membership bob`. */
export function describeResource({ kind, name }: Pick<Resource, "kind" | "name">): string {
  return `${kind} ${quoteName(name)}`;
}
