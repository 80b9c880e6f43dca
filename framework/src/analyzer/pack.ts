import type { Values } from "../values";

/** A policy pack: checks resources before Pulumi's engine changes them. Errors that its functions throw stop the operation. */
export interface PolicyPack {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  listPolicies(): readonly Policy[];
  /** Receives the kind of the run. `pulumi policy analyze` skips this call. */
  configureStack(run: StackRun): void;
  /** Receives the effect of each policy, by name. Users write some of them, so the map can name policies that the pack does not have. */
  configure(effects: ReadonlyMap<string, Effect>): void;
  /** Checks the declared values of one resource, in the order of the program. */
  analyze(resource: AnalyzedResource): readonly PolicyViolation[];
  /** Checks all resources together. In an update, the engine has changed them already. */
  analyzeStack(resources: readonly StackResource[]): readonly PolicyViolation[];
}

/** A run of the engine with one stack. */
export interface StackRun {
  /** The stack, as `project/stack`. */
  readonly stack: string;
  readonly isPreview: boolean;
  /** The configuration of the stack, without secrets. */
  readonly configuration: Values;
}

/** `mandatory` stops the operation. */
export type Effect = "advisory" | "mandatory" | "disabled";

/** A policy, as Pulumi lists it. `effect` applies unless the user sets another one. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly severity: "low" | "medium" | "critical";
}

/** A mistake that a policy found. The engine prints it, and stops if the policy is mandatory. */
export interface PolicyViolation {
  readonly policy: string;
  readonly message: string;
  readonly effect: Exclude<Effect, "disabled">;
  /** The resource; undefined for the stack. */
  readonly urn?: string | undefined;
}

/** A resource, with marks for secrets and unknown values as Pulumi prints them in a preview. */
export interface AnalyzedResource {
  readonly urn: string;
  readonly values: Values;
  readonly isProtected: boolean;
  readonly ignoredChanges: readonly string[];
  readonly provider: { readonly urn: string; readonly inputs: Values } | undefined;
}

/** A resource with its outputs as values. */
export interface StackResource extends AnalyzedResource {
  /** The URNs of the resources that provide the value of a property, by its name. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}
