import { type AnyClient, formatUnsupported, type UnsupportedFeature } from "./client";
import type { Composition } from "./component";
import { type Failure, UserError } from "./errors";
import { formatPath } from "./path";
import { byPlace, type Said, toldOf } from "./place";
import type { AnyResource, Need } from "./resource";
import type { Values } from "./values";

/** A feature that a declaration requires and this API does not support. */
export interface Unmet extends Need {
  readonly lack: UnsupportedFeature;
}

/** The part of a client that explains unsupported features. */
export type Lacks = Pick<AnyClient, "explainUnsupported">;

/** A resource or a function. */
interface Demanding {
  needs?(declared: Values): readonly Need[];
}

export function unmet(api: Lacks, demanding: Demanding, declared: Values): readonly Unmet[] {
  return (demanding.needs?.(declared) ?? []).flatMap((need) => {
    const lack = api.explainUnsupported?.(need.feature);
    return lack === undefined ? [] : [{ ...need, lack }];
  });
}

/** Explains why this API does not support the resource. Returns undefined if it does. */
export function lackOf(api: Lacks, resource: Demanding): UnsupportedFeature | undefined {
  return unmet(api, resource, {}).find(({ path }) => path.length === 0)?.lack;
}

/** Explains why this API cannot change the property. Returns undefined if it can. */
export function lackOfChange(api: Lacks, { changes }: AnyResource, property: string): UnsupportedFeature | undefined {
  const takes = changes[property]?.takes;
  return takes === undefined ? undefined : api.explainUnsupported?.(takes);
}

/** Explains why this API cannot delete the resource. Returns undefined if it can. */
export function lackOfDeletion(api: Lacks, { deletion }: AnyResource): UnsupportedFeature | undefined {
  return deletion === undefined ? undefined : api.explainUnsupported?.(deletion);
}

/**
 * Returns unsupported features as failures of a check. The last failure lists everything that the API does not support.
 * `kept` is the URN of a resource that is in the state and must leave it.
 */
export function unmetFailures(needs: readonly Unmet[], service: string, kept?: string): readonly Failure[] {
  return needs.map(({ path, lack: { reason, overview } }, index) => {
    const way = path.length === 0 && kept !== undefined ? `. ${forgetting(kept, service)}` : "";
    const all = index === needs.length - 1 && overview !== null ? `. ${overview}` : "";
    return { path: formatPath(path), reason: `${reason}${way}${all}` };
  });
}

/** Returns the command that removes an entry from the state without a request: a sentence without its period. */
function forgetting(urn: string, service: string): string {
  return `What the state has of it goes with \`pulumi state delete --force '${urn}'\`, which changes nothing in ${service}`;
}

/** Refuses an operation on an entry of the state that the API does not support. */
export function cannotKeep({ reason, overview }: UnsupportedFeature, urn: string, service: string): UserError {
  return new UserError(formatUnsupported({ reason: `${reason}. ${forgetting(urn, service)}`, overview }));
}

/** An unsupported feature, and the part of the component's inputs that requires it. */
export interface Demand extends Unmet {
  readonly said: Said;
}

/** The longest list of places for one reason: gRPC limits the size of a message. */
const shownOfAKind = 50;

/** Refuses all unsupported features of a component in one error: each reason once, with the places that require it in order. */
export function refuseTogether(component: string, { name }: Pick<AnyClient, "name">, demands: readonly Demand[]): void {
  const [first, ...others] = [...demands].sort((a, b) => byPlace(a.said.place, b.said.place));
  if (first === undefined) return;
  const places = new Map<string, Set<string>>();
  for (const { lack, said } of [first, ...others])
    places.set(lack.reason, (places.get(lack.reason) ?? new Set<string>()).add(toldOf(said)));
  const kinds = [...places].map(([reason, all]) => {
    const shown = [...all].slice(0, shownOfAKind);
    const more = all.size > shown.length ? [`and ${all.size - shown.length} more`] : [];
    return [`  ${reason}.`, ...[...shown, ...more].map((line) => `    ${line}`)].join("\n");
  });
  const { overview } = first.lack;
  const head = `${component} asks for what ${name} does not have, so nothing of it is declared:`;
  throw new UserError([head, ...kinds, ...(overview === null ? [] : [overview])].join("\n"));
}

/** Returns the unsupported features that children of a component require, and the inputs that require them. */
export function demandsOf(
  api: Lacks,
  resources: readonly AnyResource[],
  { children, saidAt }: Pick<Composition, "children" | "saidAt">,
): readonly Demand[] {
  return children.flatMap((child) => {
    const resource = resources.find(({ token }) => token === child.type);
    const needs = resource === undefined ? [] : unmet(api, resource, child.inputs);
    return needs.flatMap((need) => saidAt(child, need.path).map((said) => ({ ...need, said })));
  });
}
