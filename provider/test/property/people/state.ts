import type { Engine, Kept } from "../../support/engine";
import { isRecord, type Values } from "#framework";
import { parentInput } from "#framework/definitions";
import { type Declaration, type Policy, reactions, type Roster } from "./declarations";
import { type Role, roles } from "../../../src/api";
import { toName } from "../harness/addresses";
import { type Observed, findPerson } from "./observed";

/** The options of an Organization for its deletion. */
export interface DeletionOptions {
  /** Only from the state. */
  readonly retain: boolean;
  /** With undeclared members. */
  readonly force: boolean;
}

/** An entry of the state. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly id: string;
  /** The PRN of the organization. */
  readonly organizationId: string;
  /** The person of a Membership. */
  readonly person: string | undefined;
  /** The people of a roster. */
  readonly members: readonly string[];
  /** The users in state, by person. */
  readonly users: ReadonlyMap<string, string>;
  /** The status of people who have not accepted, `pending` or `expired`, by person. */
  readonly statuses: ReadonlyMap<string, unknown>;
  /** The declaration of a roster. */
  readonly roster: Roster | undefined;
  /** The role in a Membership. */
  readonly role: Role | undefined;
  /** The reaction of a Membership to an expired invitation. */
  readonly onExpired: Roster["onExpired"];
  /** The declaration of a SecurityPolicy. */
  readonly policy: Policy | undefined;
  /**
   * The options of an Organization or, for a part of one, those that its marker contains. `undeclared` if the marker says that the
   * program never declared the organization. Undefined for a part without a valid marker.
   */
  readonly deletionOptions: DeletionOptions | "undeclared" | undefined;
}

/** Returns the entries of an engine's state, including replaced ones that are still to be deleted. */
export function listEntries({ state, doomed }: Pick<Engine, "state" | "doomed">): Entry[] {
  return [...state, ...doomed].map(([name, kept]) => toEntry(name, kept));
}

export function toEntry(name: string, { type, id, inputs, outputs }: Kept): Entry {
  const { email, members, organizationId, [parentInput]: parent } = inputs;
  const people = listPeople(email, outputs);
  return {
    name,
    type,
    id,
    organizationId: typeof organizationId === "string" ? organizationId : id,
    person: typeof email === "string" ? toName(email) : undefined,
    members: isRecord(members) ? Object.keys(members).map(toName) : [],
    users: new Map(people.flatMap(([name, { userId }]) => (typeof userId === "string" ? [[name, userId]] : []))),
    statuses: new Map(people.flatMap(([name, { status }]) => (status === "active" ? [] : [[name, status]]))),
    roster: type === "OrganizationMembers" ? parseRoster(name, inputs) : undefined,
    role: isRole(inputs.role) ? inputs.role : undefined,
    onExpired: parseReaction(inputs),
    policy: type === "SecurityPolicy" ? parsePolicy(inputs) : undefined,
    deletionOptions: type === "Organization" ? parseDeletionOptions(inputs) : parseMarker(parent, organizationId),
  };
}

/** The declaration in an entry of a roster. An import leaves the limits out. */
function parseRoster(name: string, inputs: Values): Roster {
  const { members, minAdmins, maxRemovals, ignore } = inputs;
  const declared = Object.entries(isRecord(members) ? members : {}).flatMap(([email, role]): [string, Role][] =>
    isRole(role) ? [[toName(email), role]] : [],
  );
  return {
    name: name.slice(name.indexOf("-") + 1),
    members: Object.fromEntries(declared),
    minAdmins: typeof minAdmins === "number" ? minAdmins : 1,
    maxRemovals: typeof maxRemovals === "string" ? maxRemovals : "25%",
    ignorePartners: Array.isArray(ignore) && ignore.length > 0,
    onExpired: parseReaction(inputs),
  };
}

function parseReaction({ onExpired }: Values): Roster["onExpired"] {
  return reactions.find((one) => one === onExpired);
}

