import fc from "fast-check";
import type { BackendName } from "#provider";

/** A layout with at least one organization. */
export interface RandomLayout {
  readonly defaults?: object;
  readonly organizations: Readonly<Record<string, object>>;
  /** The roles of each person, by organization. */
  readonly people: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The user of the API key, who is always an admin. */
export const ada = "ada@acme.example";
export const people = ["bob", "carl", "dora", "emil"].map((name) => `${name}@acme.example`);

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** A day that has passed, and one that does not pass during a test. */
const day = fc.constantFrom("2020-01-31", "2099-12-31");

function createEntryOfPerson(backend: BackendName): fc.Arbitrary<unknown> {
  const role =
    backend === "connect" ? fc.constantFrom("admin", "member") : fc.constantFrom("admin", "viewer", "developer");
  return fc.oneof(role, fc.record({ role, until: day }));
}

const security = fc.record(
  {
    requireTwoFactor: fc.boolean(),
    sessionTimeout: fc.constantFrom("1h", "8h", "60m"),
    // A list without the provider's address would lock it out.
    ipAllowlist: fc.constantFrom([], ["127.0.0.0/8"], ["127.0.0.0/8", "203.0.113.0/24"]),
  },
  { requiredKeys: [] },
);

/** Both layouts declare the owner, or none. Without a declaration, a plan does not know the owner. */
const createAdminEntry = (isOwned: boolean): fc.Arbitrary<object> =>
  fc.record(
    {
      ...(isOwned && { owner: fc.constant(ada) }),
      displayName: fc.constantFrom("Acme", "Acme development"),
      contactEmail: fc.constant("ops@acme.example"),
      security,
      billing: fc.record({ billingEmail: fc.constantFrom("pay@acme.example", "ops@acme.example") }),
      roster: fc.record(
        { maxRemovals: fc.constantFrom("50%", 3), ignore: fc.subarray(["*@partner.example"]) },
        { requiredKeys: [] },
      ),
      forceDestroy: fc.boolean(),
    },
    { requiredKeys: isOwned ? ["owner"] : [] },
  );

const tunnels = optional(
  fc.record({
    maxTtlSeconds: fc.constantFrom(600, 3600),
    cidrAllowlist: optional(fc.constantFrom([], ["203.0.113.0/24"])),
  }),
);

/** The groups and projects of an organization with these people. */
function createConnectEntry(present: readonly string[]): fc.Arbitrary<object> {
  const users = fc.subarray([...present]);
  const grants = {
    everyoneEnabled: fc.boolean(),
    access: optional(fc.record({ users, groups: fc.subarray(["field"]) })),
  };
  return fc.record({
    tunnels,
    groups: fc.record({
      field: fc.record({ members: optional(users), description: optional(fc.constant("in the field")) }),
    }),
    projects: fc.dictionary(
      fc.constantFrom("firmware", "gateways"),
      fc.record({
        ...grants,
        cohorts: optional(fc.dictionary(fc.constantFrom("canary", "stable"), fc.record({ ...grants, tunnels }))),
      }),
    ),
  });
}

type Roles = RandomLayout["people"];

function createRoles(backend: BackendName, names: readonly string[]): fc.Arbitrary<Roles> {
  const entry = createEntryOfPerson(backend);
  const own = fc.record(Object.fromEntries(names.map((name) => [name, entry])), { requiredKeys: [] });
  return fc
    .record(Object.fromEntries(people.map((email) => [email, own])))
    .map((roles) => Object.fromEntries(Object.entries(roles).filter(([, given]) => Object.keys(given).length > 0)));
}

/** The organizations of which a layout contains some, and the lowest number of them. */
interface Fleet {
  readonly organizations: readonly string[];
  readonly minimum: number;
}

function createLayout(
  backend: BackendName,
  { organizations, minimum }: Fleet,
  isOwned: boolean,
): fc.Arbitrary<RandomLayout> {
  const createEntry = (name: string, roles: Roles) => {
    const present = Object.entries(roles).flatMap(([email, own]) => (name in own ? [email] : []));
    return backend === "connect" ? createConnectEntry([ada, ...present]) : createAdminEntry(isOwned);
  };
  return fc
    .subarray([...organizations], { minLength: minimum })
    .chain((names) => fc.tuple(fc.constant(names), createRoles(backend, names)))
    .chain(([names, roles]) =>
      fc.record({
        names: fc.constant(names),
        roles: fc.constant(roles),
        entries: fc.record(Object.fromEntries(names.map((name) => [name, createEntry(name, roles)]))),
        defaults: backend === "connect" ? fc.constant(undefined) : optional(fc.record({ security })),
        isUpperCase: fc.boolean(),
      }),
    )
    .map(({ names, roles, entries, defaults, isUpperCase }) => ({
      ...(defaults && { defaults }),
      organizations: entries,
      people: {
        [ada]: Object.fromEntries(names.map((name) => [name, backend === "connect" ? "owner" : "admin"])),
        ...Object.fromEntries(
          Object.entries(roles).map(([email, own]) => [isUpperCase ? email.toUpperCase() : email, own]),
        ),
      },
    }));
}

/** Returns two layouts: before and after a change. */
export function createLayouts(backend: BackendName, fleet: Fleet): fc.Arbitrary<readonly [RandomLayout, RandomLayout]> {
  return fc
    .boolean()
    .chain((isOwned) => fc.tuple(createLayout(backend, fleet, isOwned), createLayout(backend, fleet, isOwned)));
}
