import type { Declaration, Declarations } from "#provider/testing";
import { declaredBy } from "./peopleOracle";
import {
  type Access,
  apiUser,
  isHidden,
  type Options,
  recordedSide,
  type Side,
  sideOf,
  type Slot,
  type State,
  type World,
} from "./model";

/** Turns random changes into programs for the real CLI. */

type When = "recorded" | "before" | "after";

/** Returns true if a program can declare both sides of the change. */
export function isReal(world: World): boolean {
  return world.slots.every((slot) => {
    const { before, after, isImported, secretOrganization } = slot;
    if (secretOrganization !== undefined) return false;
    const isOwner = (side: Side | undefined) => (sideOf(side, "OrganizationOwner")?.state.email ?? apiUser) === apiUser;
    // An import must match the object, and a new owner must be an admin already.
    if (isImported === true || ![recordedSide(slot), before].every(isOwner)) return false;
    return [before, after].every((side) => side === undefined || !hides(side.state));
  });
}

function hides(state: State): boolean {
  switch (state.type) {
    case "Membership":
      return isHidden(state.role);
    case "OrganizationMembers":
      return isHidden(state.members) || Object.values(state.lastDays ?? {}).some(isHidden);
    case "Group":
      return isHidden(state.members);
    case "Webhook":
      return isHidden(state.url);
    case "Project":
    case "Cohort":
      return isHidden(state.access);
    default:
      return false;
  }
}

/** Removes from a change what only the printer can express, and what the emulator refuses. */
export function realize(world: World): World {
  return {
    ...world,
    slots: world.slots.map(({ recorded: former, ...slot }) => {
      const { before, after, stack, key, organization } = slot;
      const recorded = isDriftOfMembers(world, slot, former) ? former : undefined;
      return {
        stack,
        key,
        organization,
        // Without `ignoreChanges`, the first update brings everything to the declared state.
        ...(before === undefined ? {} : { before: withoutIgnoredChanges(realizeSide(before)) }),
        ...(after === undefined ? {} : { after: realizeSide(after) }),
        ...(recorded === undefined ? {} : { recorded: realizeState(recorded) }),
      };
    }),
    // An emulator with expired invitations would also have no pending ones.
    invited: world.invited.map((person) => ({ ...person, status: "pending" })),
  };
}

/**
 * Reports if outside Pulumi only members of the organization join or leave a group, or get or lose a grant, and if no one joins the
 * organization that a group or grant names already. Peridio accepts no groups and grants of others, so the recorded ones had no effect.
 */
function isDriftOfMembers(world: World, slot: Slot, recorded: State | undefined): boolean {
  const { organization, before } = slot;
  const [former, present] = [listPeople(before?.state), listPeople(recorded)];
  const own = world.slots.filter((slot) => slot.organization === organization);
  const named = own.flatMap(({ before, recorded }) => [...listPeople(before?.state), ...listPeople(recorded)]);
  const declared = recorded && declaredBy({ state: recorded, options: {} });
  if (declared && declaredBy(before).some((email) => named.includes(email) && !declared.includes(email))) return false;
  const members = own
    .flatMap((slot) => declaredBy(slot.before))
    .filter((email) => !world.invited.some((person) => person.email === email && person.organization === organization));
  const differing = [...former, ...present].filter((email) => !(former.includes(email) && present.includes(email)));
  return differing.every((email) => email === apiUser || members.includes(email));
}

/** Returns the people of a group, and those with a direct grant. */
function listPeople(state: State | undefined): readonly string[] {
  switch (state?.type) {
    case "Group":
      return isHidden(state.members) ? [] : (state.members ?? []);
    case "Project":
    case "Cohort":
      return isHidden(state.access) ? [] : (state.access?.users ?? []);
    default:
      return [];
  }
}

function realizeSide(side: Side): Side {
  const { ignoreChanges } = side.options;
  const { options } = withoutIgnoredChanges(side);
  return {
    state: realizeState(side.state),
    options: { ...options, ...(ignoreChanges === undefined ? {} : { ignoreChanges }) },
  };
}

function withoutIgnoredChanges({ state, options }: Side): Side {
  const { protect, retainOnDelete, deletedWith } = options;
  return {
    state,
    options: {
      ...(protect === undefined ? {} : { protect }),
      ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
      ...(deletedWith === undefined ? {} : { deletedWith }),
    },
  };
}

