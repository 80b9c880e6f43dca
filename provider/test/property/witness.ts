import type { Role } from "../../src/api";
import type { Backend } from "./backends";
import {
  declaredPeople,
  type Declarations,
  leavesAlone,
  type OrganizationName,
  organizations,
  type Roster,
} from "./declarations";
import type { Entry } from "./entries";
import { asKnown } from "./known";
import { above, person } from "./people";
import { allowance, disturbed, heldIn, isIdOf, knows, RosterDeletion, weakened } from "./removals";
import type { Watcher, Write } from "./road";
import {
  admins,
  type Change,
  changes,
  describeChange,
  type Inside,
  isAdmin,
  type Place,
  placeOf,
  present,
  seated,
  type World,
} from "./world";

/** A running operation of the engine. */
export interface Operation {
  readonly kind: "up" | "destroy" | "preview" | "refresh" | "import";
  readonly backend: Backend;
  readonly declarations: Declarations;
  /** The state before it. */
  readonly entries: readonly Entry[];
}

/** True of the operations that may change anything. */
export function mayWrite(kind: Operation["kind"]): boolean {
  return kind === "up" || kind === "destroy";
}

/** A running call of the provider for a roster. */
interface RosterCall {
  readonly organization: OrganizationName;
  readonly roster: Roster;
  readonly begin: Inside;
  readonly changes: Change[];
  /** The changes of ignored people in the meantime. */
  readonly others: Change[];
}

/** The data that a witness may read. */
interface Views {
  readonly now: () => World;
  /** True if a change outside Pulumi has happened in the meantime. */
  readonly interfered: () => boolean;
  /** The roles in state by person. Undefined if the provider was killed, or could not read. */
  readonly recorded: () => ReadonlyMap<string, unknown> | undefined;
}

/** Watches all writes, and remembers every rule that one breaks. */
export class Witness implements Watcher {
  readonly broken: string[] = [];
  /** The changes since `begin`. */
  readonly seen: Change[] = [];
  #operation: Operation | undefined;
  #calls = new Set<RosterCall>();
  #deletions = new Set<RosterDeletion>();
  /** The organizations that are not declared, and that nothing has allowed to delete since `begin`. */
  #held: readonly OrganizationName[] = [];

  begin(operation: Operation, world: World): void {
    this.#operation = operation;
    this.#calls = new Set();
    this.#deletions = new Set();
    this.#held = heldIn(world, operation);
    this.seen.length = 0;
  }

  readonly write = (write: Write): void => {
    const operation = this.#operation;
    if (operation === undefined) return;
    if (!mayWrite(operation.kind)) this.#break(`a ${operation.kind} writes`, `${write.method} ${write.path}`);
    for (const problem of [
      ...attempted(write),
      ...founded(write, operation),
      ...disturbed(write, operation, this.#held),
      ...weakened(write, operation),
    ]) {
      this.#break(problem, `${write.method} ${write.path}`);
    }
    const seen = changes(write.before, write.after);
    this.seen.push(...seen);
    for (const change of seen) for (const deletion of this.#deletions) deletion.sees(change, write.after);
    const known = (world: World) => this.#asKnown(world, operation);
    for (const change of changes(known(write.before), known(write.after))) {
      for (const problem of judged(change, operation)) this.#break(problem, describeChange(change));
      for (const call of this.#calls) this.#inCall(call, change, write);
    }
  };

  readonly meanwhile = (now: World): void => {
    const held = this.#operation && heldIn(now, this.#operation);
    this.#held = this.#held.filter((name) => held?.includes(name));
  };

  /** A roster is created or updated. Returns what to call when that has ended. */
  roster(organization: OrganizationName, roster: Roster, { now, interfered, recorded }: Views): () => void {
    const operation = this.#operation;
    const known = () => operation && this.#asKnown(now(), operation).get(organization);
    const begin = known();
    if (begin === undefined) return () => undefined;
    const call: RosterCall = { organization, roster, begin, changes: [], others: [] };
    this.#calls.add(call);
    return () => {
      this.#calls.delete(call);
      const end = known();
      if (interfered() || end === undefined) return;
      for (const problem of [
        ...inOrder(call),
        ...granted(call, end),
        ...withinRails(call),
        ...untold(call, end, recorded()),
      ]) {
        this.#break(problem, call.changes.map(describeChange).join(", "));
      }
    };
  }

  /** A roster is deleted. Returns what to call when that has ended. */
  deletion(entry: Entry | undefined, { now, interfered }: Pick<Views, "now" | "interfered">): () => void {
    const operation = this.#operation;
    const [organization, begin] = [...now()].find(([, { id }]) => id === entry?.organizationId) ?? [];
    if (operation === undefined || entry?.roster === undefined || organization === undefined || begin === undefined)
      return () => undefined;
    const deletion = new RosterDeletion(entry, entry.roster, organization, begin, operation);
    this.#deletions.add(deletion);
    return () => {
      this.#deletions.delete(deletion);
      if (interfered()) return;
      for (const problem of deletion.end()) this.#break(problem, `deletion of ${entry.name}`);
    };
  }

  #inCall(call: RosterCall, change: Change, { after }: Write): void {
    if (change.organization !== call.organization) return;
    if (leavesAlone(call.roster, change.person)) {
      call.others.push(change);
      return;
    }
    call.changes.push(change);
    const inside = after.get(call.organization);
    // A person may accept as an admin while the roster changes that invitation. That person was not an admin at the start.
    const takesAdmin = [change.before, placeOf(call.begin, change.person)].every(isAdmin);
    if (inside === undefined || !takesAdmin || admins(inside) >= call.roster.minAdmins) return;
    this.#break(`leaves ${admins(inside)} admins, and minAdmins is ${call.roster.minAdmins}`, describeChange(change));
  }

  #asKnown(world: World, { declarations, entries }: Operation): World {
    return new Map([...world].map(([name, inside]) => [name, asKnown(inside, entries, declarations[name])]));
  }

  #break(rule: string, by: string): void {
    this.broken.push(`${rule}: ${by}`);
  }
}

