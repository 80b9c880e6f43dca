import type { z } from "zod";
import { type AnyClient, formatUnsupported, type UnsupportedFeature } from "./client";
import type { Composition } from "./component";
import { type PropertyFailure, UserError } from "./errors";
import { formatPath, type Path } from "./path";
import { compareLocations, type Source, formatSource } from "./source";
import { findOption, getParts } from "./parts";
import { getBehaviour } from "./property";
import type { AnyResource, Requirement, Shape } from "./resource";
import type { Values } from "./values";

/** A feature that a declaration requires and this API does not support. */
export interface UnmetRequirement extends Requirement {
  readonly unsupported: UnsupportedFeature;
}

/** The part of a client that explains unsupported features. */
export type FeatureSupport = Pick<AnyClient, "explainUnsupported">;

interface Declarable {
  /** The feature that it requires as a whole. */
  readonly requires?: string;
  readonly inputs: Shape;
}

/** Returns the features that the known part of a declaration requires. */
export function findRequirements({ requires, inputs }: Declarable, declared: Values): readonly Requirement[] {
  return [
    ...(requires === undefined ? [] : [{ feature: requires, path: [] }]),
    ...listRequirementsOfParts(inputs, declared, []),
  ];
}

function listRequirementsOfParts(schema: z.core.$ZodType, value: unknown, path: Path): readonly Requirement[] {
  return getParts(schema, value).flatMap((part) => {
    const [partPath, type] = [[...path, part.key], findOption(part.schema, part.value) ?? part.schema];
    const { requires, valueRequires } = getBehaviour(type);
    const isPlain = typeof part.value === "string" || typeof part.value === "boolean";
    const features = [requires, isPlain ? valueRequires?.[String(part.value)] : undefined];
    return [
      ...features.flatMap((feature) => (feature === undefined ? [] : [{ feature, path: partPath }])),
      ...(isPlain ? [] : listRequirementsOfParts(type, part.value, partPath)),
    ];
  });
}

/** Returns the features that the known part of a declaration requires, and that this API does not support. Sends nothing. */
export function findUnmet(api: FeatureSupport, subject: Declarable, declared: Values): readonly UnmetRequirement[] {
  return findRequirements(subject, declared).flatMap((requirement) => {
    const unsupported = explainUnsupported(api, requirement.feature);
    return unsupported === undefined ? [] : [{ ...requirement, unsupported }];
  });
}

/** Explains why this API does not support a feature. Returns undefined if the API supports the feature, or if there is no feature. */
export function explainUnsupported(api: FeatureSupport, feature: string | undefined): UnsupportedFeature | undefined {
  return feature === undefined ? undefined : api.explainUnsupported?.(feature);
}

/**
 * Returns unsupported features as failures of a check.
 * `urnInState` is the URN of a resource that the state contains.
 */
export function toFailures(
  unmet: readonly UnmetRequirement[],
  service: string,
  urnInState?: string,
): readonly PropertyFailure[] {
  return unmet.map(({ path, unsupported: { reason } }) => {
    const removal =
      path.length === 0 && urnInState !== undefined ? `. ${describeStateRemoval(urnInState, service)}` : "";
    return { path: formatPath(path), reason: `${reason}${removal}` };
  });
}

/** Returns the command that removes an entry from the state without a request: a sentence without its period. */
function describeStateRemoval(urn: string, service: string): string {
  return `To remove the resource from the state only, run \`pulumi state delete --force '${urn}'\`. This changes nothing in ${service}`;
}

/** Refuses an operation on an entry of the state that the API does not support. */
export function explainUnsupportedInState({ reason }: UnsupportedFeature, urn: string, service: string): UserError {
  return new UserError(formatUnsupported({ reason: `${reason}. ${describeStateRemoval(urn, service)}` }));
}

/** An unsupported feature, and the part of the component's inputs that requires it. */
export interface ComponentRequirement extends UnmetRequirement {
  readonly source: Source;
}

/** The longest list of inputs for one reason: gRPC limits the size of a message. */
const mostPerReason = 50;

/**
 * Refuses all unsupported features of a component in one error: each reason once, with the inputs that require it.
 * @throws UserError if there are any
 */
export function rejectUnmet(
  component: string,
  { name }: Pick<AnyClient, "name">,
  requirements: readonly ComponentRequirement[],
): void {
  const sorted = [...requirements].sort((a, b) => compareLocations(a.source.location, b.source.location));
  if (sorted.length === 0) return;
  const sourcesByReason = new Map<string, Set<string>>();
  for (const { unsupported, source } of sorted) {
    const sources = sourcesByReason.get(unsupported.reason) ?? new Set<string>();
    sourcesByReason.set(unsupported.reason, sources.add(formatSource(source)));
  }
  const reasons = [...sourcesByReason].map(([reason, sources]) => {
    const shown = [...sources].slice(0, mostPerReason);
    const more = sources.size > shown.length ? [`and ${sources.size - shown.length} more`] : [];
    return [`  ${reason}.`, ...[...shown, ...more].map((line) => `    ${line}`)].join("\n");
  });
  const head = `${component} requires features that ${name} does not support, so the provider declared no resources:`;
  throw new UserError([head, ...reasons].join("\n"));
}

/** Returns the unsupported features that a component and its children require, and the inputs that require them. */
export function findUnmetInComponent(
  api: FeatureSupport,
  resources: readonly AnyResource[],
  { children, findSources, requires = [] }: Pick<Composition, "children" | "findSources" | "requires">,
): readonly ComponentRequirement[] {
  const whole = requires.flatMap(({ feature, sources }) => {
    const unsupported = explainUnsupported(api, feature);
    return unsupported === undefined ? [] : sources.map((source) => ({ feature, path: [], unsupported, source }));
  });
  // The other API explains nothing that concerns this one.
  if (whole.length > 0) return whole;
  return children.flatMap((child) => {
    const resource = resources.find(({ token }) => token === child.type);
    const unmet = resource === undefined ? [] : findUnmet(api, resource, child.inputs);
    return unmet.flatMap((one) => findSources(child, one.path).map((source) => ({ ...one, source })));
  });
}
