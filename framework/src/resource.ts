import type { z } from "zod";
import type { AnyClient, FeatureOf } from "./client";
import type { Ownership } from "./ownership";
import type { ParentOutlook } from "./parents";
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

/** What a resource may use besides: the rest of the program, as far as this operation has seen it. */
export interface ResourceContext<C extends AnyClient = AnyClient> extends Context<C> {
  /** A client for a look, of some seconds at most, at what an operation has done that was cancelled. */
  readonly recoveryClient: () => C;
  /** What other declarations of this operation say of a thing. */
  readonly ownership: (claim: ObjectKey) => Ownership;
  /** What the program declares of a thing, by whichever resource: the `terms` of its claim. */
  readonly desiredOf: (claim: ObjectKey) => unknown;
  /** Set in previews and reads whose findings another API key applies. The user of this key is then a person like any other. */
  readonly forAnotherKey?: boolean;
  /** Remembers that this preview adds these to a collection; all that it adds there by now. */
  readonly planned: (of: string, ...which: readonly string[]) => ReadonlySet<string>;
}

/** Something that a declaration needs of the API, and that not every API has. */
export interface Need<Feature extends string = string> {
  readonly feature: Feature;
  /** The property that needs it; empty for the whole resource. */
  readonly path: Path;
}

/** Something that only one declaration of a program may be about. */
export interface ObjectKey {
  /** A collection, such as the people of one organization. */
  readonly of: string;
  /** What its things are, if other collections hold such things too: a declaration may have moved from one to another. */
  readonly kind?: string;
  /** Which of its things; the same text for the same thing. */
  readonly which: string;
  /** Where the declaration names it. */
  readonly path: Path;
  /** What the declaration wants of it, for others that depend on it. */
  readonly desired?: unknown;
}

/** A collection that a declaration claims as a whole. */
export interface ExclusiveKey {
  readonly of: string;
  readonly path: Path;
  /** Whether others may claim this thing of it. */
  readonly except: (which: string) => boolean;
  /** What to do about others that do, as the rest of a sentence. */
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

/** A change before it is made. */
export interface Plan<Inputs extends Shape> {
  readonly wanted: z.output<Inputs>;
  /** What was observed last; undefined if it is to be made. */
  readonly observed: Values | undefined;
  /** The properties that differ. */
  readonly changed: readonly string[];
}

/** What an operation will do besides what it says. */
export interface Foresight {
  /** The outputs that are unknown until it is done. */
  readonly unsettled: readonly string[];
  /** What the user should know before. */
  readonly note?: string | undefined;
}

/** Someone or something else than before is there. */
export interface Stranger {
  /** What is there, in a whole sentence. */
  readonly text: string;
  /** Whether the program says that it must not be so. */
  readonly ruledOut: boolean;
}

/** What is known of an object before it is looked at. */
export interface Known {
  /** The outputs that the state holds. */
  readonly state: Values;
  /** What the program declares, or declared last; nothing for an import. */
  readonly declared: Values;
}

/** State and declaration of an object before its deletion. */
export interface Leaving extends Known {
  /** The fate of the resource that it is a part of. */
  readonly parent: ParentOutlook;
  /** Throws if the role of the API key's user is too low. A deletion calls it before its first write. */
  readonly authorize: () => Promise<void>;
}

/** The deletion options of a resource with parts. */
export interface DeletionTerms {
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
  readonly identity: readonly (keyof z.output<Inputs> & string)[];
  /** What a valid declaration claims, as far as it is known. By default, the object that `identity` tells. */
  claims?(declared: Values): { readonly things: readonly ObjectKey[]; readonly whole?: ExclusiveKey };

  /** What a declaration needs that not every API has, as far as the declaration is known. By default, nothing. */
  needs?(declared: Values): readonly Need<FeatureOf<C>>[];
  /** What deleting it takes of the API, where not every API has that. */
  readonly deletion?: FeatureOf<C>;
  /** For a resource with parts: the deletion options that a declaration sets. */
  deletionTerms?(declared: Values): DeletionTerms;
  /**
   * For a resource with parts: refuses if this object cannot be deleted, for reasons other than its members. Runs before the first of
   * its parts is deleted, if the program does not declare it.
   */
  guardDeletion?(context: Pick<Context<C>, "api">, id: string): Promise<void>;

  /** The object that this id names, canonical. Also takes the forms that `pulumi import` allows. */
  locate(context: ResourceContext<C>, id: string): Promise<string>;

  /**
   * What is there already and may be taken over, because it cannot be anything else than what is wanted.
   * Throws `AlreadyExists` for what may be somebody else's. Runs at preview too.
   */
  adopt(context: ResourceContext<C>, wanted: z.output<Inputs>): Promise<Observed<Outputs> | undefined>;
  /** Makes it. Throws `PartialFailureError` if something was made before a failure. Absent for what always exists, so that `adopt` finds it. */
  create?(context: ResourceContext<C>, wanted: z.output<Inputs>): Promise<Observed<Outputs>>;
  /** Undefined means: certainly gone. Throws `NotFound` where it may only be invisible to this key. */
  read(context: ResourceContext<C>, id: string, known: Known): Promise<Observed<Outputs> | undefined>;
  /**
   * Makes only the changes. May be called without any when `broken` said that something must be repaired.
   * Throws `PartialFailureError` if something was changed before a failure.
   */
  update(
    context: ResourceContext<C>,
    wanted: z.output<Inputs>,
    observed: Observed<Outputs>,
    changes: Changes<z.output<Inputs>>,
  ): Promise<Observed<Outputs>>;
  delete(context: ResourceContext<C>, observed: Observed<Outputs>, leaving: Leaving): Promise<void>;
  /** What stays when the entry goes since another one declares the same, and the user has to know of. */
  leavesBehind?(context: ResourceContext<C>, id: string, known: Known): Promise<string | undefined>;
  /** Whether what is still there, as it always is, is as a deletion leaves it. */
  isDeleted?(observed: Observed<Outputs>, known: Known): boolean;
  list(context: Context<C>, query: z.output<Query>): AsyncIterable<Listed>;

  /** The paths of outputs that have gone bad and that an update repairs, though no input changed. */
  broken?(observed: Values, wanted: Values): readonly string[];
  /**
   * Refuses what the declaration alone shows to do harm, wherever it is about to go; returns what the user should know before.
   * Runs as `guard` does and, at preview, also while parts of the declaration are not known yet.
   */
  vet?(client: C, declared: Values, changed: readonly string[]): string | undefined;
  /** Refuses what is known to fail or to do harm. Runs at preview, and again before anything is written. */
  guard?(context: ResourceContext<C>, plan: Plan<Inputs>): Promise<void>;
  /** What a change does besides, for the preview. Refuses what only the whole preview shows. */
  foresee?(context: ResourceContext<C>, plan: Plan<Inputs>): Promise<Foresight | undefined>;
  /** Whether what is there now is not the object that is known. */
  stranger?(known: Known, observed: Values): Stranger | undefined;
  /** Whether somebody else may still finish it, so that each preview has to look. */
  awaits?(observed: Values): boolean;
}

/**
 * Any resource, as the lifecycle drives it: it parses values with the resource's own schemas before it hands them over,
 * so what the bivariance of methods lets through here is checked at run time.
 */
export type AnyResource<C extends AnyClient = AnyClient> = Resource<Shape, Shape, Shape, C>;
