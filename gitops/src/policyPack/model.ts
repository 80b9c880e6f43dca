import type { AnalyzedResource } from "#framework/analyzer";
import { isRecord, type Values } from "#framework";
import { buildModel, type Model } from "../model/model";
import { type Step, step } from "../preview/document";
import { hideValues } from "../preview/resource";
import { readResources } from "../preview/resources";
import { groupSteps } from "../preview/steps";
import { getKind, getStack, getType } from "../urn";
import { isWithheld } from "../withheld";

/** A resource as far as the engine has shown it. */
export interface SeenResource {
  readonly resource: AnalyzedResource;
  readonly inputs: Values;
  /** Undefined before the engine plans or makes the change. */
  readonly outputs: Values | undefined;
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/**
 * Returns the model of one stack. Both of its sides are the state after the change, because the engine shows a policy pack no
 * former state.
 * @throws CommandError if a resource has a value that this version does not know.
 */
export function buildStackModel(seen: readonly SeenResource[], configuration: Values): Model {
  const ids = inferIds(seen);
  const providers = new Map(seen.flatMap(({ resource: { provider } }) => (provider ? [[provider.urn, provider]] : [])));
  const steps = [
    ...[...providers.values()].map(({ urn, inputs }) => createStep("same", { urn, inputs })),
    ...seen.map((one) => createStep(...describe(one, ids.get(one.resource.urn)))),
  ];
  const document = { config: configuration, steps, diagnostics: [] };
  const resources = readResources(document, groupSteps(steps, "change"), "change");
  const facts = { providers: [], uses: [], settings: {}, unknownTypes: [], others: [], remarks: [], unknowns: [] };
  const stack = getStack(seen[0]?.resource.urn ?? "");
  return buildModel([{ kind: "change", stack, digest: "", resources, ...facts }], "change");
}

type Printed = Values & { readonly urn: string };

function createStep(op: "same" | "update" | "create", { urn, ...state }: Printed): Step {
  return step.parse({ op, urn, newState: state, ...(op !== "create" && { oldState: state }) });
}

function describe({ resource, inputs, outputs, dependencies }: SeenResource, id: string | undefined) {
  const { urn, isProtected, ignoredChanges, provider } = resource;
  const state = {
    urn,
    id,
    inputs,
    outputs,
    custom: getType(urn) !== "peridio:index:Layout",
    protect: isProtected,
    ignoreChanges: ignoredChanges,
    provider: provider === undefined ? "" : `${provider.urn}::id`,
    propertyDependencies: dependencies,
  };
  const isNew = id === undefined && outputs !== undefined && hasUnknown(hideValues(outputs));
  return [isNew ? "create" : "update", state] as const;
}

function hasUnknown(value: unknown): boolean {
  if (isWithheld(value)) return value.reason === "unknown";
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/**
 * Finds ids in the resources that refer to others, because the engine shows a policy pack no ids. A property that names one object,
 * and depends on one resource, has the id of this resource.
 */
function inferIds(seen: readonly SeenResource[]): ReadonlyMap<string, string> {
  const kinds = new Map(seen.map(({ resource: { urn } }) => [urn, getKind(urn)]));
  const ids = new Map<string, string>();
  for (const { inputs, dependencies } of seen) {
    for (const [property, sources] of Object.entries(dependencies)) {
      const kind = referred[property];
      const urns = sources.filter((urn) => kind !== undefined && kinds.get(urn) === kind);
      const value = hideValues(inputs)[property];
      const [[urn, another], [id, other]] = [urns, listReferences(value)];
      if (urn !== undefined && another === undefined && id !== undefined && other === undefined) ids.set(urn, id);
    }
  }
  return ids;
}

/** The properties that refer to an object, and its kind. */
const referred: Readonly<Record<string, ReturnType<typeof getKind>>> = {
  organizationId: "Organization",
  projectId: "Project",
  cohortId: "Cohort",
  groupId: "Group",
  access: "Group",
};

function listReferences(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  const groups = isRecord(value) && !isWithheld(value) ? value.groups : undefined;
  return Array.isArray(groups) ? groups.filter((one) => typeof one === "string") : [];
}
