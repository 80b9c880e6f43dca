/** The steps of a change of a roster. */
import type { Invitation, Member, RosterEntry, Role } from "../api";
import { isExpired } from "./person";
import type { ListedPerson } from "./state";

export interface Invite {
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
export type NewRole = InviteAgain | SetRole;

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

/** Lists the people who get a new invitation. Revoking a pending one frees its seat, and the new one takes it. */
export function listInvitees({ grant, demote }: RosterPlan): readonly Step[] {
  return [...grant, ...demote].filter(({ kind }) => kind !== "setRole");
}

export function listEmails(steps: readonly Step[]): string[] {
  return steps.map(({ email }) => email);
}
