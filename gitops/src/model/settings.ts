import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { unknown } from "../withheld";
import { getDefaults, type Properties } from "../objects/property";
import { findUnreadable, pickHidden, readDeclared, readValues } from "../objects/reading";
import { type ResourceKind, rows } from "../objects/rows";
import { isWritten } from "./resource";
import { compareObservation, type State } from "../preview/resource";
import type { Declaration } from "./declaration";

/** Returns the defaults of the settings that a kind of resources declares. By default, the name of an organization is its label. */
export function getSettingDefaults(kind: ResourceKind, organizationName: string | undefined): Values {
  return getDefaults(rows[kind].settings?.properties ?? {}, organizationName);
}

/** The resources of one kind that are about an organization before and after a change. */
export interface DeclarationSides {
  readonly before: readonly Declaration[];
  readonly after: readonly Declaration[];
}

/** Returns the settings of an organization after a change. Undefined if everything is unknown. */
export function planSettings(
  defaults: Values,
  { before, after, isNew }: DeclarationSides & { readonly isNew: boolean },
): Values | undefined {
  if (before.length === 0 && after.length === 0 && !isNew) return undefined;
  return { ...(isNew ? defaults : {}), ...planValues(defaults, { before, after }) };
}

/**
 * Returns the values after a change: declared values, defaults for values that a stack stops declaring, and prior values for the rest.
 * An absent value is unknown. If stacks declare different known values, the review names a conflict.
 */
export function planValues(defaults: Values, { before, after }: DeclarationSides): Values {
  const declared = (resources: readonly Declaration[]) =>
    resources.map((resource) => pickSettings(defaults, resource.after?.inputs ?? {}));
  return mergeValues([
    observeValues(
      defaults,
      before.flatMap((resource) => resource.before ?? []),
    ),
    // A stack without changes does not undo what another one resets.
    ...declared(after.filter((resource) => !isWritten(resource))),
    findResets(defaults, { before, after }),
    ...declared(after.filter(isWritten)),
    // A hidden value can contradict the known value of another stack.
    ...declared(after).map(pickHidden),
  ]);
}

/** Returns the values in the states of some resources. The newest state counts, and hidden values first. An absent value is unknown. */
export function observeValues(defaults: Values, states: readonly State[]): Values {
  const observed = states.toSorted(compareObservation).map((state) => readSettings(defaults, state));
  return mergeValues([...observed, ...observed.map(pickHidden)]);
}

/** Returns the defaults of the settings that a stack stops declaring. */
export function findResets(defaults: Values, { before, after }: DeclarationSides): Values {
  const dropped = before
    .filter(({ isReleased }) => !isReleased)
    .flatMap((resource) => {
      const own = after.filter(({ stack }) => stack === resource.stack);
      const still = new Set(own.flatMap((other) => Object.keys(other.after?.inputs ?? {})));
      const names = Object.keys(pickSettings(defaults, resource.before?.inputs ?? {}));
      return names.filter((name) => !still.has(name));
    });
  return Object.fromEntries(dropped.map((name) => [name, defaults[name]]));
}

/** Returns the settings in a state. Absent settings have their defaults. */
function readSettings(initial: Values, { inputs, outputs }: State): Values {
  return outputs === undefined ? pickSettings(initial, inputs) : { ...initial, ...pickSettings(initial, outputs) };
}

function pickSettings(initial: Values, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in initial));
}

/** Merges values. Later ones win. */
function mergeValues(all: readonly Values[]): Values {
  return Object.fromEntries(all.flatMap((values) => Object.entries(values)));
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
