import type { ForeignChange } from "../model/stackChange";
import { getName, getType, isDefaultProviderName, isPeridioType, peridioProvider } from "../urn";
import type { Step } from "./document";
import { groupByUrn, isNewReading, listProviders, unchangedOps } from "./steps";

/** The types of Pulumi itself that change nothing outside the stack. */
const ownTypes: ReadonlySet<string> = new Set(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference"]);

/**
 * Lists the changed resources of other providers. Also lists components: the plugin of another package can create them, and a preview
 * does not show which.
 */
export function listForeignChanges(steps: readonly Step[]): readonly ForeignChange[] {
  const foreign = steps.filter(({ urn, op, oldState, newState }) => {
    const isOwn = isPeridioType(urn) || getType(urn) === peridioProvider || ownTypes.has(getType(urn));
    return !isOwn && (!unchangedOps.has(op) || isNewReading({ op, oldState, newState }));
  });
  return [...groupByUrn(foreign)].map((group) => createForeignChange(...group));
}

/** Returns the change that the steps of a resource make together. */
export function createForeignChange(urn: string, steps: readonly Step[]): ForeignChange {
  // A component and a provider have no provider.
  const usesDefaultProvider = listProviders(steps).every(
    (provider) => provider === "" || isDefaultProviderName(getName(provider)),
  );
  return { type: getType(urn), name: getName(urn), change: nameChange(steps), usesDefaultProvider };
}

/** The nouns for the changes of a resource. The first one that has a step counts. */
const changeNouns: readonly (readonly [noun: string, ops: readonly string[]])[] = [
  ["replacement", ["replace", "create-replacement", "delete-replaced"]],
  ["import", ["import", "import-replacement"]],
  ["creation", ["create"]],
  ["deletion", ["delete"]],
  ["release", ["discard", "discard-replaced"]],
  ["reading", ["read", "read-replacement"]],
];

function nameChange(steps: readonly Step[]): string {
  const [noun = "change"] = changeNouns.find(([, ops]) => steps.some(({ op }) => ops.includes(op))) ?? [];
  return noun;
}
