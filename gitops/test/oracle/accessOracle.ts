import { escape, type Expectation, riskList } from "./facts";
import {
  type Access,
  type CohortState,
  type GroupReference,
  type GroupState,
  type Hidden,
  isHidden,
  type ProjectState,
  recordedSide,
  type Side,
  sideOf,
  type Slot,
  withoutTwins,
  type World,
} from "./model";
import { twinsOf } from "./twins";
import { type Course, isReleased, lifeOf, organizationsOf, People } from "./peopleOracle";
import { isReplaced } from "./printer";

type When = "before" | "after";
type Opening = ProjectState | CohortState;

/** The answers to a question that the declarations may leave open. */
type Answer = "yes" | "no" | "perhaps";

/** A person's access to an object on one side. */
interface Reach {
  readonly answer: Answer;
  /** Every known reason, sorted. */
  readonly reasons: readonly string[];
  /** A cohort has a grant for the person, who cannot reach the project. */
  readonly isDormant: boolean;
  /** The same, but no stack declares who can reach the project. */
  readonly isPerhapsDormant?: boolean;
  /** The object has grants that no stack declares, or a group whose members no stack declares. */
  readonly hasOtherGrants?: boolean;
}

/** A project or a cohort that exists before or after the change. A replaced cohort is two objects. A released object stays as it was. */
export interface AccessObject {
  readonly id: string;
  readonly slot: Slot;
  readonly before?: Opening;
  readonly after?: Opening;
}

export function objectsOf(world: World, organization: string): AccessObject[] {
  return world.slots.flatMap((slot): AccessObject[] => {
    if (slot.organization !== organization) return [];
    const [before, after] = [openingOf(slot, "before"), openingOf(slot, "after")];
    if (before === undefined && after === undefined) return [];
    if (before !== undefined && after !== undefined && isReplaced(world, slot)) {
      return [
        { id: `${slot.key}@old`, slot, before, ...(slot.before?.options.retainOnDelete === true && { after: before }) },
        { id: `${slot.key}@new`, slot, after },
      ];
    }
    const kept = after ?? (isReleased(world, slot) ? before : undefined);
    return [{ id: slot.key, slot, ...(before && { before }), ...(kept && { after: kept }) }];
  });
}

function openingOf(slot: Slot, when: When): Opening | undefined {
  return sideOf(slot[when], "Project")?.state ?? sideOf(slot[when], "Cohort")?.state;
}

/** Computes who can reach what. */
export class Reachability {
  readonly courses: readonly Course[];
  readonly objects: readonly AccessObject[];

  constructor(
    readonly world: World,
    readonly organization: string,
  ) {
    this.courses = new People(world).courses(organization);
    this.objects = objectsOf(world, organization);
  }

  /** Everyone who is declared, or has a grant, or is in a group. */
  emails(): string[] {
    const named = this.world.slots.flatMap((slot) => {
      if (slot.organization !== this.organization) return [];
      return (["before", "after"] as const).flatMap((when) => {
        const access = openingOf(slot, when)?.access;
        const members = sideOf(slot[when], "Group")?.state.members;
        return [
          ...(access === undefined || isHidden(access) ? [] : access.users),
          ...(members === undefined || isHidden(members) ? [] : members),
        ];
      });
    });
    return [...new Set([...this.courses.map(({ email }) => email), ...named])];
  }

  reach(email: string, object: AccessObject, when: When): Reach {
    const none: Reach = { answer: "no", reasons: [], isDormant: false };
    const state = object[when];
    if (state === undefined) return none;
    const found = this.#declaredReach(email, object, state, when);
    // Without a declaration, only a grant shows that the person is in the organization.
    const isStranger = !this.courses.some((course) => course.email === email);
    const isOnlyOpen = isStranger && found.answer !== "no" && found.reasons.every((reason) => reason === "open");
    if (isOnlyOpen) return { ...found, answer: "perhaps" };
    return isStranger ? { ...found, reasons: found.reasons.filter((reason) => reason !== "open") } : found;
  }

  #declaredReach(email: string, object: AccessObject, state: Opening, when: When): Reach {
    const none: Reach = { answer: "no", reasons: [], isDormant: false };
    const standing = this.courses.find((course) => course.email === email);
    const membership = this.#membership(standing, when);
    const own = this.#ownReasons(email, object, when);
    const isGranted = own.reasons.some((reason) => reason !== "open");
    const project = state.type === "Cohort" ? this.project(state, when) : undefined;
    const hasOtherGrants =
      !own.isCertain || (project !== undefined && !this.#ownReasons(email, project, when).isCertain);
    if (membership === "no") return { ...none, isDormant: isGranted, hasOtherGrants };
    const isAdmin = standing?.[when]?.role === "admin";
    if (state.type === "Project") {
      const reasons = [...(isAdmin ? ["admin"] : []), ...own.reasons].sort();
      const answer: Answer = reasons.length > 0 ? "yes" : own.isCertain ? "no" : "perhaps";
      return { answer: both(answer, membership), reasons, isDormant: false, hasOtherGrants };
    }
    const through: Reach = project === undefined ? { ...none, answer: "perhaps" } : this.reach(email, project, when);
    const reasons = [...(isAdmin ? ["admin"] : []), ...own.reasons].sort();
    const answer: Answer = reasons.length > 0 ? "yes" : own.isCertain ? "no" : "perhaps";
    return {
      answer: both(both(answer, through.answer), membership),
      reasons,
      isDormant: isGranted && through.answer === "no",
      isPerhapsDormant: isGranted && through.answer === "perhaps",
      hasOtherGrants,
    };
  }

