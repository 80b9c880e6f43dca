import { canonicalizeEmail } from "#provider";
import { isExcluded, type KnownAccess, type Reason } from "../access/reasons";
import { type PersonRole, personRoles } from "../roles";
import {
  type AccessObject,
  describeObject,
  type AccessGap,
  type OrganizationAccess,
  type PersonInSource,
} from "./source";

// Answers if a person can reach a project or cohort. A gap is a fact that the source does not contain. A gap that can change an answer is a
// doubt, and the answer is then "perhaps". No other file decides this.

/** The people that a question leaves out. */
export interface Exceptions {
  /** Leaves out people before they accept an invitation. */
  readonly invited?: "ignored" | undefined;
  /** Leaves out owners that a preview does not show. */
  readonly undeclaredOwners?: "ignored" | undefined;
}

/** A person in an organization, who may have no role there. */
export interface FoundPerson {
  readonly organization: OrganizationAccess;
  /** The address in the question. */
  readonly email: string;
  readonly person: PersonInSource | undefined;
  /** The highest role; undefined without a role, or if the role is not known. */
  readonly role: "owner" | PersonRole | undefined;
  /** True if the person certainly has a role, even if it is not known which one. */
  readonly isPresent: boolean;
  /** The reasons for which the role, or its absence, is not certain. */
  readonly doubts: readonly string[];
}

/** Finds the role of a person in an organization, and the doubts about it. */
export function findPerson(email: string, organization: OrganizationAccess, except: Exceptions = {}): FoundPerson {
  const person = organization.people.get(canonicalizeEmail(email));
  const common = listDoubts(organization, ["all"]);
  const absent = { organization, email, person, role: undefined, isPresent: false };
  if (person === undefined) {
    const owners = except.undeclaredOwners === "ignored" ? [] : (["owners"] as const);
    return { ...absent, doubts: [...common, ...listDoubts(organization, ["people", ...owners])] };
  }
  if (person.status === "undeclared")
    return { ...absent, doubts: [`Nothing declares that ${email} is in ${organization.name}.`, ...common] };
  const isIgnored = person.status === "invited" && except.invited === "ignored";
  if (isIgnored || person.status === "expired") return { ...absent, doubts: common };
  const role = person.isOwner ? "owner" : personRoles.find((one) => one === person.role);
  const sentence = `The role of ${email} in ${organization.name} is ${person.role}.`;
  return { ...absent, role, isPresent: true, doubts: role === undefined ? [sentence, ...common] : common };
}

/** The answer to the question if a person can reach a project or cohort. */
export interface Reach extends KnownAccess<string> {
  /** For `no`, there are no reasons. For `perhaps`, the reasons may have no effect, and there are doubts, in sentences. */
  readonly answer: "yes" | "no" | "perhaps";
}

/** Answers if a person can reach a project or cohort. */
export function can(found: FoundPerson, object: AccessObject): Reach {
  const { organization, person, role, isPresent, doubts } = found;
  if (!isPresent) return conclude(person?.status === "undeclared" ? getReasons(found, object) : [], doubts);
  const granted = findGrants(found, object);
  // Without a known reason, a person with an unknown role may be an admin. With one, the role makes no difference.
  const isGranted = role === undefined && granted.reasons.length > 0;
  return conclude(granted.reasons, [...(isGranted ? listDoubts(organization, ["all"]) : doubts), ...granted.doubts]);
}

function conclude(reasons: readonly Reason[], doubts: readonly string[]): Reach {
  const answer = doubts.length > 0 ? "perhaps" : reasons.length > 0 ? "yes" : "no";
  return { answer, reasons, doubts: [...new Set(doubts)] };
}

function getReasons({ email }: FoundPerson, { reasons }: AccessObject): readonly Reason[] {
  return reasons.get(canonicalizeEmail(email)) ?? [];
}

