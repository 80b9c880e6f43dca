import { canonicalizeEmail } from "#provider";
import type { Layout, LayoutOrganization } from "#layout";
import { type LayoutObject, listLayoutObjects } from "../access/layout";
import { findReasons } from "../access/reasons";
import { chooseOrganizations } from "../organizations";
import {
  type AccessObject,
  createUndeclaredPerson,
  describeObject,
  describeUnknownGroup,
  type Doubt,
  omitUnreachableCohorts,
  type OrganizationAccess,
  type PersonInSource,
  type PersonAccess,
  type Source,
} from "./source";
import { toPerson } from "../roles";

/** Computes the access that a layout declares. */
export function computeLayoutAccess({ organizations }: Layout, patterns: readonly string[]): Source {
  const where = "in the layout";
  const chosen = chooseOrganizations(patterns, organizations, where).map(readLayoutOrganization);
  const hasProjects = organizations.some(({ projects }) => projects !== undefined);
  return {
    kind: "layout",
    where,
    organizations: chosen,
    hasProjects,
    gaps: [],
    remarks: [
      ...(hasProjects ? [] : [{ sentence: "The layout declares no project, so the answer contains only roles." }]),
      ...chosen.flatMap(({ doubts }) => doubts),
    ],
  };
}

type LayoutGroup = NonNullable<LayoutOrganization["groups"]>[number];

/** Computes the access that an organization of a layout declares. */
export function readLayoutOrganization(organization: LayoutOrganization): OrganizationAccess {
  const { name, members, owner, roster, groups = [] } = organization;
  const people = new Map(
    Object.entries(members).map(([email, role]): [string, PersonInSource] => {
      const isOnlyOwner = owner !== undefined && canonicalizeEmail(owner) === canonicalizeEmail(email);
      const person = toPerson({ email, role, isOwner: isOnlyOwner });
      return [canonicalizeEmail(email), { ...person, status: "declared" }];
    }),
  );
  const declared = new Map(people);
  const access: PersonAccess[] = [];
  const sentence = `The roster of ${name} ignores some people, so other people may have access too.`;
  const doubts: Doubt[] = (roster.ignore ?? []).length === 0 ? [] : [{ hides: "people", sentence }];
  const objects = listLayoutObjects(organization).map((object) => ({
    ...object,
    key: object.path,
    isOpen: object.everyoneEnabled,
  }));
  for (const object of objects) {
    const { everyoneEnabled, access: grants } = object;
    const granted = groups.filter((group) => grants?.groups.includes(group.name));
    doubts.push(...describeGaps(object, granted));
    const found = findReasons(declared, {
      everyoneEnabled,
      users: grants?.users ?? [],
      groups: granted.map((group) => ({ name: group.name, members: group.members ?? [], invited: [] })),
    });
    for (const [address, reasons] of found) {
      const person = people.get(address) ?? createUndeclaredPerson(address);
      people.set(address, person);
      access.push({ person, object, reasons });
    }
  }
  return {
    name,
    people: [...people.values()],
    groups: groups.map(({ name, members }) => ({
      key: name,
      name,
      members: members ?? [],
      invited: [],
      isComplete: members !== undefined,
    })),
    objects,
    access: omitUnreachableCohorts(access),
    doubts,
  };
}

/** Names the access that a layout does not declare. If an object is open, grants make no difference to members. */
function describeGaps(object: AccessObject & LayoutObject, groups: readonly LayoutGroup[]): readonly Doubt[] {
  if (object.everyoneEnabled) return [];
  const name = describeObject(object);
  const sentences = [
    ...(object.access === undefined ? [`The layout does not declare the grants of ${name}.`] : []),
    ...groups
      .filter(({ members }) => members === undefined)
      .map((group) => describeUnknownGroup(group.name, object, "the layout does not declare")),
  ];
  return sentences.map((sentence) => ({ hides: "access", sentence, about: object.key }));
}
