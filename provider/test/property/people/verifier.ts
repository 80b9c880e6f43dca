import {
  checkChange,
  checkGrants,
  checkKept,
  checkLosses,
  checkMaxRemovals,
  checkOrder,
  checkOrganizations,
  checkRecorded,
  checkTarget,
  findUndeletable,
  mayWrite,
  type Operation,
  type RosterCall,
  type Write,
} from "./changeRules";
import { isIgnored, type OrganizationName, type Roster } from "./declarations";
import { RosterDeletion } from "./deletionRules";
import {
  type Change,
  compareSnapshots,
  countAdmins,
  describeChange,
  findPerson,
  isAdmin,
  type Snapshot,
} from "./observed";
import { type Entry, identifyPeople } from "./state";

/** The data that the verifier reads during a call. */
interface Views {
  readonly now: () => Snapshot;
  /** True if a change outside Pulumi has happened in the meantime. */
  readonly hasOutsideChange: () => boolean;
  /** The roles in state by person. Undefined if the provider was killed, or could not read. */
  readonly recorded: () => ReadonlyMap<string, unknown> | undefined;
}

/** Observes all writes, and records each violation of a rule. */
export class Verifier {
  readonly violations: string[] = [];
  /** The changes since `begin`. */
  readonly changes: Change[] = [];
  #operation: Operation | undefined;
  #calls = new Set<RosterCall>();
  #deletions = new Set<RosterDeletion>();
  /** The undeclared organizations that could not be deleted at any moment since `begin`. */
  #undeletable: readonly OrganizationName[] = [];

  begin(operation: Operation, snapshot: Snapshot): void {
    this.#operation = operation;
    this.#calls = new Set();
    this.#deletions = new Set();
    this.#undeletable = findUndeletable(snapshot, operation);
    this.changes.length = 0;
  }

  /** Checks a write. */
  observeWrite(write: Write): void {
    const operation = this.#operation;
    if (operation === undefined) return;
    if (!mayWrite(operation.kind)) this.#record(`a ${operation.kind} writes`, `${write.method} ${write.path}`);
    for (const problem of [
      ...checkTarget(write),
      ...checkOrganizations(write, operation),
      ...checkLosses(write, operation, this.#undeletable),
    ]) {
      this.#record(problem, `${write.method} ${write.path}`);
    }
    const changes = compareSnapshots(write.before, write.after);
    this.changes.push(...changes);
    for (const change of changes) for (const deletion of this.#deletions) deletion.observe(change, write.after);
    const identify = (snapshot: Snapshot) => this.#identifyPeople(snapshot, operation);
    for (const change of compareSnapshots(identify(write.before), identify(write.after))) {
      for (const problem of checkChange(change, operation)) this.#record(problem, describeChange(change));
      for (const call of this.#calls) this.#observeChange(call, change, write);
    }
  }

  /** Receives the organizations after a change outside Pulumi. */
  observeOutsideChange(now: Snapshot): void {
    const undeletable = this.#operation && findUndeletable(now, this.#operation);
    this.#undeletable = this.#undeletable.filter((name) => undeletable?.includes(name));
  }

  /** Observes the create or update of a roster. Returns a function to call at its end. */
  observeRoster(
    organization: OrganizationName,
    roster: Roster,
    { now, hasOutsideChange, recorded }: Views,
  ): () => void {
    const operation = this.#operation;
    const identify = () => operation && this.#identifyPeople(now(), operation).get(organization);
    const begin = identify();
    if (begin === undefined) return () => undefined;
    const call: RosterCall = { organization, roster, begin, changes: [], others: [] };
    this.#calls.add(call);
    return () => {
      this.#calls.delete(call);
      const end = identify();
      if (hasOutsideChange() || end === undefined) return;
      for (const problem of [
        ...checkOrder(call),
        ...checkGrants(call, end),
        ...checkKept(call),
        ...checkMaxRemovals(call),
        ...checkRecorded(call, end, recorded()),
      ]) {
        this.#record(problem, call.changes.map(describeChange).join(", "));
      }
    };
  }

  /** Observes the deletion of a roster. Returns a function to call at its end. */
  observeDeletion(
    entry: Entry | undefined,
    { now, hasOutsideChange }: Pick<Views, "now" | "hasOutsideChange">,
  ): () => void {
    const operation = this.#operation;
    const [organization, begin] = [...now()].find(([, { id }]) => id === entry?.organizationId) ?? [];
    if (operation === undefined || entry?.roster === undefined || organization === undefined || begin === undefined)
      return () => undefined;
    const deletion = new RosterDeletion(entry, entry.roster, organization, begin, operation);
    this.#deletions.add(deletion);
    return () => {
      this.#deletions.delete(deletion);
      if (hasOutsideChange()) return;
      for (const problem of deletion.end()) this.#record(problem, `deletion of ${entry.name}`);
    };
  }

  #observeChange(call: RosterCall, change: Change, { after }: Write): void {
    if (change.organization !== call.organization) return;
    if (isIgnored(call.roster, change.name)) {
      call.others.push(change);
      return;
    }
    call.changes.push(change);
    const observed = after.get(call.organization);
    // An invitation as an admin may be accepted while the roster changes it. That person was not an admin at the start.
    const takesAdmin = [change.before, findPerson(call.begin, change.name)].every(isAdmin);
    if (observed === undefined || !takesAdmin || countAdmins(observed) >= call.roster.minAdmins) return;
    this.#record(
      `leaves ${countAdmins(observed)} admins, and minAdmins is ${call.roster.minAdmins}`,
      describeChange(change),
    );
  }

  #identifyPeople(snapshot: Snapshot, { declarations, entries }: Operation): Snapshot {
    return new Map(
      [...snapshot].map(([name, observed]) => [name, identifyPeople(observed, entries, declarations[name])]),
    );
  }

  #record(rule: string, by: string): void {
    this.violations.push(`${rule}: ${by}`);
  }
}
