import { canonicalizeEmail, isSameEmail } from "#provider";
import type { LayoutOrganization } from "#layout";
import { listLayoutObjects } from "../access/layout";
import { findReasons } from "../access/reasons";
import type { EditedLayout } from "../edit/editableLayout";
import { listTeamsOfRole } from "../edit/people";
import { chooseOrganizations } from "../organizations";
import { toPerson } from "../roles";
import { type AccessGap, type OrganizationAccess, type PersonInSource, type Source } from "./source";
import { addUndeclared, createAccessGaps, describeUndeclared } from "./undeclared";

/** Computes the access that a layout declares. */
export function computeLayoutAccess(
  { layout: { organizations }, files }: EditedLayout,
  patterns: readonly string[],
): Source {
  const scope = "in the layout";
  const chosen = chooseOrganizations(patterns, organizations, scope).map((one) => {
    const { people, ...organization } = readLayoutOrganization(one);
    const named = [...people].map(([address, person]) => {
      const teams = listTeamsOfRole(files, address, one.name);
      return [address, teams.length === 0 ? person : { ...person, teams }] as const;
    });
    return { ...organization, people: new Map(named) };
  });
  const hasProjects = organizations.some(({ projects }) => projects !== undefined);
  return {
    kind: "layout",
    scope,
    organizations: chosen,
    hasProjects,
    unreadable: [],
    gaps: [
      ...(hasProjects ? [] : [{ sentence: "The layout declares no project, so the answer contains only roles." }]),
      ...chosen.flatMap(({ gaps }) => gaps),
    ],
  };
}

/** Computes the access that an organization of a layout declares. */
export function readLayoutOrganization(organization: LayoutOrganization): OrganizationAccess {
  const { name, members, lastDays = {}, rolesAfterwards = {}, owner, roster, groups = [] } = organization;
  const people = new Map(
    Object.entries(members).map(([email, role]): [string, PersonInSource] => {
      // With the Admin API, an owner also has a role. With Avocado Connect, the role says who is an owner.
      const isOnlyOwner = owner !== undefined && isSameEmail(owner, email);
      const person = toPerson({ email, role, isOwner: isOnlyOwner });
      return [
        canonicalizeEmail(email),
        { ...person, status: "declared", until: lastDays[email], afterwards: rolesAfterwards[email] },
      ];
    }),
  );
  const sentence = `The roster of ${name} ignores some people, so other people may have access too.`;
  const gaps: AccessGap[] = (roster.ignore ?? []).length === 0 ? [] : [{ hides: "people", sentence }];
  const objects = listLayoutObjects(organization).map(({ kind, path, parent, everyoneEnabled, access }) => {
    const granted = groups.filter((group) => access?.groups.includes(group.name));
    const object = {
      key: path,
      kind,
      path,
      parent,
      isOpen: everyoneEnabled,
      reasons: findReasons(people, {
        everyoneEnabled,
        users: access?.users ?? [],
        groups: granted.map((group) => ({ name: group.name, members: group.members ?? [], invited: [] })),
      }),
    };
    const unknownGroups = granted.flatMap((group) =>
      group.members === undefined && !everyoneEnabled ? group.name : [],
    );
    const isDeclared = access !== undefined;
    const sentences = describeUndeclared(object, { isDeclared, unknownGroups }, "the layout does not declare");
    gaps.push(...createAccessGaps(object, sentences));
    return object;
  });
  return {
    name,
    people: addUndeclared(people, objects),
    groups: groups.map(({ name, members }) => ({
      key: name,
      name,
      members: members ?? [],
      invited: [],
      isComplete: members !== undefined,
    })),
    objects,
    gaps,
  };
}
