import { isRole, roles, type Invitation, type Member, type RosterEntry, type Role, type Unknown } from "../../api";
import { UserError, named } from "#framework";
import { isAsOwner } from "./person";
import { key } from "./roster";
import { counted, full, missing, overfull, type Seats } from "./seats";

interface Invite {
  readonly kind: "invite";
  readonly email: string;
  readonly role: Role;
}

/** Somebody who is there. */
interface Somebody {
  /** The address by which the roster knows the person: the declared one of a user who has another by now. */
  readonly email: string;
  readonly place: RosterEntry;
}

/** Another role for somebody who is there. */
type NewRole = { readonly email: string; readonly role: Role } & (
  { readonly kind: "inviteAgain"; readonly place: Invitation } | { readonly kind: "setRole"; readonly place: Member }
);

export interface Removal extends Somebody {
  readonly kind: "remove";
}

/** One thing to do to one person. */
export type Step = Invite | NewRole | Removal;

/** Everything that has to be done, in the order in which nobody loses access who should not. */
export interface RosterChange {
  /** Removals without which those who come would find no seat. */
  readonly makeRoom: readonly Removal[];
  /** Invitations and promotions. */
  readonly give: readonly (Invite | NewRole)[];
  readonly demote: readonly NewRole[];
  readonly remove: readonly Removal[];
}

/** A change that only removes people. */
export function removing(remove: readonly Removal[]): RosterChange {
  return { makeRoom: [], give: [], demote: [], remove };
}

/** Whether everything is as declared. */
export function isNothing({ makeRoom, give, demote, remove }: RosterChange): boolean {
  return [makeRoom, give, demote, remove].every((steps) => steps.length === 0);
}

/** An organization's people, and what is wanted of them. */
export interface Situation {
  /** The role of each person that is declared. Keys are e-mail addresses, whose case does not matter. */
  readonly wanted: Readonly<Record<string, Role | Unknown>>;
  /** Members, pending invitations, and the expired invitations of declared people. */
  readonly people: readonly Somebody[];
  /** Invitations that wait at the former addresses of declared users. Nobody declares whoever would come with them. */
  readonly strays: readonly Invitation[];
  /** The members that Peridio does not let the applying key change: the owner, and that key's user. */
  readonly fixed: (member: Member) => boolean;
  /** The people that are somebody else's business. */
  readonly ignored: (email: string) => boolean;
}

/** Limits to what one change may do. */
export interface Rails {
  /** How many active admins must be left. */
  readonly minAdmins: number;
  /** How many people may lose something: a number, or a share (`25%`) of those who are there and not ignored. */
  readonly maxRemovals: string;
  /** The role that another declaration of the program gives to somebody who is ignored: it may be in force before this. */
  readonly elsewhere: (email: string) => Role | undefined;
  /** Remedies that replace the default advice, by limit. */
  readonly remedies?: { readonly maxRemovals: string; readonly minAdmins: string };
}

/** The limits of a roster that sets none. */
export const defaultRails = { minAdmins: 1, maxRemovals: "25%" } satisfies Partial<Rails>;

/** Declared people who are there, by their addresses as the roster spells them. */
export function declaredPlaces({ wanted, people }: Situation): ReadonlyMap<string, RosterEntry> {
  const places = new Map(people.map(({ email, place }) => [key(email), place]));
  const declared = Object.keys(wanted).flatMap((email) => {
    const place = places.get(key(email));
    return place === undefined ? [] : [[email, place] as const];
  });
  return new Map(declared);
}

/** People who are there and not declared, except those whom a roster leaves alone. */
export function undeclaredPlaces(situation: Situation): readonly Somebody[] {
  const alone = new Set(leftAlone(situation));
  return others(situation).filter((one) => !alone.has(one));
}

/** People who are there, not declared, and none of the roster's business all the same. */
export function leftAlone(situation: Situation): readonly Somebody[] {
  const { fixed, ignored } = situation;
  return others(situation).filter(({ email, place }) => ignored(email) || (place.kind === "member" && fixed(place)));
}

