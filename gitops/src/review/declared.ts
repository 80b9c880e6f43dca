import type { Place } from "./shown";

/** The declaration of one stack, in words. */
export interface Declared {
  readonly stack: string;
  readonly words: string;
}

/** An object that stacks declare differently. */
export interface ConflictingDeclarations {
  /** The name of the object, as the beginning of a sentence. */
  readonly subject: string;
  /** By stack. */
  readonly declared: readonly Declared[];
  /** The places of these declarations. */
  readonly shows: readonly Place[];
}

/** Reports if stacks declare something in different words. */
export function areConflicting(declared: readonly Declared[]): boolean {
  return listStacks(declared).length > 1 && new Set(declared.map(({ words }) => words)).size > 1;
}

/** Sorts by stack, without duplicates. */
export function sortDeclarations(declared: readonly Declared[]): readonly Declared[] {
  const different = new Map(declared.map((declaration) => [`${declaration.stack} ${declaration.words}`, declaration]));
  return [...different].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, declaration]) => declaration);
}

/** Returns the stacks of some items, each once, sorted. */
export function listStacks(items: readonly { readonly stack: string }[]): string[] {
  return [...new Set(items.map(({ stack }) => stack))].sort();
}