  project(state: CohortState, when: When): AccessObject | undefined {
    return this.objects.find(
      ({ slot, id }) => slot.key === state.project && !id.endsWith(when === "before" ? "@new" : "@old"),
    );
  }

  #membership(course: Course | undefined, when: When): Answer {
    if (course === undefined) return "yes";
    if (course[when] !== undefined) return "yes";
    return "no";
  }

  /** The reasons of the object itself, and if there can be others that no stack declares. */
  #ownReasons(email: string, object: AccessObject, when: When): { reasons: string[]; isCertain: boolean } {
    const state = object[when];
    if (state === undefined) return { reasons: [], isCertain: true };
    const reasons = state.everyoneEnabled ? ["open"] : [];
    // If a program stops declaring the access, Peridio keeps the grants.
    const access = state.access ?? (when === "after" ? object.before?.access : undefined);
    // Undeclared access does not limit the access to cohorts (decision 0024).
    if (access === undefined || isHidden(access)) return { reasons, isCertain: false };
    if (access.users.includes(email)) reasons.push("direct");
    let isCertain = true;
    for (const reference of access.groups) {
      const found = this.isInGroup(email, reference, when);
      if (found === "yes") reasons.push(`group ${this.groupId(reference)}`);
      if (found === "perhaps") isCertain = false;
    }
    return { reasons, isCertain };
  }

  groupId(reference: GroupReference): string {
    return toGroupId(reference);
  }

  isInGroup(email: string, reference: GroupReference, when: When): Answer {
    if (!("resource" in reference)) return "perhaps";
    const slot = this.world.slots.find(({ key }) => key === reference.resource);
    const now = sideOf(slot?.[when], "Group")?.state;
    const former = sideOf(slot?.before, "Group")?.state;
    const state = now ?? (slot !== undefined && isReleased(this.world, slot) ? former : undefined);
    if (state === undefined) return "no";
    if (this.isInvitedInto(email, reference.resource, when)) return "yes";
    const members = state.members ?? (when === "after" ? former?.members : undefined);
    if (members === undefined || isHidden(members)) return "perhaps";
    return members.includes(email) ? "yes" : "no";
  }

  /** Returns true if the group declares the person as a member. */
  isMember(email: string, group: string, when: When): boolean {
    const side = this.world.slots.find(({ key }) => key === group)?.[when];
    const members = sideOf(side, "Group")?.state.members;
    return members !== undefined && !isHidden(members) && members.includes(email);
  }

  /** Returns true if the person joins the group by accepting an invitation. */
  isInvitedInto(email: string, group: string, when: When): boolean {
    const standing = this.courses.find((course) => course.email === email)?.[when];
    if (standing === undefined || standing.status === "active" || standing.status === "expired") return false;
    return this.world.slots.some(
      (slot) =>
        slot.organization === this.organization &&
        this.#sides(slot, when).some((side) => {
          const membership = sideOf(side, "Membership")?.state;
          const reference =
            membership?.email === email ? membership.group : sideOf(side, "OrganizationMembers")?.state.groups?.[email];
          return reference !== undefined && "resource" in reference && reference.resource === group;
        }),
    );
  }

  /** Returns true if a resource that stays declares the group for the invitation of a person who is a member before and after. */
  isIdlyInvitedInto(email: string, group: string, when: When): boolean {
    const course = this.courses.find((one) => one.email === email);
    if (course?.before?.status !== "active" || course.after?.status !== "active") return false;
    return this.world.slots.some((slot) => {
      const isForeign = when === "before" && slot.isImported === true;
      if (slot.organization !== this.organization || isForeign) return false;
      const membership = sideOf(slot[when], "Membership")?.state;
      const reference =
        membership?.email === email
          ? membership.group
          : sideOf(slot[when], "OrganizationMembers")?.state.groups?.[email];
      return reference !== undefined && "resource" in reference && reference.resource === group;
    });
  }

  /**
   * Returns what Peridio contains for a resource. After the update, Peridio still contains the invitation of a released
   * membership, and of a membership that was replaced with `retainOnDelete`.
   */
  #sides(slot: Slot, when: When): readonly (Side | undefined)[] {
    if (when === "before") return [slot.before];
    const isRetained = isReplaced(this.world, slot) && slot.before?.options.retainOnDelete === true;
    return [slot.after, isRetained || isReleased(this.world, slot) ? slot.before : undefined];
  }
}

function toGroupId(reference: GroupReference): string {
  if ("secret" in reference) return "[secret]";
  return "uuid" in reference ? reference.uuid : reference.resource;
}

