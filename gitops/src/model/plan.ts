import { canonicalizeEmail } from "#provider";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/property";
import { unknown } from "../withheld";
import type { ResourceKind } from "../objects/rows";
import { type ComputedOrganization, createOrganization, listEndpoints, readName } from "./creation";
import { type Declaration, filterByKind, listStates } from "./declaration";
import type { DeclaredObjects } from "./objects";
import type { Organization, Person } from "./organization";
import { combinePeople, type Handover, declaresEveryone, findKeptPeople, omitRemovedPeople } from "./people";
import { getSettingDefaults, planSettings } from "./settings";

/** The declarations of an organization on both sides. */
export interface OrganizationChange {
  readonly key: string;
  /** The resources that were about the organization. */
  readonly past: readonly Declaration[];
  /** The resources that are about the organization after the change. */
  readonly present: readonly Declaration[];
  readonly earlier: Organization | undefined;
  /** The objects after the change. */
  readonly objects: DeclaredObjects;
}

/**
 * Returns the planned organization: the declarations on top of the prior state. `handovers` names, by address, the
 * stacks that remove or declare a person, if they disagree.
 */
export function planOrganization(
  { key, past, present, earlier, objects }: OrganizationChange,
  handovers: ReadonlyMap<string, Handover>,
): ComputedOrganization {
  const [itself] = filterByKind(present, "Organization");
  const isNew = itself !== undefined && (itself.isCreated || itself.isReplaced);
  const rosters = listStates(present, "OrganizationMembers", "after");
  const before = earlier?.people ?? new Map<string, Person>();
  const declared = combinePeople([...listStates(present, "Membership", "after"), ...rosters], "declared", before);
  const people = { ...declared, byAddress: omitRemovedPeople(declared.byAddress, handovers) };
  const settings = (kind: ResourceKind, name?: string) =>
    planSettings(getSettingDefaults(kind, name), {
      before: filterByKind(past, kind),
      after: filterByKind(present, kind),
      isNew,
    });
  const [transfer] = filterByKind(present, "OrganizationOwner").map(
    ({ values }) => readValues(organizationOwner.inputs, values.after).email,
  );
  const owner = transfer ?? (isNew ? unknown : earlier?.owner);
  const isFormerOwner = ({ email }: Person) =>
    typeof owner === "string" && canonicalizeEmail(owner) !== canonicalizeEmail(email);
  const released = new Set(past.filter((resource) => resource.isReleased).map(({ urn }) => urn));
  const organization = createOrganization({
    key,
    itself: itself?.after,
    earlier,
    owner,
    people,
    undeclared: [
      ...[...before.values()].filter(
        (person) =>
          // A roster does not remove the owner, but it removes a former owner that it stops declaring.
          (person.isOwner && !(isFormerOwner(person) && person.declaredBy.length > 0)) ||
          // A resource that Pulumi deletes removes the person, even if another one is only released.
          (person.declaredBy.length > 0 && person.declaredBy.every((urn) => released.has(urn))),
      ),
      ...findKeptPeople(past, present, before),
    ],
    hasRoster: declaresEveryone(rosters.map(([, state]) => state)),
    isConnect: [...past, ...present].some(({ isConnect }) => isConnect),
    // A deletion uses an endpoint too.
    endpoints: listEndpoints([...past, ...present]),
    general: settings("Organization", readName(itself?.after) ?? earlier?.name),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}
