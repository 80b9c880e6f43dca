import { type Declarations, isIgnored, type OrganizationName, type Roster } from "./declarations";
import { type Entry, listParts } from "./state";
import { countAdmins, type Change, type Observed, isAdmin, type Person, listPresent, type Snapshot } from "./observed";

/** Predicts what the run does with the organization of an entry that it deletes. */
export function predictOutcome(
  { deletionOptions }: Entry,
  organization: OrganizationName,
  declarations: Declarations,
): "stays" | "ends" | "unguarded" {
  if (declarations[organization].absent !== true) return "stays";
  if (deletionOptions === undefined) return "unguarded";
  return deletionOptions.retain ? "stays" : "ends";
}

/** Reports whether an entry and a change are about the same person. */
export function isSamePerson({ users, person, members }: Entry, { name, before, after }: Change): boolean {
  const changed = before ?? after;
  const userId = changed?.kind === "member" ? changed.userId : undefined;
  const recorded = users.get(name);
  if (recorded !== undefined && userId !== undefined && recorded !== userId) return false;
  return [...users.values()].some((user) => user === userId) || person === name || members.includes(name);
}

/** Checks the deletion of a roster while it runs. */
export class RosterDeletion {
  readonly violations: string[] = [];
  readonly #removed = new Set<string>();
  /** The number of admins that other entries removed since the start. */
  #adminsRemovedElsewhere = 0;

  constructor(
    private readonly entry: Entry,
    private readonly roster: Roster,
    private readonly organization: OrganizationName,
    private readonly begin: Observed,
    private readonly operation: { readonly declarations: Declarations; readonly entries: readonly Entry[] },
  ) {}

  /** Checks a change during the deletion. */
  observe(change: Change, after: Snapshot): void {
    const { entry, roster, organization } = this;
    const { what, before } = change;
    const observed = after.get(organization);
    if (change.organization !== organization || observed === undefined || (what !== "removed" && what !== "revoked"))
      return;
    const parts = listParts(this.operation.entries, entry.organizationId).filter((one) => isSamePerson(one, change));
    if (!parts.every(({ type, id }) => type === entry.type && id === entry.id)) {
      if (isAdmin(before)) this.#adminsRemovedElsewhere += 1;
      return;
    }
    if (before?.kind === "member" || before?.status === "pending") this.#removed.add(change.name);
    if (before !== undefined && !declares(entry, before)) {
      this.violations.push(`deletes a roster and with it ${before.name}, a person that it does not declare`);
    }
    const remaining = countAdmins(observed) + this.#adminsRemovedElsewhere;
    if (this.#outcome === "stays" && isAdmin(before) && remaining < roster.minAdmins) {
      this.violations.push(`deletes a roster and leaves ${remaining} admins, and minAdmins is ${roster.minAdmins}`);
    }
  }

  /** Returns the violations after the deletion. */
  end(): string[] {
    const { roster, begin, violations } = this;
    const removed = this.#removed.size;
    const allowed = countAllowedRemovals(roster, begin);
    const others = this.#others();
    if (this.#outcome === "stays" && removed > allowed)
      violations.push(`deletes a roster with ${removed} people, and maxRemovals allows ${allowed}`);
    if (this.#outcome === "ends" && removed > 0 && others.length > 0)
      violations.push(`removes people although ${others.join(", ")} will keep the organization from being deleted`);
    return violations;
  }

  get #outcome(): ReturnType<typeof predictOutcome> {
    return predictOutcome(this.entry, this.organization, this.operation.declarations);
  }

  #others(): string[] {
    return listBlockingMembers(this.entry, this.roster, this.begin).map(({ name }) => name);
  }
}

/** Returns the members who prevent the deletion of the organization after that of its roster. */
export function listBlockingMembers(entry: Entry, roster: Roster, { members, owner }: Observed): readonly Person[] {
  if (roster.ignorePartners || entry.deletionOptions?.force === true) return [];
  return members.filter((member) => !member.isFixed && member.name !== owner && !declares(entry, member));
}

/** Reports whether a roster declares a person, by the address or as a user in state. */
function declares({ members, users }: Entry, person: Person): boolean {
  const isUser = person.kind === "member" && members.some((name) => users.get(name) === person.userId);
  return isUser || members.includes(person.name);
}

/** Returns the number of people who may lose access or a role. A percentage excludes ignored people. */
export function countAllowedRemovals(roster: Roster, observed: Observed): number {
  const { maxRemovals } = roster;
  const people = listPresent(observed).filter((person) => !isIgnored(roster, person.name)).length;
  const number = Number.parseInt(maxRemovals, 10);
  return maxRemovals.endsWith("%") ? Math.max(1, Math.ceil((people * number) / 100)) : number;
}
