import type { Role } from "../../../src/api";
import {
  type Declarations,
  isIgnored,
  keepsExpired,
  listDeclared,
  type OrganizationName,
  organizations,
  type Roster,
} from "./declarations";
import { countAllowedRemovals, isSamePerson } from "./deletionRules";
import { isKept } from "./expectations";
import {
  type Change,
  compareSnapshots,
  findPerson,
  isExpired,
  listPresent,
  listSeated,
  type Observed,
  type Person,
  type Snapshot,
} from "./observed";
import { toName } from "../harness/addresses";
import { type Backend, caller, isAbove } from "./people";
import type * as proxy from "../harness/proxy";
import { type Entry, isForced, isRetained, listParts } from "./state";

/** A request that may change something, and its effect. */
export type Write = proxy.Write<Snapshot>;

/** A running operation of the engine. */
export interface Operation {
  readonly kind: "up" | "destroy" | "preview" | "refresh" | "import";
  readonly backend: Backend;
  readonly declarations: Declarations;
  /** The state before it. */
  readonly entries: readonly Entry[];
  /** The names of the entries that it may delete. By default, all. */
  readonly only?: readonly string[] | undefined;
}

/** Reports whether an operation may send writes. */
export function mayWrite(kind: Operation["kind"]): boolean {
  return kind === "up" || kind === "destroy";
}

/** Rejects requests that change a person whose role is fixed. */
export function checkTarget({ method, path, before }: Write): string[] {
  if (method === "POST") return [];
  const parts = path.split("/");
  const target = organizations
    .flatMap((name) => before.get(name) ?? [])
    .find(({ id }) => parts.some((part) => isIdOf(part, id)));
  const member = target?.members.find(({ isFixed, userId }) => isFixed && parts.some((part) => isIdOf(part, userId)));
  return member === undefined ? [] : [`tries to change ${member.name}, whose role is fixed`];
}

/** Allows to create only declared organizations, and to delete only undeclared ones. */
export function checkOrganizations({ before, after }: Write, { declarations, entries }: Operation): string[] {
  return organizations.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const isDeclared = declarations[name].absent !== true;
    if (was === undefined && is !== undefined && !isDeclared) return [`creates ${name}, which is not declared`];
    if (was === undefined || is !== undefined) return [];
    if (isDeclared) return [`deletes ${name}, which is declared`];
    if (entries.some((entry) => entry.type === "Organization" && entry.id === was.id && isRetained(entry)))
      return [`deletes ${name}, which is retained`];
    return entries.some(({ id }) => id === was.id) ? [] : [`deletes ${name}, which was never declared`];
  });
}

/** Returns the rules that a change of a member or an invitation violates. */
export function checkChange(change: Change, { declarations, entries }: Operation): string[] {
  const { organization, name, what, before, after } = change;
  const declaration = declarations[organization];
  const role = listDeclared(declaration).get(name);
  const problems: string[] = [];
  if (!mayChange(change, declarations, entries)) problems.push("changes an undeclared person");
  if (what === "joined") problems.push("adds a member without an invitation");
  if (what === "invited" || what === "promoted" || what === "demoted") {
    if (after?.role !== role) problems.push(`gives another role than the declared one (${role ?? "none"})`);
  }
  if (what === "removed" && role !== undefined) problems.push("removes a declared member");
  if (what === "revoked" && role !== undefined && !mustRenew(before?.role, role, change, declarations)) {
    problems.push("revokes an invitation that equals the declaration");
  }
  return problems;
}

/** Reports whether the invitation of a declared person must be sent again. */
function mustRenew(
  sent: Role | undefined,
  role: Role,
  { organization, name, before }: Change,
  declarations: Declarations,
): boolean {
  if (sent !== role) return true;
  return isExpired(before) && !keepsExpired(declarations[organization], name);
}

/** Reports whether an operation may change a person: the program or the state knows the person. */
function mayChange(change: Change, declarations: Declarations, entries: readonly Entry[]): boolean {
  const { organization, name } = change;
  const { roster, absent } = declarations[organization];
  if (listDeclared(declarations[organization]).has(name)) return true;
  if (roster !== undefined && !isIgnored(roster, name)) return true;
  return entries.some((entry) => {
    const endsWithIt =
      absent === true && entry.type === "Organization" && entry.name === organization && isForced(entry);
    return endsWithIt || isSamePerson(entry, change);
  });
}

