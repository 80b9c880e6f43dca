import type { Values } from "../../../provider/src/core/values";
import type { Resource, State } from "../preview/resource";
import type { Section } from "./settings";

/**
 * The settings of an organization after a change, before anybody has looked: what is declared, what goes back to where Peridio
 * starts since nobody declares it any more, and for the rest what was seen before. Undefined if nothing tells anything.
 */
export function plannedSettings(
  { initial }: Section,
  {
    before,
    after,
    isNew,
  }: { readonly before: readonly Resource[]; readonly after: readonly Resource[]; readonly isNew: boolean },
): Values | undefined {
  if (before.length === 0 && after.length === 0 && !isNew) return undefined;
  const seen = before.flatMap((resource) => resource.before ?? []).map((state) => observedSettings(initial, state));
  const declared = after.map((resource) => settingsIn(initial, resource.after?.inputs ?? {}));
  return merged([isNew ? initial : {}, ...seen, resets({ initial }, { before, after }), ...declared]);
}

/** What is put back to where Peridio starts. */
export function resets(
  { initial }: Pick<Section, "initial">,
  { before, after }: { readonly before: readonly Resource[]; readonly after: readonly Resource[] },
): Values {
  const still = new Set(after.flatMap((resource) => Object.keys(resource.after?.inputs ?? {})));
  const dropped = before
    .filter(({ released }) => !released)
    .flatMap((resource) => Object.keys(settingsIn(initial, resource.before?.inputs ?? {})))
    .filter((name) => !still.has(name));
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
