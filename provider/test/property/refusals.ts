import type { Backend } from "./backends";
import {
  type Declaration,
  declaredPeople,
  type Declarations,
  fullName,
  leavesAlone,
  type Policy,
  type OrganizationName,
  organizations,
  type Roster,
  type Wanted,
} from "./declarations";
import { type Entry, isBound, partsOf } from "./entries";
import { asKnown } from "./known";
import { above, caller, person } from "./people";
import { allowance, othersThan, outlook } from "./removals";
import { admins, type Inside, isAdmin, type Place, placeOf, present, seated, type World } from "./world";

/** The data that must explain a rejection. */
export interface Circumstances {
  readonly backend: Backend;
  readonly declarations: Declarations;
  /** The state after the operation: what was refused is still in it. */
  readonly entries: readonly Entry[];
  /** The observed objects after it. */
  readonly world: World;
}

/** The subject of a rejection with all known data. */
export interface About extends Circumstances {
  readonly organization: OrganizationName;
  readonly there: Inside;
  /** The same, with people by the names by which the state knows them. */
  readonly inside: Inside;
  readonly declaration: Declaration;
  readonly person: string;
  readonly place: Place | undefined;
  /** The Membership that declares the person. */
  readonly wanted: Wanted | undefined;
}

/** A remedy: a command, another declaration, or a change in Peridio. */
export type Remedy =
  | "import"
  | "refresh"
  | "declare the role that it keeps"
  | "allow all removals"
  | "ask for one admin"
  | "raise the limit"
  | "empty it"
  | "clear the way"
  | "retain it"
  | "raise its limits"
  | "take it over"
  | "forget it";

/** A refusal that users may meet: its words, when it is right, and what they can do about it. */
export interface UserError {
  readonly name: string;
  readonly says: RegExp;
  readonly right: (about: About) => boolean;
  readonly remedy: Remedy;
  /** True if a preview cannot detect it. */
  readonly unforeseen?: true;
  /** True if `up` may succeed although the preview rejects it, because another resource may remove the reason first. */
  readonly mayPass?: (about: About) => boolean;
}

