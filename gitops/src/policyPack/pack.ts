import type {
  AnalyzedResource,
  Effect,
  Policy,
  PolicyPack,
  PolicyViolation,
  StackResource,
  StackRun,
} from "#framework/analyzer";
import { listBriefly } from "#framework";
import { findClosest } from "#framework/documents";
import { version } from "#provider";
import { CommandError } from "../exit";
import type { Access } from "../model/organization";
import type { RulesFile } from "../rules/readRules";
import { knownTypes, otherStacks, type Rule } from "../rules/rule";
import type { AccessTest } from "../rules/tests/accessTest";
import type { Terminal } from "../terminal/terminal";
import { describeUrn, getKind, getStack, getType, isPeridioType } from "../urn";
import { type FailedTest, testStack } from "./accessTests";
import type { ApprovedReview } from "./approvedReview";
import { assumeBest, type Judgement, judgeStack, pickRequirements, policies, weigh, type Weight } from "./judgement";
import { mapOrganizations, readStack } from "./model";
import { findReview } from "./reviewOfRun";
import { findRules } from "./rules";

type Place = Pick<Terminal, "folder" | "environment" | "now">;

/** Shows resources that no rule can judge. */
const knownTypesPolicy: Policy = {
  name: knownTypes,
  description: "This version of peridio-gitops judges only the resource types that it knows.",
  effect: "advisory",
  severity: "medium",
};

/** Shows once what the stacks of an organization show only together. */
const otherStacksPolicy: Policy = {
  name: otherStacks,
  description: "A review of all stacks judges what this stack alone does not show.",
  effect: "advisory",
  severity: "low",
};

/** The policy pack of one run of the engine: each access rule is a policy. */
export class AccessPack implements PolicyPack {
  readonly name = "peridio-gitops";
  readonly displayName = "Peridio access rules";
  readonly version = version;
  readonly description = "Judges the access to Peridio that a program declares.";
  readonly #terminal: Place;
  #basis: (RulesFile & { readonly review: ApprovedReview | undefined }) | undefined;
  /** The engine describes no run for `pulumi policy analyze`. */
  #run: Omit<StackRun, "stack"> = { isPreview: true, configuration: {} };
  #effects: ReadonlyMap<string, Effect> = new Map();
  /** The resources that the program declares. */
  readonly #declared = new Map<string, AnalyzedResource>();

  constructor(terminal: Place) {
    this.#terminal = terminal;
  }

  listPolicies(): readonly Policy[] {
    const { rules, tests } = this.#read();
    return [
      ...rules.map((rule) => createPolicy(rule, "An access rule of this project.")),
      ...tests.map((test) => createPolicy(test, "A test of access of this project.")),
      knownTypesPolicy,
      otherStacksPolicy,
    ];
  }

  configureStack(run: StackRun): void {
    this.#read().review?.requireStack(run.stack);
    this.#run = run;
  }

  configure(effects: ReadonlyMap<string, Effect>): void {
    const names = this.listPolicies().map(({ name }) => name);
    const other = [...effects.keys()].find((name) => name !== "all" && !names.includes(name));
    if (other !== undefined) {
      const closest = findClosest(other, names);
      throw new CommandError(
        `The configuration of the policy pack names ${JSON.stringify(other)}, which is no access rule and no test. ${closest === undefined ? "Correct the name." : `Did you mean ${closest}?`}`,
      );
    }
    this.#effects = effects;
  }

