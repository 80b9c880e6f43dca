import type { Conflict } from "./ownership";
import type { AnyResource, ObjectKey } from "./resource";
import { hasUnknowns, type Values } from "./values";

/** What a declaration claims, as far as it is known. */
export function keysOf(resource: AnyResource, declared: Values): ReturnType<NonNullable<AnyResource["claims"]>> {
  const parts = resource.identity.map((property) => {
    const value = declared[property];
    return hasUnknowns(value) ? undefined : (resource.changes[property]?.canonical?.(value) ?? value);
  });
  if (parts.includes(undefined)) return { things: [] };
  const path = resource.identity.slice(-1);
  return resource.claims?.(declared) ?? { things: [{ of: resource.token, which: JSON.stringify(parts), path }] };
}

/** Why another declaration stands against this one, as the rest of a sentence that begins with it. */
export function explainConflict({ urn, whole }: Conflict): string {
  if (whole === undefined) return `is declared twice, here and by ${urn}: keep one of the two`;
  const what =
    whole.by === "mine" ? `is declared here as a whole, and in part by ${urn}` : `is declared as a whole by ${urn}`;
  return `${what}: ${whole.remedy}`;
}

/** What a declaration claims that the state does not claim yet. */
export function newKeys(
  resource: AnyResource,
  { declared, declaredBefore, state }: Readonly<Record<"declared" | "declaredBefore" | "state", Values>>,
): readonly ObjectKey[] {
  const before = keysOf(resource, { ...state, ...declaredBefore }).things;
  return keysOf(resource, declared).things.filter(
    ({ of, which }) => !before.some((one) => one.of === of && one.which === which),
  );
}
