import { type AnyClient, formatUnsupported, type UnsupportedFeature } from "./client";
import type { Composition } from "./component";
import { type Failure, UserError } from "./errors";
import { formatPath } from "./path";
import { byPlace, type Said, toldOf } from "./place";
import type { AnyResource, Need } from "./resource";
import type { Values } from "./values";

/** What a declaration needs and this API does not have. */
export interface Unmet extends Need {
  readonly lack: UnsupportedFeature;
}

/** What is to be known of an API. */
export type Lacks = Pick<AnyClient, "explainUnsupported">;
/** A resource, or a function. */
interface Demanding {
  needs?(declared: Values): readonly Need[];
}

export function unmet(api: Lacks, demanding: Demanding, declared: Values): readonly Unmet[] {
  return (demanding.needs?.(declared) ?? []).flatMap((need) => {
    const lack = api.explainUnsupported?.(need.feature);
    return lack === undefined ? [] : [{ ...need, lack }];
  });
}

/** Why this API has no such resource at all, if it has none. */
export function lackOf(api: Lacks, resource: Demanding): UnsupportedFeature | undefined {
  return unmet(api, resource, {}).find(({ path }) => path.length === 0)?.lack;
}

/** Why this API cannot change that property, if it cannot. */
export function lackOfChange(api: Lacks, { changes }: AnyResource, property: string): UnsupportedFeature | undefined {
  const takes = changes[property]?.takes;
  return takes === undefined ? undefined : api.explainUnsupported?.(takes);
}

/** Why this API deletes no such resource, if it does not. */
export function lackOfDeletion(api: Lacks, { deletion }: AnyResource): UnsupportedFeature | undefined {
  return deletion === undefined ? undefined : api.explainUnsupported?.(deletion);
}

/**
 * The same as failures of a check. The last one tells all that the API lacks, so that nobody finds it out piece by piece.
 * `kept` is the URN of a resource that the state has already, which has to leave it.
 */
export function unmetFailures(needs: readonly Unmet[], service: string, kept?: string): readonly Failure[] {
  return needs.map(({ path, lack: { reason, overview } }, index) => {
    const way = path.length === 0 && kept !== undefined ? `. ${forgetting(kept, service)}` : "";
    const all = index === needs.length - 1 && overview !== null ? `. ${overview}` : "";
    return { path: formatPath(path), reason: `${reason}${way}${all}` };
  });
}

/** How an entry leaves the state where the API has nothing that could be done to it: a sentence but for its end. */
function forgetting(urn: string, service: string): string {
  return `What the state has of it goes with \`pulumi state delete --force '${urn}'\`, which changes nothing in ${service}`;
}

/** Refuses an operation on an entry of the state for which the API has nothing. */
export function cannotKeep({ reason, overview }: UnsupportedFeature, urn: string, service: string): UserError {
  return new UserError(formatUnsupported({ reason: `${reason}. ${forgetting(urn, service)}`, overview }));
}

/** Something that part of a program needs: which resource, and where the user says so. */
export interface Demand extends Unmet {
  readonly said: Said;
}

/** More in one message would not pass through gRPC. */
const shownOfAKind = 50;

/** All that is lacking for a whole component, in one error: each reason once, with every place that needs it, from top to bottom. */
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

/** Returns what children of a component need and the API lacks, with everything that the user says of it. */
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
