/** Something to say of a file. */
export interface Remark {
  /** A mistake has to be mended; a warning is worth a look. */
  readonly severity: "mistake" | "warning";
  /** The file or, of what stands in no single file, the path that was to be checked. */
  readonly file: string;
  /** From 1; undefined where it is about no single place. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** From top to bottom, as somebody reads the files; first those of no place. */
export function inOrder(remarks: readonly Remark[]): readonly Remark[] {
  return [...remarks].sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  });
}
