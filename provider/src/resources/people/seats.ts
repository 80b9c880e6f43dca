import { Conflict, type Peridio } from "../../api";
import { UserError, named } from "#framework";
import { key } from "./roster";

/** How many seats an organization has: every member takes one, and so does every invitation that waits, a member's too. */
export interface SeatCount {
  /** Infinity where Peridio tells no limit. */
  readonly limit: number;
  readonly members: number;
  readonly pending: number;
  /** How many people other entries of the program are about to invite. */
  readonly elsewhere?: number;
}

/** The seats of an organization, and who takes them. */
export interface Seats extends SeatCount {
  /** The canonical addresses of members who take a second seat, since an invitation of theirs waits. */
  readonly double: ReadonlySet<string>;
}

export async function seatsOf(api: Peridio, organizationId: string): Promise<Seats> {
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
    double: new Set(beside.map(({ email }) => key(email))),
  };
}

/** How many of the planned people have no seat yet: a planned invitation may have been sent meanwhile. */
export async function notYetThere(api: Peridio, organizationId: string, planned: ReadonlySet<string>): Promise<number> {
  const there = new Set((await api.roster.list(organizationId)).map(({ email }) => key(email)));
  return [...planned].filter((email) => !there.has(email)).length;
}

/** How many seats are missing for everybody who is there and so many more people; 0 if there is room. */
export function missing({ limit, members, pending, elsewhere = 0 }: SeatCount, planned: number): number {
  return Math.max(0, members + pending + elsewhere + planned - limit);
}

/** Says that an organization is full, in numbers. */
export function full(seats: SeatCount, planned: number): string {
  return `${taken(seats)}, so ${planned} more ${planned === 1 ? "person does" : "people do"} not fit`;
}

/** Says that invitations would be lost if they were revoked to be sent anew, in numbers. */
export function overfull(seats: SeatCount, emails: readonly string[]): string {
  const they = emails.length === 1 ? "the invitation" : "the invitations";
  return `${taken(seats)}, so ${they} of ${named(emails)} would be revoked and could not be sent anew`;
}

function taken({ limit, members, pending, elsewhere = 0 }: SeatCount): string {
  const others = elsewhere === 0 ? "" : `, and the rest of this program needs ${elsewhere}`;
  return `the organization has ${counted(limit, "seat")}. Members take ${members} and pending invitations ${pending}${others}`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export const makeRoom =
  "Have Peridio raise the limit, or remove people first and add others in a second run: Pulumi creates before it deletes";

export const makeRoomBefore =
  "Have Peridio raise the limit, or remove people first and change this in a second run: Pulumi updates before it deletes";

/** Peridio's refusal of one invitation too many, with what to do. */
export function explainFull(error: unknown): unknown {
  return isFull(error) ? new UserError(`the organization is full. ${makeRoom}. ${error.message}`) : error;
}

/** Whether Peridio has refused an invitation since there is no seat for it. */
export function isFull(error: unknown): error is Conflict {
  return error instanceof Conflict && (error.limit !== null || error.reason === "limit_reached");
}
