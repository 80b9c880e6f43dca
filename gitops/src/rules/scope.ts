import { hasEnded } from "#provider";
import { type Access, getOrganizationName, type Organization, type Person } from "../model/organization";
import type { Changes } from "../review/review";
import { compareTexts } from "../wording";
import {
  type Exemption,
  exemptsOrganization,
  exemptsPerson,
  describeAmong,
  type Selector,
  selectsOrganization,
  selectsPerson,
} from "./selector";

/** The organizations and people that a rule applies to. */
export interface Scope {
  /** By name. */
  readonly organizations: readonly ScopedOrganization[];
  /** The organizations that the change deletes, by name. */
  readonly deleted: readonly ScopedOrganization[];
  /** Returns the change; undefined for a state without rows of a review. */
  readonly listChanges: () => Changes | undefined;
  /** The moment of the check. */
  readonly now: Date;
}

/** An organization that a rule applies to. */
export interface ScopedOrganization {
  readonly organization: Organization;
  /** The organization before the change; undefined if it is new, or without a comparison. */
  readonly former: Organization | undefined;
  readonly name: string;
  /** True if the rule may not apply to the organization, because its name or PRN is unknown. */
  readonly isOnlyPossible: boolean;
  /** The people that the rule applies to, as the rest of a sentence; empty for all. */
  readonly among: string;
  /** The people that the rule applies to, by address. */
  readonly selectedPeople: readonly Person[];
  /** The same people without the exempt ones. */
  readonly people: readonly Person[];
  /** Reports if the rule applies to a person, also to one that is unknown in the organization. */
  readonly appliesTo: (email: string) => boolean;
}

/** The target of a rule. */
interface Target {
  readonly organizations: Selector;
  readonly people: Selector;
  readonly exempt: readonly Exemption[];
}

/** The circumstances of a check. */
export interface Circumstances {
  /** Access before the change; undefined without a comparison. */
  readonly before?: Access | undefined;
  /** The same access with the names of the last update; undefined if no object was renamed outside Pulumi. */
  readonly recorded?: Access | undefined;
  /** The moment of the check. */
  readonly now: Date;
  /** Returns the change; undefined for a state without rows of a review. */
  readonly listChanges?: (() => Changes | undefined) | undefined;
}

/** Selects the organizations and people that a rule applies to. */
export function createScope(
  target: Target,
  access: Access,
  { before, now, listChanges = () => undefined }: Circumstances,
): Scope {
  const exempt = target.exempt.filter(({ until }) => !hasEnded(until, now));
  const select = (organization: Organization): readonly ScopedOrganization[] => {
    const selected = appliesToOrganization({ ...target, exempt }, organization);
    if (selected === "no") return [];
    const selectedPeople = listPeople(organization).filter(({ email }) => selectsPerson(target.people, email));
    const appliesTo = (email: string) =>
      selectsPerson(target.people, email) && !exempt.some((exemption) => exemptsPerson(exemption, email, organization));
    const people = selectedPeople.filter(({ email }) => appliesTo(email));
    const [name, isOnlyPossible] = [getOrganizationName(organization), selected === "perhaps"];
    const among = describeAmong(target.people);
    const former = before?.organizations.get(organization.key);
    return [{ organization, former, name, isOnlyPossible, among, selectedPeople, people, appliesTo }];
  };
  const all = [...(before?.organizations ?? new Map<string, Organization>())];
  const deleted = all.flatMap(([key, organization]) => (access.organizations.has(key) ? [] : select(organization)));
  return {
    organizations: [...access.organizations.values()].flatMap(select).sort(byName),
    deleted: deleted.sort(byName),
    listChanges,
    now,
  };
}

/** Reports if a target with exemptions that have not ended has an organization. People can still be exempt. */
export function appliesToOrganization({ organizations, exempt }: Target, organization: Organization) {
  const isExempt = exempt.some((exemption) => exemptsOrganization(exemption, organization));
  return isExempt ? "no" : selectsOrganization(organizations, organization);
}

function byName(a: ScopedOrganization, b: ScopedOrganization): number {
  return compareTexts(a.name, b.name) || compareTexts(a.organization.key, b.organization.key);
}

/** Returns the known people of an organization, by address. */
export function listPeople({ people }: Organization): readonly Person[] {
  return [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, person]) => person);
}
