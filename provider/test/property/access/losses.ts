import type { Write } from "../harness/proxy";
import { listPaths, type Snapshot } from "./observed";

/** Returns the people who have access before and after an `up`, but not at each moment in between. */
export function checkLosses(before: Snapshot, after: Snapshot, writes: readonly Write<Snapshot>[]): string[] {
  return [...before.members].flatMap(([userId, { name }]) =>
    [...before.objects].flatMap(([objectId, object]) => {
      const [old, desired] = [listPaths(before, userId, objectId), listPaths(after, userId, objectId)];
      if (old.length === 0 || desired.length === 0 || mayLose(before, after, userId, objectId)) return [];
      const loss = writes.find((write) => listPaths(write.after, userId, objectId).length === 0);
      return loss === undefined ? [] : [`${name} has no access to ${object.name} after ${loss.method} ${loss.path}`];
    }),
  );
}

/**
 * Returns true if nothing of a person's former access remains, and resources other than the project or cohort take it. The guide
 * advises to use two updates in this case.
 */
function mayLose(before: Snapshot, after: Snapshot, userId: string, objectId: string): boolean {
  const desired = listPaths(after, userId, objectId);
  return listPaths(before, userId, objectId).every((path) => {
    if (desired.includes(path)) return false;
    // The end of a role is the change of a Membership. A group that is deleted ends after all updates.
    if (path === "role") return true;
    const group = after.groups.get(path);
    return group !== undefined && !group.members.has(userId);
  });
}
