import { type AccessPath, canonicalizeEmail, findAccess } from "#provider";
import { groupBy } from "../grouping";
import { memoize } from "../memoize";
import { compareTexts, quoteName } from "../wording";

/** A reason for access. By accepting an `invitation`, the person joins a group with a grant. */
export type Reason = AccessPath | { readonly kind: "invitation"; readonly group: string };

/** Reasons for access, by canonical address. */
export type Reasons = ReadonlyMap<string, readonly Reason[]>;

/** The access of one person to one project or cohort, as far as a source contains it. */
export interface KnownAccess<Doubt> {
  readonly reasons: readonly Reason[];
  /** The facts that the source does not contain, and that can change the access. */
  readonly doubts: readonly Doubt[];
}

/** Reports if a person certainly does not reach a project. Then the person reaches no cohort of it: grants for a cohort have no effect. */
export function isExcluded({ reasons, doubts }: KnownAccess<unknown>): boolean {
  return reasons.length === 0 && doubts.length === 0;
}

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

/** Returns the canonical addresses of some lists. */
export function joinAddresses(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...others] = lists;
  return others.length === 0 ? listAddresses(first) : new Set(lists.flatMap((list) => [...listAddresses(list)]));
}

/** Many objects have grants for one group. */
const listAddresses = memoize(
  (emails: readonly string[]): ReadonlySet<string> => new Set(emails.map(canonicalizeEmail)),
  new WeakMap(),
);

/**
 * Finds everyone with access. `people` are the people of the organization, by canonical address. Others have access by a grant only: they
 * may be members whose membership is not declared.
 */
export function findReasons(
  people: ReadonlyMap<string, { readonly role: unknown; readonly isOwner: boolean }>,
  { everyoneEnabled, users, groups }: DeclaredAccess,
): Reasons {
  // Two stacks can declare one group.
  const merged = [...groupBy(groups, ({ name }) => name)]
    .map(([group, own]) => {
      const members = joinAddresses(own.map((one) => one.members));
      const invited = joinAddresses(own.map((one) => one.invited));
      return { group, members, invited: [...invited].filter((address) => !members.has(address)) };
    })
    // The order of groups in a preview differs from one preview to the next.
    .sort((a, b) => compareTexts(a.group, b.group));
  return findAccess<string, Reason>(people, {
    everyoneEnabled,
    users: users.map(canonicalizeEmail),
    groups: [
      ...merged.map(({ group, members }) => ({ path: { kind: "group", group } as const, members })),
      ...merged.map(({ group, invited }) => ({ path: { kind: "invitation", group } as const, members: invited })),
    ],
  });
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

/** An owner is an admin too, so both are described alike. The members of a group share a reason. */
const describeAlike = memoize(
  (reason: Reason) => describeReason(reason.kind === "role" ? { ...reason, role: "admin" } : reason),
  new WeakMap(),
);

/** Describes all reasons. */
export function describeReasons(reasons: readonly Reason[]): string {
  return reasons.map(describeAlike).join(", ");
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