function realizeState(state: State): State {
  switch (state.type) {
    case "OrganizationMembers":
      // The limits of the other values would reject most changes.
      return {
        type: state.type,
        members: state.members,
        ...(state.groups === undefined ? {} : { groups: state.groups }),
        ...(state.lastDays === undefined ? {} : { lastDays: state.lastDays }),
        ...(state.ignore === undefined ? {} : { ignore: state.ignore }),
        maxRemovals: "100%",
      };
    case "SecurityPolicy":
      // The emulator must accept the requests of the provider.
      return state.ipAllowlist === undefined || state.ipAllowlist.length === 0
        ? state
        : { ...state, ipAllowlist: ["127.0.0.0/8", ...state.ipAllowlist] };
    case "BillingSettings":
      // A credit card requires the console.
      return {
        type: state.type,
        ...(state.billingEmail === undefined ? {} : { billingEmail: state.billingEmail }),
        ...(state.paymentMethod === "invoice" ? { paymentMethod: state.paymentMethod } : {}),
        ...(state.usageAlerts === undefined ? {} : { usageAlerts: state.usageAlerts }),
      };
    case "Project":
    case "Cohort":
      return isHidden(state.access) || state.access === undefined
        ? state
        : { ...state, access: withoutForeign(state.access) };
    default:
      return state;
  }
}

/** No group of the emulator has the UUID of the random changes. */
function withoutForeign({ users, groups }: Access): Access {
  return { users, groups: groups.filter((group) => "resource" in group) };
}

/** Returns one side of a change as the resources of a YAML program. */
export function toDeclarations(world: World, when: When): Declarations {
  return Object.fromEntries(
    world.slots.flatMap((slot) => {
      const side = when === "recorded" ? recordedSide(slot) : slot[when];
      return side === undefined ? [] : [[slot.key, toDeclaration(slot, side)]];
    }),
  );
}

/** A resource with another name needs an alias, or the provider rejects a second resource for the same person. */
function aliasesOf({ key }: Slot, state: State): Options & { readonly aliases?: readonly string[] } {
  const former = key.replace(/_renamed$/, "");
  return former === key ? {} : { aliases: [`urn:pulumi:test::people::peridio:index:${state.type}::${former}`] };
}

function toDeclaration(slot: Slot, { state, options }: Side): Declaration {
  const { deletedWith, ...rest } = options;
  return {
    type: `peridio:${state.type}`,
    properties: withoutAbsent(toProperties(slot, state)),
    options: {
      ...rest,
      ...aliasesOf(slot, state),
      ...(deletedWith === undefined ? {} : { deletedWith: `\${${deletedWith}}` }),
    },
  };
}

type Properties = Readonly<Record<string, unknown>>;

function toProperties({ organization }: Slot, state: State): Properties {
  const part = { organizationId: `\${${organization}.id}` };
  const id = (key: string) => `\${${key}.id}`;
  const groupId = (group: Access["groups"][number]) =>
    "resource" in group ? id(group.resource) : "uuid" in group ? group.uuid : "";
  const access = (given: Access | "secret" | "unknown" | undefined) =>
    given === undefined || isHidden(given) ? undefined : { users: given.users, groups: given.groups.map(groupId) };
  switch (state.type) {
    case "Organization":
      return { ...state, type: undefined, name: organization };
    case "Membership":
      return { ...part, ...state, type: undefined, group: undefined, groupId: state.group && groupId(state.group) };
    case "OrganizationMembers":
      return {
        ...part,
        ...state,
        type: undefined,
        groups:
          state.groups === undefined
            ? undefined
            : Object.fromEntries(Object.entries(state.groups).map(([email, group]) => [email, groupId(group)])),
      };
    case "Project":
      return { ...part, ...state, type: undefined, access: access(state.access) };
    case "Cohort":
      return {
        ...state,
        type: undefined,
        project: undefined,
        projectId: id(state.project),
        access: access(state.access),
      };
    case "ClaimToken":
      return { ...part, ...state, type: undefined, cohort: undefined, cohortId: state.cohort && id(state.cohort) };
    default:
      return { ...part, ...state, type: undefined };
  }
}

function withoutAbsent(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