/** Reports whether an organization cannot be deleted even without other members. */
function isUndeletable({ owner, blockers }: Observed, { hasOrganizations }: Backend): boolean {
  return !hasOrganizations || owner !== caller || blockers.length > 0;
}

/** Returns the undeclared organizations that cannot be deleted. */
export function findUndeletable(snapshot: Snapshot, { backend, declarations }: Operation): OrganizationName[] {
  return organizations.filter((name) => {
    const observed = snapshot.get(name);
    return declarations[name].absent === true && observed !== undefined && isUndeletable(observed, backend);
  });
}

/**
 * Rejects changes in an organization that the program does not declare, with two exceptions: the marker of an entry says that the
 * organization stays, or the deletion of the organization itself removes its members.
 */
export function checkLosses(write: Write, operation: Operation, undeletable: Iterable<OrganizationName>): string[] {
  return organizations.flatMap((name) => {
    const [was, is] = [write.before.get(name), write.after.get(name)];
    if (was === undefined || operation.declarations[name].absent !== true || !concerns(write, was, is)) return [];
    const isDeletion = mayDelete(was, operation) && ![...undeletable].includes(name);
    const retained = listParts(operation.entries, was.id).filter(isRetained);
    const losses = compareSnapshots(write.before, write.after).filter(({ organization }) => organization === name);
    const wrong = losses.filter(
      (change) =>
        !(isDeletion && ["removed", "revoked"].includes(change.what)) &&
        !retained.some((entry) => isSamePerson(entry, change)),
    );
    const hasSettings = retained.some(({ type }) => type === "SecurityPolicy");
    const isWrong = is !== undefined && JSON.stringify(is.security) !== JSON.stringify(was.security) && !hasSettings;
    const isUnrelated = !isDeletion && retained.length === 0;
    return wrong.length > 0 || isWrong || isUnrelated
      ? [`changes something in ${name}, which the program does not declare and which may not stay`]
      : [];
  });
}

/** Reports whether an operation may delete an organization, together with its members. */
function mayDelete({ id, members }: Observed, { entries, only }: Operation): boolean {
  return entries.some(
    (entry) =>
      entry.type === "Organization" &&
      entry.id === id &&
      (only?.includes(entry.name) ?? true) &&
      !isRetained(entry) &&
      (isForced(entry) || members.length === 1),
  );
}

function concerns({ path }: Write, was: Observed, is: Observed | undefined): boolean {
  return path.split("/").some((part) => isIdOf(part, was.id)) || JSON.stringify(was) !== JSON.stringify(is);
}

/** Compares a part of a path with an id. One API sends PRNs, the other one the UUIDs in them. */
function isIdOf(part: string, id: string): boolean {
  return part === id || id === `prn:1:${part}` || id === `prn:1:user:${part}`;
}

/** A running call of the provider for a roster. */
export interface RosterCall {
  readonly organization: OrganizationName;
  readonly roster: Roster;
  readonly begin: Observed;
  readonly changes: Change[];
  /** The changes of ignored people in the meantime. */
  readonly others: Change[];
}

/** Rejects demotions before grants, and removals before both unless they free a required seat. */
export function checkOrder(call: RosterCall): string[] {
  const { changes } = call;
  const problems: string[] = [];
  const early = changes.filter((change, index) => {
    const later = changes.slice(index + 1).map((other) => getPhase(other, call));
    const phase = getPhase(change, call);
    if (phase === "demote" && later.includes("grant")) problems.push("demotes before all grants are made");
    return phase === "remove" && later.some((other) => other !== "remove");
  });
  if (early.some(({ before }) => before?.kind === "member" && before.role === "admin"))
    problems.push("removes an admin to make room");
  if (isTooMuch(new Set(early.map((change) => change.name)), call))
    problems.push("removes before all grants and demotions are made");
  return [...new Set(problems)];
}

/** Reports whether there is a free seat without one of these removals. */
function isTooMuch(removed: ReadonlySet<string>, call: RosterCall): boolean {
  const seats = [...removed].map((name) => listSeated(call.begin).filter((person) => person.name === name).length);
  const freed = seats.reduce((sum, some) => sum + some, 0);
  return seats.some((some) => freed - some >= countMissingSeats(call));
}