function both(one: Answer, other: Answer): Answer {
  if (one === "no" || other === "no") return "no";
  return one === "yes" && other === "yes" ? "yes" : "perhaps";
}

/** Words for the reasons of a fact. */
export function reasonList(reasons: readonly string[]): string {
  return [...reasons].sort().join("+");
}

/** Expects the rows of the section `projects`. */
export function expectAccess(world: World, expectation: Expectation): void {
  if (world.api === "admin-v2") return;
  for (const organization of organizationsOf(world)) {
    const life = lifeOf(world, organization);
    const prefix = `projects ${organization} `;
    if (world.hasRules === true && (life === "kept" || life === "released"))
      expectRenames(world, organization, expectation);
    // If stacks contradict each other, the documentation does not say which declaration counts.
    const isUnclear = twinsOf(world, organization).some(
      (twin) => isAccess(twin.object) && (twin.isUnclear || twin.isDoubtful),
    );
    if (life === "deleted" || isUnclear) expectation.allowAll(new RegExp(`^${escape(prefix)}`));
    else expectOrganization(new Reachability(withoutTwins(world), organization), expectation, prefix);
  }
}

/** Expects a row for each group with a former name that the rule treats differently: in Peridio, or at the last update. */
function expectRenames(world: World, organization: string, expectation: Expectation): void {
  // If stacks contradict each other, the documentation does not say which name counts.
  const unclear = twinsOf(world, organization).flatMap(({ object, twin, isUnclear }) =>
    isUnclear ? [object, twin] : [],
  );
  for (const slot of world.slots) {
    const [recorded, before, declared] = [recordedSide(slot), slot.before, slot.after].map(
      (side) => sideOf(side, "Group")?.state,
    );
    const after = declared ?? (isReleased(world, slot) ? before : undefined);
    if (slot.organization !== organization || before === undefined || after === undefined) continue;
    const present = isRenamed(after.name);
    if ([recorded, before].every((former) => former === undefined || isRenamed(former.name) === present)) continue;
    const risk = present ? "leavesRule" : "entersRule";
    const fact = `rule ${organization} group ${after.name} [${risk}]`;
    if (unclear.includes(slot)) expectation.allow(fact);
    else expectation.require(fact, `review.md: ${risk}`);
  }
}

/** Returns true if the rule of `accessRules` allows the name of a group. */
function isRenamed(name: string): boolean {
  return name.endsWith("-renamed");
}

function isAccess({ before, after }: Slot): boolean {
  return ["Group", "Project"].includes((after ?? before)?.state.type ?? "");
}

function expectOrganization(reachability: Reachability, expectation: Expectation, prefix: string): void {
  const { world, organization, objects, courses } = reachability;
  const groups = world.slots.filter((slot) => slot.organization === organization && groupOf(slot) !== undefined);
  const hidden = hiddenObjects(reachability, groups);
  for (const id of hidden) expectation.allowAll(new RegExp(`^${escape(prefix)}(?:\\S+ )*${escape(id)}(?: |$)`));
  for (const { key, before } of groups) {
    for (const email of reachability.emails()) {
      const isNew = before === undefined && reachability.isInvitedInto(email, key, "after");
      if (isNew) expectation.allow(`${prefix}hides the group of ${email} [hidden]`);
    }
  }
  for (const { before, key } of world.slots) {
    // The hidden outputs of a former object can differ from its inputs.
    if (before?.options.secretOutputs !== undefined) expectation.allow(`${prefix}hides ${key} [hidden]`);
  }
  // Peridio ends the grants of a person who is removed outside Pulumi.
  if (world.isReal === true) expectation.allowAll(new RegExp(`^${escape(prefix)}accepts (end|left) .*acceptsDrift`));
  for (const slot of groups) expectGroup(reachability, slot, expectation, prefix);
  for (const slot of world.slots)
    if (slot.organization === organization) expectAccepted(world, slot, expectation, prefix);
  for (const object of objects) {
    expectObject(reachability, object, expectation, prefix);
    if (!hidden.has(object.id)) expectGrants(reachability, object, expectation, prefix);
    for (const email of reachability.emails()) {
      const course = courses.find((one) => one.email === email);
      const subject = `${object.id} ${email}`;
      const isUnclear =
        course !== undefined &&
        (course.isUnclear || [course.before, course.after].some((one) => one !== undefined && isHidden(one.role)));
      // An expired invitation gives no access, and the documentation does not say how it counts.
      const isExpired = course?.before?.status === "expired";
      // A preview does not contain the id of a new group, so the group of an invitation can be unknown.
      const isInvitedIntoNew = groups.some(
        (slot) => slot.before === undefined && reachability.isInvitedInto(email, slot.key, "after"),
      );
      const isImported = isImportedIntoGroup(world, email);
      if (isUnclear || isExpired || isInvitedIntoNew || isImported) {
        expectation.allowAll(
          new RegExp(`^${escape(prefix)}(gains|loses|lapses|keeps|dormant|idle|ended) ${escape(subject)}`),
        );
        continue;
      }
      expectPerson(reachability, object, email, course, expectation, prefix);
    }
  }
}

