import { capitalize } from "../wording";
import { type AccessGap, type AccessObject, describeObject, type PersonInSource } from "./source";

/** Returns the people, by canonical address, and everyone with a grant whose membership nothing declares. */
export function addUndeclared(
  people: ReadonlyMap<string, PersonInSource>,
  objects: readonly AccessObject[],
): ReadonlyMap<string, PersonInSource> {
  const addresses = objects.flatMap(({ reasons }) => [...reasons.keys()]);
  const undeclared = addresses
    .filter((email) => !people.has(email))
    .map((email) => [email, { email, role: "unknown", isOwner: false, status: "undeclared" }] as const);
  return new Map([...people, ...undeclared]);
}

/**
 * Describes the access to an object that nothing declares, in sentences. If the object is open, undeclared grants make no difference to
 * members. `absence` says which declaration is missing.
 */
export function describeUndeclared(
  object: Pick<AccessObject, "kind" | "path" | "isOpen">,
  { isDeclared, unknownGroups }: { readonly isDeclared: boolean; readonly unknownGroups: readonly string[] },
  absence: "no stack declares" | "the layout does not declare" | "the program stops declaring",
): readonly string[] {
  const name = describeObject(object);
  const conjunction = absence === "the program stops declaring" ? "and" : "but";
  return [
    ...(object.isOpen || isDeclared ? [] : [`${capitalize(absence)} the grants of ${name}.`]),
    ...unknownGroups.map(
      (group) => `Group ${group} has access to ${name}, ${conjunction} ${absence} the members of this group.`,
    ),
  ];
}

/** Creates gaps about the access to an object, from sentences. */
export function createAccessGaps({ key }: AccessObject, sentences: readonly string[]): readonly AccessGap[] {
  return sentences.map((sentence) => ({ hides: "access", sentence, about: key }));
}
