import { canonicalizeEmail, type User } from "#provider";
import type { LayoutObject } from "../access/layout";
import { type Declaration, type DeclaredState, filterByKind, pickDeclarations } from "../model/declaration";
import { filterCreated, getUuid, hidesIds, listUserIds } from "../model/properties";
import { group } from "../objects/group";
import { projectAndCohortInputs } from "../objects/grants";
import { countWithheld, listTexts } from "../objects/reading";
import { type Withheld, isWithheld, unknown } from "../withheld";

/** A declared list of people or groups. */
export interface DeclaredList<Item> {
  readonly includes: (item: Item) => boolean;
  /** True if the preview hides a part of the list. */
  readonly isHidden: boolean;
}

/** The declaration of a project or a cohort, by the layout or by one resource. */
export interface AccessDeclaration {
  /** Includes each person if the object is open. */
  readonly everyone: DeclaredList<unknown>;
  /** The people with a direct grant; undefined if the grants are not declared. */
  readonly users: DeclaredList<User> | undefined;
  /** The groups with a grant; undefined if the grants are not declared. */
  readonly groups: DeclaredList<LiveGroup> | undefined;
}

/** A live group with a grant, which the audit looks up among the declared ones. */
export interface LiveGroup {
  readonly uuid: string;
  /** Undefined if the organization has no such group. */
  readonly name: string | undefined;
}

/** Returns the people of a layout. */
export function listLayoutPeople(people: readonly string[]): DeclaredList<User> {
  const addresses = new Set(people.map(canonicalizeEmail));
  return { includes: ({ email }) => addresses.has(canonicalizeEmail(email)), isHidden: false };
}

export function readLayoutAccess({ everyoneEnabled, access }: LayoutObject): AccessDeclaration {
  return {
    everyone: readOpenness(everyoneEnabled),
    users: access && listLayoutPeople(access.users),
    groups: access && {
      includes: ({ name }) => name !== undefined && access.groups.includes(name),
      isHidden: false,
    },
  };
}

/** Returns the members that groups declare after the change; undefined for a group that declares none. */
export function readDeclaredMembers(groups: readonly Declaration[]): readonly (DeclaredList<User> | undefined)[] {
  return pickDeclarations(groups, ["Group"], group.inputs).map(({ declared: { after }, ...declaration }) => {
    return after?.members && readDeclaredPeople(declaration, after.members);
  });
}

/**
 * Returns the declarations of a project or a cohort after the change, without those that the change deletes. Reads the inputs of the
 * program only, because a preview with `--refresh` has the live values in the outputs.
 */
export function readDeclaredAccess(
  projects: readonly Declaration[],
  declarations: readonly Declaration[],
): readonly AccessDeclaration[] {
  return pickDeclarations(projects, ["Project", "Cohort"], projectAndCohortInputs).flatMap((project) => {
    const { after, declared } = project;
    if (after === undefined || declared.after === undefined) return [];
    const { everyoneEnabled = unknown, access } = declared.after;
    const everyone = readOpenness(everyoneEnabled);
    if (access === undefined) return { everyone, users: undefined, groups: undefined };
    // A hidden access hides both lists.
    const { users = [], groups = [] } = isWithheld(access) ? { users: access, groups: access } : access;
    return {
      everyone,
      users: readDeclaredPeople(project, users),
      groups: readDeclaredGroups(after, groups, declarations),
    };
  });
}

function readOpenness(everyoneEnabled: boolean | Withheld): DeclaredList<unknown> {
  return { includes: () => everyoneEnabled === true, isHidden: isWithheld(everyoneEnabled) };
}

type PrintedList = readonly (string | Withheld)[] | Withheld;

/** Returns declared people. Peridio may report another address for a user whose id is in the state. */
function readDeclaredPeople(declaration: Declaration, list: PrintedList): DeclaredList<User> {
  const addresses = new Set(listTexts(list).map(canonicalizeEmail));
  const ids = new Set(
    [...listUserIds(declaration)].flatMap(([email, id]) => (addresses.has(canonicalizeEmail(email)) ? [id] : [])),
  );
  return {
    includes: ({ email, id }) => addresses.has(canonicalizeEmail(email)) || ids.has(id),
    isHidden: countWithheld(list) > 0,
  };
}

/** Returns declared groups. A preview does not know the ids of the groups that the change creates, which are no live groups. */
function readDeclaredGroups(
  after: DeclaredState,
  list: PrintedList,
  resources: readonly Declaration[],
): DeclaredList<LiveGroup> {
  const uuids = new Set(listTexts(list).map(getUuid));
  const created = filterCreated(filterByKind(resources, "Group"), after.dependencies.get("access"));
  return { includes: ({ uuid }) => uuids.has(uuid), isHidden: hidesIds(list, created) };
}
