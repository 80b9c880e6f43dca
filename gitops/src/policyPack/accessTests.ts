import { canonicalizeEmail } from "#provider";
import { listAllAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import { getOrganizationName, type Organization, type Person } from "../model/organization";
import type { AccessTest, TestFailure } from "../rules/tests/accessTest";
import { checkTests } from "../rules/tests/checkTests";
import { createModelAccess } from "../rules/tests/sources";
import { unknown } from "../hidden";
import type { ApprovedReview } from "./approvedReview";
import { mapOrganizations } from "../model/organization";

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
  { review, now }: { readonly review: ApprovedReview | undefined; readonly now: Date },
): readonly FailedTest[] {
  return checkTests(tests, createModelAccess(addGrantedPeople(model, review), "after"), now).flatMap(
    ({ test, failures }) =>
      failures.map((failure) => {
        const organizations = [...model.after.organizations.values()].filter(
          (one) => getOrganizationName(one) === failure.organization,
        );
        const isCertain = failure.forbidden.length > 0 && !mayPass(test, failure, organizations, review);
        return { test, failure, organizations, isCertain };
      }),
  );
}

/** Adds the people with a grant of this stack. Without a review, their role is unknown. */
function addGrantedPeople(model: Model, review: ApprovedReview | undefined): Model {
  const access = listAllAccess(model);
  const after = mapOrganizations(model.after, (organization) => {
    const granted = (access.get(organization.key) ?? []).flatMap((object) => [
      ...(object.after?.effective.keys() ?? []),
    ]);
    const added = granted
      .filter((address) => !organization.people.has(address))
      .map((address) => [address, createGrantedPerson(address, organization, review)] as const);
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

function createGrantedPerson(email: string, organization: Organization, review: ApprovedReview | undefined): Person {
  const known = review?.findAccess(organization, email) ?? { role: unknown, status: "active", isOwner: false };
  return { email, ...known, lastDay: undefined, userId: undefined, declaredBy: [] };
}

/** Reports if facts that this stack does not show may pass a test that forbids access. */
function mayPass(
  { declared: { invited, admins, exactly = [] } }: AccessTest,
  { people }: TestFailure,
  organizations: readonly Organization[],
  review: ApprovedReview | undefined,
): boolean {
  const groups = exactly.flatMap((item) => (typeof item === "string" ? [] : item.group));
  return organizations.some((one) => {
    const someone = (matches: (address: string) => boolean) => people.map(canonicalizeEmail).some(matches);
    // Another stack can declare that a person with a grant is an admin.
    const mayBeAdmin = (address: string) => !one.people.has(address) && !review?.findAccess(one, address);
    return (
      (invited === "ignored" && someone((address) => one.people.get(address)?.mayBeMember === true)) ||
      (admins === "ignored" && someone(mayBeAdmin)) ||
      groups.some((group) => !excludesPeople(one, group, people, review))
    );
  });
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
