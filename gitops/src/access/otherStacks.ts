import type { Resource } from "../preview/resource";
import type { Person } from "./access";
import { isHidden } from "./hidden";
import { declaredIn } from "./people";

/**
 * What becomes of people whom one stack removes and another one declares. Each stack knows of itself alone: what it does not declare
 * any more it removes, and a stack that does nothing does not see that. One that invites anew brings the person back.
 */
export function withoutRemoved(
  people: ReadonlyMap<string, Person>,
  past: readonly Resource[],
  present: readonly Resource[],
): Map<string, Person> {
  const removed = new Set(past.filter(isOfPeople).flatMap((resource) => removedBy(resource, present)));
  const inviting = new Set(present.filter(({ changed }) => changed).map(({ urn }) => urn));
  return new Map(
    [...people].flatMap(([address, person]): [string, Person][] => {
      if (!removed.has(address)) return [[address, person]];
      const isInvited = person.declaredBy.some((urn) => inviting.has(urn));
      return isInvited ? [[address, { ...person, standing: "planned", userId: undefined }]] : [];
    }),
  );
}

function isOfPeople({ kind, released }: Resource): boolean {
  return !released && (kind === "Membership" || kind === "OrganizationMembers");
}

/** Whom a resource declared, and nothing in its stack declares any more; nobody where that is hidden. */
function removedBy({ stack, before }: Resource, present: readonly Resource[]): readonly string[] {
  const own = present.filter((other) => other.stack === stack).flatMap(({ after }) => after ?? []);
  if (before === undefined || own.some(({ inputs }) => isHidden(inputs.members))) return [];
  const still = new Set(own.flatMap(declaredIn));
  return declaredIn(before).filter((address) => !still.has(address));
}
