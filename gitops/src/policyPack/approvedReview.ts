import { listBriefly } from "#framework";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { countBy, groupBy } from "../grouping";
import type { Organization } from "../model/organization";
import type { OrganizationReview, PersonReview, Review, Violation } from "../review/review";
import { isWithheld } from "../withheld";

/** The review that `PERIDIO_REVIEW` names, which passes or is approved. Each lookup takes the same time in a large review. */
export class ApprovedReview {
  /** The names of organizations, by key. */
  readonly names: ReadonlyMap<string, string>;
  /** By name. */
  readonly #organizations: ReadonlyMap<string, readonly OrganizationReview[]>;
  /** The number of equal violations, by identity. */
  readonly #violations: ReadonlyMap<string, number>;
  readonly #violationsByRule: ReadonlyMap<string, readonly Violation[]>;
  /** By address. */
  readonly #people: ReadonlyMap<string, readonly PersonReview[]>;

  readonly #stacks: readonly string[];

  constructor(
    { organizations, people, violations, stacks }: Review,
    private readonly file: string,
  ) {
    this.#stacks = stacks;
    this.names = new Map(organizations.map(({ key, name }) => [key, name]));
    this.#organizations = groupBy(organizations, ({ name }) => name);
    this.#violations = countBy(violations, getIdentity);
    this.#violationsByRule = groupBy(violations, ({ rule }) => rule);
    this.#people = groupBy(people, ({ email }) => canonicalizeEmail(email));
  }

  /**
   * Checks that the review is about a stack.
   * @throws CommandError otherwise.
   */
  requireStack(stack: string): void {
    if (this.#stacks.includes(stack)) return;
    throw new CommandError(
      `PERIDIO_REVIEW: ${this.file} is a review of ${listBriefly(this.#stacks)}, but not of ${stack}. Pass the previews of all stacks to one \`peridio-gitops review\`.`,
    );
  }

  /** Returns the number of times that the review lists a violation. */
  countViolations(identity: string): number {
    return this.#violations.get(identity) ?? 0;
  }

  /** Reports if the review lists a broken rule for all of these people. */
  lists(rule: string, people: readonly string[]): boolean {
    return (this.#violationsByRule.get(rule) ?? []).some((violation) => {
      const listed = new Set(violation.people.map(canonicalizeEmail));
      return people.every((email) => listed.has(canonicalizeEmail(email)));
    });
  }

  /** Reports if people have the roles of the review. The status of an invitation may differ, because people accept. */
  hasRoles({ key, name, people }: Organization, emails: readonly string[]): boolean {
    const namesakes = this.#organizations.get(name ?? "") ?? [];
    const own = new Set([key, ...namesakes.map((one) => one.key)]);
    return emails.every((email) => {
      const address = canonicalizeEmail(email);
      const role = people.get(address)?.role;
      const reviewed = this.#people.get(address)?.find(({ organization }) => own.has(organization));
      return (
        role === undefined || reviewed === undefined || reviewed.after?.role === (isWithheld(role) ? role.reason : role)
      );
    });
  }
}

/**
 * Returns what two violations have in common that are the same in a review and in the engine. Between the review and the update, the
 * status of a person changes the words, so the people are compared instead.
 */
export function getIdentity({ rule, organizations, people, message }: Violation): string {
  const addresses = people.map(canonicalizeEmail).sort();
  return JSON.stringify([rule, [...organizations].sort(), addresses, ...(people.length > 0 ? [] : [message])]);
}
