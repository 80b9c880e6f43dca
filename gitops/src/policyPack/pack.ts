import type {
  AnalyzedResource,
  Effect,
  Policy,
  PolicyPack,
  PolicyViolation,
  StackResource,
  StackRun,
} from "#framework/analyzer";
import { findClosest } from "#framework/documents";
import { version } from "#provider";
import { CommandError } from "../exit";
import type { RulesFile } from "../rules/readRules";
import { knownTypes, otherStacks, type Rule } from "../rules/rule";
import type { AccessTest } from "../rules/tests/accessTest";
import { fixMoment, type Terminal } from "../terminal/terminal";
import { getKind, getStack, isPeridioType } from "../urn";
import { type FailedTest, testStack } from "./accessTests";
import type { ApprovedReview } from "./approvedReview";
import { type Judgement, judgeRules, judgeStack, pickRequirements, policies, type RunFacts } from "./judgement";
import { mapOrganizations } from "../model/organization";
import { readStack } from "./model";
import { findReview } from "./reviewOfRun";
import { findRules } from "./rules";
import { createTestViolation, createViolation, reportOtherStacks, reportUnknownTypes } from "./violations";

/** Reports resources that no rule can judge. */
const knownTypesPolicy: Policy = {
  name: knownTypes,
  description: "This version of peridio-gitops judges only the resource types that it knows.",
  effect: "advisory",
  severity: "medium",
};

/** Reports once the rules and tests that this stack alone does not decide, because other stacks declare parts of its organizations. */
const otherStacksPolicy: Policy = {
  name: otherStacks,
  description: "A review of all stacks judges what this stack alone does not show.",
  effect: "advisory",
  severity: "low",
};

/**
 * The policy pack of one run of the engine: each access rule and each test of access is a policy. It judges the resources of one stack. The
 * review that `PERIDIO_REVIEW` names, if any, knows the other stacks.
 */
export class AccessPack implements PolicyPack {
  readonly name = "peridio-gitops";
  readonly displayName = "Peridio access rules";
  readonly version = version;
  readonly description = "Judges the access to Peridio that a program declares.";
  readonly #terminal: Pick<Terminal, "folder" | "environment" | "now">;
  /** The rules, the review and the moment of the run, after the first call of the engine. */
  #sources: (RulesFile & { readonly review: ApprovedReview | undefined; readonly now: Date }) | undefined;
  /** Stays as it is for `pulumi policy analyze`, for which the engine describes no run. */
  #run: Omit<StackRun, "stack"> = { isPreview: true, configuration: {} };
  #effects: ReadonlyMap<string, Effect> = new Map();
  /** The resources that the program declares. */
  readonly #declared = new Map<string, AnalyzedResource>();

  constructor(terminal: Pick<Terminal, "folder" | "environment" | "now">) {
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
    const { review, rules } = this.#read();
    const own = rules.flatMap((rule) => pickRequirements(rule, resource, kind));
    if (own.length === 0) return [];
    const seen = { resource, inputs: values, outputs: undefined, dependencies: {} };
    const { access } = readStack([seen], this.#run.configuration, review);
    const named =
      review === undefined ? access : mapOrganizations(access, (one) => review.nameCohortsOfNewProjects(one));
    return judgeRules(this.#pickEnabled(own), named, this.#getFacts(getStack(urn)))
      .filter(({ decidedBy }) => decidedBy === "stack")
      .map((judgement) => ({ ...createViolation(judgement, { effects: this.#effects, review }), urn }))
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
    // `pulumi policy analyze` does not call `configureStack`.
    if (present.length > 0) review?.requireStack(stack);
    const { access, model } = readStack(present, this.#run.configuration, review);
    const facts = this.#getFacts(stack);
    const judged = judgeStack(this.#pickEnabled(rules), access, facts);
    const enabled = tests.filter(({ name }) => this.#effects.get(name) !== "disabled");
    const failed = testStack(enabled, model, facts);
    const isOfReview = ({ isCertain }: FailedTest) => !isCertain && (review?.stacks.length ?? 0) > 1;
    const settings = { effects: this.#effects, review };
    const create = (judgements: readonly Judgement[]) =>
      judgements
        .filter(({ decidedBy }) => decidedBy !== "review")
        .map((judgement) => createViolation(judgement, settings));
    return [
      ...create(judged.broken),
      ...create(judged.possiblyBroken).map((violation) => ({ ...violation, effect: "advisory" as const })),
      ...failed.filter((one) => !isOfReview(one)).map((one) => createTestViolation(one, settings)),
      ...reportOtherStacks(judged, failed.filter(isOfReview), settings),
      ...reportUnknownTypes([...this.#declared.keys()], settings),
    ];
  }

  /** Reads the rules, the review and the moment of the run once, on the first call of the engine. */
  #read() {
    if (this.#sources !== undefined) return this.#sources;
    const rules = findRules(this.#terminal);
    return (this.#sources = {
      ...rules,
      review: findReview(this.#terminal, rules.digest),
      now: fixMoment(this.#terminal).now,
    });
  }

  #pickEnabled(rules: readonly Rule[]): readonly Rule[] {
    // The engine does not know the author of a change.
    return rules.filter(({ name, authors }) => authors === undefined && this.#effects.get(name) !== "disabled");
  }

  #getFacts(stack: string): RunFacts {
    const { review, now } = this.#read();
    return { review, stack, now, isPreview: this.#run.isPreview };
  }
}

function createPolicy({ name, severity, because }: Rule | AccessTest, description: string): Policy {
  return { name, description: because ?? description, ...policies[severity] };
}
