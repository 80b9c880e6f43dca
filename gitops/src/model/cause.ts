/** A recorded value: one that a program declared at its last update. */
export interface Recorded<T> {
  readonly value: T;
  /** Reports if Pulumi has read another value since; `perhaps` if the preview hides a value. */
  readonly hasDrifted: boolean | "perhaps";
}

/**
 * Finds what becomes of a change outside Pulumi, from the values that all programs declared at their last updates. `undoes`: the change
 * restores the value of all of them. `accepts`: the other value stays, or a third one replaces it. Undefined if nothing
 * changed outside Pulumi, or if the value after the change is that of one last update and not of another one.
 */
export function findDriftCause<T>(
  recorded: readonly Recorded<T>[],
  after: T,
  isSame: (one: T, other: T) => boolean,
): "undoes" | "accepts" | undefined {
  if (recorded.every(({ hasDrifted }) => hasDrifted === false)) return undefined;
  if (!recorded.some(({ value }) => isSame(value, after))) return "accepts";
  const isUndone = recorded.every(({ value }) => isSame(value, after));
  return isUndone && recorded.some(({ hasDrifted }) => hasDrifted === true) ? "undoes" : undefined;
}
