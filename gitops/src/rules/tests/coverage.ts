import type { Layout, LayoutCohort, LayoutOrganization } from "#layout";
import { canonicalizeEmail } from "#provider";
import { joinAddresses } from "../../access/reasons";
import { groupBy } from "../../grouping";
import { readLayoutOrganization } from "../../who/layout";
import { quoteName } from "../../wording";
import type { AccessTest } from "./accessTest";
import { checkTests } from "./checkTests";
import { createLayoutAccess } from "./sources";

/** The grants of layouts, and those whose loss no test notices. */
export interface Coverage {
  readonly grants: number;
  readonly uncovered: readonly Pick<Grant, "organization" | "words">[];
}

/** A part of a layout that gives access. */
interface Grant {
  readonly organization: string;
  /** The grant, such as `bob@acme.example is in group field`. */
  readonly words: string;
  /** The people whose access can depend on the grant; undefined for everyone. */
  readonly people: readonly string[] | undefined;
  /** Returns the organization without the grant. */
  readonly remove: (organization: LayoutOrganization) => LayoutOrganization;
}

/**
 * Removes each grant in turn. A test notices the loss if it passes with the grant, and fails without the grant. A grant concerns few
 * people, and the tests of all others still pass. So only the access of these people is computed and tested again.
 */
export function measureCoverage(
  tests: readonly AccessTest[],
  read: (day?: string) => readonly Layout[] | string,
  today: string,
): Coverage {
  const complete = createLayoutAccess(read);
  const passing = checkTests(tests, complete, today).flatMap(({ test, failures }) =>
    failures.length === 0 ? test : [],
  );
  const layouts = read();
  const grants =
    typeof layouts === "string" ? [] : layouts.flatMap(({ organizations }) => organizations).flatMap(listGrants);
  const ofPeople = groupBy(passing, ({ declared: { person = "" } }) => canonicalizeEmail(person));
  const ofObjects = groupBy(passing.map(splitExpected), ({ test }) => test.declared.reach?.organization);
  const isNoticed = ({ organization, people, remove }: Grant): boolean => {
    const without = {
      ...complete,
      read: (day?: string) => {
        const [all, changed] = [complete.read(day), read(day)];
        if (typeof all === "string" || typeof changed === "string") return all;
        const others = all.filter(({ name }) => name !== organization);
        const own = changed.flatMap(({ organizations }) => organizations.filter(({ name }) => name === organization));
        const reduced = people === undefined ? own : own.map((one) => keepPeople(one, people));
        return [...others, ...reduced.map((one) => readLayoutOrganization(remove(one)))];
      },
    };
    const concerned =
      people === undefined
        ? passing
        : [
            ...people.flatMap((email) => ofPeople.get(canonicalizeEmail(email)) ?? []),
            ...(ofObjects.get(organization) ?? []).map((split) => keepExpected(split, people)),
          ];
    return checkTests(concerned, without, today).some(({ failures }) => failures.length > 0);
  };
  return { grants: grants.length, uncovered: grants.filter((grant) => !isNoticed(grant)) };
}

/** A test, and the people and groups that it expects to reach an object. */
interface SplitTest {
  readonly test: AccessTest;
  readonly emails: readonly string[];
  readonly groups: NonNullable<AccessTest["declared"]["exactly"]>;
}

function splitExpected(test: AccessTest): SplitTest {
  const { exactly = [] } = test.declared;
  return {
    test,
    emails: exactly.filter((one) => typeof one === "string"),
    groups: exactly.filter((one) => typeof one !== "string"),
  };
}

/** Returns a test that expects none but these people and the members of groups. */
function keepExpected({ test, emails, groups }: SplitTest, people: readonly string[]): AccessTest {
  return { ...test, declared: { ...test.declared, exactly: [...intersect(emails, people), ...groups] } };
}

/** Returns an organization in which none but these people have access. */
function keepPeople(organization: LayoutOrganization, people: readonly string[]): LayoutOrganization {
  const { members, groups, projects } = organization;
  const keep = <T extends LayoutObject>({ access, ...object }: T) => ({
    ...object,
    access: access && { ...access, users: intersect(access.users, people) },
  });
  return {
    ...organization,
    members: Object.fromEntries(people.flatMap((email) => indexMembers(members).get(canonicalizeEmail(email)) ?? [])),
    ...(groups !== undefined && {
      groups: groups.map((group) =>
        group.members === undefined ? group : { ...group, members: intersect(group.members, people) },
      ),
    }),
    ...(projects !== undefined && {
      projects: projects.map(({ cohorts, ...project }) => ({ ...keep(project), cohorts: cohorts.map(keep) })),
    }),
  };
}

type Members = LayoutOrganization["members"];

/** The members so far, by canonical address, because an organization has many grants. */
const known = new WeakMap<Members, ReadonlyMap<string, readonly [email: string, role: Members[string]][]>>();

