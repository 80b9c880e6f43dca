import type { Mistake } from "#framework/documents";
import { canonicalizeEmail } from "#provider";
import { describeReason, type Reason } from "../../access/reasons";
import type { Violation } from "../../review/review";
import { type AccessObject, describeObject, type Doubt, type OrganizationAccess, type Person } from "../../who/source";
import { listFirst, quoteName } from "../../wording";
import { findGroup, findObject, findOrganization, isNotFound } from "./find";
import { type PersonEntry, type TestDeclaration, type TestedRole, testedRoles } from "./schema";

/** A test of access, ready for checks. */
export interface AccessTest {
  readonly name: string;
  readonly declared: TestDeclaration;
  readonly severity: Violation["severity"];
  /** The place in the file. */
  readonly place: Pick<Mistake, "path" | "location">;
  /** The declaration as JSON, so that two versions of a test can be compared. */
  readonly declaration: string;
}

/** The access that tests judge. */
export interface TestedAccess {
  /** Says which organizations these are, such as `in the layouts`. */
  readonly where: string;
  /** Returns the access in all organizations today or on a later day. Returns the reason, in a sentence, if it is not known. */
  readonly read: (day?: string) => readonly OrganizationAccess[] | string;
}

export interface TestResult {
  readonly test: AccessTest;
  /** Empty if the test passes. */
  readonly failures: readonly TestFailure[];
}

/** A reason for which a test fails. */
export interface TestFailure {
  /** The name of the organization, as far as it is known. */
  readonly organization: string;
  /** The e-mail addresses of the people concerned. */
  readonly people: readonly string[];
  /** The expected and the actual access, the reasons and the remedy, in whole sentences. */
  readonly words: string;
  /** True for access that certainly exists and that the test forbids. Otherwise, access is missing or not known. */
  readonly isForbidden: boolean;
}

/**
 * Checks tests of access, in their order. A test fails if a fact that could change its result is not known.
 * @param today the day, UTC, such as `2027-01-31`
 */
export function checkTests(tests: readonly AccessTest[], access: TestedAccess, today: string): readonly TestResult[] {
  return tests.map((test) => {
    const { on } = test.declared;
    const organizations = access.read(on !== undefined && on > today ? on : undefined);
    if (typeof organizations !== "string")
      return { test, failures: check(test.declared, { organizations, where: access.where }) };
    const organization = test.declared.reach?.organization ?? everywhere;
    return {
      test,
      failures: [{ organization, people: [], words: `Cannot know: ${organizations}`, isForbidden: false }],
    };
  });
}

/** Stands for an organization that is not known. */
const everywhere = "all organizations";

interface Surroundings {
  readonly organizations: readonly OrganizationAccess[];
  readonly where: string;
}

function check(declared: TestDeclaration, surroundings: Surroundings): readonly TestFailure[] {
  const { person, reach } = declared;
  // Without an organization, `only` would find nothing.
  if (surroundings.organizations.length === 0)
    return [
      {
        organization: everywhere,
        people: [],
        words: `There is no organization ${surroundings.where}.`,
        isForbidden: false,
      },
    ];
  if (person !== undefined) return checkPerson(person, declared, surroundings);
  return reach === undefined ? [] : checkReach(reach, declared, surroundings);
}

/** The standing of a person in an organization. */
interface Standing {
  /** The highest role; undefined without a role, or if the role is not known. */
  readonly role: TestedRole | undefined;
  /** The reasons for which the role, or its absence, is not certain. */
  readonly doubts: readonly string[];
  /** True if the person certainly has a role, even if it is not known which one. */
  readonly isPresent: boolean;
  readonly person: Person | undefined;
}

type Options = Pick<TestDeclaration, "invited" | "undeclaredOwners">;

function findStanding(email: string, organization: OrganizationAccess, options: Options): Standing {
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
  readonly people: ReadonlyMap<string, Person>;
  /** The reasons, by the key of the object. */
  readonly access: ReadonlyMap<Person, ReadonlyMap<string, readonly Reason[]>>;
}

/** The indexes so far, because many tests ask for the same organization. */
const indexes = new WeakMap<OrganizationAccess, Index>();

function getIndex(organization: OrganizationAccess): Index {
  const known = indexes.get(organization);
  if (known !== undefined) return known;
  const access = new Map<Person, Map<string, readonly Reason[]>>();
  for (const { person, object, reasons } of organization.access)
    access.set(person, (access.get(person) ?? new Map<string, readonly Reason[]>()).set(object.key, reasons));
  const people = new Map(organization.people.map((person) => [canonicalizeEmail(person.email), person]));
  indexes.set(organization, { people, access });
  return { people, access };
}

