import { canonicalizeEmail } from "#provider";
import { joinAddresses } from "../../access/reasons";
import { groupBy } from "../../grouping";
import { getOrganizationKey } from "../../model/declaration";
import type { Side } from "../../model/directory";
import { type EffectiveAccess, listInvitations, type ObjectAccess } from "../../model/effectiveAccess";
import type { MergedGroup } from "../../model/merging";
import type { Model } from "../../model/model";
import type { Person } from "../../model/organization";
import { listGroupMembers } from "../../model/projectAccess";
import { getIdOrUrn, getName } from "../../model/properties";
import { listTexts } from "../../objects/reading";
import { compareTexts } from "../../wording";
import type { GroupReview, GroupSide, ObjectReview, Reach, ReachReason } from "../review";
import { type Addresses, encodeSelection } from "../selection";

/**
 * The people that each reason can concern, by canonical address. The review does not list these people for each object: a reason says which
 * of them it leaves out.
 */
interface Bases {
  readonly role: Addresses;
  readonly everyone: Addresses;
  readonly groups: ReadonlyMap<string, GroupSide>;
  /** The members of each group, and the people who become members by accepting an invitation. */
  readonly group: ReadonlyMap<string, Addresses>;
  readonly invitation: ReadonlyMap<string, Addresses>;
}

/** Lists the people in the groups of an organization, and the access to its projects and cohorts, on both sides. */
export function reviewReach(
  key: string,
  model: Model,
  access: readonly ObjectAccess[],
): { readonly groups: readonly GroupReview[]; readonly objects: readonly ObjectReview[] } {
  const groups = model.groups.filter((group) => getOrganizationKey(group) === key);
  const spell = createSpeller(key, model, groups);
  const sides = {
    before: readBases(key, model, groups, "before", spell),
    after: readBases(key, model, groups, "after", spell),
  };
  const names = new Set([...sides.before.groups.keys(), ...sides.after.groups.keys()]);
  const byObject = new Map(access.map((one) => [one.object, one]));
  const read = (one: ObjectAccess, side: Side) => {
    // The deletion of an organization also deletes its projects.
    const found = model[side].organizations.has(key) ? one[side] : undefined;
    const project = one.parent && byObject.get(one.parent)?.[side];
    // The deletion of a project deletes its cohorts. Before the change, the project can exist although no stack declares it.
    const isGone = one.parent !== undefined && project === undefined && side === "after";
    const isCohort = one.object.kind === "Cohort";
    return found === undefined || isGone ? null : describeReach(found, isCohort, project, sides[side], spell);
  };
  const objects = access.map((one): ObjectReview => {
    const { object, path, parent } = one;
    return {
      organization: key,
      key: getIdOrUrn(object),
      kind: object.kind === "Cohort" ? "cohort" : "project",
      path,
      ...(parent !== undefined && { project: getIdOrUrn(parent) }),
      before: read(one, "before"),
      after: read(one, "after"),
      ...(object.isReleased && { released: true }),
    };
  });
  return {
    groups: [...names].sort(compareTexts).map((name) => ({
      organization: key,
      name,
      before: sides.before.groups.get(name) ?? null,
      after: sides.after.groups.get(name) ?? null,
    })),
    objects: objects
      .filter(({ before, after }) => before !== null || after !== null)
      .sort((a, b) => compareTexts(a.path, b.path)),
  };
}

/** Returns a function that returns an address in its original spelling. */
function createSpeller(key: string, model: Model, groups: readonly MergedGroup[]): (address: string) => string {
  const spellings = new Map<string, string>();
  for (const side of ["before", "after"] as const) {
    for (const { values } of groups)
      for (const email of listTexts(values[side].members)) spellings.set(canonicalizeEmail(email), email);
    for (const [address, { email }] of model[side].organizations.get(key)?.people ?? []) spellings.set(address, email);
  }
  return (address) => spellings.get(address) ?? address;
}