/** Rejects losses while a grant is missing, except removals that free a required seat. */
export function checkGrants(call: RosterCall, end: Observed): string[] {
  const losses = call.changes.filter((change) => getPhase(change, call) !== "grant");
  const losers = new Set(losses.map((change) => change.name));
  const missing = Object.entries(call.roster.members).filter(([name, role]) => {
    const person = findPerson(end, name);
    const isIn = person?.kind === "member" || isPending(person);
    if (losers.has(toName(name)) || isKept(call.begin, call.roster, name)) return false;
    return person === undefined || !isIn || isAbove(role, person.role);
  });
  if (missing.length === 0 || losers.size <= countMissingSeats(call)) return [];
  return [`takes something although ${missing.map(([name, role]) => `${name} is not a ${role} yet`).join(", ")}`];
}

/** Returns the number of missing seats for people to invite. */
function countMissingSeats({ roster, begin, others }: RosterCall): number {
  const seated = new Set(listSeated(begin).map((person) => person.name));
  const newcomers = Object.keys(roster.members).filter(
    (name) => !seated.has(toName(name)) && !isKept(begin, roster, name),
  ).length;
  return Math.max(0, listSeated(begin).length + countTakenSeats(others) + newcomers - begin.limit);
}

/** Returns the highest number of seats that these changes take at any moment. */
function countTakenSeats(others: readonly Change[]): number {
  let [taken, most] = [0, 0];
  for (const { before, after } of others) {
    taken += countSeats(after) - countSeats(before);
    most = Math.max(most, taken);
  }
  return most;
}

function countSeats(person: Person | undefined): number {
  return person?.kind === "member" || isPending(person) ? 1 : 0;
}

/** Returns the effect of a change on a person. A new invitation has the effect of its role. */
function getPhase({ what, name, before, after }: Change, { roster, begin }: RosterCall): "grant" | "demote" | "remove" {
  const declared = Object.entries(roster.members).find(([spelled]) => toName(spelled) === name)?.[1];
  if (what === "removed" || (what === "revoked" && declared === undefined)) return "remove";
  if (what === "demoted") return "demote";
  const was = what === "revoked" ? before : findPerson(begin, name);
  return isPending(was) && isLower(was?.role, what === "revoked" ? declared : after?.role) ? "demote" : "grant";
}

function isPending(person: Person | undefined): boolean {
  return person?.kind === "invitation" && person.status === "pending";
}

function isLower(from: Role | undefined, to: Role | undefined): boolean {
  return from !== undefined && to !== undefined && isAbove(from, to);
}

/** Rejects losses of more people than maxRemovals allows. */
export function checkMaxRemovals(call: RosterCall): string[] {
  const { roster, begin, changes } = call;
  const losses = changes.filter((change) => {
    const isExpired = change.what === "revoked" && !isPending(change.before);
    return getPhase(change, call) !== "grant" && !isExpired;
  });
  const losers = new Set(losses.map((change) => change.name));
  const allowed = countAllowedRemovals(roster, begin);
  return losers.size > allowed ? [`takes something from ${losers.size} people, and maxRemovals allows ${allowed}`] : [];
}

/** Rejects changes of expired invitations that the roster ignores. */
export function checkKept({ roster, begin, changes }: RosterCall): string[] {
  const changed = new Set(changes.map((change) => change.name));
  return [...changed]
    .filter((name) => isKept(begin, roster, name))
    .map((name) => `changes the expired invitation of ${name}, and onExpired is ignore`);
}

/** Returns completed changes that the state does not contain. */
export function checkRecorded(
  { changes }: RosterCall,
  end: Observed,
  recorded: ReadonlyMap<string, unknown> | undefined,
): string[] {
  if (recorded === undefined) return [];
  const changed = [...new Set(changes.map((change) => change.name))];
  const roles = new Map(listPresent(end).map((person) => [person.name, person.role]));
  const wrong = changed.filter((name) => recorded.get(name) !== roles.get(name));
  return wrong.length === 0 ? [] : [`does not record the new roles of ${wrong.join(", ")}`];
}