/** Everything that may keep an undisturbed `up` from its end. */
const refusals: readonly UserError[] = [
  {
    name: "a member who is in no state",
    says: /^Membership \S+ already exists as a member/,
    right: ({ place, wanted }) => place?.kind === "member" && !(place.fixed && place.role === wanted?.role),
    remedy: "import",
  },
  {
    name: "an invitation that others may own",
    says: /^Membership \S+ already exists as a pending invitation/,
    right: ({ place, wanted }) =>
      place?.kind === "invitation" && place.status === "pending" && !(place.byCaller && place.role === wanted?.role),
    remedy: "import",
  },
  {
    name: "another role for a person with a fixed role",
    says: /^Membership \S+ could not be (created|updated): Peridio does not let (anyone change the owner's|an API key change its own user's) role\. Set/,
    right: ({ place, wanted }) => place?.kind === "member" && place.fixed && place.role !== wanted?.role,
    remedy: "declare the role that it keeps",
  },
  {
    name: "no seat for a Membership",
    says: /^Membership \S+ could not be (created|updated): The organization has (no|\d+) free seats?/,
    // A preview counts all people that the program will invite.
    right: ({ inside, declaration }) => seated(inside).length + newcomers(inside, declaration) > inside.limit,
    remedy: "raise the limit",
  },
  {
    name: "a Membership that is gone",
    says: /^Membership \S+ could not be updated: it was deleted since the last refresh/,
    right: ({ place }) => place === undefined,
    remedy: "refresh",
    unforeseen: true,
  },
  {
    name: "another user behind an address",
    says: /could not be updated: (The address \S+ belongs to a different user \(\S+\) than the one in state \(\S+\)\. ?)+Run `pulumi up --refresh`/,
    right: ({ entries, inside }) => entries.some((entry) => isStranger(entry, inside)),
    remedy: "refresh",
    unforeseen: true,
  },
  {
    name: "a roster that would begin with removals or changes of roles",
    says: /^OrganizationMembers \S+ already exists with other people: /,
    // No state tells a new roster who had another address before.
    right: ({ there, declaration: { roster } }) =>
      roster !== undefined && (undeclared(there, roster).length > 0 || otherRoles(there, roster).length > 0),
    remedy: "import",
  },
  {
    name: "another role in a roster for a person with a fixed role",
    says: /^OrganizationMembers \S+ could not be (created|updated): Peridio does not let (anyone change the owner's|an API key change its own user's) role\. Declare/,
    right: ({ inside, declaration: { roster } }) =>
      roster !== undefined && inside.members.some((member) => member.fixed && differs(member, roster)),
    remedy: "declare the role that it keeps",
  },
  {
    name: "too many removals",
    says: /^OrganizationMembers \S+ could not be (created|updated): The change removes or demotes \d+ of \d+ people/,
    right: ({ inside, declaration: { roster } }) =>
      roster !== undefined && losers(inside, roster).length > allowance(roster, inside),
    remedy: "allow all removals",
  },
  {
    name: "too few admins",
    says: /^OrganizationMembers \S+ could not be (created|updated): The change takes the admin role from/,
    right: ({ inside, declaration }) =>
      declaration.roster !== undefined &&
      adminsLeft(inside, declaration.roster, declaration) < declaration.roster.minAdmins,
    mayPass: ({ inside, declaration }) => isPromotedBeside(inside, declaration),
    remedy: "ask for one admin",
  },
  {
    name: "no seats for a roster",
    // A parallel invitation may take the last seat after the roster has counted the seats.
    says: /^OrganizationMembers \S+ could not be (created|updated): (The organization has (no|\d+) free seats?|\S+: The organization has no free seat)/,
    right: ({ inside, declaration }) => seatsMissing(inside, declaration) > 0,
    remedy: "raise the limit",
  },
  {
    name: "settings that are not the initial ones",
    says: /^SecurityPolicy \S+ already exists with settings that differ from the defaults/,
    right: ({ inside, declaration: { policy } }) => policy !== undefined && foreignSettings(inside, policy).length > 0,
    remedy: "import",
  },
  {
    name: "an organization that is in no state",
    says: /^Organization \S+ already exists with the id/,
    right: ({ backend, entries, inside }) =>
      backend.makesOrganizations && !entries.some(({ type, id }) => type === "Organization" && id === inside.id),
    remedy: "import",
  },
  {
    name: "an organization with members",
    says: /^Organization \S+ could not be deleted: Peridio does not delete an organization that is in use/,
    right: ({ inside, entries }) => {
      const isForced = entries.some(
        ({ type, id, terms }) => type === "Organization" && id === inside.id && terms?.force,
      );
      return (inside.members.length > 1 && !isForced) || inside.belongings.length > 0;
    },
    remedy: "empty it",
    unforeseen: true,
  },
  {
    name: "a part of an organization with something in it",
    says: ofPart(/ (devices|active_deployments|outstanding_charges): \d/),
    right: (about) => isPartOfEnding(about) && about.inside.belongings.length > 0,
    remedy: "clear the way",
    unforeseen: true,
  },
  {
    name: "a part of an organization with another owner",
    says: ofPart(/ \S+ is an? \w+ of organization \S+, and this requires its owner, /),
    right: (about) => isPartOfEnding(about) && about.inside.owner !== caller,
    remedy: "retain it",
    unforeseen: true,
  },
  {
    name: "a part of an organization that cannot be deleted",
    says: ofPart(/ Avocado Connect cannot delete organizations/),
    right: (about) => isPartOfEnding(about) && !about.backend.makesOrganizations,
    remedy: "retain it",
    unforeseen: true,
  },
  {
    name: "a roster beside members who keep the organization from being deleted",
    says: ofPart(/ the roster does not declare all members/),
    right: (about) =>
      rostersOf(about, "ends").some(({ entry, roster }) => othersThan(entry, roster, about.there).length > 0),
    remedy: "empty it",
    unforeseen: true,
  },
  {
    name: "too many removals with a roster",
    says: /^OrganizationMembers \S+ could not be deleted: The change removes or demotes \d+ of \d+ people/,
    right: (about) =>
      rostersOf(about, "stays").some(
        ({ entry, roster }) => going(about, entry).length > allowance(roster, about.there),
      ),
    remedy: "raise its limits",
    unforeseen: true,
  },
  {
    name: "too few admins without a roster",
    says: /^OrganizationMembers \S+ could not be deleted: The change takes the admin role from/,
    right: (about) =>
      rostersOf(about, "stays").some(({ entry, roster }) => {
        const gone = going(about, entry).filter(isAdmin).length;
        return gone > 0 && admins(about.there) - gone - demotedBeside(about, roster) < roster.minAdmins;
      }),
    remedy: "raise its limits",
    unforeseen: true,
  },
  {
    name: "an organization of others",
    says: /^Organization \S+ could not be deleted: \S+ is an? \w+ of organization \S+, and this requires its owner, /,
    right: ({ inside }) => inside.owner !== caller,
    remedy: "take it over",
    unforeseen: true,
  },
  {
    name: "an organization that cannot be deleted",
    says: /^Organization \S+ could not be deleted: Avocado Connect cannot delete organizations/,
    right: ({ backend, declaration }) => !backend.makesOrganizations && declaration.absent === true,
    remedy: "forget it",
    unforeseen: true,
  },
];