function readBases(
  key: string,
  model: Model,
  declarations: readonly MergedGroup[],
  side: Side,
  spell: (address: string) => string,
): Bases {
  const people = model[side].organizations.get(key)?.people ?? new Map<string, Person>();
  // Nobody reaches anything by an expired invitation.
  const eligible = [...people].filter(([, { status }]) => status !== "expired");
  const present = declarations.filter((group) => group[side] !== undefined || group.isReleased);
  const lists = listGroupMembers(present, side, listInvitations(key, model, side));
  const group = new Map<string, Addresses>();
  const invitation = new Map<string, Addresses>();
  const groups = new Map<string, GroupSide>();
  // Two stacks can declare one group.
  for (const [name, own] of groupBy(present, getName)) {
    const parts = own.flatMap((declaration) => lists.get(declaration) ?? []);
    const members = joinAddresses(parts.map((part) => part.members));
    const everyoneInvited = joinAddresses(parts.map((part) => part.invited));
    const invited = new Set([...everyoneInvited].filter((address) => !members.has(address)));
    group.set(name, members);
    invitation.set(name, invited);
    groups.set(name, {
      people: sortAddresses(members, spell),
      ...(invited.size > 0 && { invited: sortAddresses(invited, spell) }),
      ...(parts.some(({ hasHidden }) => hasHidden) && { hidden: true }),
      ...(parts.every(({ isDeclared }) => !isDeclared) && { undeclared: true }),
    });
  }
  return {
    role: new Set(eligible.flatMap(([address, { role }]) => (role === "admin" ? [address] : []))),
    everyone: new Set(eligible.map(([address]) => address)),
    groups,
    group,
    invitation,
  };
}

/** Describes the people who reach an object, by the reasons. */
function describeReach(
  access: EffectiveAccess,
  isCohort: boolean,
  project: EffectiveAccess | undefined,
  bases: Bases,
  spell: (address: string) => string,
): Reach {
  const { isOpen, isOpenToAll, isDeclared, hasHidden, unknownGroups } = access;
  const found = groupByReason(access);
  // The people who reach the project of a cohort, if the review knows all of them.
  const isKnown = project?.isDeclared === true && !project.hasHidden && project.unknownGroups.length === 0;
  const projectPeople = isKnown ? project.effective : undefined;
  const list = (people: readonly string[]) => sortAddresses(people, spell);
  // Writes the people of a reason as all of its base, all except some, or a list.
  const select = (people: readonly string[], base: Addresses) => encodeSelection(people, base, projectPeople, list);
  const admins = found.role.length > 0 ? [{ kind: "role", ...select(found.role, bases.role) } as const] : [];
  // A cohort that is open itself is not open to all if its project is restricted, or if no stack declares the project, which may then be
  // restricted. The words must not promise everyone in the organization.
  const isLimited = isCohort && (project === undefined || !isOpenToAll);
  const everyone = isOpen
    ? [
        {
          kind: "everyone",
          ...select(found.everyone, bases.everyone),
          ...(isLimited && { within: "project" as const }),
        } as const,
      ]
    : [];
  const granted = access.groups.filter((name) => bases.groups.has(name)).sort(compareTexts);
  const groups = [...new Set(granted)].flatMap((group): readonly ReachReason[] => {
    const base = (kind: "group" | "invitation") => bases[kind].get(group) ?? new Set<string>();
    const invited = found.invitation.get(group) ?? [];
    return [
      { kind: "group", group, ...select(found.group.get(group) ?? [], base("group")) },
      ...(invited.length > 0 ? [{ kind: "invitation", group, ...select(invited, base("invitation")) } as const] : []),
    ];
  });
  const users = found.user.length > 0 ? [{ kind: "user", people: list(found.user) } as const] : [];
  return {
    reasons: [...admins, ...everyone, ...groups, ...users],
    ...(hasHidden && { hidden: true }),
    ...(!isDeclared && { undeclaredGrants: true }),
    ...(unknownGroups.length > 0 && { undeclaredGroups: [...new Set(unknownGroups)].sort(compareTexts) }),
  };
}

/** The people of each reason, by canonical address. */
interface ByReason {
  readonly role: string[];
  readonly everyone: string[];
  readonly user: string[];
  readonly group: Map<string, string[]>;
  readonly invitation: Map<string, string[]>;
}

function groupByReason({ effective }: EffectiveAccess): ByReason {
  const found: ByReason = { role: [], everyone: [], user: [], group: new Map(), invitation: new Map() };
  // Most people with access share the same list, so that a group of them is handled at once.
  for (const [reasons, people] of groupBy(effective, ([, reasons]) => reasons)) {
    for (const reason of reasons) {
      const own = "group" in reason ? (found[reason.kind].get(reason.group) ?? []) : found[reason.kind];
      for (const [address] of people) own.push(address);
      if ("group" in reason) found[reason.kind].set(reason.group, own);
    }
  }
  return found;
}

function sortAddresses(addresses: Iterable<string>, spell: (address: string) => string): string[] {
  return [...addresses].sort().map(spell);
}
