import type { z } from "zod";
import type { AnyClient, FeatureOf } from "./client";
import type { Path } from "./path";
import type { Values } from "./values";

/** The operations on an object, as messages name them. */
export type Verb = "create" | "read" | "update" | "delete";

/** The right that each operation requires. An object without an update has none for it. */
export type Rights<Right extends string = string> = Readonly<Record<Exclude<Verb, "update">, Right>> & {
  readonly update?: Right;
};

/** The context of functions of resources and of the provider's own functions. */
export interface Context<C extends AnyClient = AnyClient> {
  readonly api: C;
  /** Warns the user. */
  readonly warn: (text: string) => void;
}

/** The facts about one run of the engine that modules use. */
export interface RunFacts {
  /** Returns the ownership of an object in this run. */
  readonly getOwnership: (key: ObjectKey) => Ownership;
  /** Returns `desired` of an object's key, from any resource of the program. */
  readonly getDesired: (key: ObjectKey) => unknown;
  /** Another API key applies the changes that this run previews. */
  readonly previewsOnly: boolean;
}

/**
 * An optional part of the framework: it adds members to the context of each resource that names it in `uses`. The framework calls it once
 * in a run, and calls the result for each context. `modules.ts` contains the modules.
 */
export type Module<Added extends object = object> = (run: RunFacts) => (purpose: Purpose) => Added;

/** The purpose of a context. */
export interface Purpose {
  /** The resource in the program. */
  readonly urn: string;
  /** False in previews and reads. */
  readonly writes: boolean;
}

/** The members that modules add to a context. */
type AddedBy<Modules> = Modules extends readonly [Module<infer Added>, ...infer Others]
  ? Added & AddedBy<Others>
  : unknown;

/** The context of the functions of a resource that uses modules. */
export type ContextWith<C extends AnyClient, Modules extends readonly Module[]> = Context<C> & AddedBy<Modules>;

/** A feature that a declaration requires, and that not every API has. */
export interface Requirement<Feature extends string = string> {
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
  /** The property that names the object. */
  readonly path: Path;
  /** The desired values that other resources depend on. */
  readonly desired?: unknown;
}

/**
 * The ownership of an object in this operation:
 *
 * - `owned`: a resource declares it
 * - `failed`: a resource declares it, and its creation or update failed
 * - `unreadable`: a resource that could not be read may declare it
 * - undefined: no resource that this operation has seen declares it
 */
export type Ownership = "owned" | "failed" | "unreadable" | undefined;

/** A collection that one resource declares as a whole. */
export interface ExclusiveKey {
  readonly collection: string;
  readonly path: Path;
  /** Returns true for a name that other resources may declare. */
  readonly except: (name: string) => boolean;
  /** The remedy for a conflict, as the rest of a sentence. */
  readonly remedy: string;
}

/** Keys that a declaration manages. */
export interface DeclaredKeys {
  readonly items: readonly ObjectKey[];
  readonly exclusive?: ExclusiveKey;
}

/** The new value of each property to change; null resets it to the API's default. */
export type Changes<Inputs> = { readonly [Property in keyof Inputs]?: Inputs[Property] | null };

/** An object that `pulumi import` and `List` can name. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

/** A zod object with any properties. */
export type Shape = z.ZodObject<z.core.$ZodShape>;

/** The change that a plan describes. */
interface PlannedChange {
  /** The observed properties; undefined before a create. */
  readonly observed: Values | undefined;
  /** The properties that differ. */
  readonly changed: readonly string[];
  /** The inputs in the state; empty before a create. */
  readonly priorInputs: Values;
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

/** The additions of a plan to the preview. The phase `apply` ignores them. */
export interface PlanResult {
  /** The outputs that are unknown until the change is done. */
  readonly unknown?: readonly string[];
  /** Warnings to show before the change. */
  readonly warnings?: readonly string[];
  /** Information to show before the change. Unlike warnings, it can differ from one preview to the next. */
  readonly information?: readonly string[];
}

/** A resource's assessment of observed properties. Each member has a default. */
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
  /** True if the program forbids the remote object. Reads then fail. */
  readonly isForbidden: boolean;
}

