import type { z } from "zod";
import type { AnyClient, FeatureOf } from "./client";
import type { Ownership } from "./ownership";
import type { ParentFate } from "./parents";
import type { Path } from "./path";
import type { Verb } from "./permissions";
import type { Reference } from "./reference";
import type { Values } from "./values";

/** What the functions of resources and the provider's functions may use. */
export interface Context<C extends AnyClient = AnyClient> {
  readonly api: C;
  /** Tells the user something that is no failure. */
  readonly warn: (text: string) => void;
}

/** What the functions of a resource may use: besides the API, the rest of the program as far as this operation has seen it. */
export interface ResourceContext<C extends AnyClient = AnyClient> extends Context<C> {
  /** Returns a client for a look of a few seconds at the effect of an operation that was cancelled. */
  readonly recoveryClient: () => C;
  /** Returns what still manages an object in this operation. */
  readonly ownership: (key: ObjectKey) => Ownership;
  /** Returns what the program declares of an object: `desired` of its key, from any resource. */
  readonly desiredOf: (key: ObjectKey) => unknown;
  /** Set in previews and reads for changes that another API key applies. The user of this key then needs no protection. */
  readonly forAnotherKey?: boolean;
  /** Remembers that this preview adds these names to a collection. Returns all names that it has added there. */
  readonly planned: (collection: string, ...names: readonly string[]) => ReadonlySet<string>;
}

/** A feature that a declaration requires, and that not every API has. */
export interface Need<Feature extends string = string> {
  readonly feature: Feature;
  /** The property that requires it; empty for the whole resource. */
  readonly path: Path;
}

/** Identifies an object that only one resource of a program may declare. */
export interface ObjectKey {
  /** The collection that contains the object, such as the people of one organization. */
  readonly collection: string;
  /** The kind of the object, if other collections contain it too: a declaration can move from one collection to another. */
  readonly kind?: string;
  /** The canonical name of the object in its collection. */
  readonly name: string;
  /** The property that names it. */
  readonly path: Path;
  /** What the declaration sets, for other resources that depend on it. */
  readonly desired?: unknown;
}

/** A collection that one resource declares as a whole. */
export interface ExclusiveKey {
  readonly collection: string;
  readonly path: Path;
  /** Returns true for a name that other resources may declare. */
  readonly except: (name: string) => boolean;
  /** The remedy for a conflict, as the rest of a sentence. */
  readonly remedy: string;
}

/** What a change of one input means. */
export interface Change<Feature extends string = string> {
  /** `update` in place, `replace` the object, or `refuse`: it cannot change, and nobody should lose it by accident. */
  readonly on: "update" | "replace" | "refuse";
  /** Two values with the same canonical form are the same; values that are not of the property's kind pass unchanged. */
  readonly canonical?: (value: unknown) => unknown;
  /** Other values that mean the same as the observed one. */
  readonly also?: (observed: Values) => readonly unknown[];
  /** A list in any order: the observed items, in the order of the declared ones that mean the same. */
  readonly align?: (declared: readonly unknown[], observed: readonly unknown[]) => readonly unknown[];
  /** A map that differs entry by entry: keys with the same canonical form are the same key. */
  readonly entries?: (key: string) => string;
  /** The API's initial value, to which the property goes back when it is declared no more. Absent: nothing (null). */
  readonly initial?: (observed: Values) => unknown;
  /** The API knows nothing of it: it tells the provider what to do, and the state holds what is declared. */
  readonly local?: true;
  /** What changing it takes of the API. Where that is lacking, what is declared no more stays as it is. */
  readonly takes?: Feature;
}

/** What must become different: the new values, null to go back to the API's initial value. */
export type Changes<Inputs> = { readonly [Property in keyof Inputs]?: Inputs[Property] | null };

/** An object that `pulumi import` and `List` can name. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

/** A zod object with any properties. */
export type Shape = z.ZodObject<z.core.$ZodShape>;

/** What a plan is about. */
interface PlannedChange {
  /** The observed properties; undefined before a create. */
  readonly observed: Values | undefined;
  /** The properties that differ. */
  readonly changed: readonly string[];
}

/** A preview in which some desired values are unknown. */
export interface PartialPlan extends PlannedChange {
  readonly phase: "partial";
  readonly desired: Values;
}

/** A change with known values: in a preview, or right before its first write. */
export interface CompletePlan<Inputs extends Shape> extends PlannedChange {
  readonly phase: "preview" | "apply";
  readonly desired: z.output<Inputs>;
}

/** A change before it is made. */
export type Plan<Inputs extends Shape> = PartialPlan | CompletePlan<Inputs>;

/** What a preview shows of a change. Without meaning in the phase `apply`. */
export interface PlanResult {
  /** The outputs that are unknown until the change is done. */
  readonly unknown?: readonly string[];
  /** What the user should know before. */
  readonly warnings?: readonly string[];
}

/** What a resource makes of observed properties. Each member has a default. */
export interface Assessment {
  /** The paths of outputs that an update repairs although no input changed. By default, none. */
  readonly drifted?: readonly string[];
  /** Set if the remote object is not the one in state. */
  readonly identityMismatch?: IdentityMismatch | undefined;
  /** True if the object changes without Pulumi, so that each preview reads it first. By default, false. */
  readonly refreshBeforeUpdate?: boolean;
}

/** The remote object is not the one in state. */
export interface IdentityMismatch {
  /** A whole sentence. */
  readonly message: string;
  /** True if the program rules the remote object out: reads fail then. */
  readonly isForbidden: boolean;
}

