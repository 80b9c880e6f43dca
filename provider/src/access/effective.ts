import { hasAdminRights } from "../api";

/** A reason for which a person has access to a project or cohort. */
export type AccessPath = DirectPath | GroupPath;

type DirectPath =
  | { readonly kind: "role"; readonly role: "admin" | "owner" }
  | { readonly kind: "everyone" }
  | { readonly kind: "user" };

/** A grant to a group of the person. People of one group share the object, because there can be a hundred thousand accesses. */
export interface GroupPath {
  readonly kind: "group";
  /** The name of the group. */
  readonly group: string;
}

/** The role of a member of an organization. */
interface MemberRole {
  readonly role: unknown;
  readonly isOwner: boolean;
}

/**
 * The grants for a project or cohort. A key identifies a person: an id, or a canonical address. A `Path` is the reason for the access of
 * the members of a group.
 */
interface Grants<Key, Path> {
  readonly everyoneEnabled: boolean;
  readonly users: readonly Key[];
  readonly groups: readonly { readonly path: Path; readonly members: Iterable<Key> }[];
}

/**
 * Finds everyone with access, and every reason. Admins and owners have access by their role. Other members have access if the object is
 * open to everyone, by a grant to the user, or by a grant to a group. `people` are the members of the organization. The result also
 * contains others with a grant.
 */
export function findAccess<Key, Path = never>(
  people: ReadonlyMap<Key, MemberRole>,
  { everyoneEnabled, users, groups }: Grants<Key, Path>,
): ReadonlyMap<Key, readonly (DirectPath | Path)[]> {
  const granted = new Set(users);
  const found: Map<Key, readonly (DirectPath | Path)[]> = listPathsByMember(groups);
  const add = (key: Key, person: MemberRole | undefined) => {
    const isAdmin = person !== undefined && hasAdminRights(person.role);
    const isAmongAll = person !== undefined && everyoneEnabled;
    const isGranted = granted.has(key);
    // Most people of a large organization have access through groups only, and share one list.
    if (!isAdmin && !isAmongAll && !isGranted) return;
    const direct: readonly (DirectPath | false)[] = [
      isAdmin && { kind: "role", role: person.isOwner ? "owner" : "admin" },
      isAmongAll && { kind: "everyone" },
      isGranted && { kind: "user" },
    ];
    found.set(key, [...direct.filter((path) => path !== false), ...(found.get(key) ?? [])]);
  };
  for (const [key, person] of people) add(key, person);
  for (const key of granted) if (!people.has(key)) add(key, undefined);
  return found;
}

/** Returns the paths of each member. People in the same groups share one list. */
function listPathsByMember<Key, Path>(groups: Grants<Key, Path>["groups"]): Map<Key, readonly Path[]> {
  const found = new Map<Key, readonly Path[]>();
  for (const { path, members } of groups) {
    const longer = new Map<readonly Path[] | undefined, readonly Path[]>();
    const extend = (own: readonly Path[] | undefined) => {
      const list = [...(own ?? []), path];
      longer.set(own, list);
      return list;
    };
    for (const key of members) {
      const own = found.get(key);
      found.set(key, longer.get(own) ?? extend(own));
    }
  }
  return found;
}

interface Identified {
  readonly id: string;
}

interface Member extends MemberRole {
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
  const people = new Map(members.map((member) => [member.userId, member]));
  const grantees = groups.map(({ id, name, members }) => ({
    id,
    path: { kind: "group", group: name } as const,
    members: members.map((user) => user.id),
  }));
  for (const object of objects) {
    const granted = new Set(object.groups);
    const found = findAccess<string, GroupPath>(people, {
      everyoneEnabled: object.everyoneEnabled,
      users: object.users.map(({ id }) => id),
      groups: grantees.filter(({ id }) => granted.has(id)),
    });
    for (const [id, paths] of found) {
      const person = people.get(id);
      if (person !== undefined) yield { person, object, paths };
    }
  }
}