/** Returns requests that must never be sent. */
function attempted({ method, path, before }: Write): string[] {
  if (method === "POST") return [];
  const parts = path.split("/");
  const there = organizations
    .flatMap((name) => before.get(name) ?? [])
    .find(({ id }) => parts.some((part) => isIdOf(part, id)));
  const target = there?.members.find(({ fixed, userId }) => fixed && parts.some((part) => isIdOf(part, userId)));
  return target === undefined ? [] : [`tries to change ${target.person}, whose role is fixed`];
}

/** Only declared organizations are made, and only others are deleted. */
function founded({ before, after }: Write, { declarations, entries }: Operation): string[] {
  return organizations.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const declared = declarations[name].absent !== true;
    if (was === undefined && is !== undefined && !declared) return [`makes ${name}, which is not declared`];
    if (was === undefined || is !== undefined) return [];
    if (declared) return [`deletes ${name}, which is declared`];
    if (entries.some(({ type, id, terms }) => type === "Organization" && id === was.id && terms?.retain === true))
      return [`deletes ${name}, which is retained`];
    return entries.some(({ id }) => id === was.id) ? [] : [`deletes ${name}, which was never declared`];
  });
}

/** Returns the rules that a change of a member or an invitation violates. */
function judged(change: Change, { declarations, entries }: Operation): string[] {
  const { organization, person: who, what, before, after } = change;
  const declaration = declarations[organization];
  const role = declaredPeople(declaration).get(who);
  const problems: string[] = [];
  if (!mayTouch(change, declarations, entries)) problems.push("changes an undeclared person");
  if (what === "joined") problems.push("adds a member without an invitation");
  if (what === "invited" || what === "promoted" || what === "demoted") {
    if (after?.role !== role) problems.push(`gives another role than the declared one (${role ?? "none"})`);
  }
  if (what === "removed" && role !== undefined) problems.push("removes a member who stays declared");
  if (what === "revoked" && role !== undefined && !renewable(before?.role, role, change, declarations)) {
    problems.push("revokes an invitation that is as declared");
  }
  return problems;
}

/** Reports whether the invitation of a declared person must be sent again. */
function renewable(
  sent: Role | undefined,
  role: Role,
  { organization, person: who, before }: Change,
  declarations: Declarations,
): boolean {
  if (sent !== role) return true;
  const alone = Object.values(declarations[organization].memberships).find((wanted) => person(wanted.person) === who);
  return before?.kind === "invitation" && before.status === "expired" && alone?.ignoreExpired !== true;
}

function mayTouch(change: Change, declarations: Declarations, entries: readonly Entry[]): boolean {
  const { organization, person: who } = change;
  const { roster, absent } = declarations[organization];
  if (declaredPeople(declarations[organization]).has(who)) return true;
  if (roster !== undefined && !leavesAlone(roster, who)) return true;
  return entries.some((entry) => {
    const { type, name, terms } = entry;
    const forced = absent === true && type === "Organization" && name === organization && terms?.force === true;
    return forced || knows(entry, change);
  });
}

