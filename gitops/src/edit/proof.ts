import { isDeepStrictEqual } from "node:util";
import { isSameEmail } from "#provider";
import type { Layout, LayoutOrganization } from "#layout";
import { UneditableError } from "./place";

/** The access that a layout gives one person to one organization. */
export interface PersonAccess {
  readonly role?: string | undefined;
  readonly lastDay?: string | undefined;
  /** The role after the last day. */
  readonly afterwards?: string | undefined;
  /** The groups, projects and cohorts that name the person, sorted. */
  readonly objects: readonly string[];
}

/** The access that an edit should lead to. With `any`, each group and grant that the layout declares is expected. */
interface ExpectedAccess extends Omit<PersonAccess, "objects"> {
  readonly objects: readonly string[] | "any";
}

/** Returns the expected access of the person to an organization after an edit; undefined for none. With `any`, each access is expected. */
export type Expectation =
  "any" | ((organization: string, before: PersonAccess | undefined) => ExpectedAccess | undefined);

/** Compares a layout before and after an edit. @throws UneditableError with the organization or the person that would differ */
export type Proof = (before: Layout, after: Layout) => void;

/** Returns the proof that an edit has the expected effect on one person, and no effect on anything else. */
export function provePerson(person: string, expect: Expectation): Proof {
  return (before, after) => {
    const [former, present] = [before, after].map(
      ({ organizations }) =>
        new Map(organizations.map((organization) => [organization.name, splitBy(organization, person)])),
    );
    for (const name of new Set([...(former?.keys() ?? []), ...(present?.keys() ?? [])])) {
      const [old, now] = [former?.get(name), present?.get(name)];
      if (!isDeepStrictEqual(old?.others, now?.others))
        throw new UneditableError(`The edit would also change something else in ${name}`);
      if (expect === "any") continue;
      const expected = expect(name, old?.own);
      const objects = expected?.objects === "any" ? (now?.own?.objects ?? []) : expected?.objects;
      if (isDeepStrictEqual(now?.own, expected && { ...expected, objects })) continue;
      if (expected?.lastDay !== undefined && isOver(expected, now?.own))
        throw new UneditableError(
          `${expected.lastDay} has passed, so ${person} would lose the role ${expected.role} in ${name} at once`,
          "Use a later end",
        );
      throw new UneditableError(
        `After the edit, ${person} would have ${describe(now?.own)} in ${name}. An alias may give this access`,
      );
    }
  };
}

/** Returns the proof that a later end of one entry extends only access to its organization that ended then, and has no other effect. */
export function proveLaterEnd(organization: string, from: string, to: string): Proof {
  return (before, after) => {
    for (const { lastDays: former = {}, ...others } of before.organizations) {
      const { name } = others;
      const { lastDays: present = {}, ...rest } = after.organizations.find((one) => one.name === name) ?? {};
      if (!isDeepStrictEqual(others, rest))
        throw new UneditableError(`The edit would also change something else in ${name}`);
      for (const email of new Set([...Object.keys(former), ...Object.keys(present)])) {
        const isRenewed = name === organization && former[email] === from && present[email] === to;
        if (former[email] !== present[email] && !isRenewed)
          throw new UneditableError(
            `The edit would also change the end of the access of ${email} to ${name}, which is ${former[email] ?? "absent"}`,
          );
      }
    }
  };
}

/** Reports if a layout gives the access that is left after an end: with a role afterwards, this role without an end. */
function isOver({ lastDay, afterwards }: ExpectedAccess, access: PersonAccess | undefined): boolean {
  return access?.lastDay === (afterwards === undefined ? lastDay : undefined) && access?.role === afterwards;
}

function describe(access: PersonAccess | undefined): string {
  if (access === undefined) return "no access";
  const { role, lastDay, afterwards, objects } = access;
  const end =
    lastDay === undefined ? "" : ` until ${lastDay}${afterwards === undefined ? "" : `, then ${afterwards},`}`;
  return [...(role === undefined ? [] : [`the role ${role}${end}`]), ...objects].join(", ");
}

/** Returns the access that an organization of a layout gives a person; undefined for none. */
export function getPersonAccess(organization: LayoutOrganization, person: string): PersonAccess | undefined {
  return splitBy(organization, person).own;
}

/** Divides an organization into what concerns one person, and everything else. */
function splitBy(
  { members, lastDays = {}, rolesAfterwards = {}, groups = [], projects = [], ...settings }: LayoutOrganization,
  person: string,
): { readonly own: PersonAccess | undefined; readonly others: unknown } {
  const isPerson = (address: string) => isSameEmail(address, person);
  const objects: string[] = [];
  const omit = (name: string, addresses: readonly string[] | undefined) => {
    if (addresses?.some(isPerson) === true) objects.push(name);
    return addresses?.filter((address) => !isPerson(address));
  };
  const omitAccess = <T extends { readonly access?: { readonly users: readonly string[] } | undefined }>(
    name: string,
    object: T,
  ) => {
    return {
      ...object,
      ...(object.access && { access: { ...object.access, users: omit(name, object.access.users) } }),
    };
  };
  const omitPerson = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).filter(([address]) => !isPerson(address));
  const find = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).find(([address]) => isPerson(address))?.[1];
  const others = {
    ...settings,
    members: omitPerson(members),
    lastDays: omitPerson(lastDays),
    rolesAfterwards: omitPerson(rolesAfterwards),
    groups: groups.map((group) => ({ ...group, members: omit(`group ${group.name}`, group.members) })),
    projects: projects.map(({ cohorts, ...project }) => ({
      ...omitAccess(`project ${project.name}`, project),
      cohorts: cohorts.map((cohort) => omitAccess(`cohort ${project.name}/${cohort.name}`, cohort)),
    })),
  };
  const [role, lastDay, afterwards] = [find(members), find(lastDays), find(rolesAfterwards)];
  const isAbsent = role === undefined && lastDay === undefined && objects.length === 0;
  return { own: isAbsent ? undefined : { role, lastDay, afterwards, objects: objects.sort() }, others };
}
