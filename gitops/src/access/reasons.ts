import { type AccessPath, canonicalizeEmail, listAccessPaths } from "#provider";

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

interface GrantedGroup {
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
  const members = groupByAddress(groups, (group) => group.members);
  const invited = groupByAddress(groups, (group) => group.invited);
  const addresses = new Set([...people.keys(), ...granted, ...members.keys(), ...invited.keys()]);
  return new Map(
    [...addresses].flatMap((address) => {
      const joined = members.get(address) ?? [];
      const reasons: readonly Reason[] = [
        ...listAccessPaths(people.get(address), { everyoneEnabled, isGranted: granted.has(address), groups: joined }),
        ...(invited.get(address) ?? [])
          .filter((group) => !joined.includes(group))
          .map((group) => ({ kind: "invitation", group }) as const),
      ];
      return reasons.length === 0 ? [] : [[address, reasons] as const];
    }),
  );
}

/** Returns the names of the groups of each person, by canonical address. Two stacks can declare one group. */
function groupByAddress(
  groups: readonly GrantedGroup[],
  getPeople: (group: GrantedGroup) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Set<string>>();
  for (const group of groups)
    for (const address of getPeople(group).map(canonicalizeEmail))
      names.set(address, (names.get(address) ?? new Set()).add(group.name));
  return new Map([...names].map(([address, own]) => [address, [...own]]));
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
      return `through group ${reason.group}`;
    case "invitation":
      return `through group ${reason.group}, by accepting an invitation`;
  }
}

/** Reports if a reason is a grant, directly or through a group. */
export function isGrant({ kind }: Reason): boolean {
  return kind !== "role" && kind !== "everyone";
}
