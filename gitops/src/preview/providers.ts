import type { ExplicitProvider, ProviderUse } from "../model/stackChange";
import { getProvider } from "./backends";
import type { PrintedState, Step } from "./document";
import { readOptions } from "./options";
import { findRemainingState, groupByUrn, isChanged, listDifferences } from "./steps";
import { getName, getType, peridioProvider } from "../urn";

/** Reads the explicit providers for Peridio before and after the steps. */
export function readProviders(steps: readonly Step[]): readonly ExplicitProvider[] {
  const own = steps.filter(({ urn, op }) => getType(urn) === peridioProvider && op !== "refresh");
  const createState = (state: PrintedState | null | undefined) =>
    state ? { inputs: state.inputs, options: readOptions(state) } : undefined;
  return [...groupByUrn(own)].map(([urn, group]) => {
    return {
      name: getName(urn),
      urn,
      before: createState(group.find(({ oldState }) => oldState)?.oldState),
      after: createState(findRemainingState(group)),
      isChanged: isChanged(group),
      differences: listDifferences(group),
    };
  });
}

/** Reads the provider of a resource before and after its steps. */
export function readUse([urn, steps]: readonly [string, readonly Step[]]): ProviderUse {
  const before = steps.find(({ oldState }) => oldState)?.oldState;
  const after = findRemainingState(steps);
  return { urn, before: before ? getProvider(before) : "", after: after ? getProvider(after) : "" };
}
