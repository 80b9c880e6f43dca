import { type Declarations, type ObjectKey, UserError } from "#framework";
import { listBriefly } from "#framework/messages";
import { canonicalizeEmail, type Group, type Peridio, type User } from "../api";
import type { Context } from "../resource";
import { asUuid } from "../types/objectId";
import { readIfPresent } from "./read";
import { readList } from "./people";

/** Returns the key of a group. `members` are the declared addresses, on which the access to projects and cohorts depends. */
export function getGroupKey(organizationId: unknown, name: string, members: unknown): ObjectKey {
  const collection = `groups of ${String(organizationId)}`;
  return { collection, kind: "groups", name, path: ["name"], desired: members };
}

/**
 * Refuses to take access away from a person who would then have none. Concerns people that the program declares in a
 * group with access. Reads each of these groups, from the cache if possible. Reads a group again before it refuses.
 * @throws UserError for such a person
 */
export async function rejectLossOfAccess(
  { api, getDesired }: Pick<Context, "api"> & Pick<Declarations, "getDesired">,
  organizationId: string,
  groupIds: readonly string[],
  leaving: readonly User[],
): Promise<void> {
  if (leaving.length === 0 || groupIds.length === 0) return;
  const read = async (get: (id: string) => Promise<Group>): Promise<readonly Group[]> => {
    const ids = groupIds.map((id) => `${organizationId}/${asUuid(id)}`);
    const groups = await Promise.all(
      ids.map(async (id) => readIfPresent(api, id, get(id), { kind: "groups", seenBy: "members" })),
    );
    return groups.filter((group) => group !== undefined);
  };
  const findLost = (groups: readonly Group[]): readonly User[] => {
    const present = new Set(groups.flatMap(({ members }) => members.map(({ id }) => id)));
    const declared = new Set(
      groups
        .flatMap(({ name }) => readList(getDesired(getGroupKey(organizationId, name, undefined))) ?? [])
        .map(canonicalizeEmail),
    );
    return leaving.filter(({ id, email }) => declared.has(canonicalizeEmail(email)) && !present.has(id));
  };
  if (findLost(await read(async (id) => api.groups.get(id))).length === 0) return;
  const lost = findLost(await read(async (id) => api.groups.reread(id)));
  if (lost.length === 0) return;
  throw new UserError(
    `the program declares ${listBriefly(lost.map(({ email }) => email))} in a group with access, but Peridio does not list ${lost.length === 1 ? "this person" : "these people"} in the group. The provider revoked no access, because ${lost.length === 1 ? "this person" : "these people"} would have no access left. Run \`pulumi up --refresh\` to repair the group.`,
  );
}

/**
 * Refuses groups that the organization does not have. `property` is the input with their ids.
 * @throws UserError for an unknown group
 */
export async function rejectUnknownGroups(
  api: Peridio,
  organizationId: string,
  ids: readonly string[],
  property: string,
): Promise<void> {
  if (ids.length === 0) return;
  const listed = new Set<string>();
  for await (const { id } of api.groups.list(organizationId)) listed.add(id);
  const unknown: string[] = [];
  for (const id of ids) {
    const full = `${organizationId}/${asUuid(id)}`;
    // Another process of this run may have created the group after this process has read the list.
    if (
      !listed.has(full) &&
      (await readIfPresent(api, full, api.groups.get(full), { kind: "groups", seenBy: "members" })) === undefined
    )
      unknown.push(id);
  }
  if (unknown.length === 0) return;
  throw new UserError(
    `the organization has no group ${unknown.join(" and no group ")}. ` +
      "If a Group of this stack was deleted outside Pulumi, run `pulumi up --refresh`, which creates the group again. " +
      `Otherwise, correct \`${property}\`: pass the \`id\` of a Group, or the UUID of an existing group.`,
  );
}
