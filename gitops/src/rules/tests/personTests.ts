import { can, type Exceptions, findPerson, listDoubts } from "../../who/can";
import type { OrganizationAccess } from "../../who/source";
import { quoteName } from "../../wording";
import { createFailure, type TestedOrganizations, type TestFailure } from "./accessTest";
import { findObject, findOrganization, isNotFound } from "./find";
import { type ExpectedRole, type PersonEntry, type TestDeclaration, type TestedRole, testedRoles } from "./schema";
import {
  describeActualAccess,
  describeActualRole,
  describeExpectedRole,
  describeObjectIn,
  describeReasons,
  joinSentences,
  listHeldRoles,
} from "./words";

/** Checks a test of one person: the access in `can` and `cannot` and, with `only`, that the person has no other access. */
export function checkPerson(
  email: string,
  declared: TestDeclaration,
  tested: TestedOrganizations,
): readonly TestFailure[] {
  const { can: required = [], cannot = [], only } = declared;
  return [
    ...required.flatMap((entry) => checkEntry(email, "can", entry, declared, tested)),
    ...cannot.flatMap((entry) => checkEntry(email, "cannot", entry, declared, tested)),
    ...(only === true
      ? tested.organizations.flatMap((organization) => checkOthers(email, organization, declared, tested))
      : []),
  ];
}

/** Checks the access that a person must have, or must not have. */
function checkEntry(
  email: string,
  key: "can" | "cannot",
  { role, project, cohort, organization: text }: PersonEntry,
  options: Exceptions,
  { organizations, scope }: TestedOrganizations,
): readonly TestFailure[] {
  const isRequired = key === "can";
  const organization = findOrganization(text, organizations, scope);
  if (isNotFound(organization)) return [createFailure(text, organization.sentence, [email])];
  const { name } = organization;
  const fail = (words: string, forbidden?: readonly string[]) => [createFailure(name, words, [email], forbidden)];
  const actual = findPerson(email, organization, options);
  if (project === undefined) {
    const { doubts, isPresent } = actual;
    const isHeld = role === undefined ? isPresent : holds(actual.role, role);
    const expected = `${describeExpectedRole(role)} in ${name}`;
    if (doubts.length > 0) return fail(`Cannot know if ${email} has ${expected}: ${joinSentences(doubts)}`);
    if (isHeld === isRequired) return [];
    const start = `${email} ${isRequired ? "must have" : "must not have"} ${expected}, but `;
    return fail(
      `${start}${describeActualRole(actual)}. Change the role, or the test.`,
      isRequired ? [] : listHeldRoles(actual).map((held) => `${start}${held}.`),
    );
  }
  const object = findObject({ project, cohort }, organization);
  if (isNotFound(object)) return fail(object.sentence);
  const place = describeObjectIn(object, organization);
  const { answer, reasons, doubts } = can(actual, object);
  if (answer === "perhaps") return fail(`Cannot know if ${email} reaches ${place}: ${joinSentences(doubts)}`);
  if ((answer === "yes") === isRequired) return [];
  if (isRequired)
    return fail(
      `${email} must reach ${place}, but ${describeActualAccess(actual)}. Grant the access, or change the test.`,
    );
  const start = `${email} must not reach ${place}, but reaches it `;
  return fail(`${start}${describeReasons(reasons)}. Remove the access, or change the test.`, [start]);
}

/** Finds roles and access in an organization that `can` does not list. */
function checkOthers(
  email: string,
  organization: OrganizationAccess,
  declared: TestDeclaration,
  { organizations, scope }: TestedOrganizations,
): readonly TestFailure[] {
  const { name } = organization;
  const fail = (words: string, forbidden?: readonly string[]) => createFailure(name, words, [email], forbidden);
  const actual = findPerson(email, organization, declared);
  const { role, isPresent, doubts } = actual;
  const listed = (declared.can ?? []).filter(
    (entry) => findOrganization(entry.organization, organizations, scope) === organization,
  );
  const isRoleListed = (one: TestedRole) => listed.some(({ role }) => role !== undefined && isListed(one, role));
  const allowed = new Set(
    listed.flatMap(({ project, cohort }) => {
      const object = project === undefined ? undefined : findObject({ project, cohort }, organization);
      return object === undefined || isNotFound(object) ? [] : [object.key, object.parent];
    }),
  );
  const others = organization.objects
    .filter(({ key }) => !allowed.has(key))
    .map((object) => ({ ...can(actual, object), place: describeObjectIn(object, organization) }));
  const failReached = ({ place, reasons }: (typeof others)[number]) => {
    const start = `${email} must reach nothing else, but reaches ${place} `;
    return fail(`${start}${describeReasons(reasons)}. Remove the access, or add it to \`can\`.`, [`${start}(`]);
  };
  if (doubts.length > 0) {
    // With an unknown role, a grant is forbidden unless `can` lists a role that reaches everything.
    const mayBeAllowed = isRoleListed("owner") || isRoleListed("admin");
    return [
      fail(`Cannot know if ${email} has another role in ${name}: ${joinSentences(doubts)}`),
      ...others.filter(({ answer }) => answer === "yes" && !mayBeAllowed).map(failReached),
    ];
  }
  if (!isPresent || role === undefined) return [];
  const entry = `{ organization: ${quoteName(name)}, role: ${role} }`;
  const start = `${email} must have no other role, but `;
  const roles = isRoleListed(role)
    ? []
    : [
        fail(
          `${start}${describeActualRole(actual)} in ${name}. Change the role, or add \`${entry}\` to \`can\`.`,
          listHeldRoles(actual).map((held) => `${start}${held} in ${name}.`),
        ),
      ];
  // These roles give access to everything, so one failure about the role is enough.
  if (role === "owner" || role === "admin") return roles;
  const areKnown = new Set(organization.objects.map(({ key }) => key));
  const elsewhere = listDoubts(organization, ["access"], (key) => !areKnown.has(key));
  return [
    ...roles,
    ...others.flatMap((other) => {
      if (other.answer === "yes") return failReached(other);
      const unknown = other.doubts.filter((sentence) => !elsewhere.includes(sentence));
      if (unknown.length === 0) return [];
      return fail(`Cannot know if ${email} reaches ${other.place}: ${joinSentences(unknown)}`);
    }),
    ...(elsewhere.length === 0
      ? []
      : [fail(`Cannot know if ${email} reaches anything else in ${name}: ${joinSentences(elsewhere)}`)]),
  ];
}

function holds(actual: TestedRole | undefined, expected: ExpectedRole): boolean {
  return actual !== undefined && (isListed(actual, expected) || (actual === "owner" && expected === "admin"));
}

/** Reports if an entry of `can` covers the whole role. An entry for admins does not cover the ownership. */
function isListed(actual: TestedRole, expected: ExpectedRole): boolean {
  if (typeof expected === "string") return actual === expected;
  return testedRoles.indexOf(actual) <= testedRoles.indexOf(expected.atLeast);
}
