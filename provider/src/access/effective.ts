import type { Group, Member, Project } from "../api";
import { asUuid } from "../types/objectId";

/** A reason for which a person has access to a project or cohort. */
export type AccessPath =
  | { readonly kind: "role"; readonly role: string }
  | { readonly kind: "everyone" }
  | { readonly kind: "user" }
  | { readonly kind: "group"; readonly group: string };

/** A person's access to a project or cohort, with every reason. */
export interface EffectiveAccess {
  readonly person: Member;
  readonly object: Project;
  readonly paths: readonly AccessPath[];
}

/**
 * Computes who has access to which projects or cohorts, and why. Admins and owners have access by their role. Other members have
 * access if the object is open to everyone, by a grant to the user, or by a grant to a group. A grant to a person who is not a
 * member has no effect.
 */
export function* computeAccess(
  members: readonly Member[],
  groups: readonly Group[],
  objects: readonly Project[],
): Generator<EffectiveAccess, void, undefined> {
  const groupsByUser = new Map<string, Group[]>();
  for (const group of groups)
    for (const { id } of group.members) groupsByUser.set(id, [...(groupsByUser.get(id) ?? []), group]);
  for (const object of objects) {
    const users = new Set(object.users.map(({ id }) => id));
    const granted = new Set(object.groups);
    for (const person of members) {
      const paths: AccessPath[] = [
        ...(person.role === "admin" ? [{ kind: "role", role: person.isOwner ? "owner" : "admin" } as const] : []),
        ...(object.everyoneEnabled ? [{ kind: "everyone" } as const] : []),
        ...(users.has(person.userId) ? [{ kind: "user" } as const] : []),
        ...(groupsByUser.get(person.userId) ?? [])
          .filter(({ id }) => granted.has(asUuid(id)))
          .map(({ name }) => ({ kind: "group", group: name }) as const),
      ];
      if (paths.length > 0) yield { person, object, paths };
    }
  }
}