/** Returns the sentences about facts that the source does not contain. */
function listDoubts(
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
interface Reached {
  /** Empty if the person has no known access. */
  readonly reasons: readonly Reason[];
  /** The reasons for which the access, or its absence, is not certain. */
  readonly doubts: readonly string[];
}

/** Finds the access of a person to an object. A person reaches a cohort only together with its project. */
function findReached(organization: OrganizationAccess, object: AccessObject, standing: Standing): Reached {
  const { person, isPresent } = standing;
  const own = person && getIndex(organization).access.get(person);
  const find = (key: string) => own?.get(key) ?? [];
  if (!isPresent) return { reasons: person?.status === "undeclared" ? find(object.key) : [], doubts: standing.doubts };
  const reasons = find(object.key);
  const hidden = listDoubts(organization, ["all"]);
  if (reasons.some(({ kind }) => kind === "role")) return { reasons, doubts: hidden };
  const isDoubtful = standing.role === undefined;
  if (reasons.length === 0) {
    const unknown = listDoubts(organization, ["access"], (key) => concerns(key, object));
    const mayReachProject = object.parent === undefined || mayReach(organization, object.parent, find(object.parent));
    const relevant = mayReachProject || isDoubtful ? unknown : [];
    return { reasons, doubts: [...(isDoubtful ? standing.doubts : hidden), ...relevant] };
  }
  if (object.kind === "project" || (object.parent !== undefined && find(object.parent).length > 0))
    return { reasons, doubts: hidden };
  const unknown = listDoubts(organization, ["access"], (key) => key === object.parent);
  const sentence = `The access to the project of ${describeObject(object)} is not known.`;
  return { reasons, doubts: [...hidden, ...(unknown.length > 0 ? unknown : [sentence])] };
}

/** Reports if a doubt about an object can hide access to another one. Only an open cohort admits everyone who reaches its project. */
function concerns(about: string, { key, parent, isOpen }: AccessObject): boolean {
  return about === key || (isOpen && about === parent);
}

/** Reports if a person without the role of an admin may reach a project. */
function mayReach(organization: OrganizationAccess, project: string, reasons: readonly Reason[]): boolean {
  return reasons.length > 0 || listDoubts(organization, ["access"], (key) => key === project).length > 0;
}

function checkPerson(email: string, declared: TestDeclaration, surroundings: Surroundings): readonly TestFailure[] {
  const { can = [], cannot = [], only } = declared;
  return [
    ...can.flatMap((entry) => checkEntry(email, entry, true, declared, surroundings)),
    ...cannot.flatMap((entry) => checkEntry(email, entry, false, declared, surroundings)),
    ...(only === true
      ? surroundings.organizations.flatMap((organization) => checkOthers(email, organization, declared, surroundings))
      : []),
  ];
}

/** Checks the access that a person must have, or must not have. */
function checkEntry(
  email: string,
  { role, project, cohort, organization: text }: PersonEntry,
  isRequired: boolean,
  options: Options,
  { organizations, where }: Surroundings,
): readonly TestFailure[] {
  const organization = findOrganization(text, organizations, where);
  if (isNotFound(organization))
    return [{ organization: text, people: [email], words: organization.sentence, isForbidden: false }];
  const { name } = organization;
  const fail = (words: string, isForbidden = false) => [{ organization: name, people: [email], words, isForbidden }];
  const standing = findStanding(email, organization, options);
  if (project === undefined) {
    const { doubts, isPresent } = standing;
    const isHeld = role === undefined ? isPresent : holds(standing.role, role);
    const wanted = `${describeWanted(role)} in ${name}`;
    if (doubts.length > 0) return fail(`Cannot know if ${email} has ${wanted}: ${joinSentences(doubts)}`);
    if (isHeld === isRequired) return [];
    const must = isRequired ? "must have" : "must not have";
    const problem = `${email} ${must} ${wanted}, but ${describeStanding(standing)}. Change the role, or the test.`;
    return fail(problem, !isRequired);
  }
  const object = findObject({ project, cohort }, organization);
  if (isNotFound(object)) return fail(object.sentence);
  const place = describePlace(object, organization);
  const { reasons, doubts } = findReached(organization, object, standing);
  if (doubts.length > 0) return fail(`Cannot know if ${email} reaches ${place}: ${joinSentences(doubts)}`);
  if (reasons.length > 0 === isRequired) return [];
  return fail(
    isRequired
      ? `${email} must reach ${place}, but ${describeActual(organization, standing)}. Grant the access, or change the test.`
      : `${email} must not reach ${place}, but reaches it ${describeReasons(reasons)}. Remove the access, or change the test.`,
    !isRequired,
  );
}

/** Finds roles and access in an organization that `can` does not list. */
function checkOthers(
  email: string,
  organization: OrganizationAccess,
  declared: TestDeclaration,
  { organizations, where }: Surroundings,
): readonly TestFailure[] {
  const { name } = organization;
  const fail = (words: string, isForbidden = false) => ({ organization: name, people: [email], words, isForbidden });
  const standing = findStanding(email, organization, declared);
  const { role, isPresent, doubts } = standing;
  if (doubts.length > 0) return [fail(`Cannot know if ${email} has another role in ${name}: ${joinSentences(doubts)}`)];
  if (!isPresent || role === undefined) return [];
  const listed = (declared.can ?? []).filter(
    (entry) => findOrganization(entry.organization, organizations, where) === organization,
  );
  const isRoleListed = listed.some((entry) => entry.role !== undefined && isListed(role, entry.role));
  const entry = `{ organization: ${quoteName(name)}, role: ${role} }`;
  const others = isRoleListed
    ? []
    : [
        fail(
          `${email} must have no other role, but ${describeStanding(standing)} in ${name}. Change the role, or add \`${entry}\` to \`can\`.`,
          true,
        ),
      ];
  // These roles give access to everything, so one failure about the role is enough.
  if (role === "owner" || role === "admin") return others;
  const allowed = new Set(
    listed.flatMap(({ project, cohort }) => {
      const object = project === undefined ? undefined : findObject({ project, cohort }, organization);
      return object === undefined || isNotFound(object) ? [] : [object.key, object.parent];
    }),
  );
  const areKnown = new Set(organization.objects.map(({ key }) => key));
  const elsewhere = listDoubts(organization, ["access"], (key) => !areKnown.has(key));
  return [
    ...others,
    ...organization.objects
      .filter(({ key }) => !allowed.has(key))
      .flatMap((object) => {
        const { reasons, doubts } = findReached(organization, object, standing);
        const place = describePlace(object, organization);
        if (reasons.length > 0)
          return fail(
            `${email} must reach nothing else, but reaches ${place} ${describeReasons(reasons)}. Remove the access, or add it to \`can\`.`,
            true,
          );
        const unknown = doubts.filter((sentence) => !elsewhere.includes(sentence));
        if (unknown.length === 0) return [];
        return fail(`Cannot know if ${email} reaches ${place}: ${joinSentences(unknown)}`);
      }),
    ...(elsewhere.length === 0
      ? []
      : [fail(`Cannot know if ${email} reaches anything else in ${name}: ${joinSentences(elsewhere)}`)]),
  ];
}

/** Checks that exactly the expected people reach a project or cohort. */
function checkReach(
  reach: NonNullable<TestDeclaration["reach"]>,
  declared: TestDeclaration,
  { organizations, where }: Surroundings,
): readonly TestFailure[] {
  const organization = findOrganization(reach.organization, organizations, where);
  if (isNotFound(organization))
    return [{ organization: reach.organization, people: [], words: organization.sentence, isForbidden: false }];
  const object = findObject(reach, organization);
  const fail = (words: string, people: readonly string[] = [], isForbidden = false) => ({
    organization: organization.name,
    people,
    words,
    isForbidden,
  });
  if (isNotFound(object)) return [fail(object.sentence)];
  const words = describePlace(object, organization);
  const { expected, sentences } = listExpected(declared, organization);
  const known = new Map(organization.people.map(({ email }) => [canonicalizeEmail(email), email]));
  for (const [address, { email }] of expected) if (!known.has(address)) known.set(address, email);
  const unknown = listUnknownAccess(organization, object, declared);
  return [
    ...sentences.map((sentence) => fail(sentence)),
    ...[...known].flatMap(([address, email]) => {
      const standing = findStanding(email, organization, declared);
      const reached = findReached(organization, object, standing);
      const why = expected.get(address)?.why;
      const sentence =
        why === undefined
          ? describeUnexpected(email, words, reached, standing, declared)
          : describeMissing(email, words, reached, `because ${why}, but ${describeActual(organization, standing)}`);
      const isForbidden = why === undefined && reached.reasons.length > 0 && reached.doubts.length === 0;
      return sentence === undefined ? [] : fail(sentence, [email], isForbidden);
    }),
    ...(unknown.length === 0 ? [] : [fail(`Cannot know if other people reach ${words}: ${joinSentences(unknown)}`)]),
  ];
}

/** The people who must reach an object. */
interface Expected {
  /** The reason for each person, by address. */
  readonly expected: ReadonlyMap<string, { readonly email: string; readonly why: string }>;
  /** The groups that are not known. */
  readonly sentences: readonly string[];
}

function listExpected({ exactly = [], ...options }: TestDeclaration, organization: OrganizationAccess): Expected {
  const expected = new Map<string, { readonly email: string; readonly why: string }>();
  const sentences: string[] = [];
  for (const item of exactly) {
    if (typeof item === "string") {
      expected.set(canonicalizeEmail(item), { email: item, why: "`exactly` lists this person" });
      continue;
    }
    const group = findGroup(item.group, organization);
    if (isNotFound(group)) {
      sentences.push(group.sentence);
      continue;
    }
    const name = `group ${quoteName(item.group)}`;
    if (!group.isComplete)
      sentences.push(`Cannot know all members of ${name} in ${organization.name}. Declare them as plain values.`);
    for (const email of [...group.members, ...group.invited]) {
      const { isPresent, doubts } = findStanding(email, organization, options);
      // A group gives nothing to people who are certainly not in the organization.
      const isMember = isPresent || doubts.length > 0;
      if (isMember && !expected.has(canonicalizeEmail(email)))
        expected.set(canonicalizeEmail(email), { email, why: `${name} contains this person` });
    }
  }
  return { expected, sentences };
}

function describeMissing(
  email: string,
  place: string,
  { reasons, doubts }: Reached,
  explanation: string,
): string | undefined {
  if (doubts.length > 0) return `Cannot know if ${email} reaches ${place}: ${joinSentences(doubts)}`;
  if (reasons.length > 0) return undefined;
  return `${email} must reach ${place}, ${explanation}. Grant the access, or change the test.`;
}

function describeUnexpected(
  email: string,
  place: string,
  { reasons, doubts }: Reached,
  { role, isPresent, doubts: uncertain }: Standing,
  { admins }: TestDeclaration,
): string | undefined {
  const areIgnored = admins === "ignored";
  if (reasons.length === 0) {
    const mayBeAdmin = isPresent && role === undefined && !areIgnored;
    return mayBeAdmin ? `Cannot know if ${email} reaches ${place}: ${joinSentences(uncertain)}` : undefined;
  }
  if (areIgnored && (role === "admin" || role === "owner")) return undefined;
  const verb = doubts.length > 0 ? "may reach" : "reaches";
  const sentence = `Only the people in \`exactly\` must reach ${place}, but ${email} ${verb} it ${describeReasons(reasons)}. Remove the access, or add the person to the test.`;
  return joinSentences([sentence, ...doubts]);
}

/** Returns the reasons for which people that the source does not name may reach an object. */
function listUnknownAccess(
  organization: OrganizationAccess,
  object: AccessObject,
  { admins, undeclaredOwners }: TestDeclaration,
): readonly string[] {
  const areIgnored = admins === "ignored";
  // A closed object names everyone with a grant, so other people reach it only as admins.
  const people = areIgnored && !object.isOpen ? [] : (["people"] as const);
  const owners = areIgnored || undeclaredOwners === "ignored" ? [] : (["owners"] as const);
  return listDoubts(organization, ["all", "access", ...people, ...owners], (about) => concerns(about, object));
}

function holds(held: TestedRole | undefined, wanted: WantedRole): boolean {
  return held !== undefined && (isListed(held, wanted) || (held === "owner" && wanted === "admin"));
}

type WantedRole = NonNullable<PersonEntry["role"]>;

/** Reports if an entry of `can` covers the whole role. An entry for admins does not cover the ownership. */
function isListed(held: TestedRole, wanted: WantedRole): boolean {
  if (typeof wanted === "string") return held === wanted;
  return testedRoles.indexOf(held) <= testedRoles.indexOf(wanted.atLeast);
}

function describeWanted(role: WantedRole | undefined): string {
  if (role === undefined) return "a role";
  return typeof role === "string" ? `the role ${role}` : `the role ${role.atLeast} or a higher one`;
}

function describeStanding({ role, isPresent, person }: Standing): string {
  if (isPresent) {
    const name = role ?? person?.role ?? "unknown";
    return person?.status === "invited" ? `is invited with the role ${name}` : `has the role ${name}`;
  }
  if (person?.status === "expired") return "has only an expired invitation";
  return person?.status === "invited" ? "has only an invitation" : "has no role there";
}

/** Describes the role of a person, and what the person reaches in the organization. */
function describeActual({ access }: OrganizationAccess, standing: Standing): string {
  if (!standing.isPresent) return describeStanding(standing);
  const reached = access.filter(({ person }) => person === standing.person);
  const others = reached.map(({ object, reasons }) => `${quoteName(object.path)} ${describeReasons(reasons)}`);
  return `${describeStanding(standing)} and reaches ${others.length === 0 ? "nothing" : listFirst(others, 3)}`;
}

function describePlace({ kind, path }: AccessObject, { name }: OrganizationAccess): string {
  return `${kind} ${quoteName(path)} in ${name}`;
}

function describeReasons(reasons: readonly Reason[]): string {
  return `(${reasons.map(describeReason).join(", ")})`;
}

function joinSentences(sentences: readonly string[]): string {
  return [...new Set(sentences)].join(" ");
}
