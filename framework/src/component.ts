import type { Path } from "./path";
import type { Source } from "./source";
import type { Shape } from "./resource";
import { isRecord, type Values } from "./values";

/** The environment in which a component is composed. */
export interface Surroundings {
  /** The moment of the run. */
  readonly now: Date;
  /** The provider's version. */
  readonly version: string;
  /** The folder of the program, where relative paths start. */
  readonly folder: string;
}

/** The id of a child, as a part of the inputs of another child. */
export class ChildId {
  constructor(readonly child: Child) {}
}

/** A resource that a component declares. */
export interface Child {
  /** Its Pulumi type, such as `acme:index:User`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  /** The inputs. A `ChildId` anywhere in them stands for the id of another child, which is created earlier. */
  readonly inputs: Values;
  /** The component's inputs that determine `inputs`. If one of them is secret, all inputs are secret, except those that are only a `ChildId`. */
  readonly from: readonly string[];
  /** True if the child is protected by default. */
  readonly protect?: true;
  /** The children to create earlier, in addition to those whose ids are inputs. */
  readonly after?: readonly Child[];
}

/** Returns the children whose ids a value contains. */
export function findReferences(value: unknown): readonly Child[] {
  if (value instanceof ChildId) return [value.child];
  if (Array.isArray(value)) return value.flatMap(findReferences);
  return isRecord(value) ? Object.values(value).flatMap(findReferences) : [];
}

/** Returns a value with the id of each child in place of its `ChildId`. */
export function insertIds(value: unknown, getId: (child: Child) => unknown): unknown {
  if (value instanceof ChildId) return getId(value.child);
  if (Array.isArray(value)) return value.map((item) => insertIds(item, getId));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, insertIds(item, getId)]));
}

/** The result of composing a component. */
export interface Composition {
  /** The children. Each child comes after the children that it depends on. */
  readonly children: readonly Child[];
  /** Returns the inputs of the component that determine this path of a child's inputs, or the whole child. Never empty. */
  readonly findSources: (child: Child, path: Path) => readonly Source[];
  /** The component's outputs: maps of the ids of children. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Child>>>>;
  /** Features that the component requires as a whole, and the inputs that require them. */
  readonly requires?: readonly { readonly feature: string; readonly sources: readonly Source[] }[];
  /** Warnings about inputs. */
  readonly warnings?: readonly string[];
}

/** The definition of a component: metadata, and functions that do not depend on the host that creates the children. */
export interface Component {
  /** The Pulumi type, such as `acme:index:Team`. */
  readonly token: string;
  readonly description: string;
  /** The `resources` of a Pulumi YAML program that uses the component. */
  readonly example: string;
  /** The end of the error of `pulumi import`, which cannot import components: an instruction to import the children instead. */
  readonly importInstead: string;
  /** The inputs in the schema. `compose` checks the actual inputs. */
  readonly inputs: Shape;
  readonly outputs: Shape;
  /**
   * Returns the texts that must not appear in a message if the value at this path is secret. Leaves out words that every message needs,
   * such as roles.
   */
  confidential(path: Path, secret: unknown, inputs: Values): readonly string[];
  /**
   * Composes the children. A property that is null counts as absent. A null inside a property stays, because it can have a meaning.
   * @throws an error that lists every mistake in the inputs
   */
  compose(surroundings: Surroundings, inputs: Values): Composition;
}
