import { createEndpointLookup, findConnectProviders, getProvider } from "./backends";
import type { Document, Kind } from "./document";
import { hideValues, type Resource } from "./resource";
import {
  createDeletionLookup,
  createState,
  getReadId,
  getStateAfter,
  getStateBefore,
  isReleased,
  revealOutputs,
} from "./states";
import { type Groups, isChanged, isImported, isLeftOut, listDifferences, unchanging } from "./steps";
import { getKind, getName, getStack } from "../urn";

/** Returns the resources of the provider before and after the steps. */
export function readResources(document: Document, groups: Groups, kind: Kind): readonly Resource[] {
  const connect = findConnectProviders(document);
  const getEndpoint = createEndpointLookup(document);
  const endsWithOther = createDeletionLookup(document.steps);
  const refreshed = new Map(
    document.steps.flatMap(({ op, urn, oldState }) => (op === "refresh" && oldState ? [[urn, oldState]] : [])),
  );
  return [...groups].flatMap(([urn, own]) => {
    const resource = getKind(urn);
    if (resource === undefined || isLeftOut(own)) return [];
    // The inputs of drift are the last declared ones, so they say nothing about Peridio.
    const toState =
      kind === "drift"
        ? createState
        : (...parts: Parameters<typeof createState>) => revealOutputs(createState(...parts));
    const before = getStateBefore(own, toState);
    const after = getStateAfter(own, before, toState);
    const ops = new Set(own.map(({ op }) => op));
    const hasCreation = ops.has("create");
    const providers = own.flatMap(({ oldState, newState }) =>
      [newState, oldState].flatMap((state) => (state ? getProvider(state) : [])),
    );
    const isConnect = providers.some((provider) => connect.has(provider));
    // Avocado Connect cannot create organizations, so it adopts them.
    const isAdopted = resource === "Organization" && hasCreation && isConnect;
    return {
      urn,
      stack: getStack(urn),
      kind: resource,
      name: getName(urn),
      before: before ?? (own.some(({ op }) => unchanging.has(op)) ? after : undefined),
      after,
      recorded: kind === "drift" ? undefined : hideValues(refreshed.get(urn)?.inputs ?? {}),
      readOnlyId: getReadId(own),
      isReplaced: ops.has("replace") || ops.has("delete-replaced") || ops.has("create-replacement"),
      // An object that drift no longer contains was deleted outside Pulumi, whatever the options of its resource say.
      isReleased: kind === "change" && (isReleased(own, before) || endsWithOther(own)),
      isChanged: isChanged(own),
      differences: listDifferences(own),
      isCreated: hasCreation && !isAdopted,
      isImported: isImported(own),
      isConnect,
      endpoint: getEndpoint(providers[0] ?? ""),
      isAdopted,
    };
  });
}
