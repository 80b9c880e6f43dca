import type { Engine, Kept } from "../support/engine";
import { isRecord, parentInput, type Values } from "#framework";
import type { Roster } from "./declarations";
import { type Role, roles } from "../../src/api";
import { person } from "./people";

/** The way in which an organization is to be deleted. */
export interface Terms {
  /** Only from the state. */
  readonly retain: boolean;
  /** With undeclared members. */
  readonly force: boolean;
}

/** An entry of the state, in the words of these tests. */
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
  readonly waiting: ReadonlyMap<string, unknown>;
  /** The declaration of a roster. */
  readonly roster: Roster | undefined;
  /** The terms of an Organization or, for a part of one, those that it remembers. */
  readonly terms: Terms | undefined;
}

/** All entries of an engine's state, those that are still to be deleted included. */
export function entriesOf({ state, doomed }: Pick<Engine, "state" | "doomed">): Entry[] {
  return [...state, ...doomed].map(([name, kept]) => entryOf(name, kept));
}

export function entryOf(name: string, { type, id, inputs, outputs }: Kept): Entry {
  const { email, members, organizationId, [parentInput]: parent } = inputs;
  const known = standings(email, outputs);
  return {
    name,
    type,
    id,
    organizationId: typeof organizationId === "string" ? organizationId : id,
    person: typeof email === "string" ? person(email) : undefined,
    members: isRecord(members) ? Object.keys(members).map(person) : [],
    users: new Map(known.flatMap(([name, { userId }]) => (typeof userId === "string" ? [[name, userId]] : []))),
    waiting: new Map(known.flatMap(([name, { status }]) => (status === "active" ? [] : [[name, status]]))),
    roster: type === "OrganizationMembers" ? rosterOf(name, inputs) : undefined,
    terms: type === "Organization" ? termsOf(inputs) : remembered(parent),
  };
}

/** The declaration in an entry of a roster. An import leaves the limits out. */
function rosterOf(name: string, { members, minAdmins, maxRemovals, ignore }: Values): Roster {
  const declared = Object.entries(isRecord(members) ? members : {}).flatMap(([email, role]): [string, Role][] =>
    isRole(role) ? [[person(email), role]] : [],
  );
  return {
    name: name.slice(name.indexOf("-") + 1),
    members: Object.fromEntries(declared),
    minAdmins: typeof minAdmins === "number" ? minAdmins : 1,
    maxRemovals: typeof maxRemovals === "string" ? maxRemovals : "25%",
    ignorePartners: Array.isArray(ignore) && ignore.length > 0,
  };
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

function termsOf({ deletionPolicy, forceDestroy }: Values): Terms {
  return { retain: deletionPolicy === "retain", force: forceDestroy === true };
}

function remembered(parent: unknown): Terms | undefined {
  if (!isRecord(parent) || !isRecord(parent.deletion)) return undefined;
  const { retain, force } = parent.deletion;
  return { retain: retain === true, force: force === true };
}

/** True of a part that must stay if its organization is not declared and cannot be deleted. */
export function isBound({ type, terms }: Entry): boolean {
  return type !== "Organization" && terms !== undefined && !terms.retain;
}

/** The parts of an organization. */
export function partsOf(entries: readonly Entry[], id: string): readonly Entry[] {
  return entries.filter(({ type, organizationId }) => type !== "Organization" && organizationId === id);
}

/** Returns the state of people in an entry. */
function standings(email: unknown, outputs: Values): [string, Values][] {
  if (typeof email === "string") return [[person(email), outputs]];
  const people = isRecord(outputs.people) ? outputs.people : {};
  return Object.entries(people).flatMap(([name, one]) => (isRecord(one) ? [[person(name), one]] : []));
}
