import type { Layout, LayoutCohort, LayoutOrganization } from "#layout";
import { canonicalizeEmail } from "#provider";
import { listLayoutObjects } from "../../access/layout";
import { groupBy } from "../../grouping";
import { memoize } from "../../memoize";
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
  /** The list or setting in the organization, such as `group field` or `users of firmware/canary`. */
  readonly place: string;
  /** The entry of the list: a person or a group; empty for a setting. */
  readonly entry: string;
  /** The people whose access can depend on the grant; undefined for everyone. */
  readonly people: readonly string[] | undefined;
  /** The canonical address of the only person that the grant names; undefined for a group or everyone. */
  readonly person?: string;
  /** The grant, such as `bob@acme.example is in group field`. */
  readonly words: string;
}

/**
 * Removes each grant in turn. A test notices the loss if it passes with the grant, and fails without the grant. A grant concerns few
 * people, and the tests of all others still pass. So only the access of these people is computed and tested again.
 */
export function measureCoverage(
  tests: readonly AccessTest[],
  read: (day?: string) => readonly Layout[] | string,
  now: Date,
): Coverage {
  const complete = createLayoutAccess(read);
  const passing = checkTests(tests, complete, now).flatMap(({ test, failures }) => (failures.length === 0 ? test : []));
  const layouts = read();
  const grants =
    typeof layouts === "string" ? [] : layouts.flatMap(({ organizations }) => organizations).flatMap(listGrants);
  const ofPeople = groupBy(passing, ({ declared: { person = "" } }) => canonicalizeEmail(person));
  const ofObjects = groupBy(passing.map(splitExpected), ({ test }) => test.declared.reach?.organization);
  const isNoticed = (grant: Grant): boolean => {
    const { organization, people } = grant;
    const without = {
      ...complete,
      read: (day?: string) => {
        const [all, changed] = [complete.read(day), read(day)];
        if (typeof all === "string" || typeof changed === "string") return all;
        const others = all.filter(({ name }) => name !== organization);
        const own = changed.flatMap(({ organizations }) => organizations.filter(({ name }) => name === organization));
        return [...others, ...own.map((one) => readLayoutOrganization(removeGrant(one, grant)))];
      },
    };
    const concerned =
      people === undefined
        ? passing
        : [
            ...people.flatMap((email) => ofPeople.get(canonicalizeEmail(email)) ?? []),
            ...(ofObjects.get(organization) ?? []).map((split) => keepExpected(split, people)),
          ];
    return checkTests(concerned, without, now).some(({ failures }) => failures.length > 0);
  };
  return { grants: grants.length, uncovered: grants.filter((grant) => !isNoticed(grant)) };
}

/** A test, and the people and groups that it expects to reach an object. */
interface SplitTest {
  readonly test: AccessTest;
  /** By canonical address. */
  readonly people: ReadonlySet<string>;
  readonly groups: NonNullable<AccessTest["declared"]["exactly"]>;
}

function splitExpected(test: AccessTest): SplitTest {
  const { exactly = [] } = test.declared;
  return {
    test,
    people: new Set(exactly.flatMap((one) => (typeof one === "string" ? canonicalizeEmail(one) : []))),
    groups: exactly.filter((one) => typeof one !== "string"),
  };
}

/** Returns a test that expects none but these people and the members of groups. */
function keepExpected({ test, people, groups }: SplitTest, kept: readonly string[]): AccessTest {
  const expected = kept.filter((email) => people.has(canonicalizeEmail(email)));
  return { ...test, declared: { ...test.declared, exactly: [...expected, ...groups] } };
}

function listGrants(organization: LayoutOrganization): readonly Grant[] {
  const { name, members, owner, groups = [] } = organization;
  const membersByGroup = new Map(groups.map((group) => [group.name, group.members ?? []]));
  const grantPerson = (place: string, email: string, words: string): Grant => ({
    organization: name,
    place,
    entry: email,
    people: [email],
    person: canonicalizeEmail(email),
    words,
  });
  return [
    ...Object.entries(members).map(([email, role]) => grantPerson("members", email, `${email} has the role ${role}`)),
    ...(owner === undefined ? [] : [grantPerson("owner", owner, `${owner} is the owner`)]),
    ...groups.flatMap((group) =>
      (group.members ?? []).map((email) =>
        grantPerson(`group ${group.name}`, email, `${email} is in group ${quoteName(group.name)}`),
      ),
    ),
    ...listLayoutObjects(organization).flatMap(({ kind, path, everyoneEnabled, access }): readonly Grant[] => {
      const object = `${kind} ${quoteName(path)}`;
      const opening = {
        place: `opening of ${path}`,
        entry: "",
        people: undefined,
        words: `${object} is open to everyone`,
      };
      return [
        ...(everyoneEnabled ? [{ organization: name, ...opening }] : []),
        ...(access?.users ?? []).map((email) =>
          grantPerson(`users of ${path}`, email, `${email} has a grant for ${object}`),
        ),
        ...(access?.groups ?? []).map((group) => ({
          organization: name,
          place: `groups of ${path}`,
          entry: group,
          people: membersByGroup.get(group) ?? [],
          words: `group ${quoteName(group)} has a grant for ${object}`,
        })),
      ];
    }),
  ];
}

/** Indexes the grants of an organization once, because it has many. */
const indexGrants = memoize((organization: LayoutOrganization) => {
  const all = listGrants(organization);
  // By canonical address. The grants of groups and of everyone have none.
  return { all, byPerson: groupBy(all, ({ person }) => person) };
}, new WeakMap());

/**
 * Returns an organization without a grant, and without all other people if the grant concerns only some. With a person, Peridio also
 * removes the grants of the person and the membership in groups.
 */
function removeGrant(organization: LayoutOrganization, { place, entry, people, person }: Grant): LayoutOrganization {
  const { all, byPerson } = indexGrants(organization);
  const addresses = people && [undefined, ...people.map(canonicalizeEmail)];
  const grants = addresses?.flatMap((address) => byPerson.get(address) ?? []) ?? all;
  return keepGrants(
    organization,
    place === "members"
      ? grants.filter((grant) => grant.person !== person)
      : grants.filter((grant) => grant.place !== place || grant.entry !== entry),
  );
}

/** Returns an organization with some of its grants. */
function keepGrants(organization: LayoutOrganization, grants: readonly Grant[]): LayoutOrganization {
  const { members, owner, groups, projects } = organization;
  const byPlace = groupBy(grants, ({ place }) => place);
  const list = (place: string) => [...new Set(byPlace.get(place)?.map(({ entry }) => entry))];
  const keep = <T extends Pick<LayoutCohort, "access">>(object: T, path: string) => ({
    ...object,
    everyoneEnabled: byPlace.has(`opening of ${path}`),
    access: object.access && { users: list(`users of ${path}`), groups: list(`groups of ${path}`) },
  });
  const kept = list("members").flatMap((email) => {
    const role = members[email];
    return role === undefined ? [] : [[email, role] as const];
  });
  return {
    ...organization,
    members: Object.fromEntries(kept),
    owner: byPlace.has("owner") ? owner : undefined,
    ...(groups !== undefined && {
      groups: groups.map((group) => (group.members ? { ...group, members: list(`group ${group.name}`) } : group)),
    }),
    ...(projects !== undefined && {
      projects: projects.map((project) => ({
        ...keep(project, project.name),
        cohorts: project.cohorts.map((cohort) => keep(cohort, `${project.name}/${cohort.name}`)),
      })),
    }),
  };
}
