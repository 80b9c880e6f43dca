import { type AccessObject, Reachability } from "./accessOracle";
import type { Expectation } from "./facts";
import { accessRules, isHidden, isUnknownOrganization, sideOf, type Slot, type World } from "./model";
import { isReleased, lifeOf, organizationsOf } from "./peopleOracle";
import { hasNewId, isReplaced } from "./printer";

/** Tests of access on the state after the change, and if they fail. */

interface AccessTest {
  readonly name: string;
  readonly body: object;
  readonly fails: boolean;
}

/** Returns the access rules and tests of a review. */
export function rulesOf(world: World): string {
  const tests = testsOf(world).map(({ name, body }) => `  ${JSON.stringify(name)}: ${JSON.stringify(body)}\n`);
  return [world.hasRules === true ? accessRules : "", ...(tests.length > 0 ? ["tests:\n", ...tests] : [])].join("");
}

export function expectTests(world: World, expectation: Expectation): void {
  for (const { name, fails } of testsOf(world)) {
    if (fails)
      expectation.require(`test ${name} fails`, "access-tests.md: undeclared grants and members fail each test");
  }
}

/** Only tests whose result the documentation determines. */
function testsOf(world: World): AccessTest[] {
  if (world.api === "admin-v2" || world.hasTests !== true) return [];
  // A resource in an unknown organization can be in each of them.
  if (organizationsOf(world).some(isUnknownOrganization)) return [];
  return organizationsOf(world).flatMap((organization) => {
    const slots = world.slots.filter((slot) => slot.organization === organization);
    const isUnclear =
      lifeOf(world, organization) !== "kept" ||
      slots.some((slot) => isReleased(world, slot)) ||
      slots.some((slot) => isReplaced(world, slot)) ||
      slots.some((slot) => invitesIntoNew(world, slot)) ||
      slots.some(({ twinOf, secretOrganization, before, after }) =>
        [twinOf, secretOrganization, before?.hides, after?.hides].some((one) => one !== undefined),
      );
    if (isUnclear) return [];
    const reachability = new Reachability(world, organization);
    return reachability.objects.flatMap((object) => testsOfObject(reachability, object));
  });
}

/** Returns true if a preview does not show the group of an invitation, because the change creates a group. */
function invitesIntoNew(world: World, { stack, after }: Slot): boolean {
  const group = sideOf(after, "Membership")?.state.group;
  const groups = Object.values(sideOf(after, "OrganizationMembers")?.state.groups ?? {});
  return [...groups, ...(group === undefined ? [] : [group])].some(
    (one) => "resource" in one && hasNewId(world, stack, one.resource),
  );
}

function testsOfObject(reachability: Reachability, object: AccessObject): AccessTest[] {
  const { courses, organization } = reachability;
  const { after, slot } = object;
  if (slot.after === undefined || after === undefined || after.everyoneEnabled) return [];
  const project = after.type === "Cohort" ? reachability.project(after, "after") : object;
  const parent = sideOf(project?.slot.after, "Project")?.state;
  if (project === undefined || parent === undefined) return [];
  const place = { organization, project: parent.name, ...(after.type === "Cohort" && { cohort: after.name }) };
  const isClear = courses.every(
    ({ isUnclear, conflicts, after: standing }) =>
      !isUnclear &&
      !conflicts &&
      (standing === undefined || (!isHidden(standing.role) && standing.status !== "expired")),
  );
  const known = [knowledgeOf(reachability, object), knowledgeOf(reachability, project)];
  if (!isClear || known.includes("hidden")) return [];
  const isUndeclared = known.includes("undeclared");
  const reached = courses.filter((course) => {
    const isMember = course.after !== undefined && course.after.role !== "admin";
    return isMember && reachability.reach(course.email, object, "after").answer === "yes";
  });
  // A person whose membership no stack declares may be a member.
  const strangers = reachability.emails().filter((email) => !courses.some((course) => course.email === email));
  const mayReach = strangers.some((email) => reachability.reach(email, object, "after").answer !== "no");
  if (mayReach && !isUndeclared) return [];
  const exactly = reached.map(({ email }) => email);
  // The project of a cohort can exclude people who may reach the cohort.
  if (isUndeclared && after.type === "Cohort" && known.some((one) => one === "known")) return [];
  const name = `${after.type === "Cohort" ? "cohort" : "project"} ${slot.key}`;
  const base = { severity: "note" };
  const reach = { ...base, reach: place, exactly, admins: "ignored" };
  const tests = [{ name: `${name} exactly`, body: reach, fails: isUndeclared }];
  const [person] = courses.filter((course) => course.after !== undefined && course.after.role !== "admin");
  if (person === undefined) return tests;
  const { answer } = reachability.reach(person.email, object, "after");
  const one = { ...base, person: person.email };
  const can = { name: `${name} can`, body: { ...one, can: [place] }, fails: isUndeclared || answer !== "yes" };
  const cannot = { name: `${name} cannot`, body: { ...one, cannot: [place] }, fails: isUndeclared || answer !== "no" };
  if (!isUndeclared) return [...tests, can, cannot];
  // The project of a cohort can exclude the person for certain, and a declared grant can give access for certain.
  if (after.type === "Cohort") return tests;
  return after.access === undefined ? [...tests, can, cannot] : [...tests, cannot];
}

/** Returns what the declarations after the change say about everyone who reaches an object. */
function knowledgeOf({ world }: Reachability, { before, after }: AccessObject): "known" | "undeclared" | "hidden" {
  if (after?.access === undefined) {
    if (after?.everyoneEnabled === true) return "known";
    // The documentation does not say if an undeclared part of a new object is empty.
    return before === undefined ? "hidden" : "undeclared";
  }
  if (isHidden(after.access)) return "hidden";
  const groups = after.access.groups.map((reference) => {
    if (!("resource" in reference)) return "undeclared";
    const slot = world.slots.find(({ key }) => key === reference.resource);
    const members = sideOf(slot?.after, "Group")?.state.members;
    if (members !== undefined) return isHidden(members) ? "hidden" : "known";
    return slot?.before === undefined ? "hidden" : "undeclared";
  });
  if (groups.includes("hidden")) return "hidden";
  return groups.includes("undeclared") && !after.everyoneEnabled ? "undeclared" : "known";
}
