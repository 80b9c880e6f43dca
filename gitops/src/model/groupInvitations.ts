import { canonicalizeEmail } from "#provider";
import { isHidden, type Hidden } from "../hidden";
import { isWritten, mayDiffer } from "./resource";
import { type Declaration, readPeople } from "./declaration";
import type { Side } from "./directory";
import { findCreated, getId, getUuid } from "./properties";

/** A group invitation: an invitation to an organization by whose acceptance a person also joins a group. */
export interface GroupInvitation {
  /** The URN of the Membership or roster. */
  readonly urn: string;
  readonly email: string;
  /** The UUID of the group, or the URN of a group that the same change creates. Undefined if the preview hides the group. */
  readonly group: string | undefined;
  /** True if the change may replace a hidden group by another one. */
  readonly mayDiffer: boolean;
}

/** Lists the group invitations of a Membership or a roster that nobody has accepted yet. */
export function listGroupInvitations(
  declaration: Declaration,
  side: Side,
  groups: readonly Declaration[],
): readonly GroupInvitation[] {
  const accepted = (declaration.observed[side] ?? declaration[side] ?? declaration.before)?.people?.observed.accepted;
  return listDeclaredGroups(declaration, side, groups).filter(
    ({ email }) => accepted?.has(canonicalizeEmail(email)) !== true,
  );
}

/** Lists the groups that a Membership or a roster declares for people, also of those who have accepted. */
export function listDeclaredGroups(
  declaration: Declaration,
  side: Side,
  groups: readonly Declaration[],
): readonly GroupInvitation[] {
  // Peridio keeps the invitation of a released resource.
  const state = declaration[side] ?? (declaration.isReleased ? declaration.before : undefined);
  const named = readPeople(declaration.kind, declaration.values[side])?.groups ?? [];
  if (state === undefined || isHidden(named)) return [];
  const { dependencies } = state;
  const sources = ["groupId", "groups"].flatMap((name) => dependencies.get(name) ?? []);
  return named.map(([email, id]) => ({
    urn: declaration.urn,
    email,
    group: isHidden(id) ? findCreated(id, groups, sources)?.urn : getUuid(id),
    mayDiffer: isHidden(id) && mayDifferInGroup(declaration, email),
  }));
}

/** Reports if the preview hides all groups of a roster's invitations, or the address of a Membership with a group. */
export function hidesInvitations(declaration: Declaration, side: Side): boolean {
  if (declaration[side] === undefined) return false;
  return isHidden(readPeople(declaration.kind, declaration.values[side])?.groups);
}

/** Reports if an invitation to a group may differ although the preview hides both versions. Without a person, every invitation counts. */
export function mayDifferInGroup(resource: Declaration, email?: string): boolean {
  if (!isWritten(resource)) return false;
  if (resource.kind === "OrganizationMembers") return mayDiffer(resource, "groups", email);
  return mayDiffer(resource, "email") || mayDiffer(resource, "groupId");
}

/** Reports if an invitation leads to a group. */
export function leadsTo({ group }: GroupInvitation, resource: Declaration): boolean {
  const id = getId(resource);
  return group === (id === undefined ? resource.urn : getUuid(id));
}

/**
 * Returns a function that reports if a person joins another group than before by accepting the invitation. Peridio cannot edit an
 * invitation, so the provider then sends a new one, also in the place of an expired one.
 */
export function createGroupComparison(declaration: Declaration): (email: string) => boolean {
  const [before, after] = [listGroups(declaration, "before"), listGroups(declaration, "after")];
  if (before === undefined || after === undefined) return (email) => mayDifferInGroup(declaration, email);
  return (email) => {
    const [former, present] = [before, after].map((groups) => groups.get(canonicalizeEmail(email)));
    if (isHidden(former) || isHidden(present)) return mayDifferInGroup(declaration, email);
    return (former && getUuid(former)) !== (present && getUuid(present));
  };
}

/** Returns the groups of the invitations on one side, by canonical address; undefined if the preview hides them. */
function listGroups(declaration: Declaration, side: Side): ReadonlyMap<string, string | Hidden> | undefined {
  const groups = readPeople(declaration.kind, declaration.values[side])?.groups ?? [];
  if (isHidden(groups)) return undefined;
  return new Map(groups.map(([email, group]) => [canonicalizeEmail(email), group]));
}
