import type { Mention } from "../../model/mentions";
import type { Person } from "../../model/organization";
import { mayDiffer } from "../../model/resource";
import { isSame } from "../../hidden";
import type { Information } from "./information";

/** A person in one organization, before and after a change. */
export interface PersonChange {
  readonly before: Person | undefined;
  readonly after: Person | undefined;
  /** The resources that name the person, each with what it declares about the person. */
  readonly mentions: readonly Mention[];
  /** True if this change deletes the organization. */
  readonly isDeleted: boolean;
  /** True if this change creates the organization. */
  readonly isNew: boolean;
  /** True if any admin may be an owner, because previews with Avocado Connect do not show undeclared owners. */
  readonly isPossibleOwner: boolean;
  /** True if an OrganizationOwner declares the person. */
  readonly isDeclaredOwner: boolean;
  /** True if the preview hides the owner after the change, so that a former owner may stay one. A setting shows this. */
  readonly hidesOwner: boolean;
  /** The declared API tokens that act for the person, in words. */
  readonly tokens: readonly string[];
  /** The provider's information about all people. */
  readonly information: Information;
}

/** Reports if the role, the ownership, the end or the user differs. */
export function isChange({ before, after, hidesOwner }: PersonChange): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return (
    !isSameRole(before, after) ||
    (before.isOwner !== after.isOwner && !hidesOwner) ||
    isNewAccess(before, after) ||
    !isSameEnd(before, after)
  );
}

/** Reports if stacks stop declaring a person who keeps the access. */
export function isReleased({ before, after, isDeclaredOwner }: PersonChange): boolean {
  if (before === undefined || after === undefined || isDeclaredOwner) return false;
  return before.declaredBy.length > 0 && after.declaredBy.length === 0;
}

/** Reports if two roles are equal. Hidden roles are, if they are hidden for the same reason. */
export function isSameRole(before: Person, after: Person): boolean {
  return isSame(before.role, after.role);
}

/** Reports if two ends and the roles after them are equal. Hidden ones are, if they are hidden for the same reason. */
export function isSameEnd(before: Person, after: Person): boolean {
  return isSame(before.lastDay, after.lastDay) && isSame(before.afterwards, after.afterwards);
}

/** Reports if a person gets access: another user, or a person with a new invitation. */
export function isNewAccess(before: Person, after: Person): boolean {
  return isDifferentUser(before, after) || isInvitedAgain(before, after);
}

/** Reports if the update sends an invitation to a person who was a member or had an invitation. */
export function isInvitedAgain(before: Person, after: Person): boolean {
  return after.status === "planned" && before.status !== "planned";
}

/** Reports if a different user has the same address. */
export function isDifferentUser(before: Person, after: Person): boolean {
  return before.userId !== undefined && after.userId !== undefined && before.userId !== after.userId;
}

/** Reports if Pulumi changes a role or an end that is hidden on both sides. */
export function mayHaveChanged(
  { after, mentions }: PersonChange,
  property: "members" | "lastDays" | "rolesAfterwards",
): boolean {
  return mentions.some(({ resource }) =>
    resource.kind === "Membership" ? mayDiffer(resource, "role") : mayDiffer(resource, property, after?.email),
  );
}
