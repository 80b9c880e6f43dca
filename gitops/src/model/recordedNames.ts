import type { Values } from "#framework";
import { groupBy } from "../grouping";
import { identifyObject } from "./declaration";
import type { Resource } from "./resource";
import type { StackChange } from "./stackChange";

/**
 * Gives the objects that were renamed outside Pulumi their names of the last update, before the change. Returns undefined if none was
 * renamed. A name that a stack declared at its last update is not from outside Pulumi, although other stacks recorded another one.
 */
export function restoreNames(stacks: readonly StackChange[]): readonly StackChange[] | undefined {
  const resources = stacks.flatMap((stack) => stack.resources);
  const restored = new Map(
    [...groupBy(resources.filter(isRefreshed), identifyObject).values()]
      .filter((same) => same.every(isRenamed))
      .flatMap((same) => same.map((resource) => [resource, restoreName(resource)] as const)),
  );
  if (restored.size === 0) return undefined;
  return stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((resource) => restored.get(resource) ?? resource),
  }));
}

/** Reports if the preview shows the name of an object at the last update, and its name before the change. */
function isRefreshed({ before, recorded }: Resource): boolean {
  return recorded?.name !== undefined && before?.inputs.name !== undefined;
}

function isRenamed({ before, recorded }: Resource): boolean {
  return JSON.stringify(recorded?.name) !== JSON.stringify(before?.inputs.name);
}

function restoreName(resource: Resource): Resource {
  const { before, recorded = {} } = resource;
  if (before === undefined) return resource;
  const restore = (values: Values): Values => ({ ...values, name: recorded.name });
  return {
    ...resource,
    before: { ...before, inputs: restore(before.inputs), outputs: before.outputs && restore(before.outputs) },
  };
}