  /** Stops an update before a forbidden write. In a preview, `analyzeStack` follows before any write, and knows more. */
  analyze(resource: AnalyzedResource): readonly PolicyViolation[] {
    const { urn, values } = resource;
    if (!isPeridioType(urn)) return [];
    this.#declared.set(urn, resource);
    const kind = getKind(urn);
    if (kind === undefined || this.#run.isPreview) return [];
    const rules = this.#read().rules.flatMap((rule) => pickRequirements(rule, resource, kind));
    if (rules.length === 0) return [];
    const seen = { resource, inputs: values, outputs: undefined, dependencies: {} };
    const { review } = this.#read();
    const { access } = readStack([seen], this.#run.configuration, review);
    const completed =
      review === undefined ? access : mapOrganizations(access, (one) => review.completeNewProjects(one));
    return this.#judge(rules, completed, getStack(urn))
      .filter(({ isUncertain, isOfReview }) => !isUncertain && !isOfReview)
      .map((judgement) => createViolation({ ...judgement, urn }, this.#getEffect(judgement.violation.rule, judgement)))
      .filter(({ effect }) => effect === "mandatory");
  }

  analyzeStack(resources: readonly StackResource[]): readonly PolicyViolation[] {
    // The engine also lists the resources that it has deleted. It analyzes only those that the program declares.
    const present = resources.flatMap((resource) => {
      const { urn, values, dependencies } = resource;
      const declared = this.#declared.get(urn);
      return declared === undefined ? [] : [{ resource, inputs: declared.values, outputs: values, dependencies }];
    });
    const { rules, tests, review } = this.#read();
    const stack = getStack(present[0]?.resource.urn ?? "");
    if (present.length > 0) review?.requireStack(stack);
    const { access, model } = readStack(present, this.#run.configuration, review);
    const certain = this.#judge(rules, assumeBest(access, { ...this.#run, isReviewed: review !== undefined }), stack);
    const known = new Set(certain.map(({ identity }) => identity));
    const doubtful = this.#judge(rules, access, stack).filter(({ identity }) => !known.has(identity));
    const enabled = tests.filter(({ name }) => this.#effects.get(name) !== "disabled");
    const failed = testStack(enabled, model, { review, today: this.#getToday() });
    const isOfReview = ({ isCertain }: FailedTest) => !isCertain && (review?.stacks.length ?? 0) > 1;
    return [
      ...certain
        .filter(isOfStack)
        .map((judgement) => createViolation(judgement, this.#getEffect(judgement.violation.rule, judgement))),
      ...doubtful.filter(isOfStack).map((judgement) => createViolation(judgement, "advisory")),
      ...failed.filter((one) => !isOfReview(one)).map((one) => this.#createTestViolation(one)),
      ...this.#reportOtherStacks({ certain, doubtful, failed: failed.filter(isOfReview) }),
      ...this.#reportUnknownTypes(),
    ];
  }

  #read() {
    if (this.#basis !== undefined) return this.#basis;
    const rules = findRules(this.#terminal);
    return (this.#basis = { ...rules, review: findReview(this.#terminal, rules.digest) });
  }

  #judge(rules: readonly Rule[], access: Access, stack: string): readonly Judgement[] {
    // The engine does not know the author of a change.
    const enabled = rules.filter(
      ({ name, authors }) => authors === undefined && this.#effects.get(name) !== "disabled",
    );
    const { isPreview } = this.#run;
    return judgeStack(enabled, access, { review: this.#read().review, stack, today: this.#getToday(), isPreview });
  }

  /** Only access that the stack certainly gives stops the engine, because other stacks may give what is missing. */
  #createTestViolation({ test, failure, organizations, isCertain }: FailedTest): PolicyViolation {
    const { review } = this.#read();
    const isReviewed =
      review !== undefined && review.lists(test.name, failure) && organizations.every((one) => review.covers(one));
    const effect = this.#getEffect(test.name, weigh(test.severity, { review, isReviewed }));
    return {
      policy: test.name,
      message: joinReason(failure.words, test.because),
      effect: isCertain ? effect : "advisory",
    };
  }

  /** Says once which rules and tests depend on other stacks: those that the review judges or, without a review, must hold here. */
  #reportOtherStacks({
    certain,
    doubtful,
    failed,
  }: {
    readonly certain: readonly Judgement[];
    readonly doubtful: readonly Judgement[];
    readonly failed: readonly FailedTest[];
  }): readonly PolicyViolation[] {
    const effect = this.#effects.get(otherStacks) ?? "advisory";
    if (effect === "disabled") return [];
    const report = (names: readonly string[], describe: (list: string) => string) => {
      const quoted = [...new Set(names)].map((name) => JSON.stringify(name));
      return quoted.length === 0 ? [] : [{ policy: otherStacks, message: describe(listBriefly(quoted)), effect }];
    };
    const ofReview = [
      ...[...certain, ...doubtful].filter(({ isOfReview }) => isOfReview).map(({ violation }) => violation.rule),
      ...failed.map(({ test }) => test.name),
    ];
    const { review } = this.#read();
    const missing = certain.filter(
      (judgement) =>
        judgement.isIncomplete &&
        review === undefined &&
        this.#getEffect(judgement.violation.rule, judgement) === "mandatory",
    );
    return [
      ...report(
        ofReview,
        (list) => `This stack alone does not show if these rules and tests hold, so the review judged them: ${list}.`,
      ),
      ...report(
        missing.map(({ violation }) => violation.rule),
        (list) =>
          `These rules need facts that this stack does not declare: ${list}. If another stack declares them, set PERIDIO_REVIEW to a review of all stacks.`,
      ),
    ];
  }

  #getToday(): string {
    return this.#terminal.now.toISOString().slice(0, 10);
  }

  /** A new violation that needs approval stops the engine, if the approved review does not list it. */
  #getEffect(policy: string, { severity, isNew, isApproved }: Weight): PolicyViolation["effect"] {
    // The engine also configures the default effect of each policy.
    if (isApproved) return "advisory";
    const configured = this.#effects.get(policy) ?? policies[severity].effect;
    return configured === "mandatory" || isNew ? "mandatory" : "advisory";
  }

  #reportUnknownTypes(): readonly PolicyViolation[] {
    const effect = this.#effects.get(knownTypes) ?? "advisory";
    if (effect === "disabled") return [];
    const urns = [...this.#declared.keys()].filter(
      (urn) => getKind(urn) === undefined && getType(urn) !== "peridio:index:Layout",
    );
    return urns.map((urn) => ({
      policy: knownTypes,
      message: `No rule judges ${describeUrn(urn)}, because this version of peridio-gitops does not know its type. Use the version of peridio-gitops that matches the provider.`,
      effect,
      urn,
    }));
  }
}

function createPolicy({ name, severity, because }: Rule | AccessTest, description: string): Policy {
  return { name, description: because ?? description, ...policies[severity] };
}

function isOfStack({ isOfReview }: Judgement): boolean {
  return !isOfReview;
}

/** The CLI prints only the message, so it contains the reason for the rule. */
function joinReason(message: string, reason: string | undefined): string {
  return reason === undefined ? message : `${message}\nReason: ${reason}`;
}

function createViolation({ violation, urn }: Judgement, effect: PolicyViolation["effect"]): PolicyViolation {
  const { rule, message, explanation } = violation;
  return { policy: rule, message: joinReason(message, explanation), effect, urn };
}
