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

/** A member of an organization. */
interface Standing {
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
  people: ReadonlyMap<Key, Standing>,
  { everyoneEnabled, users, groups }: Grants<Key, Path>,
): ReadonlyMap<Key, readonly (DirectPath | Path)[]> {
  const granted = new Set(users);
  const throughGroups = listPathsByMember(groups);
  const found = new Map<Key, readonly (DirectPath | Path)[]>();
  const listDirect = (key: Key, person: Standing | undefined) => {
    const direct: DirectPath[] = [];
    if (person !== undefined && hasAdminRights(person.role))
      direct.push({ kind: "role", role: person.isOwner ? "owner" : "admin" });
    if (person !== undefined && everyoneEnabled) direct.push({ kind: "everyone" });
    if (granted.has(key)) direct.push({ kind: "user" });
    return direct;
  };
  const add = (key: Key) => {
    const others = throughGroups.get(key);
    const person = people.get(key);
    // Most people of a large organization have access through groups only, and share one list.
    const hasDirect = granted.has(key) || (person !== undefined && (everyoneEnabled || hasAdminRights(person.role)));
    if (hasDirect) found.set(key, [...listDirect(key, person), ...(others ?? [])]);
    else if (others !== undefined) found.set(key, others);
  };
  for (const keys of [people.keys(), granted, throughGroups.keys()])
    for (const key of keys) if (!found.has(key)) add(key);
  return found;
}

/** Returns the paths of each member. People in the same groups share one list. */
function listPathsByMember<Key, Path>(groups: Grants<Key, Path>["groups"]): ReadonlyMap<Key, readonly Path[]> {
  const found = new Map<Key, readonly Path[]>();
  for (const { path, members } of groups) {
    const longer = new Map<readonly Path[] | undefined, readonly Path[]>();
    for (const key of members) {
      const own = found.get(key);
      const list = longer.get(own) ?? [...(own ?? []), path];
      longer.set(own, list);
      found.set(key, list);
    }
  }
  return found;
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
