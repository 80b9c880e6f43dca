import { randomUUID } from "node:crypto";
import type { Group, Organization, State } from "../model/state";

export function addGroup(
  state: State,
  organization: Organization,
  name: string,
  description: string | null = null,
): Group {
  state.sequence += 1;
  const group = { sequence: state.sequence, id: randomUUID(), name, description, user_ids: [] };
  organization.groups.push(group);
  return group;
}

/** Adds a person to a group, unless the person is in it. */
export function joinGroup({ user_ids }: Group, userId: string): void {
  if (!user_ids.includes(userId)) user_ids.push(userId);
}

/** Removes a person from a group. @returns false if the person is not in it */
export function leaveGroup({ user_ids }: Group, userId: string): boolean {
  const index = user_ids.indexOf(userId);
  if (index !== -1) user_ids.splice(index, 1);
  return index !== -1;
}

/** Removes a group from the organization and its invitations. */
export function removeGroup({ groups, invitations }: Organization, group: Group): void {
  groups.splice(groups.indexOf(group), 1);
  for (const invitation of invitations) {
    if (invitation.group_id === group.id) invitation.group_id = null;
  }
}

/** Removes a former member from all groups. */
export function dropAccess({ groups }: Organization, userId: string): void {
  for (const group of groups) leaveGroup(group, userId);
}
