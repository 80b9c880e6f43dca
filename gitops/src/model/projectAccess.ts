import { findReasons, type GrantedGroup, type Reasons } from "../access/reasons";
import { countHidden, listTexts } from "../objects/reading";
import { isHidden } from "../hidden";
import type { State } from "./resource";
import type { MergedGroup, MergedProject } from "./merging";
import type { Side } from "./directory";
import { type GroupInvitation, leadsTo } from "./groupInvitations";
import type { Person } from "./organization";
import { filterCreated, getId, getName, getUuid, hidesIds } from "./properties";

/** The access to one project or cohort on one side. */
export interface ProjectAccess {
  /** True if all members of the organization have access. */
  readonly isOpen: boolean;
  /** True if a stack declares the grants. Otherwise, other people and groups may have one. */
  readonly isDeclared: boolean;
  /** The reasons for which people have access. */
  readonly reasons: Reasons;
  /** The groups with access whose members no stack declares: by name, or by UUID if no stack declares the group. */
  readonly unknownGroups: readonly string[];
  /** All groups with access, in the same words. */
  readonly groups: readonly string[];
  /** True if the preview hides a part of the access. */
  readonly hasHidden: boolean;
}

/** The people of an organization and the members of its groups on one side. */
interface Surroundings {
  readonly people: ReadonlyMap<string, Person>;
  readonly groups: ReadonlyMap<MergedGroup, GroupMembers>;
}

/** The declared members of a group on one side. */
interface GroupMembers extends GrantedGroup {
  /** False if no stack declares the members. */
  readonly isDeclared: boolean;
  /** True if the preview hides a member. */
  readonly hasHidden: boolean;
}

/** Reads the members of all groups on one side. */
export function listGroupMembers(
  groups: readonly MergedGroup[],
  side: Side,
  invitations: readonly GroupInvitation[],
): ReadonlyMap<MergedGroup, GroupMembers> {
  return new Map(
    groups.map((group) => {
      const { members } = group.values[side];
      const own: GroupMembers = {
        name: getName(group),
        members: listTexts(members),
        invited: invitations.filter((invitation) => leadsTo(invitation, group)).map(({ email }) => email),
        isDeclared: members !== undefined,
        hasHidden: countHidden(members) > 0,
      };
      return [group, own];
    }),
  );
}

/** Returns the access on one side; undefined if the project is absent there. Undeclared access stays as it was. */
export function readAccess(
  declaration: MergedProject,
  side: Side,
  { groups, people }: Surroundings,
): ProjectAccess | undefined {
  const { before } = declaration;
  // Peridio keeps a released object as it was.
  const state = declaration[side] ?? (declaration.isReleased ? before : undefined);
  if (state === undefined) return undefined;
  const { everyoneEnabled, access } = declaration.values[side];
  const isOpen = everyoneEnabled === true;
  const { users, groups: ids } = isHidden(access) ? {} : (access ?? {});
  const found = findGroups(state, side, ids, [...groups.keys()]);
  const unknownGroups = [...found.undeclared];
  const hidden = [everyoneEnabled, access].some(isHidden) || countHidden(users) > 0 || found.hasHidden;
  const memberLists = found.declared.flatMap((group) => groups.get(group) ?? []);
  for (const { name, isDeclared } of memberLists) if (!isDeclared) unknownGroups.push(name);
  const reasons = findReasons(people, { everyoneEnabled: isOpen, users: listTexts(users), groups: memberLists });
  return {
    isOpen,
    // A new object has no grants that no stack declares.
    isDeclared: access !== undefined || (side === "after" && before === undefined && !declaration.isImported),
    reasons,
    unknownGroups,
    groups: [...found.undeclared, ...memberLists.map(({ name }) => name)],
    hasHidden: hidden || memberLists.some((group) => group.hasHidden),
  };
}

/** The groups with access to a project or cohort on one side. */
interface FoundGroups {
  readonly declared: readonly MergedGroup[];
  /** The UUIDs of the groups that no stack declares. */
  readonly undeclared: readonly string[];
  /** True if the preview hides a group that is not among the declared ones. */
  readonly hasHidden: boolean;
}

function findGroups(state: State, side: Side, ids: unknown, groups: readonly MergedGroup[]): FoundGroups {
  const uuids = new Set(listTexts(ids).map(getUuid));
  const present = groups.filter((group) => group[side] !== undefined || group.isReleased);
  const created = filterCreated(present, state.dependencies.get("access"));
  const known = new Map(groups.map((group) => [group, getUuid(getId(group) ?? "")]));
  const named = new Set(known.values());
  return {
    declared: [...present.filter((group) => uuids.has(known.get(group) ?? "")), ...created],
    undeclared: [...uuids].filter((uuid) => !named.has(uuid)),
    hasHidden: hidesIds(ids, created),
  };
}
