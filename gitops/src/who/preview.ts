import { getOrganizationName, isComplete, type Organization, type Person as PlannedPerson } from "../access/access";
import { findProject, getName, getPath, separate } from "../access/properties";
import { computeSides, type Sides } from "../access/sides";
import { chooseOrganizations } from "../choice";
import type { Preview } from "../preview/preview";
import { isHidden, type Resource } from "../preview/resource";
import { createReview } from "../review/assemble";
import { listGroupInvitations } from "../access/groupInvitations";
import { type ProjectAccess, readAccess } from "../review/projects/projectAccess";
import {
  type AccessObject,
  createUndeclaredPerson,
  describeObject,
  omitUnreachableCohorts,
  type OrganizationAccess,
  type Person,
  type PersonAccess,
  type Remark,
  type Source,
} from "./source";

/**
 * Computes the access after the changes of all previews together.
 * @throws CommandError if two previews are of the same stack.
 */
export function computePreviewAccess(previews: readonly Preview[], patterns: readonly string[]): Source {
  const where = "in the previews";
  const resources = previews.flatMap((preview) => preview.resources);
  const { unknowns, conflicts = [] } = createReview(previews, "change");
  const sides = computeSides(resources, "change");
  const organizations = [...sides.after.organizations.values()];
  const isChosen = chooseOrganizations(patterns, organizations.map(getOrganizationName), where);
  const chosen = organizations.filter((organization) => isChosen(getOrganizationName(organization)));
  const readings = chosen.map((organization) => readOrganization(organization, sides, resources.flatMap(separate)));
  const hasProjects = resources.some(isProject);
  return {
    kind: "preview",
    where,
    organizations: readings.map(({ organization }) => organization).sort((a, b) => (a.name < b.name ? -1 : 1)),
    hasProjects,
    gaps: [],
    remarks: [
      ...(hasProjects ? [] : [{ sentence: "The previews contain no project, so the answer contains only roles." }]),
      ...(conflicts.length === 0
        ? []
        : [{ sentence: "Stacks contradict each other. `peridio-gitops review` names each contradiction." }]),
      ...unknowns.map((sentence) => ({ sentence })),
      ...readings.flatMap(({ remarks }) => remarks),
    ],
  };
}

interface Reading {
  readonly organization: OrganizationAccess;
  readonly remarks: readonly Remark[];
}

function isProject({ kind }: Resource): boolean {
  return kind === "Project" || kind === "Cohort";
}

function readOrganization(
  organization: Organization,
  { before, directory }: Sides,
  resources: readonly Resource[],
): Reading {
  const { key, people: planned, hasRoster } = organization;
  const former = before.organizations.get(key)?.people;
  const name = getOrganizationName(organization);
  const groups = resources.filter(({ kind }) => kind === "Group");
  const declared = resources.filter(
    (resource) =>
      isProject(resource) && (directory.getKey(resource, "after") ?? directory.getKey(resource, "before")) === key,
  );
  const invitations = resources
    .filter(({ kind }) => kind === "Membership" || kind === "OrganizationMembers")
    .filter((resource) => directory.getKey(resource, "after") === key)
    .flatMap((resource) => listGroupInvitations(resource, "after", "change", groups));
  const people = new Map([...planned].map(([address, person]) => [address, createPerson(person)]));
  const objects: AccessObject[] = [];
  const access: PersonAccess[] = [];
  const remarks: Remark[] = hasRoster
    ? []
    : [{ sentence: `No roster declares all people of ${name}, so other people may have access too.` }];
  const readings = declared.map((resource) => ({
    resource,
    object: createObject(resource, resources),
    found: readAccess(resource, "after", { kind: "change", groups, people: planned, invitations }),
  }));
  const withGrants = new Set(readings.flatMap(({ object, found }) => (found?.isDeclared === true ? object.path : [])));
  for (const { resource, object, found } of readings) {
    if (resource.isReleased)
      remarks.push({
        sentence: `Pulumi stops managing ${describeObject(object)}, so the answer does not contain its access.`,
      });
    if (found === undefined) continue;
    objects.push(object);
    // Two stacks can declare one object.
    remarks.push(...describeGaps(object, { ...found, isDeclared: withGrants.has(object.path) }));
    for (const [address, reasons] of found.reasons) {
      // A grant has no effect if the change removes the person from the organization.
      if (!planned.has(address) && (former?.has(address) === true || isComplete(organization))) continue;
      const person = people.get(address) ?? createUndeclaredPerson(address);
      people.set(address, person);
      if (person.status !== "expired") access.push({ person, object, reasons });
    }
  }
  return {
    organization: { name, people: [...people.values()], objects, access: omitUnreachableCohorts(mergeAccess(access)) },
    remarks,
  };
}

/** Merges the access of each person to each object, because two stacks can declare one object. */
function mergeAccess(access: readonly PersonAccess[]): readonly PersonAccess[] {
  const merged = new Map<string, PersonAccess>();
  for (const entry of access) {
    const key = JSON.stringify([entry.person.email, entry.object.path]);
    const reasons = [...(merged.get(key)?.reasons ?? []), ...entry.reasons];
    const distinct = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
    merged.set(key, { ...entry, reasons: [...distinct.values()] });
  }
  return [...merged.values()];
}

function createPerson({ email, role, isOwner, status }: PlannedPerson): Person {
  return {
    email,
    role: isHidden(role) ? role.hidden : role,
    isOwner,
    status: status === "active" || status === "expired" ? status : "invited",
  };
}

function createObject(resource: Resource, resources: readonly Resource[]): AccessObject {
  const path = getPath(resource, resources);
  if (resource.kind === "Project") return { kind: "project", path };
  const project = findProject(resource, resources);
  return { kind: "cohort", path, parent: project?.after && getName(project) };
}

/** Names the access that no stack declares. If an object is open, undeclared grants make no difference to members. */
function describeGaps(
  object: AccessObject,
  { isHidden, isOpen, isDeclared, unknownGroups }: ProjectAccess,
): readonly Remark[] {
  const name = describeObject(object);
  const sentences = [
    ...(isHidden ? [`The preview hides who has access to ${name}.`] : []),
    ...(isOpen || isDeclared ? [] : [`No stack declares the grants of ${name}.`]),
    ...unknownGroups.map(
      (group) => `Group ${group} has access to ${name}, but no stack declares the members of this group.`,
    ),
  ];
  return sentences.map((sentence) => ({ sentence, about: object.path }));
}