/** Finds the reasons that a source contains, and the doubts about grants. A cohort admits only people who also reach its project. */
function findGrants(found: FoundPerson, object: AccessObject): KnownAccess<string> {
  const { organization, role } = found;
  const reasons = getReasons(found, object);
  const listUnknown = () => listDoubts(organization, ["access"], (key) => concerns(key, object));
  const own = { reasons, doubts: reasons.length > 0 ? [] : listUnknown() };
  if (object.kind === "project") return own;
  const parent = organization.objects.find(({ key }) => key === object.parent);
  const known = parent === undefined ? findHiddenProject(organization, object, reasons) : findGrants(found, parent);
  // A person with an unknown role may be an admin, who reaches every project.
  const project = { ...known, doubts: [...known.doubts, ...(role === undefined ? found.doubts : [])] };
  if (isExcluded(project)) return project;
  return reasons.length === 0 ? own : { reasons, doubts: project.reasons.length > 0 ? [] : project.doubts };
}

/** Returns the access to a project that the source does not contain. Admins and owners reach it. */
function findHiddenProject(
  organization: OrganizationAccess,
  cohort: AccessObject,
  reasons: readonly Reason[],
): KnownAccess<string> {
  const unknown = listDoubts(organization, ["access"], () => false);
  const sentence = `The access to the project of ${describeObject(cohort)} is not known.`;
  return { reasons: reasons.filter(({ kind }) => kind === "role"), doubts: unknown.length > 0 ? unknown : [sentence] };
}

/** Reports if a gap about an object can hide access to another one. Only an open cohort admits everyone who reaches its project. */
function concerns(about: string, { key, parent, isOpen }: AccessObject): boolean {
  return about === key || (isOpen && about === parent);
}

/** The access of one person to one project or cohort, with every reason. */
export interface PersonAccess {
  readonly person: PersonInSource;
  readonly object: AccessObject;
  readonly reasons: readonly Reason[];
  /** False if the person reaches the object perhaps. */
  readonly isCertain: boolean;
}

/** Lists who reaches which object, certainly or perhaps, for a known reason: everyone or, with an address, only this person. */
export function listAccess(
  organization: OrganizationAccess,
  objects: readonly AccessObject[],
  email?: string,
): readonly PersonAccess[] {
  const asked = email === undefined ? organization.people.keys() : [canonicalizeEmail(email)];
  return Array.from(asked, (address) => ({ address, found: findPerson(address, organization) })).flatMap(
    ({ address, found }) =>
      objects.flatMap((object) => {
        if (found.person === undefined || !object.reasons.has(address)) return [];
        const { answer, reasons } = can(found, object);
        return reasons.length === 0 ? [] : { person: found.person, object, reasons, isCertain: answer === "yes" };
      }),
  );
}

/** Returns the reasons for which people that the source does not name may reach an object, in sentences. */
export function listDoubtsAboutOthers(
  organization: OrganizationAccess,
  object: AccessObject,
  { admins, undeclaredOwners }: Exceptions & { readonly admins?: "listed" | "ignored" | undefined },
): readonly string[] {
  const areIgnored = admins === "ignored";
  // A closed object names everyone with a grant, so other people reach it only as admins.
  const people = areIgnored && !object.isOpen ? [] : (["people"] as const);
  const owners = areIgnored || undeclaredOwners === "ignored" ? [] : (["owners"] as const);
  return listDoubts(organization, ["all", "access", ...people, ...owners], (about) => concerns(about, object));
}

/** Returns the gaps that leave a question about an organization open, as sentences. `isAbout` selects gaps about single objects. */
export function listDoubts(
  { gaps }: OrganizationAccess,
  kinds: readonly AccessGap["hides"][],
  isAbout: (key: string) => boolean = () => true,
): readonly string[] {
  const concerned = gaps.filter(({ hides, about }) => kinds.includes(hides) && (about === undefined || isAbout(about)));
  return [...new Set(concerned.map(({ sentence }) => sentence))];
}
