import {
  type Access,
  getOrganizationName,
  type Organization,
  type Person,
  type SecuritySettings,
} from "../model/organization";
import type { DeclaredContents, DeclaredToken } from "../model/objects";
import type { Changes } from "../review/review";
import { describeHidden, isHidden, type Hidden } from "../hidden";
import { describeInvitedRole } from "../roles";
import { compareTexts, formatNumber } from "../wording";
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
  /** The day, UTC, such as `2027-01-31`. */
  readonly today: string;
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
  /** The day, UTC, such as `2027-01-31`. */
  readonly today: string;
  /** Returns the change; undefined for a state without rows of a review. */
  readonly listChanges?: (() => Changes | undefined) | undefined;
}

export function createScope(
  target: Target,
  access: Access,
  { before, today, listChanges = () => undefined }: Circumstances,
): Scope {
  const exempt = target.exempt.filter(({ until }) => until >= today);
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
    today,
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

/** The way in which a value breaks a rule. */
export interface Breach {
  /** Distinguishes values that have no order, such as a host, or is the hidden value. Another reason is another finding. */
  readonly reason?: string | Hidden;
  /** The size of the violation, if the value is a known amount. */
  readonly extent?: number;
}

/** Details of a finding. */
export interface BreachDetails extends Breach {
  readonly people?: readonly string[];
  readonly objects?: readonly string[];
  /** The object and its property, if the requirement applies to several ones. */
  readonly about?: string;
  readonly isUndeclared?: boolean;
  /** True if a hidden value can be what breaks the rule. */
  readonly hasHidden?: boolean;
  /** The written object that breaks the rule. */
  readonly written?: Pick<DeclaredToken, "declaration" | "isTouched">;
}

/** Creates a finding about one organization. */
export function createFinding(
  { organization, isOnlyPossible }: ScopedOrganization,
  words: string,
  details: BreachDetails = {},
): Finding {
  const { people = [], objects = [], about = "", reason = "", extent = 0 } = details;
  const { isUndeclared = false, hasHidden = false, written } = details;
  return createJointFinding({
    words,
    organizations: [organization],
    people,
    objects,
    possibleOrganizations: isOnlyPossible ? [organization] : [],
    about: JSON.stringify([organization.key, about, isHidden(reason) ? reason.reason : reason]),
    extent,
    isUndeclared,
    hasHidden: hasHidden || isOnlyPossible || isHidden(reason),
    isTouched: written?.isTouched === true,
    declarations: written === undefined ? [] : [written.declaration],
  });
}

/** Creates a finding about several organizations, or about none. */
export function createJointFinding(finding: Pick<Finding, "words" | "about"> & Partial<Finding>): Finding {
  const lists = { organizations: [], people: [], objects: [], possibleOrganizations: [], declarations: [] };
  return { ...lists, extent: 0, isUndeclared: false, hasHidden: false, isTouched: false, ...finding };
}

/** A violation of one requirement of a rule. */
export interface Finding {
  /** The problem, the requirement and the remedy, in a sentence. */
  readonly words: string;
  readonly organizations: readonly Organization[];
  /** In their original spelling, sorted. */
  readonly people: readonly string[];
  /**
   * The objects, roles or days of these people that break the rule, such as `project firmware`. They are the same in a review and in the
   * policy pack, while the words also depend on the status of the people.
   */
  readonly objects: readonly string[];
  /** The organizations to which the rule may not apply, because their names or PRNs are unknown. */
  readonly possibleOrganizations: readonly Organization[];
  /** True if no given program declares something that another stack can declare, so that the finding holds only if no other stack does. */
  readonly isUndeclared: boolean;
  /** True if a hidden value or name can be what breaks the rule, so that two moments cannot be compared. */
  readonly hasHidden: boolean;
  /** True if the change writes the object that breaks the rule, other than a person's access. */
  readonly isTouched: boolean;
  /** The declarations of the object that breaks the rule, if it has values that are secret or work without further permission. */
  readonly declarations: readonly DeclaredContents[];
  /** The identity of the finding. A finding with the same identity before the change is the same one. */
  readonly about: string;
  /** The size of the violation. If it was smaller before the change, the finding is new. */
  readonly extent: number;
}

/** One requirement of a rule. */
export interface Requirement {
  /** Returns the violations. */
  readonly check: (scope: Scope) => readonly Finding[];
  /** Reports, for each limit that selects by names, if it applies to an object. */
  readonly selects: (object: SelectedObject) => readonly boolean[];
}

/** An object that requirements select by its name or path. */
export interface SelectedObject {
  readonly noun: "organization" | "group" | "cohort";
  readonly name: string;
  /** The organization itself, or that of the group or cohort. */
  readonly organization: Organization;
}

/** The remedy for a hidden value, as the end of a sentence. */
export const asPlainValue = "as a plain value, not as a secret or an unknown output";

/** The remedy for several hidden values, as the end of a sentence. */
const asPlainValues = "as plain values, not as secrets or unknown outputs";

/** The words about something hidden. */
interface HiddenWords {
  /** The beginning of the sentence, such as `The owner of acme`. */
  readonly subject: string;
  /** The property that the rule cannot check. The default is a pronoun. */
  readonly checked?: string;
  /** The property to declare, such as `the owner`. */
  readonly declare: string;
}

/** Reports a hidden value, because a rule does not guess. */
export function reportHidden(
  scoped: ScopedOrganization,
  value: Hidden,
  { subject, checked = "it", declare }: HiddenWords,
  details: BreachDetails = {},
): readonly Finding[] {
  const words = `${subject} is ${describeHidden(value)}, so the rule cannot check ${checked}. Declare ${declare} ${asPlainValue}.`;
  return [createFinding(scoped, words, { reason: value, ...details })];
}

/** Reports a list with hidden entries, because a rule does not guess. */
export function reportHiddenEntries(
  scoped: ScopedOrganization,
  about: string,
  { subject, checked = "them", declare }: HiddenWords,
): readonly Finding[] {
  const words = `${subject} are hidden, so the rule cannot check ${checked}. Declare ${declare} ${asPlainValues}.`;
  return [createFinding(scoped, words, { about, hasHidden: true })];
}

/** Finds people that a rule cannot check, because their addresses are hidden. */
export function reportHiddenPeople(scoped: ScopedOrganization): readonly Finding[] {
  const { hiddenPeople } = scoped.organization;
  if (hiddenPeople === 0) return reportHiddenRoster(scoped);
  const [people, reason] =
    hiddenPeople === 1
      ? ["1 person", `the address is hidden. Declare the address ${asPlainValue}.`]
      : [`${formatNumber(hiddenPeople)} people`, `the addresses are hidden. Declare the addresses ${asPlainValues}.`];
  const words = `${people} ${describeProblem(scoped)} ${reason}`;
  const finding = createFinding(scoped, words, { about: "hidden", extent: hiddenPeople, hasHidden: true });
  return [finding, ...reportHiddenRoster(scoped)];
}

/** Reports a roster that a rule cannot check, because it is hidden as a whole. */
export function reportHiddenRoster(scoped: ScopedOrganization): readonly Finding[] {
  if (!scoped.organization.hasHiddenRoster) return [];
  const words = `The people ${describeProblem(scoped)} their roster is hidden. Declare the roster ${asPlainValue}.`;
  return [createFinding(scoped, words, { about: "hidden roster", hasHidden: true })];
}

function describeProblem({ name }: ScopedOrganization): string {
  return `in ${name} cannot be checked against the rule, because`;
}

/** Reports if a setting is known. */
export function isKnown<Value>(value: Value | Hidden | undefined): value is Value {
  return value !== undefined && !isHidden(value);
}

/** Reports an unknown security setting, because a rule does not guess. */
export function reportUnknownSetting(
  scoped: ScopedOrganization,
  {
    setting,
    value,
    requirement,
  }: { readonly setting: keyof SecuritySettings; readonly value: Hidden | undefined; readonly requirement: string },
): readonly Finding[] {
  const { name, organization } = scoped;
  const subject = `${setting} of ${name}`;
  if (value !== undefined)
    return reportHidden(scoped, value, { subject, checked: "this setting", declare: "the setting" });
  // Avocado Connect has no such settings, so no program can declare them.
  const isUndeclared = !organization.isConnect;
  const remedy = isUndeclared
    ? "Declare the setting in a SecurityPolicy, or under `security` in the layout."
    : `Avocado Connect does not support this setting, so exclude ${name} from the rule's \`organizations\`.`;
  const words = `${subject} is unknown, but the rule requires ${requirement}. ${remedy}`;
  return [createFinding(scoped, words, { reason: "undeclared", isUndeclared })];
}

const descriptions: Readonly<Record<Person["status"], (role: string, where: string) => string>> = {
  active: (role, where) => `has the role ${role} in ${where}`,
  pending: (role, where) => `is invited to ${where} ${describeInvitedRole(role)}`,
  planned: (role, where) => `is to be invited to ${where} ${describeInvitedRole(role)}`,
  expired: (role, where) => `has an expired invitation to ${where} ${describeInvitedRole(role)}`,
};

/** Returns the access of a person, such as `bob@acme.example has the role developer in acme-dev`. */
export function describeAccess({ email, role, status, mayBeMember }: Person, organization: string): string {
  if (isHidden(role)) return `${email} has a role in ${organization} that is ${describeHidden(role)}`;
  if (status === "planned" && mayBeMember === true)
    return `${email} is declared in ${organization} ${describeInvitedRole(role)}`;
  return `${email} ${descriptions[status](role, organization)}`;
}