/** The words with which a part says why its organization, which is not declared, cannot be deleted. */
function ofPart(reason: RegExp): RegExp {
  const start = /^(Membership|OrganizationMembers|SecurityPolicy) \S+ could not be deleted: this run does not keep .*/;
  return new RegExp(start.source + reason.source);
}

/** A refusal and what it is about, if it is right; else why it is not. */
export function explained(
  message: string,
  circumstances: Circumstances,
): { readonly refusal: UserError; readonly about: About } | string {
  const refusal = refusals.find(({ says }) => says.test(message));
  if (refusal === undefined) return `an unexpected failure: ${message}`;
  const about = objectOf(message, circumstances);
  if (about === undefined) return `a refusal that names nothing: ${message}`;
  return refusal.right(about) ? { refusal, about } : `${refusal.name} is refused without reason: ${message}`;
}

function objectOf(message: string, circumstances: Circumstances): About | undefined {
  const [, full, email = ""] = /^\w+ ([^\s/]+)(?:\/(\S+))?/.exec(message) ?? [];
  const organization = organizations.find((name) => fullName(name) === full);
  const there = organization && circumstances.world.get(organization);
  if (organization === undefined || there === undefined) return undefined;
  const declaration = circumstances.declarations[organization];
  const inside = asKnown(there, circumstances.entries, declaration);
  const who = person(email);
  const wanted = Object.values(declaration.memberships).find((membership) => person(membership.person) === who);
  return {
    ...circumstances,
    organization,
    there,
    inside,
    declaration,
    person: who,
    place: placeOf(inside, who),
    wanted,
  };
}

/** True if the state has a part of the organization that must stay with it. */
function isPartOfEnding({ declaration, entries, there }: About): boolean {
  return declaration.absent === true && partsOf(entries, there.id).some(isBound);
}

/** The rosters in the state that are about to go, and expect this of their organization. */
export function rostersOf(
  { organization, declarations, entries, there }: About,
  expecting: ReturnType<typeof outlook>,
): { readonly entry: Entry; readonly roster: Roster }[] {
  return partsOf(entries, there.id).flatMap((entry) =>
    entry.roster !== undefined && outlook(entry, organization, declarations) === expecting
      ? [{ entry, roster: entry.roster }]
      : [],
  );
}

/** The people that leave with a roster: no other resource declares them. Includes invitations at their former addresses. */
function going({ there, declaration }: About, entry: Entry): readonly Place[] {
  const declared = declaredPeople(declaration);
  return entry.members.flatMap((name) => {
    if (declared.has(name)) return [];
    const userId = entry.users.get(name);
    const [user, place] = [there.members.find((member) => member.userId === userId), placeOf(there, name)];
    // A different user of an address stays.
    const atAddress = place?.kind === "member" && userId !== undefined ? [] : [place];
    return [user, ...atAddress].filter((one) => one !== undefined).filter(losesAccess);
  });
}

function losesAccess(place: Place): boolean {
  return place.kind === "member" ? !place.fixed : place.status === "pending";
}