/** An object as Pulumi knows it before it is read. */
export interface Prior {
  /** The outputs that the state holds. */
  readonly state: Values;
  /** The inputs of the program, or the last ones; empty for an import. */
  readonly inputs: Values;
}

/** State and declaration of an object before its deletion. */
export interface Deletion extends Prior {
  /** The fate of the resource that it is a part of. */
  readonly parent: ParentFate;
  /** Throws if the role of the API key's user is too low. A deletion calls it before its first write. */
  readonly authorize: () => Promise<void>;
}

/** The deletion options of a resource with parts. */
export interface DeletionOptions {
  /** Its deletion only removes it from the state. */
  readonly retain: boolean;
  /** Its deletion also removes parts that the program does not declare. */
  readonly force: boolean;
}

/** What the API has, under its id. */
export type Observed<Outputs extends Shape> = z.output<Outputs> & { readonly id: string };

/** A resource as it is written: data, and short functions against the API client. */
export interface Resource<
  Inputs extends Shape,
  Outputs extends Shape,
  Query extends Shape,
  C extends AnyClient = AnyClient,
> {
  /** The Pulumi type, such as `acme:index:User`. */
  readonly token: string;
  readonly description: string;
  /** The `resources` (and `variables`) of a Pulumi YAML program that shows its use. */
  readonly example?: string;
  readonly reference?: Reference;
  /** The right that each operation requires, in the words of the service's `permissions`. By default, none. */
  readonly rights?: Readonly<Record<Verb, string>>;
  readonly inputs: Inputs;
  /** The whole state: the inputs as the API has them, and what only the API knows. */
  readonly outputs: Outputs;
  /** What `List` can be asked for. */
  readonly query: Query;
  readonly changes: Readonly<Record<keyof z.output<Inputs> & string, Change<FeatureOf<C>>>>;

  /** Outputs that are maps with the keys of an input, by that input's name: they are secret where it is. */
  readonly repeats?: Readonly<Record<string, string>>;

  /** The resource that it is a part of, and the input that holds the id of that. */
  readonly parent?: { readonly resource: AnyResource; readonly id: keyof z.output<Inputs> & string };
  /** The inputs that tell one object from all others; two declarations that agree in them mean the same object. */
  readonly key: readonly (keyof z.output<Inputs> & string)[];
  /** What a valid declaration claims, as far as it is known. By default, the object that `identity` tells. */
  keys?(declared: Values): { readonly items: readonly ObjectKey[]; readonly exclusive?: ExclusiveKey };

  /** What a declaration needs that not every API has, as far as the declaration is known. By default, nothing. */
  needs?(declared: Values): readonly Need<FeatureOf<C>>[];
  /** What deleting it takes of the API, where not every API has that. */
  readonly deletion?: FeatureOf<C>;
  /** For a resource with parts: the deletion options that a declaration sets. */
  deletionTerms?(declared: Values): DeletionOptions;
  /**
   * For a resource with parts: refuses if this object cannot be deleted, for reasons other than its members. Runs before the first of
   * its parts is deleted, if the program does not declare it.
   */
  guardDeletion?(context: Pick<Context<C>, "api">, id: string): Promise<void>;

  /** Returns the id of an object that `pulumi import` names. By default, the same text. */
  resolveImportId?(context: ResourceContext<C>, id: string): Promise<string>;

  /**
   * Finds an existing object that can only be the desired one, to adopt it. Runs in previews too. By default, none.
   * @throws AlreadyExists for an object that another user may have made
   */
  findExisting?(context: ResourceContext<C>, desired: z.output<Inputs>): Promise<Observed<Outputs> | undefined>;
  /** Makes it. Throws `PartialFailureError` if something was made before a failure. Absent for what always exists, so that `adopt` finds it. */
  create?(context: ResourceContext<C>, desired: z.output<Inputs>): Promise<Observed<Outputs>>;
  /** Undefined means: certainly gone. Throws `NotFound` where it may only be invisible to this key. */
  read(context: ResourceContext<C>, id: string, known: Prior): Promise<Observed<Outputs> | undefined>;
  /**
   * Makes only the changes. May be called without any when `broken` said that something must be repaired.
   * Throws `PartialFailureError` if something was changed before a failure.
   */
  update(
    context: ResourceContext<C>,
    desired: z.output<Inputs>,
    observed: Observed<Outputs>,
    changes: Changes<z.output<Inputs>>,
  ): Promise<Observed<Outputs>>;
  delete(context: ResourceContext<C>, observed: Observed<Outputs>, leaving: Deletion): Promise<void>;
  /**
   * Describes what a skipped delete leaves behind: the entry leaves the state, and another entry owns the object. By default,
   * nothing that the user needs to know.
   */
  describeSkippedDelete?(context: ResourceContext<C>, id: string, prior: Prior): Promise<string | undefined>;
  list(context: Context<C>, query: z.output<Query>): AsyncIterable<Listed>;

  /**
   * Plans a change: refuses what is known to fail or to do harm, and tells a preview what else it does. Runs in previews, and again
   * before the first write.
   * @throws UserError for a change that must not be made
   */
  plan?(context: ResourceContext<C>, plan: Plan<Inputs>): Promise<PlanResult | undefined>;
  /** Assesses observed properties, as far as the desired inputs or the prior state are known. */
  assess?(observed: Values, known: { readonly desired?: Values; readonly prior?: Prior }): Assessment;
}

/**
 * Any resource, as the lifecycle drives it: it parses values with the resource's own schemas before it hands them over,
 * so what the bivariance of methods lets through here is checked at run time.
 */
export type AnyResource<C extends AnyClient = AnyClient> = Resource<Shape, Shape, Shape, C>;
