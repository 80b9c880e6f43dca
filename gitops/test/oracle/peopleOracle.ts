import { escape, type Expectation, riskList } from "./facts";
import {
  apiUser,
  type GroupReference,
  type Hidden,
  isHidden,
  isUnknownOrganization,
  type MembershipState,
  recordedSide,
  type Role,
  type Side,
  sideOf,
  type Slot,
  stackName,
  type Status,
  type World,
} from "./model";
import { isReplaced } from "./printer";

export interface Standing {
  readonly role: Role | Hidden;
  readonly status: Status | "planned";
  readonly owner: boolean;
  readonly lastDay?: string;
}

/** A person in an organization on both sides of a change. */
export interface Course {
  readonly email: string;
  readonly before: Standing | undefined;
  readonly after: Standing | undefined;
  /** True if the change imports the person, who was in no stack. */
  readonly isImported: boolean;
  /** True if the program declares or keeps a role that the person got outside Pulumi. */
  readonly acceptsDrift: boolean;
  /**
   * The role that the program declared at its last update, if it changed outside Pulumi since, and the change accepts this or gives a third
   * role. Undefined for another person, and for one without a declaration.
   */
  readonly formerRole: Role | Hidden | undefined;
  /** The role that the program declared at its last update. */
  readonly recordedRole: Role | Hidden | undefined;
  /** True if an invitation of the person is revoked or has expired, and another one is sent. */
  readonly isInvitedAgain: boolean;
  /** True if the documentation does not determine the row of this person. */
  readonly isUnclear: boolean;
  /** The roles that stacks declare after the change, if they differ. */
  readonly conflicts: boolean;
}

export type Life = "kept" | "created" | "adopted" | "deleted" | "released";

const order: readonly string[] = ["viewer", "member", "developer", "manager", "admin"];

export function lifeOf(world: World, organization: string): Life {
  if (isUnknownOrganization(organization)) return "kept";
  const slot = world.slots.find((one) => one.organization === organization && one.key === organization);
  if (slot?.before !== undefined && slot.after !== undefined) return "kept";
  if (slot?.before === undefined) {
    if (slot?.isImported === true) return "kept";
    return world.api === "connect" ? "adopted" : "created";
  }
  const isRetained =
    slot.before.options.retainOnDelete === true ||
    sideOf(slot.before, "Organization")?.state.deletionPolicy === "retain";
  return isRetained ? "released" : "deleted";
}

export function organizationsOf(world: World): string[] {
  return [...new Set(world.slots.map(({ organization }) => organization))].filter((name) => name !== "");
}

/** A declaration of a person by one slot. */
interface Claim {
  readonly slot: Slot;
  readonly role: Role | Hidden;
  readonly membership?: MembershipState;
}

/** Computes everyone's access from the declarations. */
export class People {
  constructor(private readonly world: World) {}