function parsePolicy({ requireTwoFactor, sessionTimeout }: Values): Policy {
  return {
    ...(typeof requireTwoFactor === "boolean" && { requireTwoFactor }),
    ...(typeof sessionTimeout === "string" && { sessionTimeout }),
  };
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

function parseDeletionOptions({ deletionPolicy, forceDestroy }: Values): DeletionOptions {
  return { retain: deletionPolicy === "retain", force: forceDestroy === true };
}

function parseMarker(marker: unknown, organizationId: unknown): Entry["deletionOptions"] {
  if (!isRecord(marker) || marker.id !== organizationId) return undefined;
  if (marker.deletion === "undeclared") return "undeclared";
  if (!isRecord(marker.deletion)) return undefined;
  const { retain, force } = marker.deletion;
  return { retain: retain === true, force: force === true };
}

/** Reports whether the deletion of an entry also deletes its contents. */
export function isForced({ deletionOptions }: Entry): boolean {
  return typeof deletionOptions === "object" && deletionOptions.force;
}

/** Reports whether an entry says that its organization stays although the program does not declare it. */
export function isRetained({ deletionOptions }: Entry): boolean {
  return deletionOptions === "undeclared" || (deletionOptions?.retain ?? false);
}

/** Reports whether an undeclared organization may end, as far as one of its parts knows. */
export function mayEnd(entry: Entry): boolean {
  return entry.type !== "Organization" && entry.deletionOptions !== undefined && !isRetained(entry);
}

/** The parts of an organization. */
export function listParts(entries: readonly Entry[], id: string): readonly Entry[] {
  return entries.filter(({ type, organizationId }) => type !== "Organization" && organizationId === id);
}

/** Returns the state of people in an entry. */
function listPeople(email: unknown, outputs: Values): [string, Values][] {
  if (typeof email === "string") return [[toName(email), outputs]];
  const people = isRecord(outputs.people) ? outputs.people : {};
  return Object.entries(people).flatMap(([name, one]) => (isRecord(one) ? [[toName(name), one]] : []));
}

/** Returns an organization with the declared names of users in state. A user with a new address keeps the declared one. */
export function identifyPeople(observed: Observed, entries: readonly Entry[], declaration: Declaration): Observed {
  const names = findDeclaredNames(observed, entries, declaration);
  const used = new Set(names.values());
  const other = (name: string): string => (used.has(name) ? `another ${name}` : name);
  const members = observed.members.map((member) => ({
    ...member,
    name: names.get(member.userId) ?? other(member.name),
  }));
  // A roster does not declare a person who is invited at the former address of its member.
  const invitations =
    declaration.roster === undefined
      ? observed.invitations
      : observed.invitations.map((invitation) => ({ ...invitation, name: other(invitation.name) }));
  return { ...observed, members, invitations };
}

/** Returns the declared names of users with another address, by user. */
function findDeclaredNames(
  observed: Observed,
  entries: readonly Entry[],
  declaration: Declaration,
): ReadonlyMap<string, string> {
  const here = entries.filter(({ organizationId }) => organizationId === observed.id);
  const names = new Map<string, string>();
  const record = (userId: string | undefined, name: string) => {
    const member = observed.members.find((one) => one.userId === userId);
    if (member !== undefined && member.name !== name) names.set(member.userId, name);
  };
  for (const [resource, membership] of Object.entries(declaration.memberships)) {
    const name = toName(membership.name);
    record(here.find((entry) => entry.name === resource && entry.person === name)?.users.get(name), name);
  }
  const { name: resource, members: roles = {} } = declaration.roster ?? {};
  // The state of a roster with a new resource name has no earlier addresses.
  const roster = here.find(({ type, name }) => type === "OrganizationMembers" && name.endsWith(`-${resource ?? ""}`));
  const declared = new Set(Object.keys(roles).map(toName));
  for (const name of declared) {
    const userId = roster?.users.get(name);
    const isFree = observed.members.every((one) => one.name !== name);
    const member = observed.members.find((one) => one.userId === userId);
    if (isFree && member !== undefined && !declared.has(member.name)) record(userId, name);
  }
  return names;
}

/** Reports whether the person of an entry can still be removed: the user in state with any address, or the invited person. */
export function isRemovable(observed: Observed, name: string, { type, users }: Entry): boolean {
  const userId = users.get(name);
  const person = findPerson(observed, name);
  const user = observed.members.find((member) => member.userId === userId);
  const isFree = person === undefined || person.kind === "invitation";
  if (user !== undefined && (type === "Membership" || isFree || user === person)) return !user.isFixed;
  if (person?.kind === "member") return userId === undefined && !person.isFixed;
  return person?.status === "pending";
}