function others({ wanted, people }: Situation): readonly Somebody[] {
  const declared = new Set(Object.keys(wanted).map(key));
  return people.filter(({ email }) => !declared.has(key(email)));
}

/** What makes the people as wanted. Undeclared people go, except those that are fixed or ignored. */
export function rosterChange(situation: Situation): RosterChange {
  const { wanted, people, strays } = situation;
  const there = new Map(people.map(({ email, place }) => [key(email), place]));
  const declared = new Map(Object.entries(wanted).map(([email, role]) => [key(email), { email, role }]));
  const give: (Invite | NewRole)[] = [];
  const demote: NewRole[] = [];
  for (const [key, { email, role }] of declared) {
    // Only a refreshed state has such a role. A program cannot declare it.
    if (!isRole(role)) continue;
    const place = there.get(key);
    if (place === undefined) give.push({ kind: "invite", email, role });
    else if (place.kind === "member" && place.role !== role) {
      (rank(role) > rank(place.role) ? give : demote).push({ kind: "setRole", email, place, role });
    } else if (place.kind === "invitation" && (place.role !== role || place.status === "expired" || isAsOwner(place))) {
      const lower = isAsOwner(place) || (place.status === "pending" && rank(role) < rank(place.role));
      (lower ? demote : give).push({ kind: "inviteAgain", email, place, role });
    }
  }
  const going = [...undeclaredPlaces(situation), ...strays.map((place) => ({ email: place.email, place }))];
  const remove = going.map((one): Removal => ({ kind: "remove", ...one }));
  return { makeRoom: [], give, demote, remove };
}

/** The people in the organization that the change concerns. */
export function places({ makeRoom, give, demote, remove }: RosterChange): readonly RosterEntry[] {
  return [...makeRoom, ...give, ...demote, ...remove].flatMap((step) => (step.kind === "invite" ? [] : [step.place]));
}

/** The people who will take a seat that they do not have yet. */
export function newcomers({ give }: RosterChange): readonly Step[] {
  return give.filter((step) => step.kind === "invite" || isExpired(step.place));
}

/** The people to whom an invitation will be sent. Who waits gives the seat up before, and needs one again. */
export function invitees({ give, demote }: RosterChange): readonly Step[] {
  return [...give, ...demote].filter(({ kind }) => kind !== "setRole");
}

/**
 * The same change, with as many removals first as free the seats that those who are invited need, the least access first and never admins.
 *
 * @throws UserError if that is not enough.
 */
export function withinSeats(change: RosterChange, seats: Seats): RosterChange {
  const planned = newcomers(change).length;
  const invited = invitees(change).map(({ email }) => email);
  const needed = invited.length === 0 ? 0 : missing(seats, planned);
  const { makeRoom, freed } = firstToGo(needed, thoseWhoMayGoFirst(change), seats);
  if (freed < needed) {
    throw new UserError(
      `${planned === 0 ? overfull(seats, invited) : full(seats, planned)}. ${makeRoom.length === 0 ? "No removal can make room" : `${counted(makeRoom.length, "removal")} can go first`}, ` +
        `so ${missingSeats(needed - freed)}. ` +
        "Have Peridio raise the limit, or declare fewer people.",
    );
  }
  return { ...change, makeRoom, remove: change.remove.filter((step) => !makeRoom.includes(step)) };
}

/** Those who may be removed to make room: the least access first and never admins. */
export function thoseWhoMayGoFirst({ remove }: RosterChange): readonly Removal[] {
  return remove.filter(({ place }) => !isAdmin(place)).sort((a, b) => precedence(a.place) - precedence(b.place));
}

