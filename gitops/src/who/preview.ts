import { hasEnded } from "#provider";
import { isGrant, type Reason, type Reasons } from "../access/reasons";
import { chooseOrganizations } from "../organizations";
import type { Declaration } from "../model/declaration";
import type { Side } from "../model/directory";
import { listObjectAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import type { DeclaredObjects } from "../model/declaredObjects";
import { getOrganizationName, mapOrganizations, type Organization, type Person } from "../model/organization";
import { getIdOrUrn, getPath } from "../model/properties";
import { getValueOrReason, isHidden } from "../hidden";
import { compareTexts } from "../wording";
import { reviewModel } from "../review/assemble";
import { findConflicts } from "../review/conflicts";
import {
  type AccessGroup,
  type AccessObject,
  describeObject,
  type AccessGap,
  type OrganizationAccess,
  type PersonInSource,
  type Source,
} from "./source";
import { addUndeclared, createAccessGaps, describeUndeclared } from "./undeclared";

/** Computes the access after the changes of all previews together. */
export function computePreviewAccess(model: Model, patterns: readonly string[]): Source {
  const scope = "in the previews";
  const { unknowns, conflicts = [] } = reviewModel(model);
  const all = listNamedOrganizations(model, "after");
  const chosen = chooseOrganizations(patterns, all, scope).map(createReader(model, "after", findConflicts(model)));
  const hasProjects = model.declarations.some(isProject);
  return {
    kind: "preview",
    scope,
    organizations: sortByName(chosen),
    hasProjects,
    unreadable: [],
    gaps: [
      ...(hasProjects ? [] : [{ sentence: "The previews contain no project, so the answer contains only roles." }]),
      ...(conflicts.length === 0 ? [] : [{ sentence: contradiction }]),
      ...unknowns.map((sentence) => ({ sentence })),
      ...chosen.flatMap(({ gaps }) => gaps),
    ],
  };
}

const contradiction = "Stacks contradict each other. `peridio-gitops review` names each contradiction.";

/** Computes the access before or after a change, with all gaps. With a day, UTC, as of its first moment: leaves out the people whose access has ended. */
export function readModelAccess(model: Model, side: Side, day?: string): readonly OrganizationAccess[] {
  const present = day === undefined ? model : endAccess(model, side, day);
  const read = createReader(present, side, side === "after" ? findConflicts(model) : []);
  return sortByName(
    listNamedOrganizations(present, side).map((one) => {
      const { gaps, objects, ...organization } = read(one);
      const { hiddenPeople, hasHiddenRoster, owner, people, name, objects: declared } = one;
      const list = (hides: AccessGap["hides"], hasHidden: boolean, sentence: string): readonly AccessGap[] =>
        hasHidden ? [{ hides, sentence }] : [];
      const stopped = listStopped(declared);
      const hidesPeople = hiddenPeople > 0 || hasHiddenRoster;
      const hidesDay =
        day !== undefined &&
        [...people.values()].some(({ lastDay, afterwards }) => isHidden(lastDay) || isHidden(afterwards));
      return {
        ...organization,
        objects: objects.map((object) => ({ ...object, reasons: omitStopped(object, stopped) })),
        gaps: [
          ...gaps,
          ...list("people", hidesPeople, `The preview hides the addresses of people in ${name}.`),
          ...list(
            "access",
            hidesInvitedMembers(declared),
            `The preview hides who joins groups of ${name} by an invitation.`,
          ),
          ...list("owners", typeof owner !== "string", `The previews do not show undeclared owners of ${name}.`),
          ...list("all", hidesDay, `The preview hides a last day in ${name}.`),
        ],
      };
    }),
  );
}

/** Returns the model after the ends of access before a day. These people were in the organization, so a grant is no hint of a membership. */
function endAccess(model: Model, side: Side, day: string): Model {
  const settle = (person: Person): Person | undefined => {
    const { lastDay, afterwards: role } = person;
    if (lastDay === undefined || isHidden(lastDay) || !hasEnded(lastDay, new Date(day))) return person;
    return role && { ...person, role, lastDay: undefined, afterwards: undefined };
  };
  const endMemberships = (organization: Organization): Organization => ({
    ...organization,
    people: new Map(
      [...organization.people].flatMap(([address, person]) => {
        const present = settle(person);
        return present === undefined ? [] : [[address, present] as const];
      }),
    ),
  });
  const end = (access: Model["after"]) => mapOrganizations(access, endMemberships);
  return side === "before"
    ? { ...model, before: end(model.before) }
    : { ...model, before: model.after, after: end(model.after) };
}

function listNamedOrganizations(model: Model, side: Side): readonly NamedOrganization[] {
  return [...model[side].organizations.values()].map((organization) => ({
    ...organization,
    name: getOrganizationName(organization),
  }));
}

function sortByName(organizations: readonly OrganizationAccess[]): readonly OrganizationAccess[] {
  return organizations.toSorted((a, b) => compareTexts(a.name, b.name));
}

type NamedOrganization = Organization & { readonly name: string };

/** Returns a function that reads an organization of a model. Contradictions and resources without a known organization are gaps. */
function createReader(
  model: Model,
  side: Side,
  conflicts: readonly { readonly organization: string }[],
): (organization: NamedOrganization) => OrganizationAccess {
  const nameless = listNamedOrganizations(model, side).filter(({ id, name, key }) => id === undefined && name === key);
  return (one) => {
    const { gaps, ...access } = readOrganization(one, model, side);
    const sentences = [
      ...(conflicts.some(({ organization }) => organization === one.key) ? [contradiction] : []),
      ...nameless.flatMap(({ key, name }) => (key === one.key ? [] : `A resource in ${name} may be in ${one.name}.`)),
    ];
    return { ...access, gaps: [...gaps, ...sentences.map((sentence) => ({ hides: "all", sentence }) as const)] };
  };
}

function omitAfter(declaration: Declaration): Declaration {
  return { ...declaration, after: undefined };
}

function isProject({ kind }: Declaration): boolean {
  return kind === "Project" || kind === "Cohort";
}

function readOrganization(
  { key, id, name, people, hasRoster, objects: declared }: NamedOrganization,
  model: Model,
  side: Side,
): OrganizationAccess {
  const objects: AccessObject[] = [];
  const noRoster = `No roster declares all people of ${name}, so other people may have access too.`;
  const gaps: AccessGap[] = hasRoster ? [] : [{ hides: "people", sentence: noRoster }];
  const stopped = listStopped(declared);
  // A name from after the change is not the one before.
  const projects = side === "after" ? model.projects : model.projects.map(omitAfter);
  for (const { object: declaration, parent, ...sides } of listObjectAccess(key, model)) {
    const found = sides[side];
    const isProject = declaration.kind === "Project";
    const object: AccessObject = {
      kind: isProject ? "project" : "cohort",
      key: getIdOrUrn(declaration),
      path: getPath(side === "after" ? declaration : omitAfter(declaration), projects),
      ...(!isProject && { parent: parent?.[side] && getIdOrUrn(parent) }),
      isOpen: found?.isOpen ?? false,
      reasons: found?.effective ?? new Map<string, never>(),
    };
    if (side === "after" && declaration.isReleased) {
      const sentence = `Pulumi stops managing ${describeObject(object)}, so the answer does not contain its access.`;
      gaps.push({ hides: "access", sentence });
    }
    if (found === undefined || declaration[side] === undefined) continue;
    objects.push(object);
    if (isHidden(declaration[side].inputs.name))
      gaps.push({ hides: "all", sentence: `The preview hides the name of ${describeObject(object)}.` });
    // The next reviews do not show access that no program declares, so a test of access fails in the change that stops declaring it.
    const afterwards = {
      isDeclared: !(found.isDeclared && stopped.has(object.key)),
      unknownGroups: found.groups.filter((group) => stopped.has(`group ${group}`)),
    };
    const sentences = [
      ...(found.hasHidden ? [`The preview hides who has access to ${describeObject(object)}.`] : []),
      ...describeUndeclared(object, found, "no stack declares"),
      ...describeUndeclared(object, afterwards, "the program stops declaring"),
    ];
    gaps.push(...createAccessGaps(object, sentences));
  }
  const listed = new Map([...people].map(([address, person]) => [address, createPerson(person)]));
  return { name, id, people: addUndeclared(listed, objects), groups: listGroups(declared), objects, gaps };
}

/** Returns the groups and objects of which a change stops declaring the members or the grants: `group` and the name, or the key. */
function listStopped({ groups, projects }: DeclaredObjects): ReadonlySet<string> {
  const released = groups.filter(({ members, isManaged }) => members !== undefined && !isManaged);
  return new Set([
    ...released.flatMap(({ name }) => (isHidden(name) ? [] : `group ${name}`)),
    ...projects.flatMap(({ key, isManaged }) => (isManaged ? [] : key)),
  ]);
}

/** Returns the reasons that programs declare after the change, so that the next reviews show them too. */
function omitStopped({ key, reasons }: AccessObject, stopped: ReadonlySet<string>): Reasons {
  if (stopped.size === 0) return reasons;
  const lasts = (reason: Reason) =>
    !isGrant(reason) || !(stopped.has(key) || ("group" in reason && stopped.has(`group ${reason.group}`)));
  const lasting = [...reasons].map(([address, own]) => [address, own.filter(lasts)] as const);
  return new Map(lasting.filter(([, own]) => own.length > 0));
}

function hidesInvitedMembers({ invitedMembers, hiddenInvitations }: DeclaredObjects): boolean {
  return hiddenInvitations > 0 || invitedMembers.some(({ group }) => group === undefined);
}

/** Returns the groups that stacks declare. */
function listGroups(objects: DeclaredObjects): readonly AccessGroup[] {
  const { groups, invitedMembers } = objects;
  const hasHidden = hidesInvitedMembers(objects);
  return groups.map(({ key, name, members, isManaged, hiddenMembers }) => ({
    key,
    name: isHidden(name) ? undefined : name,
    members: members ?? [],
    invited: invitedMembers.flatMap(({ email, group }) =>
      typeof group === "object" && group.key === key ? email : [],
    ),
    isComplete: !hasHidden && members !== undefined && isManaged && hiddenMembers === 0,
  }));
}

function createPerson({ email, role, isOwner, status, lastDay, afterwards }: Person): PersonInSource {
  return {
    email,
    role: getValueOrReason(role),
    isOwner,
    until: getValueOrReason(lastDay),
    afterwards: getValueOrReason(afterwards),
    status: status === "active" || status === "expired" ? status : "invited",
  };
}
