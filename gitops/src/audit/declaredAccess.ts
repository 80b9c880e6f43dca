import { isRecord } from "#framework";
import { canonicalizeEmail, type User } from "#provider";
import type { LayoutCohort } from "#layout";
import { getId, getUuid, isObserved } from "../model/properties";
import { countHidden, listTexts } from "../objects/reading";
import { type Hidden, isHidden, unknown } from "../hidden";
import type { Resource, State } from "../preview/resource";

/** A declared list of people or groups. */
export interface DeclaredList<Item> {
  readonly includes: (item: Item) => boolean;
  /** True if the preview hides a part of the list. */
  readonly isHidden: boolean;
}

/** The declaration of a project or a cohort, by the layout or by one resource. */
export interface DeclaredAccess {
  readonly everyoneEnabled: boolean | Hidden;
  /** The people with a direct grant; undefined if the grants are not declared. */
  readonly users: DeclaredList<User> | undefined;
  /** The groups with a grant; undefined if the grants are not declared. */
  readonly groups: DeclaredList<LiveGroup> | undefined;
}

/** A group with a grant. */
export interface LiveGroup {
  readonly uuid: string;
  /** Undefined if the organization has no such group. */
  readonly name: string | undefined;
}

/** Returns the people of a layout. */
export function listLayoutPeople(addresses: readonly string[]): DeclaredList<User> {
  const declared = new Set(addresses.map(canonicalizeEmail));
  return { includes: ({ email }) => declared.has(canonicalizeEmail(email)), isHidden: false };
}

export function readLayoutAccess({ everyoneEnabled, access }: LayoutCohort): DeclaredAccess {
  return {
    everyoneEnabled,
    users: access && listLayoutPeople(access.users),
    groups: access && {
      includes: ({ name }) => name !== undefined && access.groups.includes(name),
      isHidden: false,
    },
  };
}

/** Returns the declared members of a group; undefined if the resource does not declare members after the change. */
export function readMembers(group: Resource): DeclaredList<User> | undefined {
  const { after } = group;
  return after?.inputs.members === undefined ? undefined : readPeople(group, after.inputs.members);
}

/**
 * Returns the declaration of a project or a cohort after the change; undefined if the change deletes the resource. Reads the inputs of
 * the program only, because a preview with `--refresh` has the live values in the outputs.
 */
export function readProject(project: Resource, resources: readonly Resource[]): DeclaredAccess | undefined {
  const { after } = project;
  if (after === undefined) return undefined;
  const { everyoneEnabled, access } = after.inputs;
  return {
    everyoneEnabled: typeof everyoneEnabled === "boolean" ? everyoneEnabled : unknown,
    users: access === undefined ? undefined : readPeople(project, toList(access, "users")),
    groups: access === undefined ? undefined : readGroups(after, toList(access, "groups"), resources),
  };
}

/** Returns a list of the declared access. A hidden access hides both lists. */
function toList(access: unknown, name: "users" | "groups"): unknown {
  if (isHidden(access)) return access;
  return isRecord(access) ? (access[name] ?? []) : [];
}

/** Returns declared people. Peridio may report another address for a user whose id is in the state. */
function readPeople(resource: Resource, list: unknown): DeclaredList<User> {
  const declared = new Set(listTexts(list).map(canonicalizeEmail));
  const { before, after } = resource;
  const userIds = isObserved(resource, "after") ? (after?.outputs ?? before?.outputs)?.userIds : undefined;
  const ids = new Set(
    Object.entries(isRecord(userIds) ? userIds : {}).flatMap(([email, id]) =>
      declared.has(canonicalizeEmail(email)) ? [id] : [],
    ),
  );
  return {
    includes: ({ email, id }) => declared.has(canonicalizeEmail(email)) || ids.has(id),
    isHidden: countHidden(list) > 0,
  };
}

/** Returns declared groups. A preview does not know the ids of the groups that the change creates, which are no live groups. */
function readGroups(after: State, list: unknown, resources: readonly Resource[]): DeclaredList<LiveGroup> {
  const declared = new Set(listTexts(list).map(getUuid));
  const sources = after.dependencies.get("access") ?? [];
  const created = resources.filter(
    (resource) =>
      resource.kind === "Group" &&
      resource.isCreated &&
      getId(resource) === undefined &&
      sources.includes(resource.urn),
  );
  return {
    includes: ({ uuid }) => declared.has(uuid),
    isHidden: isHidden(list) || countHidden(list) > created.length,
  };
}
