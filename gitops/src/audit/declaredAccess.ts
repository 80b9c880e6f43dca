import type { Values } from "#framework";
import { canonicalizeEmail, type User } from "#provider";
import { getUuid, hidesIds } from "../model/properties";
import type { Resource } from "../model/resource";
import { group } from "../objects/group";
import { projectAndCohortInputs } from "../objects/grants";
import { countHidden, listTexts, readValues } from "../objects/reading";
import { type Hidden, isHidden, unknown } from "../hidden";

/** The declaration of a live object, by the layout or by one resource. */
export interface ObjectDeclaration {
  /**
   * The declared values of the program, because a preview with `--refresh` has the live values in the outputs. Undefined if the change ends
   * the declaration.
   */
  readonly inputs: Values | undefined;
  /** The ids of users by address, as far as Pulumi has read them. Peridio may report another address for such a user. */
  readonly userIds?: ReadonlyMap<string, unknown>;
  /** The groups in `access` that the change creates. Their ids are unknown, but they are no live groups. */
  readonly created?: readonly Resource[];
}

/** A declared list of people or groups. */
export interface DeclaredList<Item> {
  readonly includes: (item: Item) => boolean;
  /** True if the preview hides a part of the list. */
  readonly hasHidden: boolean;
}

/** The declared access to a project or a cohort. */
export interface AccessDeclaration {
  /** Includes each person if the object is open. */
  readonly everyone: DeclaredList<unknown>;
  /** The people with a direct grant; undefined if the grants are not declared. */
  readonly users: DeclaredList<User> | undefined;
  /** The UUIDs of the groups with a grant; undefined if the grants are not declared. */
  readonly groups: DeclaredList<string> | undefined;
}

/** Returns the declared members of a group; undefined if they are not declared. */
export function readMembers({ inputs = {}, userIds }: ObjectDeclaration): DeclaredList<User> | undefined {
  const { members } = readValues(group.inputs, inputs);
  return members && createPeopleList(members, userIds);
}

/** Returns the declared access to a project or a cohort; nothing if the change ends the declaration. */
export function readAccess({ inputs, userIds, created = [] }: ObjectDeclaration): readonly AccessDeclaration[] {
  if (inputs === undefined) return [];
  const { everyoneEnabled = unknown, access } = readValues(projectAndCohortInputs, inputs);
  const everyone = { includes: () => everyoneEnabled === true, hasHidden: isHidden(everyoneEnabled) };
  if (access === undefined) return [{ everyone, users: undefined, groups: undefined }];
  // A hidden access hides both lists.
  const { users = [], groups = [] } = isHidden(access) ? { users: access, groups: access } : access;
  const uuids = new Set(listTexts(groups).map(getUuid));
  return [
    {
      everyone,
      users: createPeopleList(users, userIds),
      groups: { includes: (uuid) => uuids.has(uuid), hasHidden: hidesIds(groups, created) },
    },
  ];
}

function createPeopleList(
  list: readonly (string | Hidden)[] | Hidden,
  userIds: ObjectDeclaration["userIds"] = new Map(),
): DeclaredList<User> {
  const addresses = new Set(listTexts(list).map(canonicalizeEmail));
  const ids = new Set([...userIds].flatMap(([email, id]) => (addresses.has(canonicalizeEmail(email)) ? [id] : [])));
  return {
    includes: ({ email, id }) => addresses.has(canonicalizeEmail(email)) || ids.has(id),
    hasHidden: countHidden(list) > 0,
  };
}
