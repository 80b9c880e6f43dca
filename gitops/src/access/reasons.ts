import { type AccessPath, canonicalizeEmail, type GroupPath, listAccessPaths } from "#provider";
import { quoteName } from "../wording";

/** A reason for access. By accepting an `invitation`, the person joins a group with a grant. */
export type Reason = AccessPath | { readonly kind: "invitation"; readonly group: string };

/** Reasons for access, by canonical address. */
export type Reasons = ReadonlyMap<string, readonly Reason[]>;

/** The declared access to a project or cohort. People are e-mail addresses. */
interface DeclaredAccess {
  readonly everyoneEnabled: boolean;
  readonly users: readonly string[];
  /** The groups with a grant. */
  readonly groups: readonly GrantedGroup[];
}

/** A group with a grant. */
export interface GrantedGroup {
  readonly name: string;
  readonly members: readonly string[];
  /** The people who join the group by accepting an invitation. */
  readonly invited: readonly string[];
}

/**
 * Finds everyone with access. `people` are the people of the organization, by canonical address. Others have access by a grant only: they
 * may be members whose membership is not declared.
 */
export function findReasons(
  people: ReadonlyMap<string, { readonly role: unknown; readonly isOwner: boolean }>,
  { everyoneEnabled, users, groups }: DeclaredAccess,
): Reasons {
  const granted = new Set(users.map(canonicalizeEmail));
  // Two stacks can declare one group.
  const paths = new Map(groups.map(({ name }) => [name, { kind: "group", group: name } as const]));
  const members = groupByAddress(groups, paths, (group) => group.members);
  const invited = groupByAddress(groups, paths, (group) => group.invited);
  const reasons = new Map<string, readonly Reason[]>();
  const addReasons = (address: string) => {
    const [joined = none, invitedTo = none] = [members.get(address), invited.get(address)];
    const isGranted = granted.has(address);
    const paths = listAccessPaths(people.get(address), { everyoneEnabled, isGranted, groups: joined });
    const invitations = invitedTo
      .filter((path) => !joined.includes(path))
      .map(({ group }) => ({ kind: "invitation", group }) as const);
    if (paths.length + invitations.length > 0)
      reasons.set(address, invitations.length === 0 ? paths : [...paths, ...invitations]);
  };
  for (const address of people.keys()) addReasons(address);
  for (const addresses of [granted, members.keys(), invited.keys()])
    for (const address of addresses) if (!people.has(address) && !reasons.has(address)) addReasons(address);
  return reasons;
}

const none: readonly GroupPath[] = [];

/** Returns the groups of each person, by canonical address. People in the same groups share one list. `paths` contains the groups by name. */
function groupByAddress(
  groups: readonly GrantedGroup[],
  paths: ReadonlyMap<string, GroupPath>,
  getPeople: (group: GrantedGroup) => readonly string[],
): ReadonlyMap<string, readonly GroupPath[]> {
  const found = new Map<string, readonly GroupPath[]>();
  for (const group of groups) {
    const path = paths.get(group.name);
    if (path === undefined) continue;
    const longer = new Map<readonly GroupPath[], readonly GroupPath[]>();
    for (const email of getPeople(group)) {
      const address = canonicalizeEmail(email);
      const own = found.get(address) ?? none;
      const list = longer.get(own) ?? (own.includes(path) ? own : [...own, path]);
      longer.set(own, list);
      found.set(address, list);
    }
  }
  return found;
}

/** Describes a reason: `as an admin`, `open to everyone`, `granted directly` or `through group field`. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case "role":
      return `as an ${reason.role}`;
    case "everyone":
      return "open to everyone";
    case "user":
      return "granted directly";
    case "group":
      return `through group ${quoteName(reason.group)}`;
    case "invitation":
      return `through group ${quoteName(reason.group)}, by accepting an invitation`;
  }
}

/** Returns the names of the groups that give the access; empty if anything else gives access too. */
export function listGroups(reasons: readonly Reason[]): readonly string[] {
  const names = reasons.flatMap((reason) => ("group" in reason ? [reason.group] : []));
  return names.length === reasons.length ? names : [];
}

/** Reports if a reason is a grant, directly or through a group. */
export function isGrant({ kind }: Reason): boolean {
  return kind !== "role" && kind !== "everyone";
}
