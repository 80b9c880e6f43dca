import { type Expectation } from "./facts";
import { isHidden, recordedSide, type Side, sideOf, type World } from "./model";
import { type Course, organizationsOf, People } from "./peopleOracle";

/**
 * Expects the domains of the company's own people: those of the owners before the change and of the admins that programs declared
 * before, otherwise those of the admins after the change.
 */
export function expectInsiders(world: World, expectation: Expectation): void {
  const organizations = organizationsOf(world);
  const people = new People(world);
  const courses = organizations.flatMap((organization) => people.courses(organization));
  const declared = world.slots.flatMap((slot) => declaredAdmins(recordedSide(slot)));
  const list = (isAdmin: (course: Course) => boolean) => courses.filter(isAdmin).map(({ email }) => email);
  const former = [...declared, ...list(({ before }) => before?.owner === true)];
  const admins = former.length > 0 ? former : list(({ after }) => after?.role === "admin");
  const domains = admins.map((email) => email.replace(/^.*@/, "*@"));
  if (courses.some(({ isUnclear }) => isUnclear)) expectation.allowAll(/^insiders /);
  expectation.require(insidersFact(domains), "review.md: your own people are those with the same domain as an admin");
}

function declaredAdmins(side: Side | undefined): string[] {
  const membership = sideOf(side, "Membership");
  if (membership !== undefined) return membership.state.role === "admin" ? [membership.state.email] : [];
  const members = sideOf(side, "OrganizationMembers")?.state.members;
  if (members === undefined || isHidden(members)) return [];
  return Object.entries(members).flatMap(([email, role]) => (role === "admin" ? [email] : []));
}

export function insidersFact(patterns: readonly string[] = []): string {
  return `insiders ${patterns.length === 0 ? "none" : [...new Set(patterns)].sort().join(" ")}`;
}

/** Returns true if a person is none of the company's own people. Without known people, nobody is an outsider. */
export function isOutsider(insiders: readonly string[] | undefined, email: string): boolean {
  return insiders?.every((pattern) => !email.toLowerCase().endsWith(pattern.slice(1))) === true;
}
