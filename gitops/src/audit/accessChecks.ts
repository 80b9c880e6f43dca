import { asUuid, canonicalizeEmail, type Group } from "#provider";
import { type Facts, isKnown, listKnown } from "./facts";
import { createFinding, type Finding, nameObject } from "./finding";
import type { FindingKind } from "./kinds";

/** Finds direct grants of projects and cohorts to people who are not members of the organization. */
export function findGrantsToNonMembers({ name, members, projects }: Facts): readonly Finding[] {
  if (!isKnown(members) || !isKnown(projects)) return [];
  const present = new Set(members.map(({ email }) => canonicalizeEmail(email)));
  return projects.flatMap(({ kind, id, path, users }) =>
    users
      .filter(({ email }) => !present.has(canonicalizeEmail(email)))
      .map(({ email }) => {
        const predicate = `has a direct grant for ${kind} ${path}, but is not a member`;
        return createFinding("grantToNonMember", name, predicate, {
          person: email,
          object: nameObject(kind, { id, name: path }).object,
        });
      }),
  );
}

/** Finds groups without members that no pending invitation joins. */
export function findEmptyGroups({ name, groups, pending }: Facts): readonly Finding[] {
  if (!isKnown(pending)) return [];
  const awaited = new Set(pending.flatMap(({ groupId }) => groupId ?? []));
  return listKnown(groups)
    .filter(({ id, members }) => members.length === 0 && !awaited.has(asUuid(id)))
    .map((group) => createGroupFinding("emptyGroup", name, group, "has no members"));
}

/** Finds groups with members that no project and no cohort grants access. */
export function findGroupsWithoutAccess({ name, groups, projects, seesAll }: Facts): readonly Finding[] {
  // A project that the API key cannot see may grant access to any group.
  if (!isKnown(projects) || !seesAll) return [];
  const granted = new Set(projects.flatMap((project) => project.groups));
  return listKnown(groups)
    .filter(({ id, members }) => members.length > 0 && !granted.has(asUuid(id)))
    .map((group) => createGroupFinding("groupWithoutAccess", name, group, "has no access to a project or a cohort"));
}

function createGroupFinding(kind: FindingKind, organization: string, group: Group, predicate: string): Finding {
  return createFinding(kind, organization, predicate, nameObject("group", group));
}