/** As many of the candidates, the first of them, as free so many seats, and no one too many. */
function firstToGo(
  needed: number,
  candidates: readonly Removal[],
  { double }: Seats,
): { readonly makeRoom: readonly Removal[]; readonly freed: number } {
  const frees = ({ place }: Removal): number => (place.kind === "member" && double.has(key(place.email)) ? 2 : 1);
  const makeRoom: Removal[] = [];
  let freed = 0;
  for (const candidate of candidates) {
    if (freed >= needed) break;
    makeRoom.push(candidate);
    freed += frees(candidate);
  }
  const spare = freed > needed ? makeRoom.findLastIndex((step) => frees(step) === 1) : -1;
  if (spare === -1) return { makeRoom, freed };
  return { makeRoom: makeRoom.filter((_, index) => index !== spare), freed: needed };
}

/**
 * Refuses a change that goes too far.
 *
 * @throws UserError that names the people.
 */
export function keepWithin(
  { makeRoom, give, demote, remove }: RosterChange,
  { people, strays, fixed, ignored }: Situation,
  rails: Rails,
): void {
  const changing = [...give, ...demote];
  for (const { place, role } of changing.filter((step) => step.kind === "setRole")) {
    if (!fixed(place)) continue;
    const why = place.isOwner ? "owns the organization" : "is the user of this API key";
    throw new UserError(
      `${place.email} ${why}, and so keeps the role ${place.role}: declare that instead of ${role}, or leave the address out.`,
    );
  }

  // An invitation that has expired gives nothing that its removal could take.
  const losing = [...makeRoom, ...remove, ...demote].filter(({ place }) => !isExpired(place));
  // People who are somebody else's business must not widen what may be done to the others.
  const before = people.filter(({ email, place }) => !isExpired(place) && !ignored(email)).length + strays.length;
  const allowed = atMost(rails.maxRemovals, before);
  if (losing.length > allowed) {
    const who = named(losing.map(({ email }) => email));
    throw new UserError(
      `${losing.length} of ${before} people would be removed or get a lower role (${who}), and maxRemovals (${rails.maxRemovals}) allows ${allowed}. ` +
        (rails.remedies?.maxRemovals ?? "If that is right, raise maxRemovals for this change."),
    );
  }

  const gone = losing.filter(({ place }) => isAdmin(place));
  const more = give.filter((step) => step.kind === "setRole" && step.role === "admin").length;
  const demotedElsewhere = people.filter(
    ({ email, place }) => isAdmin(place) && ignored(email) && (rails.elsewhere(email) ?? place.role) !== place.role,
  );
  const left = people.filter(({ place }) => isAdmin(place)).length - gone.length - demotedElsewhere.length + more;
  if (gone.length > 0 && left < rails.minAdmins) {
    const who = named(gone.map(({ email }) => email));
    throw new UserError(
      `${counted(left, "admin")} would be left without ${who}, and minAdmins asks for ${rails.minAdmins}; invitations do not count. ` +
        (rails.remedies?.minAdmins ?? "Make another member an admin first, or lower minAdmins."),
    );
  }
}

/** How many people may lose something, of so many. A share is rounded up, and is at least one person. */
export function atMost(maxRemovals: string, people: number): number {
  const number = Number.parseInt(maxRemovals, 10);
  return maxRemovals.endsWith("%") ? Math.max(1, Math.ceil((people * number) / 100)) : number;
}

/** Of those that may go first: invitations, then members by what they may do. */
function precedence(place: RosterEntry): number {
  return place.kind === "member" ? 1 + rank(place.role) : 0;
}

/** Orders roles by their rights. An unknown role may allow more than all others. */
function rank(role: Role | Unknown): number {
  return roles.length - roles.findIndex((one) => one === role);
}

function isAdmin(place: RosterEntry): boolean {
  return place.kind === "member" && place.role === "admin";
}

function isExpired(place: RosterEntry): boolean {
  return place.kind === "invitation" && place.status === "expired";
}

function missingSeats(count: number): string {
  return `${counted(count, "seat")} ${count === 1 ? "is" : "are"} missing`;
}
