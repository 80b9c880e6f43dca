import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { unknown } from "../hidden";
import type { Properties } from "../objects/property";
import { findUnreadable, readDeclared, readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import type { State } from "./resource";
import type { Declaration } from "./declaration";

/** The resources of one kind that are about an organization before and after a change. */
export interface DeclarationSides {
  readonly before: readonly Declaration[];
  readonly after: readonly Declaration[];
}

/** Returns the guardrails that a program declares, or their defaults. */
export function readGuards(guards: Properties, state: State | undefined): Values {
  return Object.fromEntries(
    Object.entries(guards).map(([name, guard]) => {
      const value = readDeclared(guard, state?.inputs[name]);
      return [name, value === undefined ? unknown : value];
    }),
  );
}

/**
 * Returns the declaration whose guardrails a resource continues. A renamed resource keeps its guardrails. Peridio stores none, so an imported
 * resource has those of the resource that declared the object. `before` are the declarations of the organization before the change.
 */
export function findGuarded(resource: Declaration, before: readonly Declaration[]): Declaration | undefined {
  const { kind, isImported, after } = resource;
  const { identity } = rows[kind].guards ?? {};
  const isKept = identity === undefined ? before.includes(resource) : resource.before !== undefined;
  if (isKept && !isImported) return resource;
  const getIdentity = (inputs: Values = {}) => identity !== undefined && fold(inputs[identity]);
  return before.find(
    (other) =>
      other !== resource &&
      other.kind === kind &&
      !other.isImported &&
      getIdentity(other.before?.inputs) === getIdentity(after?.inputs),
  );
}

/** Case does not matter in an address. */
function fold(value: unknown): unknown {
  return typeof value === "string" ? canonicalizeEmail(value) : value;
}

/** Returns the settings that the resources of one stack declare. */
export function readDeclaredSettings(properties: Properties, resources: readonly Declaration[]): Values {
  const inputs = Object.fromEntries(resources.flatMap(({ after }) => Object.entries(after?.inputs ?? {})));
  return findUnreadable(properties, inputs) === undefined ? readValues(properties, inputs) : {};
}
