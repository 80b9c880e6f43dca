import type { AnalyzedResource, Policy } from "#framework/analyzer";
import { canonicalizeEmail } from "#provider";
import { countBy } from "../grouping";
import type { Access, Person } from "../model/organization";
import type { ResourceKind } from "../objects/rows";
import type { Violation } from "../review/review";
import { judgeAccess } from "../rules/checkRules";
import { identify } from "../rules/existing";
import { getKind } from "../rules/kinds";
import type { Rule } from "../rules/rule";
import { lowerSeverity } from "../review/verdict";
import { isHidden } from "../hidden";
import { type ApprovedReview, getIdentity } from "./approvedReview";
import { mapOrganizations } from "../model/organization";

/** The weight of a violation or of a failed test, after a review: it decides the effect on the engine. */
export interface Weight {
  readonly severity: Violation["severity"];
  /** True if the violation needs approval, and a review is given that does not list it. */
  readonly isNew: boolean;
  /** True if the approved review asks for an approval of the violation, although the rule refuses it. */
  readonly isApproved: boolean;
}

/** Weighs a violation. The approval of a review that lists it is also one of each violation that existed before the change. */
export function weigh(
  declared: Violation["severity"],
  { review, isReviewed }: { readonly review: ApprovedReview | undefined; readonly isReviewed: boolean },
): Weight {
  const severity = isReviewed ? lowerSeverity(declared, "approve") : declared;
  const isNew = review !== undefined && severity === "approve" && !isReviewed;
  return { severity, isNew, isApproved: severity !== declared };
}

/** A violation of a rule, as the resources of one stack show it. */
export interface Judgement extends Weight {
  readonly violation: Violation;
  /** Tells violations apart, also of other rules. */
  readonly identity: string;
  /**
   * The source that decides about the violation:
   *
   * - `stack`: this stack.
   * - `review`: the review, because it contains another stack that may declare what this one does not.
   * - `none`: an organization has an unknown name, so it is not known if the rule applies or if the review is about the organization.
   */
  readonly decidedBy: "stack" | "review" | "none";
  /** True if this stack does not declare something that the rule needs, and another stack may. */
  readonly isUndeclared: boolean;
  /** A resource that declares a person of the violation; undefined for none. */
  readonly urn: string | undefined;
}

/** The facts about a run of the engine that a judgement needs. */
export interface RunFacts {
  readonly review: ApprovedReview | undefined;
  readonly stack: string;
  /** The moment of the run. */
  readonly now: Date;
  readonly isPreview: boolean;
}

/** The violations of one stack. */
export interface StackJudgement {
  /** Those that exist even in the best case of what the stack does not show. They can stop the engine. */
  readonly broken: readonly Judgement[];
  /** Those that exist only without this assumption. They are advice, because this stack cannot tell. */
  readonly possiblyBroken: readonly Judgement[];
}

/** Judges rules on all resources of one stack, in the best case and as the stack shows them. */
export function judgeStack(rules: readonly Rule[], access: Access, run: RunFacts): StackJudgement {
  const broken = judgeRules(rules, assumeBest(access, run), run);
  const identities = new Set(broken.map(({ identity }) => identity));
  return {
    broken,
    possiblyBroken: judgeRules(rules, access, run).filter(({ identity }) => !identities.has(identity)),
  };
}

/** Judges rules on the access of some resources of a stack. */
export function judgeRules(
  rules: readonly Rule[],
  access: Access,
  { review, stack, now, isPreview }: RunFacts,
): readonly Judgement[] {
  const judged = judgeAccess(rules, access, { before: undefined, now });
  const counts = countBy(judged, ({ violation }) => getIdentity(violation));
  // A rule may break as often for the same people as in the review.
  const isListed = ({ violation, finding }: (typeof judged)[number], approved: ApprovedReview) => {
    const identity = getIdentity(violation);
    return (
      (counts.get(identity) ?? 0) <= approved.countViolations(identity) &&
      approved.listsDeclarations(identity, finding.declarations, isPreview)
    );
  };
  return judged.map(({ violation, finding }) => {
    const { organizations, people, possibleOrganizations, isUndeclared } = finding;
    const isReviewed =
      review !== undefined &&
      isListed({ violation, finding }, review) &&
      organizations.every((one) => review.covers(one) && review.hasRoles(one, people));
    const weight = weigh(violation.severity, { review, isReviewed });
    const isOfReview = isUndeclared && organizations.every((one) => review?.isShared(one, stack) === true);
    const isNamed =
      possibleOrganizations.length === 0 &&
      (weight.severity !== "approve" || organizations.every((one) => review?.decides(one) ?? true));
    return {
      ...weight,
      violation,
      identity: JSON.stringify([violation.rule, identify(finding)]),
      decidedBy: isOfReview ? "review" : isNamed ? "stack" : "none",
      isUndeclared,
      urn: people.flatMap((email) =>
        organizations.flatMap((one) => one.people.get(canonicalizeEmail(email))?.declaredBy ?? []),
      )[0],
    };
  });
}

/** Returns the rule with the requirements that this resource can break alone; nothing if there are none. */
export function pickRequirements(rule: Rule, { values }: AnalyzedResource, kind: ResourceKind): readonly Rule[] {
  const requirements = rule.requirements.filter(([name]) => {
    const { brokenAloneBy } = getKind(name);
    if (brokenAloneBy === "any") return true;
    const property = brokenAloneBy[kind];
    return property !== undefined && property in values;
  });
  return requirements.length === 0 ? [] : [{ ...rule, requirements }];
}

/**
 * Returns the best case of what one stack does not show: every group and cohort of another stack is allowed, invited people accept, and no
 * organization with an unknown PRN has a PRN of a rule. If a rule holds then, it does not stop Pulumi. After an update, the update itself
 * may have sent any of the invitations. A review does not know who is in an organization that the change adopts. If it does not know a
 * person, it judged another program, so this person does not accept.
 */
function assumeBest(access: Access, { isPreview, review }: RunFacts): Access {
  const open: readonly Person["status"][] = isPreview ? ["planned"] : ["planned", "pending"];
  return mapOrganizations(access, ({ people, objects, ...organization }) => {
    const invitedMembers = objects.invitedMembers.filter(({ group }) => typeof group !== "string");
    const tokens = objects.tokens.map((token) => {
      const { cohort = null } = token;
      const isDeclared = cohort === null || isHidden(cohort) || objects.cohortPaths.has(cohort.key);
      return isDeclared ? token : { ...token, cohort: undefined };
    });
    const mayAccept = ({ status, mayBeMember = false }: Person) =>
      open.includes(status) && organization.change !== "adopted" && !(review !== undefined && mayBeMember);
    const accept = (person: Person): Person => (mayAccept(person) ? { ...person, status: "active" } : person);
    return {
      ...organization,
      hasUnknownId: false,
      people: new Map([...people].map(([address, person]) => [address, accept(person)])),
      objects: { ...objects, undeclaredGroups: [], invitedMembers, tokens },
    };
  });
}

/** The default effects of severities. A violation that needs approval is advice: without a review, it is not known if the change causes it. */
export const policies: Readonly<Record<Rule["severity"], Pick<Policy, "effect" | "severity">>> = {
  refuse: { effect: "mandatory", severity: "critical" },
  approve: { effect: "advisory", severity: "medium" },
  note: { effect: "advisory", severity: "low" },
};