/** Returns true if the change imports a person whose invitation names a group. A preview does not show the status of this person. */
function isImportedIntoGroup({ slots }: World, email: string): boolean {
  return slots.some(({ isImported, after }) => {
    const membership = sideOf(after, "Membership")?.state;
    const invitation = sideOf(after, "OrganizationMembers")?.state.groups?.[email];
    const isInvited = invitation !== undefined || (membership?.email === email && membership.group !== undefined);
    return isImported === true && isInvited;
  });
}

function groupOf(slot: Slot): GroupState | undefined {
  return sideOf(slot.after, "Group")?.state ?? sideOf(slot.before, "Group")?.state;
}

/** The objects whose rows are not determined, because a preview hides something. */
function hiddenObjects({ objects }: Reachability, groups: readonly Slot[]): Set<string> {
  const hidden = new Set<string>();
  for (const slot of groups) if (isHidden(sideOf(slot.after, "Group")?.state.members)) hidden.add(slot.key);
  const affected = ({ before, after }: AccessObject) =>
    [before?.access, after?.access].some(
      (access) =>
        isHidden(access) || access?.groups.some((one) => "resource" in one && hidden.has(one.resource)) === true,
    );
  for (const object of objects) if (affected(object)) hidden.add(object.id);
  for (const object of objects) {
    const projects = [object.before, object.after].flatMap((state) =>
      state?.type === "Cohort" ? [state.project] : [],
    );
    if (projects.some((project) => hidden.has(project))) hidden.add(object.id);
  }
  return hidden;
}

function expectGroup(reachability: Reachability, slot: Slot, expectation: Expectation, prefix: string): void {
  const { world } = reachability;
  const [before, after] = [sideOf(slot.before, "Group")?.state, sideOf(slot.after, "Group")?.state];
  const { key } = slot;
  if (isReleased(world, slot)) {
    // The documentation does not say if the end of an invitation's declaration has a row.
    for (const email of reachability.emails()) {
      if (reachability.isInvitedInto(email, key, "before"))
        expectation.allow(`${prefix}leaves ${key} ${email} by invitation [revokesAccess]`);
      if (reachability.isIdlyInvitedInto(email, key, "before"))
        expectation.allow(`${prefix}leaves ${key} ${email} without effect []`);
    }
    return;
  }
  if (before === undefined) expectation.require(`${prefix}created ${key} []`, "review.md: a new group has a row");
  // The documentation does not say if a deleted group has a row.
  if (after === undefined) expectation.allow(`${prefix}deleted ${key} [revokesAccess]`);
  if (before !== undefined && after !== undefined) {
    if (before.name !== after.name)
      expectation.require(`${prefix}renamed ${key} []`, "review.md: a new name has a row");
    if (before.description !== after.description) {
      expectation.require(`${prefix}described ${key} []`, "review.md: a new description has a row");
    }
  }
  if (isHidden(after?.members)) {
    expectation.require(`${prefix}hides ${key} [hidden]`, "review.md: hidden: a value changes or may change");
    expectation.allowAll(new RegExp(`^${escape(prefix)}(joins|leaves) ${escape(key)} `));
    return;
  }
  const [was, is] = [before?.members, after?.members];
  if (before !== undefined && after !== undefined && was !== undefined && is === undefined) {
    expectation.require(`${prefix}drops ${key} [dropsPolicy]`, "review.md: a program stops declaring members");
    expectation.allowAll(new RegExp(`^${escape(prefix)}(joins|leaves) ${escape(key)} `));
    for (const email of reachability.emails()) {
      const [wasInvited, isInvited] = [
        reachability.isInvitedInto(email, key, "before"),
        reachability.isInvitedInto(email, key, "after"),
      ];
      if (isInvited && !wasInvited) expectPossibleAccess(reachability, slot, email, expectation, prefix);
    }
    return;
  }
  if (before !== undefined && was === undefined && is !== undefined) {
    expectation.require(
      `${prefix}leaves ${key} * [revokesAccess]`,
      "review.md: a program starts to declare members, without names",
    );
  }
  if (before !== undefined && was === undefined && after === undefined) {
    expectation.allow(`${prefix}leaves ${key} * [revokesAccess]`);
  }
  for (const email of reachability.emails()) {
    const course = reachability.courses.find((one) => one.email === email);
    const [wasIn, isIn] = [was !== undefined && !isHidden(was) && was.includes(email), is?.includes(email) === true];
    const [wasInvited, isInvited] = [
      reachability.isInvitedInto(email, key, "before"),
      reachability.isInvitedInto(email, key, "after"),
    ];
    if (course?.before?.status === "expired" || isImportedIntoGroup(world, email)) {
      // The documentation does not say how the group of an imported or expired invitation counts.
      expectation.allowAll(
        new RegExp(`^${escape(prefix)}(joins|leaves) ${escape(key)} ${escape(email)} by invitation`),
      );
      expectation.allowAll(new RegExp(`^${escape(prefix)}may give \\S+ ${escape(key)} ${escape(email)} `));
    }
    const [wasIdle, isIdle] = [
      reachability.isIdlyInvitedInto(email, key, "before"),
      reachability.isIdlyInvitedInto(email, key, "after"),
    ];
    const idlyJoins = `${prefix}joins ${key} ${email} without effect [grantsAccess]`;
    if (isIdle && !wasIdle) {
      expectation.require(idlyJoins, "review.md: a group of an accepted invitation has no effect");
      // A preview does not contain the id of a new group.
      if (before === undefined) expectation.allowInstead(idlyJoins, `${prefix}hides the group of ${email} [hidden]`);
    }
    const idlyLeaves = `${prefix}leaves ${key} ${email} without effect []`;
    if (wasIdle && !isIdle)
      expectation.require(idlyLeaves, "review.md: a group of an accepted invitation had no effect");
    // A hidden roster may keep a person whose Membership goes.
    else if (course?.isUnclear === true) expectation.allow(idlyLeaves);
    if ((isIn && !wasIn) || (isInvited && !wasInvited))
      expectPossibleAccess(reachability, slot, email, expectation, prefix);
    const joins = `${prefix}joins ${key} ${email} [grantsAccess]`;
    const joinsInvited = `${prefix}joins ${key} ${email} by invitation [grantsAccess]`;
    if (isIn && !wasIn) expectation.require(joins, "review.md: a person who joins a group");
    if (isInvited && !wasInvited) {
      if (isIn || wasIn || course?.before !== undefined) expectation.allow(joinsInvited);
      else {
        expectation.require(joinsInvited, "review.md: a person is invited to join a group");
        // A preview does not contain the id of a new group.
        if (before === undefined)
          expectation.allowInstead(joinsInvited, `${prefix}hides the group of ${email} [hidden]`);
      }
    }
    if (isInvited && !isIn) expectation.allow(joins);
    const leaves = `${prefix}leaves ${key} ${email} [revokesAccess]`;
    if (wasIn && !isIn) {
      if (isInvited) expectation.allow(leaves);
      else expectation.require(leaves, "review.md: revokesAccess: a person leaves a group");
    }
    // The documentation does not say if a revoked invitation into a group has a row.
    if (wasInvited && !isInvited) expectation.allow(`${prefix}leaves ${key} ${email} by invitation [revokesAccess]`);
    // A person who leaves the organization leaves its groups.
    if (course?.before !== undefined && course.after === undefined && wasIn) expectation.allow(leaves);
  }
}

