import type { DeclaredGroup, DeclaredObjects } from "../model/objects";
import { type Access, getOrganizationName, type Organization } from "../model/organization";
import { isWithheld } from "../withheld";
import { quoteName } from "../wording";
import type { Rule } from "./rule";
import { exemptsOrganization, selectsOrganization } from "./selector";

/** A rename by which a rule no longer holds for something. */
export interface Escape {
  /** The key of the organization. */
  readonly organization: string;
  /** The object that is renamed, in words. */
  readonly object: string;
  /** The rename and the rule, in a sentence. */
  readonly words: string;
}

/** Finds renames by which organizations leave rules, or become exempt from them. Rules select organizations by their names. */
export function findOrganizationEscapes(
  rules: readonly Rule[],
  { before, after, today }: { readonly before: Access; readonly after: Access; readonly today: string },
): readonly Escape[] {
  return [...after.organizations.values()].flatMap((present) => {
    const former = before.organizations.get(present.key);
    if (former?.name === undefined || present.name === undefined || former.name === present.name) return [];
    const isSubject = (rule: Rule, organization: Organization) =>
      selectsOrganization(rule.organizations, organization) !== "no" &&
      !rule.exempt.some((exemption) => exemption.until >= today && exemptsOrganization(exemption, organization));
    return rules
      .filter((rule) => isSubject(rule, former) && !isSubject(rule, present))
      .map(({ name }) => ({
        organization: present.key,
        object: `organization ${quoteName(getOrganizationName(present))}`,
        words: `The rule ${JSON.stringify(name)} applied to ${getOrganizationName(former)}, but does not apply to the new name, ${getOrganizationName(present)}.`,
      }));
  });
}

/** A group with a new name, or a cohort with a new path. */
export interface RenamedObject {
  /** The key of the organization. */
  readonly organization: string;
  /** The object in words, such as `group operators`. */
  readonly object: string;
  readonly former: string;
  /** The access after the change, but without this rename. The object escapes a rule that only this access breaks. */
  readonly withoutRename: Access;
}

/** Lists the groups that have another name after a change, and the cohorts that have another path. */
export function listRenamedObjects(before: Access, after: Access): readonly RenamedObject[] {
  return [...after.organizations.values()].flatMap((organization) => {
    const former = before.organizations.get(organization.key)?.objects;
    return former === undefined ? [] : [...listGroups(former, organization), ...listCohorts(former, organization)];
  });
}

function listGroups(before: DeclaredObjects, organization: Organization): readonly RenamedObject[] {
  const names = new Map(before.groups.map((group) => [group.key, group.name]));
  // Several stacks can declare a group.
  const groups = new Map(organization.objects.groups.map((group) => [group.key, group]));
  return [...groups.values()].flatMap(({ key, name }) => {
    const former = names.get(key);
    if (former === undefined || isWithheld(former) || isWithheld(name) || former === name) return [];
    return [
      createRenamed(organization, `group ${quoteName(name)}`, former, restoreGroup(organization.objects, key, former)),
    ];
  });
}

function listCohorts(before: DeclaredObjects, organization: Organization): readonly RenamedObject[] {
  const { objects } = organization;
  return [...objects.cohortPaths].flatMap(([key, path]) => {
    const former = before.cohortPaths.get(key);
    if (former === undefined || isWithheld(former) || isWithheld(path) || former === path) return [];
    const restored = { ...objects, cohortPaths: new Map([...objects.cohortPaths, [key, former]]) };
    return [createRenamed(organization, `cohort ${quoteName(path)}`, former, restored)];
  });
}

function createRenamed(
  organization: Organization,
  object: string,
  former: string,
  objects: DeclaredObjects,
): RenamedObject {
  const withoutRename = { organizations: new Map([[organization.key, { ...organization, objects }]]) };
  return { organization: organization.key, object, former, withoutRename };
}

function restoreGroup(objects: DeclaredObjects, key: string, name: string): DeclaredObjects {
  const restore = (group: DeclaredGroup): DeclaredGroup => (group.key === key ? { ...group, name } : group);
  const invitedMembers = objects.invitedMembers.map(({ group, ...invited }) => ({
    ...invited,
    group: typeof group === "object" && !isWithheld(group) ? restore(group) : group,
  }));
  return { ...objects, groups: objects.groups.map(restore), invitedMembers };
}
