import { canonicalizeEmail } from "#provider";
import type { Reason } from "../../access/reasons";
import {
  type AccessObject,
  describeObject,
  type Doubt,
  type OrganizationAccess,
  type PersonInSource,
} from "../../who/source";
import { type TestDeclaration, type TestedRole, testedRoles } from "./schema";

/** The role of a person in an organization. */
export interface ActualRole {
  /** The highest role; undefined without a role, or if the role is not known. */
  readonly role: TestedRole | undefined;
  /** The reasons for which the role, or its absence, is not certain. */
  readonly doubts: readonly string[];
  /** True if the person certainly has a role, even if it is not known which one. */
  readonly isPresent: boolean;
  readonly person: PersonInSource | undefined;
}

export type Options = Pick<TestDeclaration, "invited" | "undeclaredOwners">;

export function findActualRole(email: string, organization: OrganizationAccess, options: Options): ActualRole {
  const address = canonicalizeEmail(email);
  const person = getIndex(organization).people.get(address);
  const hidden = listDoubts(organization, ["all"]);
  const absent = { role: undefined, isPresent: false, person };
  if (person === undefined) {
    const owners = options.undeclaredOwners === "ignored" ? [] : (["owners"] as const);
    return { ...absent, doubts: [...hidden, ...listDoubts(organization, ["people", ...owners])] };
  }
  if (person.status === "undeclared")
    return { ...absent, doubts: [`Nothing declares that ${email} is in ${organization.name}.`, ...hidden] };
  const isIgnored = person.status === "invited" && options.invited === "ignored";
  if (isIgnored || person.status === "expired") return { ...absent, doubts: hidden };
  const role = person.isOwner ? "owner" : testedRoles.find((one) => one === person.role);
  if (role !== undefined) return { role, doubts: hidden, isPresent: true, person };
  const sentence = `The role of ${email} in ${organization.name} is ${person.role}.`;
  return { role, doubts: [sentence, ...hidden], isPresent: true, person };
}

/** The people and the access of an organization. */
interface Index {
  /** By canonical address. */
  readonly people: ReadonlyMap<string, PersonInSource>;
  /** The reasons, by person and key of the object. */
  readonly access: ReadonlyMap<PersonInSource, ReadonlyMap<string, readonly Reason[]>>;
}

/** The indexes so far, because many tests ask for the same organization. */
const indexes = new WeakMap<OrganizationAccess, Index>();

function getIndex(organization: OrganizationAccess): Index {
  const known = indexes.get(organization);
  if (known !== undefined) return known;
  const access = new Map<PersonInSource, Map<string, readonly Reason[]>>();
  for (const { person, object, reasons } of organization.access)
    access.set(person, (access.get(person) ?? new Map<string, readonly Reason[]>()).set(object.key, reasons));
  const people = new Map(organization.people.map((person) => [canonicalizeEmail(person.email), person]));
  indexes.set(organization, { people, access });
  return { people, access };
}

/** Returns the sentences about facts that the source does not contain. */
export function listDoubts(
  { doubts }: OrganizationAccess,
  kinds: readonly Doubt["hides"][],
  isAbout: (key: string) => boolean = () => true,
): readonly string[] {
  const concerned = doubts.filter(
    ({ hides, about }) => kinds.includes(hides) && (about === undefined || isAbout(about)),
  );
  return [...new Set(concerned.map(({ sentence }) => sentence))];
}

/** The access of a person to a project or cohort. */
export interface ActualAccess {
  /** Empty if the person has no known access. */
  readonly reasons: readonly Reason[];
  /** The reasons for which the access, or its absence, is not certain. */
  readonly doubts: readonly string[];
}

/** Finds the access of a person to an object. A person reaches a cohort only together with its project. */
export function findActualAccess(
  organization: OrganizationAccess,
  object: AccessObject,
  actual: ActualRole,
): ActualAccess {
  const { person, isPresent } = actual;
  const own = person && getIndex(organization).access.get(person);
  const find = (key: string) => own?.get(key) ?? [];
  if (!isPresent) return { reasons: person?.status === "undeclared" ? find(object.key) : [], doubts: actual.doubts };
  const reasons = find(object.key);
  const hidden = listDoubts(organization, ["all"]);
  if (reasons.some(({ kind }) => kind === "role")) return { reasons, doubts: hidden };
  const isDoubtful = actual.role === undefined;
  if (reasons.length === 0) {
    const unknown = listDoubts(organization, ["access"], (key) => concerns(key, object));
    const mayReachProject = object.parent === undefined || mayReach(organization, object.parent, find(object.parent));
    const relevant = mayReachProject || isDoubtful ? unknown : [];
    return { reasons, doubts: [...(isDoubtful ? actual.doubts : hidden), ...relevant] };
  }
  if (object.kind === "project" || (object.parent !== undefined && find(object.parent).length > 0))
    return { reasons, doubts: hidden };
  const unknown = listDoubts(organization, ["access"], (key) => key === object.parent);
  const sentence = `The access to the project of ${describeObject(object)} is not known.`;
  return { reasons, doubts: [...hidden, ...(unknown.length > 0 ? unknown : [sentence])] };
}

/** Reports if a doubt about an object can hide access to another one. Only an open cohort admits everyone who reaches its project. */
export function concerns(about: string, { key, parent, isOpen }: AccessObject): boolean {
  return about === key || (isOpen && about === parent);
}

/** Reports if a person without the role of an admin may reach a project. */
function mayReach(organization: OrganizationAccess, project: string, reasons: readonly Reason[]): boolean {
  return reasons.length > 0 || listDoubts(organization, ["access"], (key) => key === project).length > 0;
}
