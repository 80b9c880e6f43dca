/** A reason for which a person has access to a project or cohort. */
export type AccessPath =
  | { readonly kind: "role"; readonly role: "admin" | "owner" }
  | { readonly kind: "everyone" }
  | { readonly kind: "user" }
  | GroupPath;

/** A grant to a group of the person. People of one group share the object, because there can be a hundred thousand accesses. */
export interface GroupPath {
  readonly kind: "group";
  /** The name of the group. */
  readonly group: string;
}

/** A member of an organization. */
interface Standing {
  readonly role: unknown;
  readonly isOwner: boolean;
}

/** The settings of a project or cohort that concern one person. */
interface Grants {
  readonly everyoneEnabled: boolean;
  /** True if the person has a direct grant. */
  readonly isGranted: boolean;
  /** The groups with a grant of which the person is a member. */
  readonly groups: readonly GroupPath[];
}

/**
 * Returns every reason for which a person has access. Admins and owners have access by their role. Other members have access if the
 * object is open to everyone, by a grant to the user, or by a grant to a group. `member` is undefined for a person who is not a member.
 */
export function listAccessPaths(member: Standing | undefined, grants: Grants): readonly AccessPath[] {
  const paths: AccessPath[] = [];
  if (member?.role === "admin") paths.push({ kind: "role", role: member.isOwner ? "owner" : "admin" });
  if (member !== undefined && grants.everyoneEnabled) paths.push({ kind: "everyone" });
  if (grants.isGranted) paths.push({ kind: "user" });
  return paths.length === 0 ? grants.groups : [...paths, ...grants.groups];
}

interface Identified {
  readonly id: string;
}

interface Member extends Standing {
  readonly userId: string;
}

/** A group of users. */
interface Group extends Identified {
  readonly name: string;
  readonly members: readonly Identified[];
}

/** A project or a cohort, with the ids of the users and groups that have a grant. */
interface Restricted {
  readonly everyoneEnabled: boolean;
  readonly users: readonly Identified[];
  readonly groups: readonly string[];
}

/** A member's access to a project or cohort, with every reason. */
export interface EffectiveAccess<Person, Object> {
  readonly person: Person;
  readonly object: Object;
  readonly paths: readonly AccessPath[];
}

/**
 * Computes which members have access to which projects or cohorts, and why. A grant to a person who is not a member has no effect.
 * The groups have the same ids as in the grants.
 */
export function* computeAccess<Person extends Member, Object extends Restricted>(
  members: readonly Person[],
  groups: readonly Group[],
  objects: readonly Object[],
): Generator<EffectiveAccess<Person, Object>, void, undefined> {
  const groupsByUser = new Map<string, (readonly [groupId: string, path: GroupPath])[]>();
  for (const { id, name, members } of groups) {
    const group = [id, { kind: "group", group: name }] as const;
    for (const user of members) {
      const own = groupsByUser.get(user.id);
      if (own === undefined) groupsByUser.set(user.id, [group]);
      else own.push(group);
    }
  }
  for (const object of objects) {
    const users = new Set(object.users.map(({ id }) => id));
    const granted = new Set(object.groups);
    for (const person of members) {
      const paths = listAccessPaths(person, {
        everyoneEnabled: object.everyoneEnabled,
        isGranted: users.has(person.userId),
        groups: (groupsByUser.get(person.userId) ?? []).flatMap(([id, path]) => (granted.has(id) ? [path] : [])),
      });
      if (paths.length > 0) yield { person, object, paths };
    }
  }
}