  /** Everyone that a stack declares before or after the change, and the owner. */
  courses(organization: string): Course[] {
    const emails = new Map<string, string>();
    const add = (email: string) => {
      if (!emails.has(email.toLowerCase())) emails.set(email.toLowerCase(), email);
    };
    for (const slot of this.#slots(organization)) {
      for (const side of [slot.before, slot.after]) for (const email of declaredBy(side)) add(email);
    }
    const owners = [this.#owner(organization, "before"), this.#owner(organization, "after")];
    for (const owner of owners) if (owner !== undefined) add(owner);
    const courses = [...emails.values()].map((email) => this.course(organization, email));
    return courses.filter(({ before, after }) => before !== undefined || after !== undefined);
  }

  course(organization: string, email: string): Course {
    const course = this.#standings(organization, email);
    const is = this.#lastDay(organization, email, "after");
    // An import does not show a change of the person.
    const claims = this.#claims(organization, email, "after");
    const isImported =
      this.#claims(organization, email, "before").length === 0 && claims.some(({ slot }) => slot.isImported === true);
    const was = isImported ? is : this.#lastDay(organization, email, "before");
    // The documentation does not say if a hidden last day in an import counts as a change.
    const isUnclear = course.isUnclear || (isImported && isHidden(is));
    const recorded = this.#claims(organization, email, "recorded").map(({ role }) => role);
    const isAccepted = acceptsDrift(course, recorded[0], claims.length > 0);
    return {
      ...course,
      acceptsDrift: isAccepted,
      formerRole: isAccepted || replacesDrift(course, recorded, claims.length > 0) ? recorded[0] : undefined,
      recordedRole: recorded[0],
      isImported,
      isUnclear,
      before: withLastDay(course.before, was),
      after: withLastDay(course.after, is),
    };
  }

  /** The last day that a roster declares. A Membership declares none, so the access does not end with that day. */
  #lastDay(organization: string, email: string, when: "before" | "after"): string | undefined {
    const days = this.#slots(organization).flatMap((slot) =>
      Object.entries(sideOf(slot[when], "OrganizationMembers")?.state.lastDays ?? {}),
    );
    const day = days.find(([key]) => key.toLowerCase() === email.toLowerCase())?.[1];
    const claims = this.#claims(organization, email, when);
    const isEndless = claims.some(({ membership }) => membership !== undefined);
    return isEndless && !isHidden(day) ? undefined : day;
  }

  #standings(
    organization: string,
    email: string,
  ): Omit<Course, "isImported" | "acceptsDrift" | "formerRole" | "recordedRole"> {
    const life = lifeOf(this.world, organization);
    const was = this.#claims(organization, email, "before");
    const is = this.#claims(organization, email, "after");
    const [ownedBefore, ownsAfter] = [
      this.#owner(organization, "before") === email.toLowerCase(),
      this.#owner(organization, "after") === email.toLowerCase(),
    ];
    const status = this.#status(organization, email);
    const first = was[0];
    const before: Standing | undefined = ownedBefore
      ? { role: "admin", status: "active", owner: true }
      : first && { role: first.role, status, owner: false };
    const roles = new Set(is.map(({ role }) => role));
    const knownRoles = [...roles].filter((role) => !isHidden(role));
    const base = {
      email,
      before,
      isInvitedAgain: false,
      conflicts: knownRoles.length > 1,
      // A role in a rule about an owner, a hidden role before the change, and several reasons for an invitation.
      isUnclear:
        roles.size > 1 || (before !== undefined && isHidden(before.role)) || this.#hasHiddenRoster(organization),
    };
    if (life === "deleted") return { ...base, conflicts: false, after: undefined };
    if (ownsAfter && !is.some(({ role }) => isHidden(role))) {
      // An imported person was in the organization before.
      const imported = is.find(({ slot }) => slot.isImported === true);
      const former = before ?? (imported && { role: imported.role, status: "active" as const, owner: false });
      return { ...base, before: former, after: { role: "admin", status: "active", owner: true } };
    }
    const ending = was.filter(({ slot }) => this.#ends(slot, email));
    const next = is[0];
    if (next === undefined) {
      const kept = before !== undefined && ending.length === 0 && was.length > 0;
      const stays = ownedBefore && !ownsAfter && was.length === 0;
      return { ...base, after: kept || stays ? before && { ...before, owner: false } : undefined };
    }
    const planned: Standing = { role: next.role, status: "planned", owner: false };
    if (before === undefined) {
      // A preview does not show if an imported person is a member or invited.
      const imported: Standing = { ...planned, status: "active" };
      const isImport = is.some(({ slot }) => slot.isImported === true);
      // The documentation does not say if a hidden role of an imported person counts as a change.
      const isUnclear = base.isUnclear || isHidden(next.role);
      return isImport ? { ...base, isUnclear, before: imported, after: imported } : { ...base, after: planned };
    }
    const removers = new Set(ending.map(({ slot }) => slot.stack));
    // A stack that still declares the person does not remove it.
    for (const { slot } of is) removers.delete(slot.stack);
    if (removers.size > 0) {
      const starts = is.some(({ slot }) => slot.isImported !== true && this.#startsOrChanges(slot, email));
      if (starts) return { ...base, after: planned, isInvitedAgain: true };
      return { ...base, after: undefined };
    }
    if (status === "expired") {
      const ignores = is.every(
        ({ membership, slot }) => membership?.onExpired === "ignore" && slot.before !== undefined,
      );
      const isUnclear =
        base.isUnclear ||
        next.slot.isReplaced === true ||
        (ignores && (isHidden(next.role) || this.#mayBeOtherGroup(next.slot))) ||
        is.length > 1 ||
        next.slot.before === undefined;
      // The provider sends an invitation to another role or group (docs/operations.md).
      if (ignores && next.role === before.role && !isOtherGroup(next.slot))
        return { ...base, isUnclear, after: { role: next.role, status, owner: false } };
      return { ...base, isUnclear, after: planned, isInvitedAgain: true };
    }
    return { ...base, after: { role: next.role, status: before.status, owner: false } };
  }

  /** Returns true if a preview does not show if the person joins another group, because the group is hidden or replaced. */
  #mayBeOtherGroup(slot: Slot): boolean {
    return listGroups(slot).some((group) => {
      if (group === undefined || "uuid" in group) return false;
      if ("secret" in group) return true;
      const own = this.world.slots.find(({ stack, key }) => stack === slot.stack && key === group.resource);
      return own === undefined || isReplaced(this.world, own);
    });
  }

  /** The owner that an OrganizationOwner declares, or that Pulumi read last. */
  #owner(organization: string, when: "before" | "after"): string | undefined {
    if (this.world.api === "connect") return this.#keptOwner(organization, when);
    const slots = this.#slots(organization);
    const declared = slots.flatMap((slot) => sideOf(slot[when], "OrganizationOwner")?.state.email ?? [])[0];
    const former = slots.flatMap((slot) => sideOf(slot.before, "OrganizationOwner")?.state.email ?? [])[0];
    const isKnown = slots.some((slot) => slot.key === organization && slot.before !== undefined);
    const found = declared ?? former ?? (isKnown ? apiUser : undefined);
    const life = lifeOf(this.world, organization);
    if (when === "after" && life === "deleted") return undefined;
    if (when === "after" && life === "released" && declared === undefined) return found;
    return found;
  }

  /** With Avocado Connect, the owner that a resource in the state has read. The provider does not lower an owner who is declared as an admin. */
  #keptOwner(organization: string, when: "before" | "after"): string | undefined {
    const isRead = this.world.isReal === true && this.#claims(organization, apiUser, "before").length > 0;
    const isGone = when === "after" && lifeOf(this.world, organization) === "deleted";
    return isRead && !isGone ? apiUser : undefined;
  }

  #slots(organization: string): Slot[] {
    return this.world.slots.filter((slot) => slot.organization === organization);
  }

  #claims(organization: string, email: string, when: "before" | "after" | "recorded"): Claim[] {
    return this.#slots(organization).flatMap((slot): Claim[] => {
      const side = when === "recorded" ? recordedSide(slot) : slot[when];
      const membership = sideOf(side, "Membership")?.state;
      if (membership?.email.toLowerCase() === email.toLowerCase()) return [{ slot, role: membership.role, membership }];
      const members = sideOf(side, "OrganizationMembers")?.state.members;
      if (members === undefined) return [];
      if (isHidden(members)) {
        const former = sideOf(slot.before, "OrganizationMembers")?.state.members;
        const isFormer = former !== undefined && !isHidden(former) && email in former;
        return isFormer ? [{ slot, role: members }] : [];
      }
      const role = members[email];
      return role === undefined ? [] : [{ slot, role }];
    });
  }

  /** Returns true if the slot declares the person before the change, and its update or deletion removes the person. */
  #ends(slot: Slot, email: string): boolean {
    if (slot.before === undefined) return false;
    // The deletion of a roster removes the people that it declares.
    if (slot.after === undefined)
      return !isReleased(this.world, slot) && declaredBy(recordedSide(slot)).includes(email);
    const roster = sideOf(slot.after, "OrganizationMembers")?.state;
    if (roster === undefined)
      return sideOf(slot.after, "Membership")?.state.email.toLowerCase() !== email.toLowerCase();
    if (isHidden(roster.members) || email in roster.members) return false;
    return roster.ignore?.some((pattern) => matches(pattern, email)) !== true;
  }

  /** Returns true if the slot starts to declare the person, or changes the declaration. */
  #startsOrChanges(slot: Slot, email: string): boolean {
    const [was, is] = [declaredBy(slot.before), declaredBy(slot.after)];
    if (!is.includes(email)) return false;
    return !was.includes(email) || JSON.stringify(slot.before?.state) !== JSON.stringify(slot.after?.state);
  }

  #status(organization: string, email: string): Status {
    const found = this.world.invited.find((one) => one.organization === organization && one.email === email);
    return found?.status ?? "active";
  }

  #hasHiddenRoster(organization: string): boolean {
    return this.#slots(organization).some((slot) => {
      const roster = sideOf(slot.after, "OrganizationMembers")?.state.members;
      return isHidden(roster);
    });
  }
}

