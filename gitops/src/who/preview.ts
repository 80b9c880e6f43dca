import { isGrant } from "../access/reasons";
import { chooseOrganizations } from "../organizations";
import type { Declaration } from "../model/declaration";
import type { Side } from "../model/directory";
import { type EffectiveAccess, listObjectAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import type { DeclaredObjects } from "../model/objects";
import { type Access, getOrganizationName, type Organization, type Person } from "../model/organization";
import { getId, getPath } from "../model/properties";
import { isWithheld } from "../withheld";
import { compareTexts } from "../wording";
import { reviewModel } from "../review/assemble";
import { findConflicts } from "../review/conflicts";
import {
  type AccessObject,
  type AccessGroup,
  createUndeclaredPerson,
  describeObject,
  describeUnknownGroup,
  type Doubt,
  type OrganizationAccess,
  type PersonInSource,
  type PersonAccess,
  type Source,
} from "./source";

/** Computes the access after the changes of all previews together. */
export function computePreviewAccess(model: Model, patterns: readonly string[]): Source {
  const where = "in the previews";
  const { unknowns, conflicts = [] } = reviewModel(model);
  const chosen = chooseOrganizations(patterns, listNamedOrganizations(model, "after"), where).map((one) =>
    readOrganization(one, model, "after"),
  );
  const hasProjects = model.declarations.some(isProject);
  return {
    kind: "preview",
    where,
    organizations: sortByName(chosen),
    hasProjects,
    gaps: [],
    remarks: [
      ...(hasProjects ? [] : [{ sentence: "The previews contain no project, so the answer contains only roles." }]),
      ...(conflicts.length === 0 ? [] : [{ sentence: contradiction }]),
      ...unknowns.map((sentence) => ({ sentence })),
      ...chosen.flatMap(({ doubts }) => doubts),
    ],
  };
}

const contradiction = "Stacks contradict each other. `peridio-gitops review` names each contradiction.";

/** Computes the access on one side of a change, with all doubts. With a day, leaves out the people whose last day is before it. */
export function readModelAccess(model: Model, side: Side, day?: string): readonly OrganizationAccess[] {
  const present = day === undefined ? model : endAccess(model, side, day);
  const conflicts = side === "after" ? findConflicts(model) : [];
  const organizations = listNamedOrganizations(present, side);
  const nameless = organizations.filter(({ id, name, key }) => id === undefined && name === key);
  return sortByName(
    organizations.map((one) => {
      const organization = readOrganization(one, present, side);
      const { hiddenPeople, hasHiddenRoster, owner, people, key, name, objects } = one;
      const doubts: readonly Doubt[] = [
        ...organization.doubts,
        ...(hiddenPeople > 0 || hasHiddenRoster
          ? [{ hides: "people", sentence: `The preview hides the addresses of people in ${name}.` } as const]
          : []),
        ...(hidesInvitedMembers(objects)
          ? [{ hides: "access", sentence: `The preview hides who joins groups of ${name} by an invitation.` } as const]
          : []),
        ...(typeof owner === "string"
          ? []
          : [{ hides: "owners", sentence: `The previews do not show undeclared owners of ${name}.` } as const]),
        ...conflicts
          .filter(({ organization }) => organization === key)
          .map(() => ({ hides: "all", sentence: contradiction }) as const),
        ...nameless
          .filter((other) => other !== one)
          .map((other) => ({ hides: "all", sentence: `A resource in ${other.name} may be in ${name}.` }) as const),
        ...(day !== undefined && [...people.values()].some(({ lastDay }) => isWithheld(lastDay))
          ? [{ hides: "all", sentence: `The preview hides a last day in ${name}.` } as const]
          : []),
      ];
      return { ...organization, access: omitEnded(organization.access, listEndedDeclarations(objects)), doubts };
    }),
  );
}

/** Returns the model after the last days of people before a day. They were in the organization, so a grant is no hint of a membership. */
function endAccess(model: Model, side: Side, day: string): Model {
  const end = ({ organizations }: Access): Access => ({
    organizations: new Map(
      [...organizations].map(([key, organization]) => [
        key,
        {
          ...organization,
          people: new Map(
            [...organization.people].filter(
              ([, { lastDay }]) => lastDay === undefined || isWithheld(lastDay) || lastDay >= day,
            ),
          ),
        },
      ]),
    ),
  });
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

function omitAfter(declaration: Declaration): Declaration {
  return { ...declaration, after: undefined };
}

function isProject({ kind }: Declaration): boolean {
  return kind === "Project" || kind === "Cohort";
}

function readOrganization(
  { key, id, name, people: planned, hasRoster, objects: declared }: NamedOrganization,
  model: Model,
  side: Side,
): OrganizationAccess {
  const people = new Map([...planned].map(([address, person]) => [address, createPerson(person)]));
  const objects: AccessObject[] = [];
  const access: PersonAccess[] = [];
  const noRoster = `No roster declares all people of ${name}, so other people may have access too.`;
  const doubts: Doubt[] = hasRoster ? [] : [{ hides: "people", sentence: noRoster }];
  const ended = listEndedDeclarations(declared);
  // A name from after the change is not the one before.
  const projects = side === "after" ? model.projects : model.projects.map(omitAfter);
  for (const { object: declaration, parent, ...sides } of listObjectAccess(key, model)) {
    const found = sides[side];
    const isProject = declaration.kind === "Project";
    const object: AccessObject = {
      kind: isProject ? "project" : "cohort",
      key: getKey(declaration),
      path: getPath(side === "after" ? declaration : omitAfter(declaration), projects),
      ...(!isProject && { parent: parent?.[side] && getKey(parent) }),
      isOpen: found?.isOpen ?? false,
    };
    if (side === "after" && declaration.isReleased) {
      const sentence = `Pulumi stops managing ${describeObject(object)}, so the answer does not contain its access.`;
      doubts.push({ hides: "access", sentence });
    }
    if (found === undefined || declaration[side] === undefined) continue;
    objects.push(object);
    if (isWithheld(declaration[side].inputs.name))
      doubts.push({ hides: "all", sentence: `The preview hides the name of ${describeObject(object)}.` });
    doubts.push(...describeGaps(object, found), ...describeEnded(object, found, ended));
    for (const [address, reasons] of found.effective) {
      const person = people.get(address) ?? createUndeclaredPerson(address);
      people.set(address, person);
      access.push({ person, object, reasons });
    }
  }
  return { name, id, people: [...people.values()], groups: listGroups(declared), objects, access, doubts };
}

/** The groups and objects of which a change stops declaring the members or the grants, by key or by name. */
function listEndedDeclarations({ groups, projects }: DeclaredObjects): ReadonlySet<string> {
  const ended = groups.filter(({ members, isManaged }) => members !== undefined && !isManaged);
  return new Set([
    ...ended.flatMap(({ name }) => (isWithheld(name) ? [] : `group ${name}`)),
    ...projects.flatMap(({ key, isManaged }) => (isManaged ? [] : key)),
  ]);
}

/** Leaves out the reasons that the next reviews do not show. */
function omitEnded(access: readonly PersonAccess[], ended: ReadonlySet<string>): readonly PersonAccess[] {
  const lasts = (key: string, reason: PersonAccess["reasons"][number]) =>
    !isGrant(reason) || !(ended.has(key) || ("group" in reason && ended.has(`group ${reason.group}`)));
  return access
    .map((one) => ({ ...one, reasons: one.reasons.filter((reason) => lasts(one.object.key, reason)) }))
    .filter(({ reasons }) => reasons.length > 0);
}

/** Names access that the next reviews do not show, so that a test of access fails in the change that stops declaring it. */
function describeEnded(
  object: AccessObject,
  { isOpen, isDeclared, groups }: EffectiveAccess,
  ended: ReadonlySet<string>,
): readonly Doubt[] {
  const name = describeObject(object);
  const sentences = [
    ...(isDeclared && !isOpen && ended.has(object.key) ? [`The program stops declaring the grants of ${name}.`] : []),
    ...groups
      .filter((group) => ended.has(`group ${group}`))
      .map(
        (group) => `Group ${group} has access to ${name}, and the program stops declaring the members of this group.`,
      ),
  ];
  return sentences.map((sentence) => ({ hides: "access", sentence, about: object.key }));
}

function hidesInvitedMembers({ invitedMembers, hiddenInvitations }: DeclaredObjects): boolean {
  return hiddenInvitations > 0 || invitedMembers.some(({ group }) => group === undefined);
}

/** Returns the groups that stacks declare. */
function listGroups(objects: DeclaredObjects): readonly AccessGroup[] {
  const { groups, invitedMembers } = objects;
  const isHidden = hidesInvitedMembers(objects);
  return groups.map(({ key, name, members, isManaged, hiddenMembers }) => ({
    key,
    name: isWithheld(name) ? undefined : name,
    members: members ?? [],
    invited: invitedMembers.flatMap(({ email, group }) =>
      typeof group === "object" && group.key === key ? email : [],
    ),
    isComplete: !isHidden && members !== undefined && isManaged && hiddenMembers === 0,
  }));
}

/** Returns the id, or the URN before the object exists. */
function getKey(declaration: Declaration): string {
  return getId(declaration) ?? declaration.urn;
}

function createPerson({ email, role, isOwner, status }: Person): PersonInSource {
  return {
    email,
    role: isWithheld(role) ? role.reason : role,
    isOwner,
    status: status === "active" || status === "expired" ? status : "invited",
  };
}

/** Names the access that no stack declares. If an object is open, undeclared grants make no difference to members. */
function describeGaps(
  object: AccessObject,
  { isHidden, isOpen, isDeclared, unknownGroups }: EffectiveAccess,
): readonly Doubt[] {
  const name = describeObject(object);
  const sentences = [
    ...(isHidden ? [`The preview hides who has access to ${name}.`] : []),
    ...(isOpen || isDeclared ? [] : [`No stack declares the grants of ${name}.`]),
    ...unknownGroups.map((group) => describeUnknownGroup(group, object, "no stack declares")),
  ];
  return sentences.map((sentence) => ({ hides: "access", sentence, about: object.key }));
}