/** Expects the objects to which a person who joins a group may get access, because no stack declares their grants. */
function expectPossibleAccess(
  reachability: Reachability,
  { key, before: group }: Slot,
  email: string,
  expectation: Expectation,
  prefix: string,
): void {
  const course = reachability.courses.find((one) => one.email === email);
  const isUnclear =
    course === undefined ||
    course.isUnclear ||
    course.before?.status === "expired" ||
    isImportedIntoGroup(reachability.world, email);
  for (const object of reachability.objects) {
    const fact = `${prefix}may give ${object.id} ${key} ${email} [grantsAccess]`;
    const isUndeclared = object.before !== undefined && object.after !== undefined && object.after.access === undefined;
    if (!isUndeclared) continue;
    const isOpen = reachability.reach(email, object, "after").answer !== "perhaps";
    // Nobody could grant access to a group that the change creates, and former declarations are known.
    if (
      isUnclear ||
      object.before.access !== undefined ||
      isOpen ||
      group === undefined ||
      course.after?.role === "admin"
    )
      expectation.allow(fact);
    else expectation.require(fact, "review.md: a person who joins a group to which undeclared grants may give access");
  }
}

function expectObject(
  reachability: Reachability,
  object: AccessObject,
  expectation: Expectation,
  prefix: string,
): void {
  const { world } = reachability;
  const { id, before, after } = object;
  if (before !== undefined && after === undefined) {
    expectation.require(
      `${prefix}deleted ${id} [deletesProject]`,
      "review.md: deletesProject: deletes or replaces a project or cohort",
    );
    return;
  }
  if (after === undefined) return;
  // The preview of a replacement has no outputs, so it can hide grants that no stack declares.
  if (before === undefined && id.endsWith("@new")) expectation.allow(`${prefix}hides ${id} [hidden]`);
  if (before === undefined) {
    expectation.require(`${prefix}created ${id} []`, "review.md: a new project or cohort has a row");
  } else {
    if (before.name !== after.name) expectation.require(`${prefix}renamed ${id} []`, "review.md: a new name has a row");
    if (before.description !== after.description) {
      expectation.require(`${prefix}described ${id} []`, "review.md: a new description has a row");
    }
    if (before.everyoneEnabled && !after.everyoneEnabled) {
      expectation.require(`${prefix}closes ${id} []`, "review.md: shows how access changes, and why");
    }
  }
  if (after.everyoneEnabled && before?.everyoneEnabled !== true) {
    expectation.require(`${prefix}opens ${id} [opensProject]`, "review.md: opensProject");
  }
  if (before?.type === "Cohort" && before.everyoneEnabled) {
    const project = reachability.project(before, "before");
    const closes = project?.before?.everyoneEnabled === true && project.after?.everyoneEnabled !== true;
    // A cohort of a project that closes is not open to everyone after the change.
    if (closes) expectation.allow(`${prefix}closes ${id} []`);
  }
  if (after.type === "Cohort" && after.everyoneEnabled) {
    if (opensThroughProject(reachability, object)) {
      expectation.require(`${prefix}opens ${id} [opensProject]`, "review.md: an open cohort becomes reachable");
    }
  }
  if (isHidden(after.access)) {
    expectation.require(`${prefix}hides ${id} [hidden]`, "review.md: hidden: a value changes or may change");
    return;
  }
  if (before?.access !== undefined && after.access === undefined) {
    expectation.require(`${prefix}drops ${id} [dropsPolicy]`, "review.md: a program stops declaring access");
    // A deleted group loses its grants.
    for (const { key, after: kept } of world.slots) {
      if (kept !== undefined) continue;
      expectation.allow(`${prefix}group loses ${id} ${key} [revokesAccess]`);
      expectation.allow(`${prefix}unfelt end ${id} ${key} []`);
    }
    return;
  }
  if (before !== undefined && before.access === undefined && after.access !== undefined) {
    expectation.require(
      `${prefix}ends ${id} [revokesAccess]`,
      "review.md: starts to declare access, which revokes other grants",
    );
  }
  expectGroups(reachability, object, expectation, prefix);
}

