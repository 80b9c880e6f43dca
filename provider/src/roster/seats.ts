import { listBriefly, type PlannedNames, UserError } from "#framework";
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
 * Remembers the people that a preview invites. Returns the number of all people that the previews of this run invite and who have
 * no seat yet, because this run may have sent some of the invitations already.
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

/** Returns the number of seats that are missing for so many more people. */
export function countMissingSeats(
  { limit, members, pending, plannedElsewhere = 0 }: SeatCount,
  planned: number,
): number {
  return Math.max(0, members + pending + plannedElsewhere + planned - limit);
}

/**
 * Moves as many removals to the start of the plan as free the seats for its invitations: the lowest roles first, never admins.
 *
 * @throws UserError if that does not suffice
 */
export function fitIntoSeats(plan: RosterPlan, seats: Seats): RosterPlan {
  const planned = listNewcomers(plan).length;
  const invited = listInvitees(plan).map(({ email }) => email);
  const needed = invited.length === 0 ? 0 : countMissingSeats(seats, planned);
  const { makeRoom, freed } = selectRemovals(needed, listEarlyRemovals(plan), seats);
  if (freed < needed) {
    const reason = planned === 0 ? explainLostInvitations(seats, invited) : explainMissingSeats(seats, planned);
    const missing = `${formatCount(needed - freed, "seat")} ${needed - freed === 1 ? "is" : "are"} missing`;
    const people = `${makeRoom.length} people`;
    const shortage =
      makeRoom.length === 0
        ? `No planned removal frees a seat in time, so ${missing}`
        : `Even if the provider first removes ${makeRoom.length === 1 ? "1 person" : people}, ${missing}`;
    throw new UserError(`${reason}. ${shortage}. Ask Peridio to raise the limit, or declare fewer people.`);
  }
  return { ...plan, makeRoom, remove: plan.remove.filter((step) => !makeRoom.includes(step)) };
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
): { readonly makeRoom: readonly Removal[]; readonly freed: number } {
  const countSeats = ({ person }: Removal): number =>
    person.kind === "member" && withTwoSeats.has(canonicalizeEmail(person.email)) ? 2 : 1;
  const makeRoom: Removal[] = [];
  let freed = 0;
  for (const candidate of candidates) {
    if (freed >= needed) break;
    makeRoom.push(candidate);
    freed += countSeats(candidate);
  }
  const spare = freed > needed ? makeRoom.findLastIndex((step) => countSeats(step) === 1) : -1;
  if (spare === -1) return { makeRoom, freed };
  return { makeRoom: makeRoom.filter((_, index) => index !== spare), freed: needed };
}

export function explainMissingSeats(seats: SeatCount, planned: number): string {
  return `${formatFree(seats)} for ${planned} more ${planned === 1 ? "person" : "people"}: ${formatUsage(seats)}`;
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

export const makeRoom =
  "Ask Peridio to raise the limit, or remove people in one run and add others in the next, because Pulumi creates before it deletes";

export const makeRoomBefore =
  "Ask Peridio to raise the limit, or remove people in one run and make this change in the next, because Pulumi updates before it deletes";

/** Adds the remedy, a sentence without its period, if Peridio refused an invitation because no seat is free. */
export function explainFullOrganization(error: unknown, remedy = makeRoom): unknown {
  return isLimitReached(error)
    ? new UserError(`The organization has no free seat. ${remedy}. ${error.message}`)
    : error;
}