/** The number of admins that a roster leaves alone and that a Membership demotes. */
function demotedBeside({ there, declaration }: About, roster: Roster): number {
  const declared = declaredPeople(declaration);
  const partners = there.members.filter((member) => isAdmin(member) && leavesAlone(roster, member.person));
  return partners.filter(({ person: who }) => (declared.get(who) ?? "admin") !== "admin").length;
}

/** Returns the declared settings that others have changed. */
export function foreignSettings({ security }: Inside, policy: Policy): string[] {
  const { requireTwoFactor, sessionTimeout } = policy;
  const { two_factor_required, session_timeout } = security;
  const lax = requireTwoFactor === false && two_factor_required;
  const other = session_timeout !== null && sessionTimeout !== undefined && seconds(sessionTimeout) !== session_timeout;
  return [...(lax ? ["requireTwoFactor"] : []), ...(other ? ["sessionTimeout"] : [])];
}

/** Of a duration such as `8h` or `90m`. */
function seconds(duration: string): number {
  return Number.parseInt(duration, 10) * (duration.endsWith("h") ? 3600 : 60);
}

/** Returns the entries of deleted organizations. */
export function ofGone({ entries, world }: Pick<Circumstances, "entries" | "world">): readonly Entry[] {
  const there = [...world.values()].map(({ id }) => id);
  return entries.filter(({ organizationId }) => !there.includes(organizationId));
}

function isStranger({ organizationId, users }: Entry, { id, members }: Inside): boolean {
  if (organizationId !== id) return false;
  return members.some((member) => (users.get(member.person) ?? member.userId) !== member.userId);
}

function roleIn({ members }: Roster, name: string) {
  return Object.entries(members).find(([spelled]) => person(spelled) === name)?.[1];
}

function differs(place: Place, roster: Roster): boolean {
  const role = roleIn(roster, place.person);
  return role !== undefined && role !== place.role;
}

/** Returns the present people that the roster does not ignore. */
export function undeclared(inside: Inside, roster: Roster): readonly Place[] {
  return present(inside).filter(
    (place) =>
      roleIn(roster, place.person) === undefined &&
      !leavesAlone(roster, place.person) &&
      !(place.kind === "member" && place.fixed),
  );
}

export function otherRoles(inside: Inside, roster: Roster): readonly Place[] {
  return present(inside).filter((place) => differs(place, roster) && !(place.kind === "member" && place.fixed));
}

function losers(inside: Inside, roster: Roster): readonly Place[] {
  const lowered = present(inside).filter((place) => {
    const role = roleIn(roster, place.person);
    return role !== undefined && above(place.role, role);
  });
  return [...undeclared(inside, roster), ...lowered];
}

function adminsLeft(inside: Inside, roster: Roster, declaration: Declaration): number {
  const gone = new Set(undeclared(inside, roster));
  const declared = declaredPeople(declaration);
  return inside.members.filter((member) => {
    // A Membership may change an ignored person.
    const beside = leavesAlone(roster, member.person) ? declared.get(member.person) : undefined;
    const role = roleIn(roster, member.person) ?? (member.role === "admin" ? beside : undefined) ?? member.role;
    return !gone.has(member) && role === "admin";
  }).length;
}

/** Reports whether a Membership promotes an ignored member to admin. */
function isPromotedBeside({ members }: Inside, declaration: Declaration): boolean {
  const { roster } = declaration;
  const declared = declaredPeople(declaration);
  return members.some(
    ({ person: who, role }) =>
      roster !== undefined && leavesAlone(roster, who) && role !== "admin" && declared.get(who) === "admin",
  );
}

/** Returns the number of declared people without a seat. */
function newcomers(inside: Inside, declaration: Declaration): number {
  const there = new Set(seated(inside).map((place) => place.person));
  return [...declaredPeople(declaration).keys()].filter((name) => !there.has(name)).length;
}

/** Returns the number of missing seats after all removals that may make room. */
function seatsMissing(inside: Inside, declaration: Declaration): number {
  const { roster } = declaration;
  const removed = roster === undefined ? [] : undeclared(inside, roster);
  const leaving = new Set(
    removed.filter(({ kind, role }) => kind === "invitation" || role !== "admin").map((place) => place.person),
  );
  const staying = seated(inside).filter((place) => !leaving.has(place.person)).length;
  return staying + newcomers(inside, declaration) - inside.limit;
}
