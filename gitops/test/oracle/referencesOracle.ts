import { type Expectation } from "./facts";
import { type GroupReference, isHidden, sideOf, type Slot, stackName, type World } from "./model";
import { hasNewId } from "./printer";

/** A property that contains ids. */
interface Property {
  readonly name: string;
  /** True if the preview hides an id of the property. */
  readonly isHidden: boolean;
  /** The logical names of the resources on which the property depends. */
  readonly sources: readonly string[];
}

const why = "review.md: an id that the preview hides";

/** Expects a row for each stack and source of hidden ids. Returns true if there is one. */
export function expectReferences(world: World, expectation: Expectation): boolean {
  let isFound = false;
  for (const slot of world.slots) {
    const { after, key } = slot;
    if (after === undefined || after.state.type === "other" || after.state.type === "provider") continue;
    const stack = `program ${stackName(slot.stack)}`;
    for (const { name, isHidden: hides, sources } of propertiesOf(world, slot)) {
      if (!hides) continue;
      isFound = true;
      const subject = subjectOf(world, slot, sources);
      expectation.require(`${stack} references ${subject} [hidesReference]`, why);
      expectation.require(`${stack} reference to ${subject}: ${name} of ${after.state.type} ${key}`, why);
    }
  }
  return isFound;
}

/** The name of the resources that can provide an id. */
function subjectOf(world: World, slot: Slot, sources: readonly string[]): string {
  const names = [...new Set(sources)].flatMap((key) => {
    const found = world.slots.find((one) => one.stack === slot.stack && one.key === key);
    const side = found?.after ?? found?.before;
    return side === undefined ? [] : [`${side.state.type} ${key}`];
  });
  return names.length === 0 ? "hidden references" : names.sort().join(" and ");
}

function propertiesOf(world: World, slot: Slot): Property[] {
  const { after } = slot;
  if (after === undefined) return [];
  const { state } = after;
  const groups = (name: string, references: readonly GroupReference[]): Property => ({
    name,
    isHidden: references.some((reference) => isHiddenGroup(world, slot, reference)),
    sources: references.flatMap((reference) => ("resource" in reference ? [reference.resource] : [])),
  });
  const opening = sideOf(after, "Project")?.state ?? sideOf(after, "Cohort")?.state;
  const access = opening?.access;
  const membership = sideOf(after, "Membership")?.state;
  const roster = sideOf(after, "OrganizationMembers")?.state;
  const cohort = sideOf(after, "Cohort")?.state;
  const claim = sideOf(after, "ClaimToken")?.state;
  const resource = (name: string, key: string): Property => ({
    name,
    isHidden: hasNewId(world, slot.stack, key),
    sources: [key],
  });
  return [
    ...(state.type === "Organization" || cohort !== undefined ? [] : [organizationId(world, slot)]),
    ...(cohort === undefined ? [] : [resource("projectId", cohort.project)]),
    ...(claim?.cohort === undefined ? [] : [resource("cohortId", claim.cohort)]),
    ...(membership?.group === undefined ? [] : [groups("groupId", [membership.group])]),
    ...(roster?.groups === undefined ? [] : [groups("groups", Object.values(roster.groups))]),
    ...(access === undefined || isHidden(access) ? [] : [groups("access", access.groups)]),
  ];
}

function organizationId(world: World, slot: Slot): Property {
  const { organization, stack, before, secretOrganization: secret } = slot;
  if (secret !== undefined) {
    // The state contains the organization of an existing object.
    return {
      name: "organizationId",
      isHidden: before === undefined,
      sources: secret.source === undefined ? [] : [secret.source],
    };
  }
  // Avocado Connect adopts an organization already in the preview.
  const isNew = world.api === "admin-v2" && hasNewId(world, stack, organization);
  return { name: "organizationId", isHidden: isNew, sources: [organization] };
}

function isHiddenGroup(world: World, { stack }: Slot, reference: GroupReference): boolean {
  if ("secret" in reference) return true;
  return "resource" in reference && hasNewId(world, stack, reference.resource);
}