/** Expects a row for each member, grant and opening that changed outside Pulumi, and that the program keeps, declares or releases. */
function expectAccepted(world: World, slot: Slot, expectation: Expectation, prefix: string): void {
  const { key, before, recorded } = slot;
  const after = slot.after ?? (isReleased(world, slot) ? before : undefined);
  if (before === undefined || after === undefined || recorded === undefined) return;
  const require = (fact: string, risks: readonly string[]) => {
    const why = "review.md: acceptsDrift: the program starts to declare what changed outside Pulumi";
    expectation.require(`${prefix}accepts ${fact} ${riskList([...risks, "acceptsDrift"])}`, why);
  };
  const compare = (lists: readonly (readonly string[] | Hidden | undefined)[]) => {
    // Peridio keeps what the program stops declaring.
    const [was, live, is = live] = lists;
    if (!isList(was) || !isList(live) || !isList(is)) return { added: [], ended: [] };
    const added = live.filter((one) => !was.includes(one) && is.includes(one));
    return { added, ended: was.filter((one) => !live.includes(one) && !is.includes(one)) };
  };
  const sides = [recordedSide(slot), before, after];
  const descriptions = sides.map((side) => side !== undefined && "description" in side.state && side.state.description);
  const [formerName, liveName, name] = sides.map((side) => sideOf(side, "Group")?.state.name);
  if (formerName !== liveName && liveName === name) require(`name ${key}`, []);
  const isObject = ["Group", "Project", "Cohort"].includes(after.state.type);
  if (isObject && descriptions[0] !== descriptions[1] && descriptions[1] === descriptions[2]) {
    require(`description ${key}`, []);
  }
  const { added, ended } = compare(sides.map((side) => sideOf(side, "Group")?.state.members));
  for (const email of added) require(`joined ${key} ${email}`, ["grantsAccess"]);
  for (const email of ended) require(`left ${key} ${email}`, ["revokesAccess"]);
  const openings = sides.map((side) => sideOf(side, "Project")?.state ?? sideOf(side, "Cohort")?.state);
  const [was, live, is] = openings.map((state) => state?.everyoneEnabled);
  if (was !== live && live === is) {
    if (is === true) require(`opened ${key}`, ["opensProject"]);
    else require(`closed ${key}`, []);
  }
  const access = openings.map((state) => (state === undefined || isHidden(state.access) ? undefined : state.access));
  const users = compare(access.map((one) => one?.users));
  const groups = compare(access.map((one) => one?.groups.map((group) => toGroupId(group))));
  for (const email of users.added) require(`grant ${key} ${email}`, ["grantsAccess"]);
  for (const email of users.ended) require(`end ${key} ${email}`, ["revokesAccess"]);
  for (const id of groups.added) require(`group ${key} ${id}`, ["grantsAccess"]);
  for (const id of groups.ended) require(`end ${key} ${id}`, ["revokesAccess"]);
}

function isList(value: readonly string[] | Hidden | undefined): value is readonly string[] {
  return value !== undefined && !isHidden(value);
}

/** Returns true if the project of an open cohort opens to everyone. */
function opensThroughProject(reachability: Reachability, { after }: AccessObject): boolean {
  if (after?.type !== "Cohort" || !after.everyoneEnabled) return false;
  const project = reachability.project(after, "after");
  return project?.after?.everyoneEnabled === true && project.before?.everyoneEnabled !== true;
}

