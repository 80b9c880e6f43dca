import { isRole, type Invitation, type Member, type RosterEntry, type Role, canonicalizeEmail } from "../api";

import { isAsDeclared } from "./owners";
import { isExpired, rankRole } from "./person";
import { findUndeclared, toListedPerson, type ListedPerson, type RosterState } from "./state";

interface Invite {
  readonly kind: "invite";
  readonly email: string;
  readonly role: Role;
  /** The UUID of the group that the person joins by accepting; null for none. By default, a new invitation keeps the group. */
  readonly groupId?: string | null | undefined;
}

interface InviteAgain extends Omit<Invite, "kind"> {
  readonly kind: "inviteAgain";
  readonly person: Invitation;
}

interface SetRole {
  readonly kind: "setRole";
  readonly email: string;
  readonly person: Member;
  readonly role: Role;
}

/** A new role for a member, or another role or group for an invitation. */
type NewRole = InviteAgain | SetRole;

export interface Removal extends ListedPerson {
  readonly kind: "remove";
}

/** A change of one person. */
export type Step = Invite | NewRole | Removal;

/** The steps to the desired roster, in an order in which no declared person loses access. */
export interface RosterPlan {
  /** Removals that free seats for the invitations. */
  readonly makeRoom: readonly Removal[];
  /** Invitations and promotions. */
  readonly grant: readonly (Invite | NewRole)[];
  readonly demote: readonly NewRole[];
  readonly remove: readonly Removal[];
}

/** Plans the desired roster: undeclared people leave, unless they are protected or ignored. */
export function planRoster(state: RosterState): RosterPlan {
  const people = new Map(state.people.map(({ email, person }) => [canonicalizeEmail(email), person]));
  const desired = new Map(
    Object.entries(state.desired).map(([email, role]) => [canonicalizeEmail(email), { email, role }]),
  );
  const grant: (Invite | NewRole)[] = [];
  const demote: NewRole[] = [];
  for (const [canonical, { email, role }] of desired) {
    // Only a refreshed state has such a role. A program cannot declare it.
    if (!isRole(role)) continue;
    const person = people.get(canonical);
    const groupId = state.groups.get(canonical);
    if (person === undefined) grant.push({ kind: "invite", email, role, groupId });
    else if (person.kind === "member" && !isAsDeclared(person, role, state.isDeclaredOwner(canonical))) {
      (rankRole(role) > rankRole(person.role) ? grant : demote).push({ kind: "setRole", email, person, role });
    } else if (person.kind === "invitation" && mustInviteAgain(person, role, state, groupId)) {
      (isLower(person, role) ? demote : grant).push({ kind: "inviteAgain", email, person, role, groupId });
    }
  }
  const leaving = [...findUndeclared(state), ...state.orphanedInvitations.map(toListedPerson)];
  return { makeRoom: [], grant, demote, remove: leaving.map(toRemoval) };
}

/** If the program has never declared a group, the group of the invitation does not matter. */
function mustInviteAgain(
  invitation: Invitation,
  role: Role,
  { isDeclaredOwner, ignoresExpired }: RosterState,
  groupId: string | null | undefined = invitation.groupId,
): boolean {
  const isSame = isAsDeclared(invitation, role, isDeclaredOwner(invitation.email));
  const differs = !isSame || (invitation.groupId ?? null) !== (groupId ?? null);
  return differs || (invitation.status === "expired" && !ignoresExpired);
}

/** Reports if the role is below the one of the invitation. An expired invitation gives no access. */
function isLower(invitation: Invitation, role: Role): boolean {
  return invitation.status === "pending" && rankRole(role) < rankRole(invitation.role);
}

export function toRemoval(listed: ListedPerson): Removal {
  return { kind: "remove", ...listed };
}

/** Plans removals only. */
export function planRemovals(remove: readonly Removal[]): RosterPlan {
  return { makeRoom: [], grant: [], demote: [], remove };
}

/** Reports if the roster is as desired. */
export function isEmptyPlan({ makeRoom, grant, demote, remove }: RosterPlan): boolean {
  return [makeRoom, grant, demote, remove].every((steps) => steps.length === 0);
}

/**
 * Reports if the plan changes or removes existing people. No response confirms a removal, but the response to an
 * invitation confirms the invitation.
 */
export function changesPeople(plan: RosterPlan): boolean {
  return listAffected(plan).length > 0;
}

/** Lists the members and invitations that the plan changes. */
export function listAffected({ makeRoom, grant, demote, remove }: RosterPlan): readonly RosterEntry[] {
  return [...makeRoom, ...grant, ...demote, ...remove].flatMap((step) => (step.kind === "invite" ? [] : [step.person]));
}

/** Lists the people who take a seat that they do not have yet. */
export function listNewcomers({ grant }: RosterPlan): readonly Step[] {
  return grant.filter((step) => step.kind === "invite" || isExpired(step.person));
}

/** Lists the groups of the new invitations. */
export function listGroups(plan: RosterPlan): readonly string[] {
  return listInvitees(plan).flatMap((step) => ("groupId" in step ? (step.groupId ?? []) : []));
}

/** Lists the people who get a new invitation. Revoking a pending one frees its seat, and the new one takes it. */
export function listInvitees({ grant, demote }: RosterPlan): readonly Step[] {
  return [...grant, ...demote].filter(({ kind }) => kind !== "setRole");
}