/** Returns true if Pulumi removes the object only from the state. */
export function isReleased(world: World, slot: Slot): boolean {
  const { before, after } = slot;
  if (before === undefined || after !== undefined) return false;
  if (before.options.retainOnDelete === true) return true;
  const target = world.slots.find(({ stack, key }) => stack === slot.stack && key === before.options.deletedWith);
  return target?.before !== undefined && target.after === undefined;
}

function matches(pattern: string, email: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(email);
}

export function declaredBy(side: Side | undefined): string[] {
  const membership = sideOf(side, "Membership");
  if (membership !== undefined) return [membership.state.email];
  const members = sideOf(side, "OrganizationMembers")?.state.members;
  return members === undefined || isHidden(members) ? [] : Object.keys(members);
}

function withLastDay(standing: Standing | undefined, lastDay: string | undefined): Standing | undefined {
  return standing === undefined || lastDay === undefined ? standing : { ...standing, lastDay };
}

function describe(standing: Standing | undefined): string {
  if (standing === undefined) return "none";
  const { role, status, owner, lastDay } = standing;
  return `${role} ${status}${owner ? " owner" : ""}${lastDay === undefined ? "" : ` until ${lastDay}`}`;
}

export function personFact(
  organization: string,
  email: string,
  before: Standing | undefined,
  after: Standing | undefined,
  changed: boolean,
  risks: Iterable<string>,
): string {
  const words = `${describe(before)} → ${describe(after)}, ${changed ? "changed" : "unchanged"}`;
  return `person ${organization} ${email.toLowerCase()}: ${words} ${riskList(risks)}`;
}