/** Expects the rows of groups whose members no stack declares. */
function expectGroups(
  reachability: Reachability,
  object: AccessObject,
  expectation: Expectation,
  prefix: string,
): void {
  const { world } = reachability;
  const ids = (access: Access | "secret" | "unknown" | undefined, when: When) =>
    access === undefined || isHidden(access)
      ? []
      : access.groups.filter((reference) => {
          if (!("resource" in reference)) return "uuid" in reference;
          const slot = world.slots.find(({ key }) => key === reference.resource);
          return sideOf(slot?.[when], "Group")?.state.members === undefined;
        });
  const [was, is] = [object.before?.access, object.after?.access].map((access) =>
    access === undefined || isHidden(access) ? [] : access.groups.map((one) => reachability.groupId(one)),
  );
  for (const reference of ids(object.after?.access, "after")) {
    const id = reachability.groupId(reference);
    if (was?.includes(id) === true) continue;
    const slot = world.slots.find(({ key }) => key === id);
    if (sideOf(slot?.before, "Group")?.state.members !== undefined) {
      // The members are known, because the change stops declaring them.
      expectation.allow(`${prefix}group gains ${object.id} ${id} [grantsAccess]`);
      continue;
    }
    expectation.require(
      `${prefix}group gains ${object.id} ${id} [grantsAccess]`,
      "review.md: a group whose members no stack declares gets access",
    );
  }
  for (const reference of ids(object.before?.access, "before")) {
    const id = reachability.groupId(reference);
    const group = world.slots.find(({ key }) => key === id);
    // A deleted group loses its grants of a released object.
    if (group !== undefined && group.after === undefined) {
      expectation.allow(`${prefix}group loses ${object.id} ${id} [revokesAccess]`);
    }
    if (is?.includes(id) === true) continue;
    expectation.require(
      `${prefix}group loses ${object.id} ${id} [revokesAccess]`,
      "review.md: says that it does not know who gets access through the group",
    );
  }
}

function expectPerson(
  reachability: Reachability,
  object: AccessObject,
  email: string,
  course: Course | undefined,
  expectation: Expectation,
  prefix: string,
): void {
  const [before, after] = [reachability.reach(email, object, "before"), reachability.reach(email, object, "after")];
  const subject = `${object.id} ${email}`;
  const [was, is] = [reasonList(before.reasons), reasonList(after.reasons)];
  const isGrant = after.reasons.some((reason) => reason === "direct" || reason.startsWith("group "));
  const gains = (risks: readonly string[]) => `${prefix}gains ${subject}: ${is} ${riskList(risks)}`;
  const loses = `${prefix}loses ${subject}: ${was} [revokesAccess]`;
  const opens =
    (after.reasons.includes("open") && !before.reasons.includes("open")) || opensThroughProject(reachability, object);
  const isAdmin = after.reasons.includes("admin");
  if (after.answer !== "no" && before.answer !== "yes") {
    const fact = gains(isGrant && !isAdmin ? ["grantsAccess"] : []);
    const isDeclared = after.answer === "yes" && before.answer === "no" && object.after !== undefined;
    // "Everyone in the organization gets access" includes the person.
    if (opens || (isAdmin && object.before === undefined)) expectation.allow(fact);
    else if (isDeclared) {
      expectation.require(fact, "review.md: who gets access, and why");
      // The documentation does not say if a grant to a new admin is a risk, or a cohort that is open to people with the project.
      if (isAdmin ? isGrant : object.after.type === "Cohort") expectation.allowInstead(fact, gains(["grantsAccess"]));
    } else expectation.allow(fact);
    if (isGrant || object.after?.type === "Cohort") expectation.allow(gains(["grantsAccess"]));
    expectation.allow(gains([]));
  }
  if (before.answer !== "no" && after.answer !== "yes") {
    const lapses = `${prefix}lapses ${subject}: ${was} [revokesAccess]`;
    const isObvious = (course?.before !== undefined && course.after === undefined) || object.after === undefined;
    if (before.answer === "yes" && after.answer === "no" && !isObvious) {
      expectation.require(loses, "review.md: who loses access, and why");
      if (after.hasOtherGrants === true) expectation.allowInstead(loses, lapses);
    } else if (after.answer === "no") expectation.allow(loses);
    if (before.answer === "yes" && after.answer === "perhaps" && after.reasons.length === 0 && !isObvious) {
      expectation.require(lapses, 'review.md: "the known access ends", because the person may have other access');
    } else if (after.answer === "perhaps" || after.hasOtherGrants === true) expectation.allow(lapses);
  }
  // The invitation into a group is part of the reason.
  const isOtherWay = after.reasons.some((reason) => {
    const group = reason.replace(/^group /, "");
    return reachability.isMember(email, group, "before") !== reachability.isMember(email, group, "after");
  });
  const { added, ended } = grantsOf(reachability, object);
  const hasNewGrant = object.before !== undefined && namesOne(after.reasons, email, added);
  const isOtherGrant = hasNewGrant || namesOne(before.reasons, email, ended);
  const keeps = `${prefix}keeps ${subject}: ${was} → ${is} ${riskList(hasNewGrant ? ["grantsAccess"] : [])}`;
  const wasAdmin = before.reasons.includes("admin");
  if (before.answer === "yes" && after.answer === "yes" && isOtherGrant && !isAdmin && !wasAdmin)
    expectation.require(keeps, "review.md: a grant that the change adds or ends has a row, also without effect");
  else if ((was !== is || isOtherWay) && before.answer !== "no" && after.answer !== "no") expectation.allow(keeps);
  // A grant that has no effect, and the end of one. A row for each grant that the change adds or ends is required separately.
  const isIdle = after.isDormant || after.isPerhapsDormant === true || after.answer === "no";
  const pattern = (verb: string, risks: string) =>
    new RegExp(`^${escape(`${prefix}${verb} ${subject}: `)}.*${escape(` ${risks}`)}$`);
  if (isIdle) expectation.allowAll(pattern("dormant", "[grantsAccess]"));
  if (before.isDormant || wasAdmin || isAdmin) expectation.allowAll(pattern("ended", "[]"));
  if (isAdmin && after.reasons.includes("direct") && added.has(email))
    expectation.allow(`${prefix}idle ${subject} [grantsAccess]`);
  if (after.isDormant && !before.isDormant && !isGrant) return;
  const wasGranted = before.reasons.some((reason) => reason !== "open" && reason !== "admin");
  // A grant that becomes dormant is part of the loss. A new grant to a person who leaves gives nothing.
  const leaves = course !== undefined && course.after === undefined;
  if (after.isDormant && !before.isDormant && !wasGranted && !leaves) {
    expectation.requireAny(
      `${prefix}dormant grant for ${subject}`,
      pattern("dormant", "[grantsAccess]"),
      "review.md: names a new dormant grant",
    );
  }
}

