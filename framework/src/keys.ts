import type { Conflict } from "./ownership";
import { canonicalize } from "./compare";
import { getBehaviours, toComparable } from "./property";
import type { AnyResource, DeclaredKeys, ObjectKey } from "./resource";
import { hasUnknowns, type Values } from "./values";

/** Returns the inputs that identify an object. There are none if only its id does. */
export function getIdentity({ identity }: Pick<AnyResource, "identity">): readonly string[] {
  return identity === "id" ? [] : identity;
}

/**
 * Returns the keys that a declaration manages, as far as they are known. The first is the key of the object itself. The keys of parts
 * contain the id of their parent. A resource without a parent has a name only, so `scope` distinguishes the same names in different
 * APIs.
 */
export function getKeys(resource: AnyResource, declared: Values, scope = ""): DeclaredKeys {
  const keys = listKeys(resource, declared);
  if (resource.parent !== undefined || scope === "") return keys;
  const addScope = <Key extends { readonly collection: string }>(key: Key): Key => ({
    ...key,
    collection: JSON.stringify([scope, key.collection]),
  });
  return { items: keys.items.map(addScope), ...(keys.exclusive && { exclusive: addScope(keys.exclusive) }) };
}

function listKeys(resource: AnyResource, declared: Values): DeclaredKeys {
  const behaviours = getBehaviours(resource.inputs);
  const isMissing = (name: string) =>
    declared[name] === undefined && resource.inputs.shape[name]?._zod.optin === undefined;
  const { identity } = resource;
  if (identity === "id" || identity.some((name) => isMissing(name) || hasUnknowns(declared[name])))
    return { items: [] };
  const { ownership } = resource;
  const canonical = canonicalize(resource, declared);
  const parts = identity.map((name) => toComparable(behaviours[name], declared[name]));
  const own = ownership?.sharedKey?.(canonical) ?? {
    collection: resource.token,
    name: JSON.stringify(parts),
    path: identity.slice(-1),
  };
  const others = ownership?.otherKeys?.(canonical);
  return { ...others, items: [own, ...(others?.items ?? [])] };
}

/** Explains a conflict, as the rest of a sentence that begins with the object. */
export function explainConflict({ urn, remedy }: Conflict): string {
  return remedy === undefined
    ? `is declared twice, here and by ${urn}: keep one of the two`
    : `conflicts with ${urn}: ${remedy}`;
}

/** Returns the keys of a declaration that the state does not manage yet. */
export function findNewKeys(
  resource: AnyResource,
  { declared, priorInputs, state }: Readonly<Record<"declared" | "priorInputs" | "state", Values>>,
  scope = "",
): readonly ObjectKey[] {
  const prior = getKeys(resource, { ...state, ...priorInputs }, scope).items;
  return getKeys(resource, declared, scope).items.filter(
    ({ collection, name }) => !prior.some((one) => one.collection === collection && one.name === name),
  );
}
