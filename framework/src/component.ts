import type { Path } from "./path";
import type { Said } from "./place";
import type { Shape } from "./resource";
import type { Values } from "./values";

/** Where a component is composed, as far as it matters to what it declares. */
export interface Surroundings {
  /** The day, UTC: `2027-01-31`. */
  readonly today: string;
  /** The provider's version. */
  readonly version: string;
  /** The folder of the program, from which relative paths lead. */
  readonly folder: string;
}

/** A resource that a component declares. */
export interface Child {
  /** Its Pulumi type, such as `acme:index:User`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly inputs: Values;
  /** The component's inputs that say what `inputs` are: where one of them is secret, these are too. */
  readonly from: readonly string[];
  /** Inputs that are the ids of other children. */
  readonly ids: Readonly<Record<string, Child>>;
  /** Whether it is protected where the program says nothing of that. */
  readonly protect?: true;
  /** What has to be done before, besides what `ids` name. */
  readonly after?: readonly Child[];
}

/** What a component turns into. */
export interface Composition {
  /** Those that others need come first. */
  readonly children: readonly Child[];
  /** All that the user says of what stands at this path of a child's inputs, or of the whole child; at least one thing. */
  readonly saidAt: (child: Child, path: Path) => readonly Said[];
  /** The component's outputs: maps of the ids of children. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Child>>>>;
}

/** A component as it is written: data, and a function that knows nothing of who makes the children. */
export interface Component {
  /** The Pulumi type, such as `acme:index:Team`. */
  readonly token: string;
  readonly description: string;
  /** The `resources` of a Pulumi YAML program that shows its use. */
  readonly example: string;
  /** For the schema; `compose` checks what it is given. */
  readonly inputs: Shape;
  readonly outputs: Shape;
  /**
   * The texts that no message may hold, where the program holds secret what `inputs` say at this path. Words are none without
   * which no message could be read, such as roles.
   */
  confidential(path: Path, secret: unknown, inputs: Values): readonly string[];
  /**
   * What it declares. A property that is null is one that the program left out; below those, a null is there still, since some
   * mean something. Throws an error that says all that is wrong with the inputs.
   */
  compose(surroundings: Surroundings, inputs: Values): Composition;
}