/** Returns true if one of a person's reasons is one of these grants. */
function namesOne(reasons: readonly string[], email: string, grants: ReadonlySet<string>): boolean {
  return reasons.some((reason) => grants.has(reason === "direct" ? email : reason.replace(/^group /, "")));
}

/** The people and groups that get or lose a grant, as far as a program declares the grants. */
function grantsOf(reachability: Reachability, { before, after }: AccessObject) {
  const list = (access: Access | "secret" | "unknown" | undefined) =>
    access === undefined || isHidden(access)
      ? undefined
      : [...access.users, ...access.groups.map((reference) => reachability.groupId(reference))];
  const [was, is] = [list(before?.access), list(after?.access)];
  const isKnown = !isHidden(before?.access) && is !== undefined;
  return {
    added: new Set(isKnown ? is.filter((one) => was?.includes(one) !== true) : []),
    ended: new Set(isKnown ? was?.filter((one) => !is.includes(one)) : []),
  };
}

/** Expects a row for each grant that the change adds or ends, also if no access changes. */
function expectGrants(
  reachability: Reachability,
  object: AccessObject,
  expectation: Expectation,
  prefix: string,
): void {
  const { world, courses } = reachability;
  const { id } = object;
  const { added, ended } = grantsOf(reachability, object);
  const isPerson = (name: string) => name.includes("@");
  const why = "review.md: every grant that the change adds or ends has a row";
  const row = (verbs: string, name: string) =>
    isPerson(name)
      ? `(${verbs}|idle) ${id} ${escape(name)}(:.*)?`
      : `(${verbs}) ${id} [^:]*: (.*[ +])?group ${name}(\\+.*)?`;
  // A deleted group loses its grants of a released object.
  for (const { key, after } of world.slots) {
    if (after === undefined) expectation.allow(`${prefix}unfelt end ${id} ${key} []`);
  }
  for (const name of added) {
    const shown = row("gains|keeps|dormant", name);
    const rows = isPerson(name) ? shown : `(${shown}|(unfelt grant|group gains) ${id} ${name})`;
    const pattern = new RegExp(`^${escape(prefix)}${rows} \\[.*grantsAccess.*\\]$`);
    expectation.requireAny(`${prefix}new grant of ${id} to ${name}`, pattern, why);
    if (!isPerson(name))
      expectation.allowUnless(
        `${prefix}unfelt grant ${id} ${name} [grantsAccess]`,
        new RegExp(`^${escape(prefix)}${shown} `),
      );
  }
  for (const name of ended) {
    const shown = row("loses|lapses|keeps|ended", name);
    if (!isPerson(name))
      expectation.allowUnless(`${prefix}unfelt end ${id} ${name} []`, new RegExp(`^${escape(prefix)}${shown} `));
    const course = courses.find(({ email }) => email === name);
    if (course !== undefined && course.after === undefined) continue;
    if (world.slots.some(({ key, after }) => key === name && after === undefined)) continue;
    const roles = course && ` (${course.before?.role ?? "none"} → ${course.after?.role ?? "none"})`;
    const rows = isPerson(name) ? shown : `(${shown}|(unfelt end|group loses) ${id} ${name})`;
    const subject = `${prefix}former grant of ${id} to ${name}${roles ?? ""}`;
    expectation.requireAny(subject, new RegExp(`^${escape(prefix)}${rows} `), why);
  }
}
