import * as fc from "fast-check";
import { countCases } from "#testing";
import { type Layout, parseLayout } from "#layout";
import { parseRulesFile } from "../src/rules/readRules";
import { checkTests } from "../src/rules/tests/checkTests";
import { measureCoverage } from "../src/rules/tests/coverage";
import { createLayoutAccess } from "../src/rules/tests/sources";

/**
 * Compares the tests of access with a model that was written from docs/access-tests.md, for random layouts and tests. The model shares
 * no code with the program.
 */

const today = "2027-01-31";
const later = "2027-02-15";
const emails = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"] as const;
const organizations = ["acme", "globex"] as const;
const groupNames = ["field", "lab"] as const;
const ranks = ["viewer", "member", "developer", "manager", "admin", "owner"];
const places = [
  { project: "firmware" },
  { project: "firmware", cohort: "canary" },
  { project: "firmware", cohort: "stable" },
  { project: "gateways" },
] as const;

interface Grants {
  readonly everyoneEnabled: boolean;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

interface Role {
  readonly role: string;
  readonly until?: string;
}

interface Place {
  readonly project: string;
  readonly cohort?: string;
}

/** The access of a layout. */
interface World {
  readonly roles: Readonly<Record<string, Readonly<Record<string, Role>>>>;
  /** The members of the groups of acme. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The grants for each place in acme. */
  readonly grants: Readonly<Record<string, Grants>>;
}

// The model.

const nameOf = ({ project, cohort }: Place) => (cohort === undefined ? project : `${project}/${cohort}`);

function roleOf({ roles }: World, email: string, organization: string, day: string): string | undefined {
  const entry = roles[email]?.[organization];
  return entry === undefined || (entry.until !== undefined && entry.until < day) ? undefined : entry.role;
}

function reaches(world: World, email: string, place: Place, day: string): boolean {
  const role = roleOf(world, email, "acme", day);
  if (role === undefined) return false;
  if (role === "admin" || role === "owner") return true;
  const grants = world.grants[nameOf(place)];
  if (grants === undefined) return false;
  const isInGroup = grants.groups.some((group) => world.groups[group]?.includes(email));
  const isGranted = grants.everyoneEnabled || grants.users.includes(email) || isInGroup;
  return isGranted && (place.cohort === undefined || reaches(world, email, { project: place.project }, day));
}

type WantedRole = string | { readonly atLeast: string };
interface Entry {
  readonly organization: string;
  readonly role?: WantedRole;
  readonly project?: string;
  readonly cohort?: string;
}

const covers = (wanted: WantedRole, role: string) =>
  typeof wanted === "string" ? wanted === role : ranks.indexOf(role) >= ranks.indexOf(wanted.atLeast);

function has(world: World, email: string, entry: Entry, day: string): boolean {
  const { organization, role: wanted, project, cohort } = entry;
  if (project !== undefined)
    return (
      organization === "acme" && reaches(world, email, cohort === undefined ? { project } : { project, cohort }, day)
    );
  const role = roleOf(world, email, organization, day);
  if (role === undefined) return false;
  return wanted === undefined || covers(wanted, role) || (wanted === "admin" && role === "owner");
}

interface PersonTest {
  readonly person: string;
  readonly can: readonly Entry[];
  readonly cannot: readonly Entry[];
  readonly only: boolean;
}

function passesPerson(world: World, { person, can, cannot, only }: PersonTest, day: string): boolean {
  if (!can.every((entry) => has(world, person, entry, day))) return false;
  if (cannot.some((entry) => has(world, person, entry, day))) return false;
  if (!only) return true;
  return organizations.every((organization) => {
    const role = roleOf(world, person, organization, day);
    if (role === undefined) return true;
    const own = can.filter((entry) => entry.organization === organization);
    if (!own.some((entry) => entry.role !== undefined && covers(entry.role, role))) return false;
    if (organization !== "acme" || role === "admin" || role === "owner") return true;
    return places.every(
      (place) =>
        !reaches(world, person, place, day) ||
        own.some(
          ({ project, cohort }) => project === place.project && ("cohort" in place ? cohort === place.cohort : true),
        ),
    );
  });
}

interface ReachTest {
  readonly place: Place;
  readonly exactly: readonly (string | { readonly group: string })[];
  readonly admins: "listed" | "ignored";
}

function passesReach(world: World, { place, exactly, admins }: ReachTest, day: string): boolean {
  const expected = new Set(
    exactly.flatMap((item) =>
      typeof item === "string"
        ? item
        : (world.groups[item.group] ?? []).filter((email) => roleOf(world, email, "acme", day) !== undefined),
    ),
  );
  const actual = emails.filter((email) => reaches(world, email, place, day));
  const isIgnored = (email: string) =>
    admins === "ignored" && ["admin", "owner"].includes(roleOf(world, email, "acme", day) ?? "");
  return (
    [...expected].every((email) => actual.some((one) => one === email)) &&
    actual.every((email) => expected.has(email) || isIgnored(email))
  );
}

// The layout of a world.

function declare({ roles, groups, grants }: World): string {
  const restrict = (name: string) => {
    const { everyoneEnabled, users, groups } = grants[name] ?? { everyoneEnabled: false, users: [], groups: [] };
    return { everyoneEnabled, access: { users, groups } };
  };
  return JSON.stringify({
    organizations: {
      acme: {
        groups: Object.fromEntries(Object.entries(groups).map(([name, members]) => [name, { members }])),
        projects: {
          firmware: {
            ...restrict("firmware"),
            cohorts: { canary: restrict("firmware/canary"), stable: restrict("firmware/stable") },
          },
          gateways: restrict("gateways"),
        },
      },
      globex: {},
    },
    people: roles,
  });
}

function readWorld(world: World): (day?: string) => readonly Layout[] {
  const text = declare(world);
  return (day = today) => [parseLayout([{ file: "layout.yaml", text }], { now: new Date(day), version: "0.1.0" })];
}

/** Returns the names of the tests that fail. */
function run(world: World, tests: Readonly<Record<string, object>>): readonly string[] {
  const { tests: parsed } = parseRulesFile({ file: "rules.yaml", text: JSON.stringify({ tests }) });
  const results = checkTests(parsed, createLayoutAccess(readWorld(world)), new Date(today));
  return results.filter(({ failures }) => failures.length > 0).map(({ test }) => test.name);
}

// Random worlds and tests.

const worlds: fc.Arbitrary<World> = fc
  .record({
    roles: fc.record(
      Object.fromEntries(
        emails.slice(1).map((email) => [
          email,
          fc.record({
            acme: fc.option(
              fc.record(
                {
                  role: fc.constantFrom("member", "member", "member", "viewer", "admin"),
                  until: fc.constantFrom("2027-02-10", "2027-01-10"),
                },
                { requiredKeys: ["role"] },
              ),
              { nil: undefined, freq: 6 },
            ),
            globex: fc.option(fc.record({ role: fc.constantFrom("member", "owner") }), { nil: undefined, freq: 1 }),
          }),
        ]),
      ),
    ),
    isOwner: fc.boolean(),
    groups: fc.record(Object.fromEntries(groupNames.map((name) => [name, fc.subarray([...emails])]))),
    grants: fc.record(
      Object.fromEntries(
        places.map((place) => [
          nameOf(place),
          fc.record({
            everyoneEnabled: fc.constantFrom(true, false, false),
            users: fc.subarray([...emails]),
            groups: fc.subarray([...groupNames]),
          }),
        ]),
      ),
    ),
  })
  .map(({ roles, isOwner, groups, grants }) => {
    const defined: World["roles"] = Object.fromEntries(
      Object.entries(roles).flatMap(([email, own]) => {
        const entries = Object.entries(own).flatMap(([name, role]) =>
          role === undefined ? [] : [[name, role] as const],
        );
        return entries.length === 0 ? [] : [[email, Object.fromEntries(entries)] as const];
      }),
    );
    const ada = { acme: { role: isOwner ? "owner" : "admin" }, globex: { role: "admin" } };
    // A layout rejects grants for people who are in no entry of the organization.
    const isDeclared = (email: string) => email === emails[0] || defined[email]?.acme !== undefined;
    return {
      roles: { ...defined, [emails[0]]: ada },
      groups: Object.fromEntries(Object.entries(groups).map(([name, members]) => [name, members.filter(isDeclared)])),
      grants: Object.fromEntries(
        Object.entries(grants).map(([name, own]) => [name, { ...own, users: own.users.filter(isDeclared) }]),
      ),
    };
  });

const wantedRoles = fc.oneof(
  fc.constantFrom("member", "admin", "owner", "viewer"),
  fc.constantFrom("viewer", "member", "admin").map((atLeast) => ({ atLeast })),
);
const roleEntries = fc.record({ organization: fc.constantFrom(...organizations), role: wantedRoles });
const placeEntries = fc.constantFrom(...places).map((place) => ({ organization: "acme", ...place }));
const days = fc.constantFrom(today, later);

const personTests = fc.record({
  person: fc.constantFrom(...emails),
  can: fc.array(fc.oneof(roleEntries, placeEntries), { minLength: 1, maxLength: 4 }),
  cannot: fc.array(fc.oneof(roleEntries, placeEntries, fc.constantFrom({ organization: "globex" })), { maxLength: 2 }),
  only: fc.boolean(),
});

const reachTests = fc.record({
  place: fc.constantFrom(...places),
  exactly: fc.array(
    fc.oneof(
      fc.constantFrom(...emails),
      fc.constantFrom(...groupNames).map((group) => ({ group })),
    ),
  ),
  admins: fc.constantFrom("listed" as const, "ignored" as const),
});

test("a test of a person agrees with the model", () => {
  fc.assert(
    fc.property(worlds, fc.array(personTests, { minLength: 1, maxLength: 8 }), days, (world, random, day) => {
      const tests = random.map(({ person, can, cannot, only }, index): [string, object] => [
        `test ${index}`,
        { person, can, on: day, ...(cannot.length > 0 && { cannot }), ...(only && { only }) },
      ]);
      const expected = random.flatMap((one, index) => (passesPerson(world, one, day) ? [] : `test ${index}`));
      expect(run(world, Object.fromEntries(tests))).toEqual(expected);
    }),
    { numRuns: countCases(50) },
  );
});

test("a test of a project or cohort agrees with the model", () => {
  fc.assert(
    fc.property(worlds, fc.array(reachTests, { minLength: 1, maxLength: 8 }), days, (world, random, day) => {
      const tests = random.map(({ place, exactly, admins }, index): [string, object] => [
        `test ${index}`,
        { reach: { organization: "acme", ...place }, exactly, admins, on: day },
      ]);
      const expected = random.flatMap((one, index) => (passesReach(world, one, day) ? [] : `test ${index}`));
      expect(run(world, Object.fromEntries(tests))).toEqual(expected);
    }),
    { numRuns: countCases(50) },
  );
});

/** Returns tests that state all access in a world, by name. */
function describeWorld(world: World): Readonly<Record<string, object>> {
  const people = emails.map((person): [string, object] => {
    const own = organizations.flatMap((organization) => {
      const role = roleOf(world, person, organization, today);
      return role === undefined ? [] : [{ organization, role }];
    });
    const reached = places.filter((place) => reaches(world, person, place, today));
    // A cohort implies its project.
    const listed = reached.filter(
      (place) => "cohort" in place || !reached.some((one) => "cohort" in one && one.project === place.project),
    );
    const can = [...own, ...listed.map((place) => ({ organization: "acme", ...place }))];
    return [`can ${person}`, { person, can, only: true }];
  });
  const reach = places.map((place): [string, object] => [
    `reach ${nameOf(place)}`,
    {
      reach: { organization: "acme", ...place },
      exactly: emails.filter((email) => reaches(world, email, place, today)),
    },
  ]);
  const cannot = emails.flatMap((person) =>
    places
      .filter((place) => !reaches(world, person, place, today))
      .map((place): [string, object] => [
        `cannot ${person} ${nameOf(place)}`,
        { person, cannot: [{ organization: "acme", ...place }] },
      ]),
  );
  return Object.fromEntries([...people, ...reach, ...cannot]);
}

test("tests that state all access pass, and notice each access that another world adds or removes", () => {
  fc.assert(
    fc.property(worlds, worlds, fc.constantFrom("roles", "groups", "grants"), (world, other, part) => {
      const tests = describeWorld(world);
      expect(run(world, tests)).toEqual([]);
      // A grant to a person that the other part does not declare has no effect.
      const isDeclared = (email: string) => changed.roles[email]?.acme !== undefined;
      const changed: World = { ...world, [part]: other[part] };
      const valid: World = {
        ...changed,
        groups: Object.fromEntries(
          Object.entries(changed.groups).map(([name, members]) => [name, members.filter(isDeclared)]),
        ),
        grants: Object.fromEntries(
          Object.entries(changed.grants).map(([name, own]) => [name, { ...own, users: own.users.filter(isDeclared) }]),
        ),
      };
      const failed = run(valid, tests);
      for (const email of emails) {
        for (const place of places) {
          const [before, after] = [world, valid].map((one) => reaches(one, email, place, today));
          if (before === after) continue;
          expect(failed).toContain(`can ${email}`);
          expect(failed).toContain(`reach ${nameOf(place)}`);
          if (after === true) expect(failed).toContain(`cannot ${email} ${nameOf(place)}`);
        }
      }
    }),
    { numRuns: countCases(50) },
  );
});

/** Returns the worlds without one grant, by the grant in words. A layout without Ada has no admin. */
function listLosses(world: World): ReadonlyMap<string, World> {
  const { roles, groups, grants } = world;
  const losses = new Map<string, World>();
  const isPresent = (email: string) => roleOf(world, email, "acme", today) !== undefined;
  const omit = (list: readonly string[], one: string) => list.filter((other) => other !== one);
  for (const place of places) {
    const [name, object] = [nameOf(place), `${"cohort" in place ? "cohort" : "project"} ${nameOf(place)}`];
    const own = grants[name] ?? { everyoneEnabled: false, users: [], groups: [] };
    const lose = (words: string, lost: Partial<Grants>) =>
      losses.set(words, { ...world, grants: { ...grants, [name]: { ...own, ...lost } } });
    if (own.everyoneEnabled) lose(`${object} is open to everyone`, { everyoneEnabled: false });
    for (const email of own.users.filter(isPresent))
      lose(`${email} has a grant for ${object}`, { users: omit(own.users, email) });
    for (const group of own.groups)
      lose(`group ${group} has a grant for ${object}`, { groups: omit(own.groups, group) });
  }
  for (const [name, members] of Object.entries(groups))
    for (const email of members.filter(isPresent))
      losses.set(`${email} is in group ${name}`, { ...world, groups: { ...groups, [name]: omit(members, email) } });
  for (const email of emails.slice(1).filter(isPresent)) {
    const entries = Object.entries(roles).map(([person, own]) => {
      const kept = Object.entries(own).filter(([organization]) => person !== email || organization !== "acme");
      return [person, Object.fromEntries(kept)] as const;
    });
    losses.set(`${email} has the role ${roleOf(world, email, "acme", today) ?? ""}`, {
      roles: Object.fromEntries(entries.filter(([, own]) => Object.keys(own).length > 0)),
      groups: Object.fromEntries(Object.entries(groups).map(([name, members]) => [name, omit(members, email)])),
      grants: Object.fromEntries(
        Object.entries(grants).map(([name, own]) => [name, { ...own, users: omit(own.users, email) }]),
      ),
    });
  }
  return losses;
}

test("the coverage of tests is that of layouts without one grant", () => {
  fc.assert(
    fc.property(
      worlds,
      fc.uniqueArray(fc.nat(20), { maxLength: 3 }),
      fc.array(personTests, { maxLength: 3 }),
      fc.array(reachTests, { maxLength: 3 }),
      days,
      (world, chosen, people, objects, day) => {
        const stated = Object.entries(describeWorld(world)).filter((_, index) => chosen.includes(index));
        const tests = Object.fromEntries([
          ...stated,
          ...people.map(({ person, can, only }, index): [string, object] => [
            `person ${index}`,
            { person, can, on: day, ...(only && { only }) },
          ]),
          ...objects.map(({ place, exactly, admins }, index): [string, object] => [
            `object ${index}`,
            { reach: { organization: "acme", ...place }, exactly, admins, on: day },
          ]),
        ]);
        fc.pre(Object.keys(tests).length > 0);
        const { tests: parsed } = parseRulesFile({ file: "rules.yaml", text: JSON.stringify({ tests }) });
        const { uncovered } = measureCoverage(parsed, readWorld(world), new Date(today));
        const found = new Set(
          uncovered.filter(({ organization }) => organization === "acme").map(({ words }) => words),
        );
        const failed = run(world, tests);
        for (const [words, without] of listLosses(world)) {
          const isNoticed = run(without, tests).some((name) => !failed.includes(name));
          expect([words, found.has(words)]).toEqual([words, !isNoticed]);
        }
      },
    ),
    { numRuns: countCases(20) },
  );
});
