import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/property";
import type { ResourceKind } from "../objects/rows";
import { compareObservation } from "../preview/resource";
import { type ComputedOrganization, createOrganization, listEndpoints, readName } from "./creation";
import { type Declaration, getObserved, listStates } from "./declaration";
import type { Side } from "./directory";
import type { DeclaredObjects } from "./objects";
import type { Organization } from "./organization";
import { readOwner } from "./owner";
import { combinePeople, declaresEveryone } from "./people";
import { getSettingDefaults, readSettings } from "./settings";

/** An organization as Pulumi read it on one side. */
interface Observation {
  readonly key: string;
  readonly resources: readonly Declaration[];
  readonly side: Side;
  readonly earlier?: Organization | undefined;
  readonly objects: DeclaredObjects;
}

/** Returns the observed organization. The newest state counts, because another stack may have changed it later. */
export function observeOrganization({ key, resources, side, earlier, objects }: Observation): ComputedOrganization {
  const states = (...kinds: readonly ResourceKind[]) =>
    kinds.flatMap((kind) => listStates(resources, kind, side)).toSorted(([, a], [, b]) => compareObservation(a, b));
  const settings = (kind: ResourceKind, name?: string) =>
    states(kind)
      .map(([, state]) => readSettings(getSettingDefaults(kind, name), state))
      .at(-1);
  const itself = states("Organization").at(-1)?.[1];
  const people = combinePeople(states("Membership", "OrganizationMembers"), "observed", earlier?.people);
  const owner = states("OrganizationOwner")
    .map(([, state]) => readValues(organizationOwner.inputs, getObserved(state)).email)
    .at(-1);
  const organization = createOrganization({
    key,
    itself,
    earlier,
    // A state older than a transfer has the former owner.
    owner: owner ?? readOwner(itself) ?? earlier?.owner,
    people,
    // A former owner stays an admin without a declaration.
    undeclared: [...(earlier?.people.values() ?? [])].filter(
      (person) => person.isOwner && person.declaredBy.length === 0,
    ),
    hasRoster: declaresEveryone(states("OrganizationMembers").map(([, state]) => state)),
    isConnect: resources.some(({ isConnect }) => isConnect),
    endpoints: listEndpoints(resources),
    general: settings("Organization", readName(itself)),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}
