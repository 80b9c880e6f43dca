import type { AnalyzedResource, Policy, StackRun } from "#framework/analyzer";
import { canonicalizeEmail } from "#provider";
import type { Access, Organization, Person } from "../model/organization";
import type { ResourceKind } from "../objects/rows";
import type { Review, Violation } from "../review/review";
import { judgeAccess } from "../rules/checkRules";
import type { KindName } from "../rules/kinds";
import type { Rule } from "../rules/rule";
import { isWithheld } from "../withheld";
import { mapOrganizations } from "./model";

/** A violation as the policy pack reports it. */
export interface Judgement {
  readonly violation: Violation;
  /** Tells violations apart, also of other rules. */
  readonly identity: string;
  /** True if it is unclear that the rule applies, or that the review is about the organization, because a name is unknown. */
  readonly isUncertain: boolean;
  /** True if the violation needs approval, and a review is given that does not list it. */
  readonly isNew: boolean;
  /** A resource that declares a person of the violation; undefined for none. */
  readonly urn: string | undefined;
}

/** Judges rules on the access of a stack. The review adds the names of organizations that other stacks declare. */
export function judgeStack(
  rules: readonly Rule[],
  access: Access,
  { review, today }: { readonly review: Review | undefined; readonly today: string },
): readonly Judgement[] {
  const judged = judgeAccess(rules, nameOrganizations(access, review), { before: undefined, today });
  const violations = judged.map(({ violation }) => violation);
  return judged.map(({ violation, finding: { identity, organizations, people, uncertain } }) => ({
    violation,
    identity: JSON.stringify([violation.rule, identity]),
    isUncertain:
      uncertain.length > 0 || (needsReview(violation) && !organizations.every((one) => isNamed(one, review))),
    isNew:
      review !== undefined &&
      needsReview(violation) &&
      !(
        isListed(violation, violations, review) && organizations.every((one) => haveReviewedRoles(one, people, review))
      ),
    urn: people.flatMap((email) =>
      organizations.flatMap((one) => one.people.get(canonicalizeEmail(email))?.declaredBy ?? []),
    )[0],
  }));
}

/** An organization that the change creates has no PRN in the review, so only its name tells that it is the same. */
function isNamed({ key, name }: Organization, review: Review | undefined): boolean {
  return name !== undefined || review === undefined || review.organizations.some((one) => one.key === key);
}

function needsReview({ severity }: Violation): boolean {
  return severity === "approve";
}

function nameOrganizations(access: Access, review: Review | undefined): Access {
  const names = new Map(review?.organizations.flatMap(({ key, name }) => (name === key ? [] : [[key, name]])));
  return mapOrganizations(access, (organization) => ({
    ...organization,
    name: organization.name ?? names.get(organization.key),
  }));
}

/**
 * Reports if a review lists a violation. Between the review and the update, the status of a person changes the words. The people are
 * compared instead: a rule may break as often for them as in the review.
 */
function isListed(violation: Violation, found: readonly Violation[], { violations }: Review): boolean {
  const isSame = (other: Violation) =>
    getKey(other) === getKey(violation) && (violation.people.length > 0 || other.message === violation.message);
  return found.filter(isSame).length <= violations.filter(isSame).length;
}

/** Reports if people have the roles of the review. The status of an invitation may differ, because people accept. */
function haveReviewedRoles({ key, name, people }: Organization, emails: readonly string[], review: Review): boolean {
  const own = new Set(review.organizations.filter((one) => one.key === key || one.name === name).map((one) => one.key));
  return emails.every((email) => {
    const address = canonicalizeEmail(email);
    const role = people.get(address)?.role;
    const reviewed = review.people.find((one) => own.has(one.organization) && canonicalizeEmail(one.email) === address);
    return (
      role === undefined || reviewed === undefined || reviewed.after?.role === (isWithheld(role) ? role.reason : role)
    );
  });
}

function getKey({ rule, organizations, people }: Violation): string {
  return JSON.stringify([rule, [...organizations].sort(), [...people].map(canonicalizeEmail).sort()]);
}

/** The requirements that one resource can break alone, and a property that it must declare. All others need the whole stack. */
export const decisions: readonly (readonly [KindName, ResourceKind, string])[] = [
  ["role", "Membership", "role"],
  ["role", "OrganizationMembers", "members"],
  ["until", "Membership", "email"],
  ["until", "OrganizationMembers", "members"],
  ["groups", "Group", "members"],
  ["access", "Project", "access"],
  ["access", "Cohort", "access"],
  ["owner", "OrganizationOwner", "email"],
  ["requireTwoFactor", "SecurityPolicy", "requireTwoFactor"],
  ["ipAllowlist", "SecurityPolicy", "ipAllowlist"],
  ["sessionTimeout", "SecurityPolicy", "sessionTimeout"],
  ["apiKeyRotation", "SecurityPolicy", "apiKeyRotation"],
  ["everyoneEnabled", "Project", "everyoneEnabled"],
  ["everyoneEnabled", "Cohort", "everyoneEnabled"],
  ["expiresAt", "OrganizationApiToken", "expiresAt"],
  ["expiresAt", "ClaimToken", "expiresAt"],
  ["webhookHosts", "Webhook", "url"],
  ["webhookSchemes", "Webhook", "url"],
  ["name", "Organization", "name"],
  ["protect", "Organization", "name"],
];

/** Returns the rule with the requirements that this resource can break alone; nothing if there are none. */
export function pickRequirements(rule: Rule, { values }: AnalyzedResource, kind: ResourceKind): readonly Rule[] {
  const requirements = rule.requirements.filter(
    ([name]) =>
      name === "endpoint" ||
      decisions.some(
        ([requirement, resource, property]) => requirement === name && resource === kind && property in values,
      ),
  );
  return requirements.length === 0 ? [] : [{ ...rule, requirements }];
}

/**
 * Returns the best case of what one stack does not show: every group of another stack is allowed, and invited people accept. A rule
 * that holds in this case does not stop Pulumi. After an update, the update itself may have sent any of the invitations.
 */
export function assumeBest(access: Access, { isPreview }: Pick<StackRun, "isPreview">): Access {
  const open: readonly Person["status"][] = isPreview ? ["planned"] : ["planned", "pending"];
  return mapOrganizations(access, ({ people, objects, ...organization }) => {
    const invitedMembers = objects.invitedMembers.filter(({ group }) => typeof group !== "string");
    const accept = (person: Person): Person =>
      open.includes(person.status) ? { ...person, status: "active" } : person;
    return {
      ...organization,
      people: new Map([...people].map(([address, person]) => [address, accept(person)])),
      objects: { ...objects, undeclaredGroups: [], invitedMembers },
    };
  });
}

/** The default effects of severities. Without a review, nobody knows if the change causes a violation that needs approval. */
export const policies: Readonly<Record<Rule["severity"], Pick<Policy, "effect" | "severity">>> = {
  refuse: { effect: "mandatory", severity: "critical" },
  approve: { effect: "advisory", severity: "medium" },
  note: { effect: "advisory", severity: "low" },
};