/** An object as Pulumi knows it before it is read. */
export interface Prior {
  /** The outputs that the state holds. */
  readonly state: Values;
  /** The inputs of the program; in a read or a deletion, those in the state. Empty for an import. */
  readonly inputs: Values;
  /** In an update, the inputs in the state. */
  readonly priorInputs?: Values;
}

/** State and declaration of an object before its deletion. */
export interface Deletion extends Prior {
  /** Throws if the role of the API key's user is too low. A deletion calls it before its first write. */
  readonly authorize: () => Promise<void>;
}

/** The deletion options of a resource with parts. */
export interface DeletionOptions {
  /** Its deletion only removes it from the state. */
  readonly retain: boolean;
  /** Its deletion also deletes what it contains. */
  readonly force: boolean;
}

/** The facts about the deletion of a resource with parts that the framework needs before it deletes the first part. */
export interface Parts<C extends AnyClient = AnyClient> {
  /** The feature that the deletion requires. By default, none. */
  readonly deletionRequires?: FeatureOf<C>;
  /** Returns the deletion options that a declaration sets. */
  deletionOptions(declared: Values): DeletionOptions;
  /** Refuses the deletion if the API would refuse it, or if the resource has contents that only `force` deletes. Runs before the first part is released. */
  guardDeletion?(context: Pick<Context<C>, "api">, id: string, force: boolean): Promise<void>;
}

/** The parent of a part: the resource that contains it. */
export interface Parent<Inputs extends Shape, Outputs extends Shape, Extended extends Context = Context> {
  /** A resource with `parts`. Its parent, if it has one, is not the parent of its parts. */
  readonly resource: AnyResource;
  /** The input that holds the id of the parent, or from which `toId` derives the id. */
  readonly id: keyof z.output<Inputs> & string;
  readonly toId?: (value: string) => string;
  /**
   * Lets a part leave the state whose parent may end in this operation. Warns about effects that last until the parent is deleted,
   * and writes nothing: the deletion of the parent deletes the object. By default, the framework warns that the object stays.
   */
  release?(context: Extended, observed: Observed<Outputs>, prior: Prior): Promise<void>;
}

/** The ownership of an object that resources of other types declare or look up, or of several objects. */
export interface SharedOwnership<Extended extends Context = Context> {
  /** Returns the key of the object in a collection that resources of other types use too. By default, `identity` is the key. */
  sharedKey?(declared: Values): ObjectKey;
  /** Returns the known keys of the other objects that a valid declaration manages. By default, there are none. */
  otherKeys?(declared: Values): DeclaredKeys;
  /** Describes the effects of a skipped delete, whose object another entry of the state owns. By default, there are none. */
  describeSkippedDelete?(context: Extended, id: string, prior: Prior): Promise<string | undefined>;
}

/** The observed properties of an object, and its id. */
export type Observed<Outputs extends Shape> = z.output<Outputs> & { readonly id: string };

/**
 * The definition of a resource: metadata, and short functions against the API client. The metadata of `inputs` and `outputs` states
 * the behaviour of each property (`property.ts`). Desired values are in canonical form. Values of `Prior` are as the program
 * declared them.
 */
export interface Resource<
  Inputs extends Shape,
  Outputs extends Shape,
  Query extends Shape,
  C extends AnyClient = AnyClient,
  Extended extends Context<C> = Context<C>,
