import type { DeclaredGroup } from "../model/objects";
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

/** A group with a new name. */
export interface RenamedGroup {
  /** The key of the organization. */
  readonly organization: string;
  readonly former: string;
  readonly present: string;
  /** The access after the change, but without this rename. The group escapes a rule that only this access breaks. */
  readonly withoutRename: Access;
}

/** Lists the groups that have another name after a change. */
export function listRenamedGroups(before: Access, after: Access): readonly RenamedGroup[] {
  return [...after.organizations].flatMap(([key, organization]) => {
    const names = new Map(
      (before.organizations.get(key)?.objects.groups ?? []).map((group) => [group.key, group.name]),
    );
    // Several stacks can declare a group.
    const groups = new Map(organization.objects.groups.map((group) => [group.key, group]));
    return [...groups.values()].flatMap((group) => {
      const former = names.get(group.key);
      if (former === undefined || isWithheld(former) || isWithheld(group.name) || former === group.name) return [];
      const withoutRename = { organizations: new Map([[key, restoreName(organization, group.key, former)]]) };
      return [{ organization: key, former, present: group.name, withoutRename }];
    });
  });
}

function restoreName(organization: Organization, key: string, name: string): Organization {
  const { objects } = organization;
  const restore = (group: DeclaredGroup): DeclaredGroup => (group.key === key ? { ...group, name } : group);
  const invitedMembers = objects.invitedMembers.map(({ group, ...invited }) => ({
    ...invited,
    group: typeof group === "object" && !isWithheld(group) ? restore(group) : group,
  }));
  return { ...organization, objects: { ...objects, groups: objects.groups.map(restore), invitedMembers } };
}
