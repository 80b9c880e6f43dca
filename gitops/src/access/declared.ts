import type { Values } from "../../../provider/src/core/values";
import { bySight, isWritten, type Resource, type State } from "../preview/resource";
import type { Section } from "./settings";

/** The resources of one kind that are about an organization before and after a change. */
export interface Declarations {
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
}

/**
 * The settings of an organization after a change, before anybody has looked: what is declared, what goes back to where Peridio
 * starts since its stack declares it no more, and for the rest what was seen before. Undefined if nothing tells anything.
 */
export function plannedSettings(
  { initial }: Section,
  { before, after, isNew }: Declarations & { readonly isNew: boolean },
): Values | undefined {
  if (before.length === 0 && after.length === 0 && !isNew) return undefined;
  const seen = before
    .flatMap((resource) => resource.before ?? [])
    .toSorted(bySight)
    .map((state) => observedSettings(initial, state));
  const declared = (resources: readonly Resource[]) =>
    resources.map((resource) => settingsIn(initial, resource.after?.inputs ?? {}));
  return merged([
    isNew ? initial : {},
    ...seen,
    // A stack without changes does not undo what another one resets.
    ...declared(after.filter((resource) => !isWritten(resource))),
    resets({ initial }, { before, after }),
    ...declared(after.filter(isWritten)),
  ]);
}

/** What is put back to where Peridio starts: what a stack declared, and does not declare any more. */
export function resets({ initial }: Pick<Section, "initial">, { before, after }: Declarations): Values {
  const dropped = before
    .filter(({ released }) => !released)
    .flatMap((resource) => {
      const own = after.filter(({ stack }) => stack === resource.stack);
      const still = new Set(own.flatMap((one) => Object.keys(one.after?.inputs ?? {})));
      const names = Object.keys(settingsIn(initial, resource.before?.inputs ?? {}));
      return names.filter((name) => !still.has(name));
    });
  return Object.fromEntries(dropped.map((name) => [name, initial[name]]));
}

/** What Peridio was seen to have. A setting that is not there is where Peridio starts. */
export function observedSettings(initial: Values, { inputs, outputs }: State): Values {
  return outputs === undefined ? settingsIn(initial, inputs) : { ...initial, ...settingsIn(initial, outputs) };
}

function settingsIn(initial: Values, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in initial));
}

/** Later ones win. */
function merged(all: readonly Values[]): Values {
  return Object.fromEntries(all.flatMap((values) => Object.entries(values)));
}
