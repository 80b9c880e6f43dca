import { type PlannedNames, UserError } from "#framework";
import { listBriefly } from "#framework/messages";
import { isLimitReached, type Peridio, canonicalizeEmail } from "../api";
import type { Context } from "../resource";
import { isAdmin, rankRole } from "./person";
import { listInvitees, listNewcomers, type Removal, type RosterPlan } from "./steps";

/** The seats of an organization. Every member takes one, and so does every pending invitation, even one to a member. */
export interface SeatCount {
  /** Infinity if Peridio reports no limit. */
  readonly limit: number;
  readonly members: number;
  readonly pending: number;
  /** The number of people that other resources of the program invite. */
  readonly plannedElsewhere?: number;
}

export interface Seats extends SeatCount {
  /** The canonical addresses of members who also have a pending invitation. */
  readonly withTwoSeats: ReadonlySet<string>;
}

export async function readSeats(api: Peridio, organizationId: string): Promise<Seats> {
  const [{ users }, people, beside] = await Promise.all([
    api.limits(organizationId),
    api.roster.list(organizationId),
    api.roster.memberInvitations(organizationId),
  ]);
  const members = people.filter(({ kind }) => kind === "member").length;
  return {
    limit: users?.limit ?? Infinity,
    members,
    pending: people.length - members + beside.length,
    withTwoSeats: new Set(beside.map(({ email }) => canonicalizeEmail(email))),
  };
}

/**
 * Adds these people to those that previews of this run invite. Returns how many of all of them have no seat yet, because this run may
 * have invited some already.
 */
export async function countPlannedSeats(
  { api, recordPlanned }: Pick<Context, "api"> & Pick<PlannedNames, "recordPlanned">,
  organizationId: string,
  emails: readonly string[],
): Promise<number> {
  const all = recordPlanned(`seats of ${organizationId}`, ...emails.map(canonicalizeEmail));
  const present = new Set((await api.roster.list(organizationId)).map(({ email }) => canonicalizeEmail(email)));
  return [...all].filter((email) => !present.has(email)).length;
}

/** Returns how many seats are missing for `newcomers` more people. */
export function countMissingSeats(
  { limit, members, pending, plannedElsewhere = 0 }: SeatCount,
  newcomers: number,
): number {
  return Math.max(0, members + pending + plannedElsewhere + newcomers - limit);
}

/**
 * Moves as many removals to the start of the plan as free the seats for its invitations: the lowest roles first, never admins. Invitees
 * include people whose pending invitation the provider revokes and sends again. They have a seat already, so they are no newcomers.
 *
 * @throws UserError if no choice of removals frees enough seats
 */
export function fitIntoSeats(plan: RosterPlan, seats: Seats): RosterPlan {
  const newcomers = listNewcomers(plan).length;
  const invitees = listInvitees(plan).map(({ email }) => email);
  const needed = invitees.length === 0 ? 0 : countMissingSeats(seats, newcomers);
  const { removals, freed } = selectRemovals(needed, listEarlyRemovals(plan), seats);
  if (freed < needed) {
    const reason = newcomers === 0 ? explainLostInvitations(seats, invitees) : explainMissingSeats(seats, newcomers);
    const missing = `${formatCount(needed - freed, "seat")} ${needed - freed === 1 ? "is" : "are"} missing`;
    const people = removals.length === 1 ? "1 person" : `${removals.length} people`;
    const shortage =
      removals.length === 0
        ? `No planned removal frees a seat in time, so ${missing}`
        : `Even if the provider first removes ${people}, ${missing}`;
    throw new UserError(`${reason}. ${shortage}. Ask Peridio to raise the limit, or declare fewer people.`);
  }
  return { ...plan, makeRoom: removals, remove: plan.remove.filter((step) => !removals.includes(step)) };
}

/** Lists the removals that may free seats, in order: invitations, then members from the lowest role up, never admins. */
export function listEarlyRemovals({ remove }: RosterPlan): readonly Removal[] {
  const rank = ({ person }: Removal): number => (person.kind === "member" ? 1 + rankRole(person.role) : 0);
  return remove.filter(({ person }) => !isAdmin(person)).sort((a, b) => rank(a) - rank(b));
}

/** Selects the fewest of the first candidates that free the needed seats. */
function selectRemovals(
  needed: number,
  candidates: readonly Removal[],
  { withTwoSeats }: Seats,
): { readonly removals: readonly Removal[]; readonly freed: number } {
  const countSeats = ({ person }: Removal): number =>
    person.kind === "member" && withTwoSeats.has(canonicalizeEmail(person.email)) ? 2 : 1;
  const removals: Removal[] = [];
  let freed = 0;
  for (const candidate of candidates) {
    if (freed >= needed) break;
    removals.push(candidate);
    freed += countSeats(candidate);
  }
  // A last removal of two seats can free one too many, so that the removal of a single seat before it is unnecessary.
  const spare = freed > needed ? removals.findLastIndex((step) => countSeats(step) === 1) : -1;
  if (spare === -1) return { removals, freed };
  return { removals: removals.filter((_, index) => index !== spare), freed: needed };
}

export function explainMissingSeats(seats: SeatCount, newcomers: number): string {
  return `${formatFree(seats)} for ${newcomers} more ${newcomers === 1 ? "person" : "people"}: ${formatUsage(seats)}`;
}

/** Explains that the provider cannot send the invitations again after it revokes them. */
export function explainLostInvitations(seats: SeatCount, emails: readonly string[]): string {
  const { limit, members, pending } = seats;
  const state = members + pending > limit ? "is over" : "would be over";
  const [revoked, shortage] =
    emails.length === 1
      ? ["the invitation for", "no seat would be free for a new one"]
      : ["the invitations for", "there would be too few free seats for new ones"];
  return (
    `The organization ${state} its seat limit: ${formatUsage(seats)}. ` +
    `Even after revoking ${revoked} ${listBriefly(emails)}, ${shortage}`
  );
}

function formatFree({ limit, members, pending, plannedElsewhere = 0 }: SeatCount): string {
  const free = Math.max(0, limit - members - pending - plannedElsewhere);
  return `The organization has ${free === 0 ? "no free seat" : formatCount(free, "free seat")}`;
}

function formatUsage({ limit, members, pending, plannedElsewhere = 0 }: SeatCount): string {
  const others = plannedElsewhere === 0 ? "" : `, other invitations of this program ${plannedElsewhere}`;
  return `limit ${limit}, members ${members}, pending invitations ${pending}${others}`;
}

export function formatCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The remedies, without a period, if a creation or an update finds no free seat. */
export const creationRemedy =
  "Ask Peridio to raise the limit, or remove people in one run and add others in the next, because Pulumi creates before it deletes";

export const updateRemedy =
  "Ask Peridio to raise the limit, or remove people in one run and make this change in the next, because Pulumi updates before it deletes";

/** Adds the remedy if Peridio refused an invitation because no seat is free. */
export function explainFullOrganization(error: unknown, remedy = creationRemedy): unknown {
  return isLimitReached(error)
    ? new UserError(`The organization has no free seat. ${remedy}. ${error.message}`)
    : error;
}
