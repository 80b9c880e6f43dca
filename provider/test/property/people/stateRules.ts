import { type Declaration, type Declarations, listDeclared, type OrganizationName } from "./declarations";
import { predictOutcome } from "./deletionRules";
import { listForeignSettings, listOtherRoles, listUndeclared } from "./expectations";
import { findPerson, type Observed, type Snapshot } from "./observed";
import { type Backend, caller } from "./people";
import { type Entry, isForced, isRemovable, isRetained } from "./state";

/** The state and Peridio, before and after an operation. */
export interface Transition {
  readonly backend: Backend;
  readonly declarations: Declarations;
  readonly before: readonly Entry[];
  readonly after: readonly Entry[];
  readonly past: Snapshot;
  readonly present: Snapshot;
}

function listWithout(entries: readonly Entry[], others: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => !others.some(({ type, id }) => type === entry.type && id === entry.id));
}

function findOrganization(snapshot: Snapshot, entry: Entry): readonly [OrganizationName, Observed] | undefined {
  return [...snapshot].find(([, { id }]) => id === entry.organizationId);
}

/**
 * Returns the objects that left the state although they exist before and after the operation. Excludes objects that a killed
 * provider created again, because the next run finds them.
 */
export function checkLost(transition: Transition): string[] {
  const { before, after, past, present } = transition;
  return listWithout(before, after).flatMap((entry) => {
    const { organizationId, person } = entry;
    const isElsewhere = after.some(
      (other) => other.organizationId === organizationId && person !== undefined && other.members.includes(person),
    );
    if (isElsewhere || ![past, present].every((snapshot) => exists(entry, snapshot, transition))) return [];
    return [`the state has lost ${entry.type} ${entry.name}, which exists`];
  });
}

/**
 * Reports whether the object of an entry exists. Settings, rosters and retained organizations always exist. They may leave the
 * state once the program does not declare them. All parts may leave the state if their organization can be deleted.
 */
function exists(entry: Entry, snapshot: Snapshot, { backend, declarations }: Transition): boolean {
  const { type, person } = entry;
  const [name, observed] = findOrganization(snapshot, entry) ?? [];
  if (name === undefined || observed === undefined) return false;
  if (type === "Organization") return declarations[name].absent !== true || !isRetained(entry);
  const outcome = predictOutcome(entry, name, declarations);
  const isGone = type === "Membership" && !isRemovable(observed, person ?? "", entry);
  if (outcome !== "stays") return !isGone && (outcome === "unmarked" || isBlocked(observed, isForced(entry), backend));
  if (type === "SecurityPolicy") return declarations[name].policy !== undefined;
  if (type === "OrganizationMembers") return declarations[name].roster !== undefined;
  return type !== "Membership" || isRemovable(observed, person ?? "", entry);
}

/** Reports whether Peridio or the provider refuses to delete an organization. */
function isBlocked({ members, owner, blockers }: Observed, force: boolean, { hasOrganizations }: Backend): boolean {
  return !hasOrganizations || owner !== caller || blockers.length > 0 || (members.length > 1 && !force);
}

/** Returns the undeclared people who remain after the deletion of their entry. */
export function checkRemaining({ before, after, present, declarations }: Transition): string[] {
  return listWithout(before, after).flatMap((entry) => {
    const [organization, observed] = findOrganization(present, entry) ?? [];
    if (organization === undefined || observed === undefined) return [];
    if (predictOutcome(entry, organization, declarations) === "ends") return [];
    const declared = listDeclared(declarations[organization]);
    const remaining = entry.members.filter((name) => !declared.has(name) && isRemovable(observed, name, entry));
    return remaining.map((name) => `${name} is still there, although ${entry.name} has been deleted`);
  });
}

/** Returns the objects that were adopted although others may own them. */
export function checkAdopted({ before, after, past, declarations, backend }: Transition): string[] {
  return listWithout(after, before).flatMap((entry) => {
    const [name, observed] = findOrganization(past, entry) ?? [];
    if (name === undefined || observed === undefined || mayAdopt(entry, observed, declarations[name], backend))
      return [];
    return [`${entry.type} ${entry.name} adopts an object that others may own`];
  });
}

function mayAdopt(
  { type, person: name }: Entry,
  observed: Observed,
  declaration: Declaration,
  { hasOrganizations }: Backend,
): boolean {
  const { roster, policy } = declaration;
  switch (type) {
    case "Organization":
      return !hasOrganizations;
    case "SecurityPolicy":
      return policy === undefined || listForeignSettings(observed, policy).length === 0;
    case "OrganizationMembers":
      return (
        roster === undefined || [listUndeclared, listOtherRoles].every((list) => list(observed, roster).length === 0)
      );
    default: {
      const person = findPerson(observed, name ?? "");
      if (person === undefined || (person.kind === "invitation" && person.status === "expired")) return true;
      const hasRole = person.role === listDeclared(declaration).get(person.name);
      return hasRole && (person.kind === "member" ? person.isFixed : person.isByCaller);
    }
  }
}

/** Returns the parts whose marker denies that the program declares their organization. Each program of a history declares it. */
export function checkMarkers({ after }: Transition): string[] {
  return after
    .filter(({ deletionOptions }) => deletionOptions === "undeclared")
    .map(({ name }) => `the marker of ${name} says that the program never declared its organization`);
}

/** Returns the invitations whose status in state is wrong. */
export function checkStatuses({ after, present }: Transition): string[] {
  return after.flatMap((entry) => {
    const [, observed] = findOrganization(present, entry) ?? [];
    return [...entry.statuses].flatMap(([name, status]) => {
      const person = observed && findPerson(observed, name);
      if (person?.kind === "invitation" && person.status === status) return [];
      return [`the state says that ${name} is ${String(status)}, which is wrong`];
    });
  });
}