/** Grants before demotions before removals, but for making room. */
function inOrder(call: RosterCall): string[] {
  const { changes } = call;
  const problems: string[] = [];
  const early = changes.filter((change, index) => {
    const later = changes.slice(index + 1).map((other) => phaseOf(other, call));
    const phase = phaseOf(change, call);
    if (phase === "demote" && later.includes("grant")) problems.push("demotes before all grants are made");
    return phase === "remove" && later.some((other) => other !== "remove");
  });
  if (early.some(({ before }) => before?.kind === "member" && before.role === "admin"))
    problems.push("removes an admin to make room");
  if (isTooMuch(new Set(early.map((change) => change.person)), call))
    problems.push("removes before all grants and demotions are made");
  return [...new Set(problems)];
}

/** Reports whether there is a free seat without one of these removals. */
function isTooMuch(removed: ReadonlySet<string>, call: RosterCall): boolean {
  const seats = [...removed].map((name) => seated(call.begin).filter((place) => place.person === name).length);
  const freed = seats.reduce((sum, some) => sum + some, 0);
  return seats.some((some) => freed - some >= roomNeeded(call));
}

/** Removals come after all grants, except removals that free a seat. */
function granted(call: RosterCall, end: Inside): string[] {
  const taken = call.changes.filter((change) => phaseOf(change, call) !== "grant");
  const losers = new Set(taken.map((change) => change.person));
  const missing = Object.entries(call.roster.members).filter(([name, role]) => {
    const place = placeOf(end, name);
    const there = place?.kind === "member" || isPending(place);
    return !losers.has(person(name)) && (place === undefined || !there || above(role, place.role));
  });
  if (missing.length === 0 || losers.size <= roomNeeded(call)) return [];
  return [`takes something although ${missing.map(([name, role]) => `${name} is no ${role} yet`).join(", ")}`];
}

/** Returns the number of missing seats for people to invite. */
function roomNeeded({ roster, begin, others }: RosterCall): number {
  const there = new Set(seated(begin).map((place) => place.person));
  const newcomers = Object.keys(roster.members).filter((name) => !there.has(person(name))).length;
  return Math.max(0, seated(begin).length + mostTaken(others) + newcomers - begin.limit);
}

/** The most seats that changes have taken, one after the other. */
function mostTaken(others: readonly Change[]): number {
  let [taken, most] = [0, 0];
  for (const { before, after } of others) {
    taken += seats(after) - seats(before);
    most = Math.max(most, taken);
  }
  return most;
}

function seats(place: Place | undefined): number {
  return place?.kind === "member" || isPending(place) ? 1 : 0;
}

/** Returns the effect of a change on a person. A new invitation has the effect of its role. */
function phaseOf(
  { what, person: who, before, after }: Change,
  { roster, begin }: RosterCall,
): "grant" | "demote" | "remove" {
  const declared = Object.entries(roster.members).find(([name]) => person(name) === who)?.[1];
  if (what === "removed" || (what === "revoked" && declared === undefined)) return "remove";
  if (what === "demoted") return "demote";
  const was = what === "revoked" ? before : placeOf(begin, who);
  return isPending(was) && lowers(was?.role, what === "revoked" ? declared : after?.role) ? "demote" : "grant";
}

function isPending(place: Place | undefined): boolean {
  return place?.kind === "invitation" && place.status === "pending";
}

function lowers(from: Role | undefined, to: Role | undefined): boolean {
  return from !== undefined && to !== undefined && above(from, to);
}

/** Not more people lose something than maxRemovals allows. */
function withinRails(call: RosterCall): string[] {
  const { roster, begin, changes } = call;
  const takes = changes.filter((change) => {
    const expired = change.what === "revoked" && !isPending(change.before);
    return phaseOf(change, call) !== "grant" && !expired;
  });
  const losers = new Set(takes.map((change) => change.person));
  const allowed = allowance(roster, begin);
  return losers.size > allowed ? [`takes something from ${losers.size} people, and maxRemovals allows ${allowed}`] : [];
}

/** Returns completed changes that the state does not contain. */
function untold({ changes }: RosterCall, end: Inside, recorded: ReadonlyMap<string, unknown> | undefined): string[] {
  if (recorded === undefined) return [];
  const changed = [...new Set(changes.map((change) => change.person))];
  const roles = new Map(present(end).map((place) => [place.person, place.role]));
  const wrong = changed.filter((name) => recorded.get(name) !== roles.get(name));
  return wrong.length === 0 ? [] : [`does not tell the state what has become of ${wrong.join(", ")}`];
}