/** Expects a row for each person who was removed outside Pulumi, if the roster no longer declares the person. */
function expectAcceptedRemovals(world: World, organization: string, people: People, expectation: Expectation): void {
  if (lifeOf(world, organization) === "deleted") return;
  const present = new Set(people.courses(organization).map(({ email }) => email.toLowerCase()));
  for (const slot of world.slots) {
    const members = sideOf(recordedSide(slot), "OrganizationMembers")?.state.members;
    const isKept = slot.after !== undefined || isReleased(world, slot);
    if (
      slot.organization !== organization ||
      slot.recorded === undefined ||
      !isKept ||
      members === undefined ||
      isHidden(members)
    )
      continue;
    for (const [email, role] of Object.entries(members)) {
      if (present.has(email.toLowerCase())) continue;
      const risks = ["acceptsDrift", "removesPerson", ...(role === "admin" ? ["removesAdmin"] : [])];
      const fact = personFact(organization, email, undefined, undefined, false, risks);
      expectation.require(fact, "review.md: acceptsDrift: the program accepts a removal outside Pulumi");
    }
  }
}

/** Expects a row for each person, and the conflicts between stacks. */
export function expectPeople(world: World, expectation: Expectation): void {
  const people = new People(world);
  for (const organization of organizationsOf(world)) {
    expectAcceptedRemovals(world, organization, people, expectation);
    for (const course of people.courses(organization)) {
      const { email, before, after, isInvitedAgain, isUnclear } = course;
      if (before === undefined && after === undefined) continue;
      if (isUnclear) {
        expectation.allowAll(new RegExp(`^person ${organization} ${escape(email.toLowerCase())}:`));
        continue;
      }
      const changed =
        isInvitedAgain ||
        before?.role !== after?.role ||
        before?.owner !== after?.owner ||
        before?.lastDay !== after?.lastDay;
      const slots = world.slots.filter((slot) => slot.organization === organization);
      const isIn = (side: "before" | "after") => slots.some((slot) => declaredBy(slot[side]).includes(email));
      const isKept = before !== undefined && after !== undefined && !after.owner && !isIn("after");
      const all = riskOf(course, lifeOf(world, organization));
      // A new owner is an admin.
      const owned = all.filter((risk) => risk !== "grantsAdmin");
      const released = [...all.filter((risk) => risk !== "extendsAccess"), "releasesPerson"];
      const risks = isKept && isIn("before") ? released : all;
      expectation.require(
        personFact(organization, email, before, after, changed, risks),
        "review.md: everyone's access before and after the change",
      );
      // The state of a roster also names undeclared people.
      // The documentation does not say if a new invitation raises or lowers the role, or accepts a role that the person got outside Pulumi.
      if (isInvitedAgain) {
        const others = ["raisesRole", "lowersRole", "removesAdmin"];
        const fewer = before?.role === after?.role ? risks : risks.filter((risk) => !others.includes(risk));
        const accepted = [[], ...others.map((risk) => [risk])].map((role) => ["acceptsDrift", ...role]);
        for (const more of [[], ...accepted])
          for (const some of [risks, fewer])
            expectation.allowInstead(
              personFact(organization, email, before, after, changed, risks),
              personFact(organization, email, before, after, changed, [...some, ...more]),
            );
      }
      // A program that stops declaring an owner no longer manages this person, unless it declares the ownership.
      if (after?.owner === true && isIn("before") && !isIn("after")) {
        expectation.allowInstead(
          personFact(organization, email, before, after, changed, risks),
          personFact(organization, email, before, after, changed, [
            ...risks.filter((risk) => risk !== "extendsAccess"),
            "releasesPerson",
          ]),
        );
      }
      // The state of the organization shows its owner.
      if (course.isImported && before?.owner === true) {
        expectation.allowInstead(
          personFact(organization, email, before, after, changed, risks),
          personFact(
            organization,
            email,
            before,
            after,
            changed,
            riskOf({ ...course, isImported: false }, lifeOf(world, organization)),
          ),
        );
      }
      if (isKept || course.acceptsDrift) {
        // A roster that starts to ignore people accepts what changed outside Pulumi.
        const accepted = [...released, "acceptsDrift", ...(after?.role === "admin" ? ["grantsAdmin"] : [])];
        const { recordedRole } = course;
        const compared = recordedRole === undefined || after === undefined ? [] : roleRisks(recordedRole, after.role);
        const others = [[...released, "acceptsDrift", ...compared], ...(after?.owner === true ? [owned] : [])];
        for (const other of [all, released, accepted, ...others])
          expectation.allowInstead(
            personFact(organization, email, before, after, changed, risks),
            personFact(organization, email, before, after, changed, other),
          );
      }
      // A new invitation for another role can count as pending or as planned.
      if (before?.status === "pending" && after?.status === "pending" && before.role !== after.role) {
        expectation.allowInstead(
          personFact(organization, email, before, after, changed, risks),
          personFact(organization, email, before, { ...after, status: "planned" }, changed, risks),
        );
      }
    }
  }
}