function indexMembers(members: Members): ReadonlyMap<string, readonly [email: string, role: Members[string]][]> {
  const found = known.get(members) ?? groupBy(Object.entries(members), ([email]) => canonicalizeEmail(email));
  known.set(members, found);
  return found;
}

/** Returns those of a few people who are in a list. */
function intersect(list: readonly string[], people: readonly string[]): readonly string[] {
  const addresses = joinAddresses([list]);
  return people.filter((email) => addresses.has(canonicalizeEmail(email)));
}

type LayoutObject = Pick<LayoutCohort, "name" | "everyoneEnabled" | "access">;

function listGrants(organization: LayoutOrganization): readonly Grant[] {
  const { name, members, owner, groups = [], projects = [] } = organization;
  const create = (words: string, people: Grant["people"], remove: Grant["remove"]): Grant => ({
    organization: name,
    words,
    people,
    remove,
  });
  const membersByGroup = new Map(groups.map((group) => [group.name, group.members ?? []]));
  const listOfObject = (object: LayoutObject, words: string, project: string, cohort?: string) => {
    const edit = (change: (object: LayoutObject) => LayoutObject) => (one: LayoutOrganization) =>
      editObject(one, { project, cohort }, change);
    const omit = (key: "users" | "groups", grantee: string) =>
      edit(({ access, ...rest }) => ({
        ...rest,
        access: access && { ...access, [key]: access[key].filter((other) => other !== grantee) },
      }));
    return [
      ...(object.everyoneEnabled
        ? [
            create(
              `${words} is open to everyone`,
              undefined,
              edit((one) => ({ ...one, everyoneEnabled: false })),
            ),
          ]
        : []),
      ...(object.access?.users ?? []).map((email) =>
        create(`${email} has a grant for ${words}`, [email], omit("users", email)),
      ),
      ...(object.access?.groups ?? []).map((group) =>
        create(
          `group ${quoteName(group)} has a grant for ${words}`,
          membersByGroup.get(group) ?? [],
          omit("groups", group),
        ),
      ),
    ];
  };
  return [
    ...Object.entries(members).map(([email, role]) =>
      create(`${email} has the role ${role}`, [email], (one) => omitPerson(one, email)),
    ),
    ...(owner === undefined ? [] : [create(`${owner} is the owner`, [owner], (one) => ({ ...one, owner: undefined }))]),
    ...groups.flatMap((group) =>
      (group.members ?? []).map((email) =>
        create(`${email} is in group ${quoteName(group.name)}`, [email], (one) => omitMember(one, email, group.name)),
      ),
    ),
    ...projects.flatMap((project) => [
      ...listOfObject(project, `project ${quoteName(project.name)}`, project.name),
      ...project.cohorts.flatMap((cohort) =>
        listOfObject(cohort, `cohort ${quoteName(`${project.name}/${cohort.name}`)}`, project.name, cohort.name),
      ),
    ]),
  ];
}

function omitAddress(list: readonly string[], email: string): readonly string[] {
  return list.filter((other) => canonicalizeEmail(other) !== canonicalizeEmail(email));
}

/** Removes a person from an organization. Peridio then ends the grants and the membership in groups too. */
function omitPerson(organization: LayoutOrganization, email: string): LayoutOrganization {
  const members = Object.fromEntries(Object.entries(organization.members).filter(([other]) => other !== email));
  const omitGrant = <T extends LayoutObject>({ access, ...object }: T) => ({
    ...object,
    access: access && { ...access, users: omitAddress(access.users, email) },
  });
  return {
    ...omitMember(organization, email),
    members,
    ...(organization.projects !== undefined && {
      projects: organization.projects.map(({ cohorts, ...project }) => ({
        ...omitGrant(project),
        cohorts: cohorts.map(omitGrant),
      })),
    }),
  };
}

/** Removes a person from a group or, without a name, from all groups. */
function omitMember(organization: LayoutOrganization, email: string, name?: string): LayoutOrganization {
  const { groups } = organization;
  if (groups === undefined) return organization;
  return {
    ...organization,
    groups: groups.map((group) =>
      group.members === undefined || (name !== undefined && group.name !== name)
        ? group
        : { ...group, members: omitAddress(group.members, email) },
    ),
  };
}

function editObject(
  { projects = [], ...organization }: LayoutOrganization,
  place: { readonly project: string; readonly cohort: string | undefined },
  change: (object: LayoutObject) => LayoutObject,
): LayoutOrganization {
  return {
    ...organization,
    projects: projects.map((project) => {
      if (project.name !== place.project) return project;
      if (place.cohort === undefined) return { ...project, ...change(project) };
      const cohorts = project.cohorts.map((cohort) =>
        cohort.name === place.cohort ? { ...cohort, ...change(cohort) } : cohort,
      );
      return { ...project, cohorts };
    }),
  };
}
