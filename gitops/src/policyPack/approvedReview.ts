import { listBriefly } from "#framework";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { countBy, groupBy } from "../grouping";
import type { Organization, Person } from "../model/organization";
import { personRoles } from "../roles";
import type { TestFailure } from "../rules/tests/accessTest";
import type { OrganizationReview, PersonReview, Review, Violation } from "../review/review";
import { isWithheld } from "../withheld";

/** The review that `PERIDIO_REVIEW` names, which passes or is approved. Each lookup takes the same time in a large review. */
export class ApprovedReview {
  /** By key. */
  readonly #organizations: ReadonlyMap<string, OrganizationReview>;
  readonly #organizationsByName: ReadonlyMap<string, readonly OrganizationReview[]>;
  /** The number of equal violations, by identity. */
  readonly #violations: ReadonlyMap<string, number>;
  readonly #violationsByRule: ReadonlyMap<string, readonly Violation[]>;
  /** By address. */
  readonly #people: ReadonlyMap<string, readonly PersonReview[]>;
  readonly #groups: NonNullable<Review["groups"]>;

  constructor(
    { organizations, people, violations, groups = [], stacks }: Review,
    private readonly file: string,
  ) {
    this.stacks = stacks;
    this.#organizations = new Map(organizations.map((one) => [one.key, one]));
    this.#organizationsByName = groupBy(organizations, ({ name }) => name);
    this.#violations = countBy(violations, getIdentity);
    this.#violationsByRule = groupBy(violations, ({ rule }) => rule);
    this.#people = groupBy(people, ({ email }) => canonicalizeEmail(email));
    this.#groups = groups;
  }

  readonly stacks: readonly string[];

  /**
   * Checks that the review is about a stack.
   * @throws CommandError otherwise.
   */
  requireStack(stack: string): void {
    if (this.stacks.includes(stack)) return;
    throw new CommandError(
      `PERIDIO_REVIEW: ${this.file} is a review of ${listBriefly(this.stacks)}, but not of ${stack}. Pass the previews of all stacks to one \`peridio-gitops review\`.`,
    );
  }

  /** Reports if the review lists an organization by its key. */
  has({ key }: Organization): boolean {
    return this.#organizations.has(key);
  }

  /** Reports if another stack also declares an organization, or a part of it. */
  isShared(organization: Organization, stack: string): boolean {
    return this.#find(organization).some(({ stacks = [] }) => stacks.some((other) => other !== stack));
  }

  /** Adds what the review knows of an organization of another stack: the name, and the status of its people. */
  complete(organization: Organization): Organization {
    const { key, name, people } = organization;
    const reviewed = this.#organizations.get(key)?.name;
    return {
      ...organization,
      // A review calls an organization with an unknown name by its key.
      name: name ?? (reviewed === key ? undefined : reviewed),
      people: new Map([...people].map(([address, person]) => [address, this.#completePerson(person, organization)])),
    };
  }

  #completePerson(person: Person, organization: Organization): Person {
    const status = this.#findPerson(organization, person.email)?.after?.status;
    return person.mayBeMember !== true || status === undefined ? person : { ...person, status, mayBeMember: false };
  }

  /** Returns the role and status of a person after the change, as far as the review knows them. */
  findAccess(organization: Organization, email: string): Pick<Person, "role" | "status" | "isOwner"> | undefined {
    const after = this.#findPerson(organization, email)?.after;
    const role = personRoles.find((one) => one === after?.role);
    return after && role ? { role, status: after.status, isOwner: after.owner } : undefined;
  }

  /** Reports if the review knows all people of a group, and these people are not among them. */
  excludes(name: string, organization: Organization, people: readonly string[]): boolean {
    const keys = this.#find(organization).map(({ key }) => key);
    const groups = this.#groups.filter((group) => group.name === name && keys.includes(group.organization));
    return (
      groups.length > 0 &&
      groups.every(({ after }) => {
        if (after === null || after.hidden === true || after.undeclared === true) return false;
        const members = new Set([...after.people, ...(after.invited ?? [])].map(canonicalizeEmail));
        return people.every((email) => !members.has(canonicalizeEmail(email)));
      })
    );
  }

  /** Returns the number of times that the review lists a violation. */
  countViolations(identity: string): number {
    return this.#violations.get(identity) ?? 0;
  }

  /** Reports if the review lists that a test forbids the same access. The status of a person and the reasons for access may differ. */
  lists(test: string, { organization, people, forbidden }: TestFailure): boolean {
    const addresses = joinAddresses(people);
    return (this.#violationsByRule.get(test) ?? []).some(
      (violation) =>
        violation.organizations.includes(organization) &&
        joinAddresses(violation.people) === addresses &&
        forbidden.some((start) => violation.message.startsWith(start)),
    );
  }

  /** Reports if people have the roles of the review. The status of an invitation may differ, because people accept. */
  hasRoles(organization: Organization, emails: readonly string[]): boolean {
    return emails.every((email) => {
      const role = organization.people.get(canonicalizeEmail(email))?.role;
      const reviewed = this.#findPerson(organization, email);
      return (
        role === undefined || reviewed === undefined || reviewed.after?.role === (isWithheld(role) ? role.reason : role)
      );
    });
  }

  /** Before an organization exists, the review and the engine give it different keys, so its name counts too. */
  #find({ key, name }: Organization): readonly OrganizationReview[] {
    const itself = this.#organizations.get(key);
    return itself === undefined ? (this.#organizationsByName.get(name ?? "") ?? []) : [itself];
  }

  #findPerson(organization: Organization, email: string): PersonReview | undefined {
    const own = new Set(this.#find(organization).map(({ key }) => key));
    return this.#people.get(canonicalizeEmail(email))?.find(({ organization }) => own.has(organization));
  }
}

/**
 * Returns what two violations have in common that are the same in a review and in the engine. Between the review and the update, the
 * status of a person changes the words, so the people are compared instead. A violation contains only the names of organizations, so two
 * of the same name on different endpoints count as one.
 */
export function getIdentity({ rule, organizations, people, message }: Violation): string {
  return JSON.stringify([
    rule,
    [...organizations].sort(),
    joinAddresses(people),
    ...(people.length > 0 ? [] : [message]),
  ]);
}

function joinAddresses(people: readonly string[]): string {
  return people.map(canonicalizeEmail).sort().join(" ");
}