function acceptsDrift(
  { before, after, isInvitedAgain }: Pick<Course, "before" | "after" | "isInvitedAgain">,
  recorded: Role | Hidden | undefined,
  isDeclared: boolean,
): boolean {
  if (before === undefined || before.owner || isInvitedAgain || !isDeclared) return false;
  return recorded !== before.role && before.role === after?.role;
}

/** Reports if the program gives a third role to a person whose role changed outside Pulumi. */
function replacesDrift(
  { before, after, isInvitedAgain }: Pick<Course, "before" | "after" | "isInvitedAgain">,
  recorded: readonly (Role | Hidden)[],
  isDeclared: boolean,
): boolean {
  if (before === undefined || after === undefined || before.owner || isInvitedAgain || !isDeclared) return false;
  const roles = [before.role, after.role, ...recorded];
  return (
    !roles.some(isHidden) &&
    before.role !== after.role &&
    !recorded.some((role) => role === after.role) &&
    recorded.some((role) => role !== before.role)
  );
}

/** Returns the risks of another role. */
function roleRisks(was: Role | Hidden, is: Role | Hidden): string[] {
  if (was === is || isHidden(was) || isHidden(is)) return [];
  if (is === "admin") return ["grantsAdmin"];
  return was === "admin" ? ["removesAdmin"] : [order.indexOf(is) > order.indexOf(was) ? "raisesRole" : "lowersRole"];
}

