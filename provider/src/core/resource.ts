import type { z } from "zod";
import type { Peridio } from "../api";
import type { Values } from "./values";

/** What a resource's functions may use. */
export interface Context {
  readonly api: Peridio;
  /** Tells the user something that is no failure. */
  readonly warn: (text: string) => void;
}

/** What a change of one input means. */
export interface Change {
  /** `update` in place, `replace` the object, or `refuse`: it cannot change, and nobody should lose it by accident. */
  readonly on: "update" | "replace" | "refuse";
  /** Two values with the same canonical form are the same; values that are not of the property's kind pass unchanged. */
  readonly canonical?: (value: unknown) => unknown;
  /** A list in any order: the observed items, in the order of the declared ones that mean the same. */
  readonly align?: (declared: readonly unknown[], observed: readonly unknown[]) => readonly unknown[];
  /** The API's initial value, to which the property goes back when it is declared no more. Absent: nothing (null). */
  readonly initial?: (observed: Values) => unknown;
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

/** What an update will do besides what it says. */
export interface Foresight {
  /** The outputs that are unknown until it is done. */
  readonly unsettled: readonly string[];
  /** What the user should know before. */
  readonly note: string;
}

/** What Peridio has, under its id. */
export type Observed<Outputs extends Shape> = z.output<Outputs> & { readonly id: string };

/** A resource as it is written: data, and short functions against the API port. */
export interface Resource<Inputs extends Shape, Outputs extends Shape, Query extends Shape> {
  /** The Pulumi type, such as `peridio:index:Membership`. */
  readonly token: string;
  readonly description: string;
  readonly inputs: Inputs;
  /** The whole state: the inputs as Peridio has them, and what only Peridio knows. */
  readonly outputs: Outputs;
  /** What `List` can be asked for. */
  readonly query: Query;
  readonly changes: Readonly<Record<keyof z.output<Inputs> & string, Change>>;

  /** The inputs that tell one object from all others; two declarations that agree in them mean the same object. */
  readonly identity: readonly (keyof z.output<Inputs> & string)[];

  /** The object that this id names, canonical. Also takes the forms that `pulumi import` allows. */
  locate(context: Context, id: string): Promise<string>;

  /**
   * What is there already and may be taken over, because it cannot be anything else than what is wanted.
   * Throws `AlreadyExists` for what may be somebody else's. Runs at preview too.
   */
  adopt(context: Context, wanted: z.output<Inputs>): Promise<Observed<Outputs> | undefined>;
  /** Makes it. Throws `Incomplete` if something was made before a failure. */
  create(context: Context, wanted: z.output<Inputs>): Promise<Observed<Outputs>>;
  /** `known` is what the state holds of it. Undefined means: certainly gone. Throws `NotFound` where it may only be invisible to this key. */
  read(context: Context, id: string, known: Values): Promise<Observed<Outputs> | undefined>;
  /** Makes only the changes. May be called without any when `broken` said that something must be repaired. */
  update(
    context: Context,
    wanted: z.output<Inputs>,
    observed: Observed<Outputs>,
    changes: Changes<z.output<Inputs>>,
  ): Promise<Observed<Outputs>>;
  /** Deletes it; `declared` names the inputs that were managed. */
  delete(context: Context, observed: Observed<Outputs>, declared: ReadonlySet<string>): Promise<void>;
  list(context: Context, query: z.output<Query>): AsyncIterable<Listed>;

  /** The outputs that have gone bad and that an update repairs, though no input changed. */
  broken?(observed: Values): readonly string[];
  /** What these changes do besides. Refuses, at preview, what Peridio is known to refuse. */
  foresee?(context: Context, observed: Values, changed: readonly string[]): Promise<Foresight | undefined>;
  /** Says that what is there now is not the object that the state knows, in a whole sentence. */
  stranger?(known: Values, observed: Values): string | undefined;
  /** Whether somebody else may still finish it, so that each preview has to look. */
  awaits?(observed: Values): boolean;
}

/**
 * Any resource, as the lifecycle drives it: it parses values with the resource's own schemas before it hands them over,
 * so what the bivariance of methods lets through here is checked at run time.
 */
export type AnyResource = Resource<Shape, Shape, Shape>;
