import type { Effect, PolicyViolation } from "#framework/analyzer";
import { listBriefly } from "#framework/messages";
import { knownTypes, otherStacks } from "../rules/rule";
import { describeUrn, getKind, getType } from "../urn";
import type { FailedTest } from "./accessTests";
import type { ApprovedReview } from "./approvedReview";
import { type Judgement, policies, type StackJudgement, weigh, type Weight } from "./judgement";

// Converts what rules and tests find into violations of policies, with the effect that each has on the engine.

/** The effects that the engine has configured, by policy, and the review of the run. */
export interface RunSettings {
  readonly effects: ReadonlyMap<string, Effect>;
  readonly review: ApprovedReview | undefined;
}

/** Converts a violation of a rule for the engine. */
export function createViolation(judgement: Judgement, { effects }: RunSettings): PolicyViolation {
  const { violation, urn } = judgement;
  const { rule, message, explanation } = violation;
  return {
    policy: rule,
    message: joinReason(message, explanation),
    effect: getEffect(rule, judgement, effects),
    urn,
  };
}

/** Converts a failed test for the engine. Only access that the stack certainly gives stops it, because other stacks may give missing access. */
export function createTestViolation(
  { test, failure, organizations, isCertain }: FailedTest,
  { effects, review }: RunSettings,
): PolicyViolation {
  const isReviewed =
    review !== undefined && review.lists(test.name, failure) && organizations.every((one) => review.covers(one));
  const effect = getEffect(test.name, weigh(test.severity, { review, isReviewed }), effects);
  return {
    policy: test.name,
    message: joinReason(failure.words, test.because),
    effect: isCertain ? effect : "advisory",
  };
}

/** The CLI prints only the message, so it contains the reason for the rule. */
function joinReason(message: string, reason: string | undefined): string {
  return reason === undefined ? message : `${message}\nReason: ${reason}`;
}

/**
 * Returns the effect of a violation. An approved one is advice. Otherwise, the configured effect of the policy counts, or its default if the
 * engine configures none. A violation that needs approval and is not in the approved review always stops the engine.
 */
function getEffect(
  policy: string,
  { severity, isNew, isApproved }: Weight,
  effects: RunSettings["effects"],
): PolicyViolation["effect"] {
  if (isApproved) return "advisory";
  const configured = effects.get(policy) ?? policies[severity].effect;
  return configured === "mandatory" || isNew ? "mandatory" : "advisory";
}

/**
 * Reports in one message each: the rules and tests that this stack alone does not decide, so that the review judged them; and, without a
 * review, the rules that stop the engine although another stack may declare the facts that they need.
 */
export function reportOtherStacks(
  { broken, possiblyBroken }: StackJudgement,
  testsOfReview: readonly FailedTest[],
  { effects, review }: RunSettings,
): readonly PolicyViolation[] {
  const effect = effects.get(otherStacks) ?? "advisory";
  if (effect === "disabled") return [];
  const report = (names: readonly string[], describe: (list: string) => string) => {
    const quoted = [...new Set(names)].map((name) => JSON.stringify(name));
    return quoted.length === 0 ? [] : [{ policy: otherStacks, message: describe(listBriefly(quoted)), effect }];
  };
  const rulesOfReview = [...broken, ...possiblyBroken].filter(({ decidedBy }) => decidedBy === "review");
  const stopping = broken.filter(
    (judgement) =>
      judgement.isUndeclared &&
      review === undefined &&
      getEffect(judgement.violation.rule, judgement, effects) === "mandatory",
  );
  return [
    ...report(
      [...rulesOfReview.map(({ violation }) => violation.rule), ...testsOfReview.map(({ test }) => test.name)],
      (list) => `This stack alone does not show if these rules and tests hold, so the review judged them: ${list}.`,
    ),
    ...report(
      stopping.map(({ violation }) => violation.rule),
      (list) =>
        `These rules need facts that this stack does not declare: ${list}. If another stack declares them, set PERIDIO_REVIEW to a review of all stacks.`,
    ),
  ];
}

/** Reports resources of Peridio that no rule can judge. */
export function reportUnknownTypes(urns: readonly string[], { effects }: RunSettings): readonly PolicyViolation[] {
  const effect = effects.get(knownTypes) ?? "advisory";
  if (effect === "disabled") return [];
  return urns
    .filter((urn) => getKind(urn) === undefined && getType(urn) !== "peridio:index:Layout")
    .map((urn) => ({
      policy: knownTypes,
      message: `No rule judges ${describeUrn(urn)}, because this version of peridio-gitops does not know its type. Use the version of peridio-gitops that matches the provider.`,
      effect,
      urn,
    }));
}