function riskOf(course: Course, life: Life): string[] {
  const { before, after, isImported, isInvitedAgain, formerRole } = course;
  const risks: string[] = [];
  const [was, is] = [before?.role, after?.role];
  if ((isImported || course.acceptsDrift) && after !== undefined) {
    risks.push("acceptsDrift", ...(formerRole === undefined && is === "admin" ? ["grantsAdmin"] : []));
    if (after.owner && before?.owner !== false) risks.push("changesOwner");
  }
  if (formerRole !== undefined && is !== undefined) {
    risks.push(...roleRisks(formerRole, is));
    // A third role keeps a part of what changed outside Pulumi, unless it is on the other side of the former one.
    const [former, live, present] = [formerRole, was ?? "", is].map((role) => order.indexOf(role));
    const isPartlyKept =
      former !== undefined && live !== undefined && present !== undefined && (live - former) * (present - former) > 0;
    if (!course.acceptsDrift && isPartlyKept) risks.push("acceptsDrift");
  }
  if (before === undefined && after?.lastDay !== undefined && isHidden(after.lastDay)) risks.push("hidden");
  if (is !== undefined && isHidden(is) && was !== is) risks.push("hidden");
  const isAdded = before === undefined || isInvitedAgain;
  if (is !== undefined && isAdded) risks.push("addsPerson");
  if (isInvitedAgain && before?.status !== "expired") risks.push("removesPerson");
  if (is === "admin" && (was !== "admin" || isInvitedAgain)) risks.push("grantsAdmin");
  if (was === "admin" && is !== "admin" && (is === undefined || !isHidden(is))) risks.push("removesAdmin");
  if (is === undefined) risks.push("removesPerson");
  if (was !== undefined && is !== undefined && !isHidden(was) && !isHidden(is) && was !== is) {
    risks.push(order.indexOf(is) > order.indexOf(was) ? "raisesRole" : "lowersRole");
  }
  if (before !== undefined && after !== undefined && before.lastDay !== after.lastDay) {
    const [last, next] = [before.lastDay ?? "never", after.lastDay ?? "never"];
    risks.push(isHidden(next) ? "hidden" : next > last ? "extendsAccess" : "shortensAccess");
  }
  if ((before?.owner ?? false) !== (after?.owner ?? false) && life !== "created") risks.push("changesOwner");
  return risks;
}

/** Expects the contradictions of stacks about people. Returns true if there is one, because a review then refuses the change. */
export function expectPeopleConflicts(world: World, organization: string, expectation: Expectation): boolean {
  if (lifeOf(world, organization) === "deleted") return false;
  const slots = world.slots.filter((slot) => slot.organization === organization);
  const found: string[] = [];
  const add = (email: string, stacks: readonly number[]) => {
    const names = [...new Set(stacks)].map(stackName).sort().join(" and ");
    found.push(`conflict ${organization} ${email.toLowerCase()}: ${names}`);
  };
  for (const { email, conflicts } of new People(world).courses(organization)) {
    const declaring = slots.filter(({ after }) => declaredBy(after).includes(email));
    if (conflicts)
      add(
        email,
        declaring.map(({ stack }) => stack),
      );
  }
  const owner = slots.flatMap((slot) => sideOf(slot.after, "OrganizationOwner")?.state.email ?? [])[0] ?? apiUser;
  for (const { stack, after } of slots) {
    const roster = sideOf(after, "OrganizationMembers")?.state;
    if (roster === undefined || isHidden(roster.members)) continue;
    const { members, ignore = [] } = roster;
    const keeps = (email: string) =>
      email in members ||
      ignore.some((pattern) => matches(pattern, email)) ||
      (world.api === "admin-v2" && email === owner);
    for (const other of slots) {
      if (other.stack === stack) continue;
      for (const email of declaredBy(other.after)) if (!keeps(email)) add(email, [stack, other.stack]);
    }
  }
  for (const conflict of found) expectation.require(conflict, "review.md: stacks contradict each other");
  return found.length > 0;
}

/** Returns the groups of a Membership before and after the change. */
function listGroups({ before, after }: Slot): readonly (GroupReference | undefined)[] {
  return [before, after].map((side) => sideOf(side, "Membership")?.state.group);
}

function isOtherGroup(slot: Slot): boolean {
  const [former, present] = listGroups(slot).map((group) => JSON.stringify(group));
  return former !== present;
}
