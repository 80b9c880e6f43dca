import { type Declarations, isIgnored, type OrganizationName, type Roster } from "./declarations";
import { type Entry, isRetained, listParts } from "./state";
import { countAdmins, type Change, type Observed, isAdmin, type Person, listPresent, type Snapshot } from "./observed";

/**
 * Predicts what a run does with the parts of an organization: it deletes them at once (`stays`), it only releases them (`ends`), or it
 * refuses, because the marker of the entry is not valid (`unmarked`).
 */
export function predictOutcome(
  entry: Entry,
  organization: OrganizationName,
  declarations: Declarations,
): "stays" | "ends" | "unmarked" {
  if (declarations[organization].absent !== true || isRetained(entry)) return "stays";
  return entry.deletionOptions === undefined ? "unmarked" : "ends";
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
    if (this.#outcome !== "stays")
      this.violations.push(`deletes a roster and with it ${change.name}, although the organization may not stay`);
    if (before?.kind === "member" || before?.status === "pending") this.#removed.add(change.name);
    if (before !== undefined && !declares(entry, before)) {
      this.violations.push(`deletes a roster and with it ${before.name}, a person that it does not declare`);
    }
    const remaining = countAdmins(observed) + this.#adminsRemovedElsewhere;
    if (isAdmin(before) && remaining < roster.minAdmins) {
      this.violations.push(`deletes a roster and leaves ${remaining} admins, and minAdmins is ${roster.minAdmins}`);
    }
  }

  /** Returns the violations after the deletion. */
  end(): string[] {
    const { roster, begin, violations } = this;
    const removed = this.#removed.size;
    const allowed = countAllowedRemovals(roster, begin);
    if (removed > allowed)
      violations.push(`deletes a roster with ${removed} people, and maxRemovals allows ${allowed}`);
    return violations;
  }

  get #outcome(): ReturnType<typeof predictOutcome> {
    return predictOutcome(this.entry, this.organization, this.operation.declarations);
  }
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
