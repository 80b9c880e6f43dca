import { type Expectation } from "./facts";
import { isUnknownOrganization, type World } from "./model";
import { lifeOf, organizationsOf, People } from "./peopleOracle";

/**
 * Expects the domains of the company's own people, which are those of the admins before the change. A preview does not
 * show the people of an organization that the change creates or adopts.
 */
export function expectInsiders(world: World, expectation: Expectation): void {
  const organizations = organizationsOf(world);
  const isNew = organizations
    .filter((organization) => !isUnknownOrganization(organization))
    .every((organization) => ["created", "adopted"].includes(lifeOf(world, organization)));
  const people = new People(world);
  const courses = organizations.flatMap((organization) => people.courses(organization));
  const admins = courses.filter(({ before, after }) => (isNew ? after : before)?.role === "admin");
  const domains = admins.map(({ email }) => email.replace(/^.*@/, "*@"));
  if (courses.some(({ isUnclear }) => isUnclear)) expectation.allowAll(/^insiders /);
  expectation.require(insidersFact(domains), "review.md: your own people are those with the same domain as an admin");
}

export function insidersFact(patterns: readonly string[] = []): string {
  return `insiders ${patterns.length === 0 ? "none" : [...new Set(patterns)].sort().join(" ")}`;
}

/** Returns true if a person is none of the company's own people. Without known people, nobody is an outsider. */
export function isOutsider(insiders: readonly string[] | undefined, email: string): boolean {
  return insiders?.every((pattern) => !email.toLowerCase().endsWith(pattern.slice(1))) === true;
}