> {
  /** The Pulumi type, such as `acme:index:User`. */
  readonly token: string;
  readonly description: string;
  readonly inputs: Inputs;
  /** The whole state: the observed inputs, and the properties that only the API sets. */
  readonly outputs: Outputs;
  /**
   * The inputs that identify the object: two declarations with equal values conflict. `"id"` if only the id identifies it, so that no two
   * declarations conflict.
   */
  readonly identity: readonly (keyof z.output<Inputs> & string)[] | "id";

  /**
   * Creates the object. Absent for objects that always exist, which `findExisting` finds.
   * @throws PartialFailureError if the object exists after a failure
   */
  create?(context: Extended, desired: z.output<Inputs>): Promise<Observed<Outputs>>;
  /** Returns undefined if the object is certainly gone. Throws `NotFoundError` if the object may exist but be invisible to this API key. */
  read(context: Extended, id: string, prior: Prior): Promise<Observed<Outputs> | undefined>;
  /**
   * Makes only the given changes. There are none if `assess` reports only drifted outputs. Absent if no input can
   * change in an existing object.
   * Throws `PartialFailureError` if it changed the object before a failure.
   */
  update?(
    context: Extended,
    desired: z.output<Inputs>,
    observed: Observed<Outputs>,
    changes: Changes<z.output<Inputs>>,
  ): Promise<Observed<Outputs>>;
  /** Deletes the object. If the resource has `create`, the framework then reads the object, and fails if the object still exists. */
  delete(context: Extended, observed: Observed<Outputs>, prior: Deletion): Promise<void>;
  /**
   * Plans a change: refuses one that is known to fail or to do harm, and adds warnings to a preview. Runs in previews, and again
   * before the first write.
   * @throws UserError for a change that must not be made
   */
  plan?(context: Extended, plan: Plan<Inputs>): Promise<PlanResult | undefined>;
  /** Assesses observed properties, as far as the desired inputs or the prior state are known. */
  assess?(observed: Values, context: { readonly desired?: Values; readonly prior?: Prior }): Assessment;
  /** Lists the objects that match the query. */
  list?(context: Context<C>, query: z.output<Query>): AsyncIterable<Listed>;
  /** The query of `list`. */
  readonly query?: Query;

  /**
   * Finds an existing object that can only be the desired one, to adopt it. Runs in previews too. By default, none.
   * @throws AlreadyExistsError for an object that another user may have made
   */
  findExisting?(context: Extended, desired: z.output<Inputs>): Promise<Observed<Outputs> | undefined>;
  /** Returns the id of an object that `pulumi import` names. By default, the same text. */
  resolveImportId?(context: Extended, id: string): Promise<string>;

  /** The `resources` (and `variables`) of a Pulumi YAML program that shows its use. */
  readonly example?: string;
  /** The text for programs that use it, if it is deprecated: an instruction to use something else. */
  readonly deprecation?: string;
  /** The types that it had in earlier versions. Their objects in the state become objects of this type. */
  readonly formerTokens?: readonly string[];
  /**
   * Returns inputs or outputs that the state holds in their current form. Receives those of every earlier version, and returns those of this
   * version unchanged. Required if a version renames a property, or changes its type.
   */
  migrate?(stored: Values): Values;
  /** True if a replacement deletes the old object before it creates the new one, because both cannot exist at once. */
  readonly deleteBeforeReplace?: true;

  /** The right that each operation requires, in the words of the service's `permissions`. By default, none. */
  readonly rights?: Rights;
  /** The feature that the resource requires. By default, none. */
  readonly requires?: FeatureOf<C>;
  /** The inputs by which messages name the object. By default, those of `identity`. */
  readonly namedBy?: readonly (keyof z.output<Inputs> & string)[];

  /** True if `delete` may leave the object in place without an error, and verifies its own writes. By default, false. */
  readonly mayOutliveDeletion?: true;

  /** The modules that extend the context of its functions. */
  readonly uses?: readonly Module[];
  /** The resource that contains it. */
  readonly parent?: Parent<Inputs, Outputs, Extended>;
  /** Set for a resource that contains others, its parts. */
  readonly parts?: Parts<C>;
  /** Requires an `identity` of inputs. */
  readonly ownership?: SharedOwnership<Extended>;
}

/**
 * Any resource. Operations parse values with the resource's own schemas, so the schemas check at run time the values that
 * the bivariance of methods permits here.
 */
export type AnyResource<C extends AnyClient = AnyClient> = Resource<Shape, Shape, Shape, C>;
