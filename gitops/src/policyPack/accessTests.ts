import { canonicalizeEmail } from "#provider";
import { listAllAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import { getOrganizationName, type Organization, type Person } from "../model/organization";
import { type PersonRole, personRoles } from "../roles";
import type { AccessTest, TestFailure } from "../rules/tests/accessTest";
import { checkTests } from "../rules/tests/checkTests";
import { createModelAccess } from "../rules/tests/sources";
import { isWithheld, unknown } from "../withheld";
import type { ApprovedReview } from "./approvedReview";
import { mapOrganizations } from "./model";

/** A failed test of access, as far as one stack shows it. */
export interface FailedTest {
  readonly test: AccessTest;
  readonly failure: TestFailure;
  /** The organizations of the stack that the failure is about. */
  readonly organizations: readonly Organization[];
  /** True if this stack certainly gives access that the test forbids. Otherwise, other stacks may pass the test. */
  readonly isCertain: boolean;
}

/** Runs tests of access on one stack. A person with a grant of the stack is in the organization, even if another stack declares this. */
export function testStack(
  tests: readonly AccessTest[],
  model: Model,
  { review, today }: { readonly review: ApprovedReview | undefined; readonly today: string },
): readonly FailedTest[] {
  const check = (role?: PersonRole) =>
    checkTests(tests, createModelAccess(addGrantedPeople(model, review, role), "after"), today);
  const possible = hasUnknownRoles(model, review) ? personRoles.map(check) : [];
  return check().flatMap(({ test, failures }, index) => {
    const runs = possible.map(
      (results) => results[index]?.failures.filter(({ forbidden }) => forbidden.length > 0) ?? [],
    );
    const isCertain = (failure: TestFailure) =>
      failure.forbidden.length > 0 &&
      !mayPass(test, failure, model, review) &&
      runs.every((run) => concernsSomeone(run, failure));
    // With an unknown role, a test can also fail without saying what is forbidden.
    const known = new Set(failures.map(({ words }) => words));
    const others = findCommonFailures(runs).filter((failure) => !known.has(failure.words) && isCertain(failure));
    return [...failures, ...others].map((failure) => ({
      test,
      failure,
      organizations: findOrganizations(model, failure),
      isCertain: isCertain(failure),
    }));
  });
}

/** Adds the people with a grant of this stack. Without a review, `role` is their role if the stack does not show it. */
function addGrantedPeople(model: Model, review: ApprovedReview | undefined, role?: PersonRole): Model {
  const access = listAllAccess(model);
  const after = mapOrganizations(model.after, (organization) => {
    const granted = (access.get(organization.key) ?? []).flatMap((object) => [
      ...(object.after?.effective.keys() ?? []),
    ]);
    const added = granted
      .filter((address) => !organization.people.has(address))
      .map((address) => [address, createGrantedPerson(address, organization, review, role)] as const);
    const declared = [...organization.people].map(
      ([address, person]) => [address, person.mayBeMember === true ? accept(person) : person] as const,
    );
    return { ...organization, people: new Map([...declared, ...added]) };
  });
  return { ...model, after };
}

function accept(person: Person): Person {
  return { ...person, status: "active" };
}

function createGrantedPerson(
  email: string,
  organization: Organization,
  review: ApprovedReview | undefined,
  role?: PersonRole,
): Person {
  const found = review?.findAccess(organization, email);
  const known = found ?? { role: role ?? unknown, status: "active", isOwner: false };
  return { email, ...known, lastDay: undefined, userId: undefined, declaredBy: [] };
}

function hasUnknownRoles(model: Model, review: ApprovedReview | undefined): boolean {
  const { organizations } = addGrantedPeople(model, review).after;
  return [...organizations].some(([key, { people }]) =>
    [...people].some(([address, { role }]) => isWithheld(role) && !hasPerson(model, key, address)),
  );
}

function hasPerson(model: Model, organization: string, address: string): boolean {
  return model.after.organizations.get(organization)?.people.has(address) === true;
}

/** Returns the failures in the same words whatever role the people have. An admin reaches everything, and fails in other words. */
function findCommonFailures([, ...runs]: readonly (readonly TestFailure[])[]): readonly TestFailure[] {
  const [first = [], ...others] = runs;
  return first.filter(({ words }) => others.every((failures) => failures.some((other) => other.words === words)));
}

/** Reports if some failures are about a person of another one. */
function concernsSomeone(failures: readonly TestFailure[], { people }: TestFailure): boolean {
  return failures.some((other) => other.people.some((email) => people.includes(email)));
}

/** Reports if facts that this stack does not show may pass a test that forbids access. */
function mayPass(
  { declared }: AccessTest,
  failure: TestFailure,
  model: Model,
  review: ApprovedReview | undefined,
): boolean {
  const organizations = findOrganizations(model, failure);
  const { people } = failure;
  const emails = people.map(canonicalizeEmail);
  if (declared.invited === "ignored" && organizations.some((one) => emails.some((email) => mayBeMember(one, email))))
    return true;
  const groups = (declared.exactly ?? []).flatMap((item) => (typeof item === "string" ? [] : item.group));
  return groups.some((group) => organizations.some((one) => !excludesPeople(one, group, people, review)));
}

function findOrganizations({ after }: Model, { organization }: TestFailure): readonly Organization[] {
  return [...after.organizations.values()].filter((one) => getOrganizationName(one) === organization);
}

function mayBeMember({ people }: Organization, address: string): boolean {
  return people.get(address)?.mayBeMember === true;
}

/** Reports if people are certainly not in a group. */
function excludesPeople(
  organization: Organization,
  group: string,
  people: readonly string[],
  review: ApprovedReview | undefined,
): boolean {
  const isDeclared = organization.objects.groups.some(({ name, members }) => name === group && members !== undefined);
  return isDeclared || review?.excludes(group, organization, people) === true;
}
