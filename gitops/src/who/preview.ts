import { chooseOrganizations } from "../organizations";
import type { Declaration } from "../model/declaration";
import { type EffectiveAccess, listObjectAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import { getOrganizationName, type Organization, type Person as PlannedPerson } from "../model/organization";
import { getId } from "../model/properties";
import { isWithheld } from "../withheld";
import { reviewModel } from "../review/assemble";
import {
  type AccessObject,
  createUndeclaredPerson,
  describeObject,
  describeUnknownGroup,
  type OrganizationAccess,
  type Person,
  type PersonAccess,
  type Omission,
  type Source,
} from "./source";

/** Computes the access after the changes of all previews together. */
export function computePreviewAccess(model: Model, patterns: readonly string[]): Source {
  const where = "in the previews";
  const { unknowns, conflicts = [] } = reviewModel(model);
  const organizations = [...model.after.organizations.values()].map((organization) => ({
    ...organization,
    name: getOrganizationName(organization),
  }));
  const readings = chooseOrganizations(patterns, organizations, where).map((one) => readOrganization(one, model));
  const hasProjects = model.declarations.some(isProject);
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
  readonly remarks: readonly Omission[];
}

function isProject({ kind }: Declaration): boolean {
  return kind === "Project" || kind === "Cohort";
}

function readOrganization(
  { key, name, people: planned, hasRoster }: Organization & { readonly name: string },
  model: Model,
): Reading {
  const people = new Map([...planned].map(([address, person]) => [address, createPerson(person)]));
  const objects: AccessObject[] = [];
  const access: PersonAccess[] = [];
  const remarks: Omission[] = hasRoster
    ? []
    : [{ sentence: `No roster declares all people of ${name}, so other people may have access too.` }];
  for (const { resources: declarations, path, parent, after } of listObjectAccess(key, model)) {
    const [first] = declarations;
    const object: AccessObject =
      first.kind === "Project"
        ? { kind: "project", key: getKey(first), path }
        : { kind: "cohort", key: getKey(first), path, parent: parent?.after && getKey(parent) };
    if (declarations.some(({ isReleased }) => isReleased))
      remarks.push({
        sentence: `Pulumi stops managing ${describeObject(object)}, so the answer does not contain its access.`,
      });
    if (after === undefined || declarations.every((declaration) => declaration.after === undefined)) continue;
    objects.push(object);
    remarks.push(...describeGaps(object, after));
    for (const [address, reasons] of after.effective) {
      const person = people.get(address) ?? createUndeclaredPerson(address);
      people.set(address, person);
      access.push({ person, object, reasons });
    }
  }
  return {
    organization: { name, people: [...people.values()], objects, access },
    remarks,
  };
}

/** Returns the id, or the URN before the object exists. */
function getKey(declaration: Declaration): string {
  return getId(declaration) ?? declaration.urn;
}

function createPerson({ email, role, isOwner, status }: PlannedPerson): Person {
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
): readonly Omission[] {
  const name = describeObject(object);
  const sentences = [
    ...(isHidden ? [`The preview hides who has access to ${name}.`] : []),
    ...(isOpen || isDeclared ? [] : [`No stack declares the grants of ${name}.`]),
    ...unknownGroups.map((group) => describeUnknownGroup(group, object, "no stack declares")),
  ];
  return sentences.map((sentence) => ({ sentence, about: object.key }));
}
