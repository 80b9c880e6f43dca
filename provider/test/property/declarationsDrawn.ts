import fc from "fast-check";
import type { Role } from "../../src/api";
import type { Declaration, Policy, Roster, Wanted } from "./declarations";
import type { Kind } from "./history";
import { isPartner, names, person } from "./people";

/** The people that changes outside Pulumi affect, as a program may spell them. */
const spelled = fc.oneof(
  { arbitrary: fc.constantFrom(...names), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(...names), fc.boolean())
      .map(([name, all]) => (all ? name.toUpperCase() : capitalized(name))),
    weight: 1,
  },
);

const rarely = fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, { arbitrary: fc.constant(true), weight: 1 });

const policy: fc.Arbitrary<Policy> = fc.record(
  { requireTwoFactor: fc.boolean(), sessionTimeout: fc.constantFrom("8h", "90m") },
  { requiredKeys: [] },
);

function capitalized(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

const deletion: fc.Arbitrary<Declaration["deletion"]> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 8 },
  { arbitrary: fc.constantFrom("force", "retain"), weight: 2 },
);

/** A person and a role. The API key's user can only be an `admin`, and most programs declare that. */
function placedWith(roles: readonly Role[]): fc.Arbitrary<readonly [string, Role]> {
  const role = fc.constantFrom(...roles);
  return fc.oneof(
    { arbitrary: fc.tuple(spelled, role), weight: 12 },
    { arbitrary: fc.tuple(fc.constant("ada"), fc.constant("admin")), weight: 2 },
    { arbitrary: fc.tuple(fc.constant("ada"), role), weight: 1 },
  );
}

type Placed = ReturnType<typeof placedWith>;

/** Memberships of different people who fit, in any order. */
function memberships(
  placed: Placed,
  fits: (one: Wanted) => boolean,
  maxLength: number,
): fc.Arbitrary<Declaration["memberships"]> {
  const wanted: fc.Arbitrary<Wanted> = fc
    .tuple(placed, rarely)
    .map(([[person, role], ignoreExpired]) => ({ person, role, ignoreExpired }));
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d"), wanted), {
      maxLength,
      selector: ([name]) => name,
    })
    .map((entries) => {
      const distinct = entries.filter(
        ([, one], index) => entries.findIndex(([, other]) => person(other.person) === person(one.person)) === index,
      );
      return Object.fromEntries(distinct.filter(([, one]) => fits(one)));
    });
}

function roster(placed: Placed): fc.Arbitrary<Roster> {
  return fc.record({
    name: fc.constantFrom("people", "crew"),
    members: fc
      .uniqueArray(placed, { minLength: 1, maxLength: 5, selector: ([name]) => person(name) })
      .map((entries) => Object.fromEntries(entries)),
    minAdmins: fc.constantFrom(1, 2),
    maxRemovals: fc.constantFrom("100%", "100%", "100%", "25%", "50%", "1"),
    ignorePartners: fc.boolean(),
  });
}

/** A roster, and a partner that it ignores. */
function together(placed: Placed): fc.Arbitrary<Declaration> {
  const partner = memberships(placed, (one) => isPartner(one.person), 2);
  return fc.tuple(roster(placed), partner).map(([all, partners]) => {
    if (!all.ignorePartners) return { memberships: {}, roster: all };
    const regular = Object.entries(all.members).filter(([name]) => !isPartner(name));
    const members: Roster["members"] = regular.length > 0 ? Object.fromEntries(regular) : { bob: "admin" };
    return { memberships: partners, roster: { ...all, members } };
  });
}

/** The possible declarations for an organization. */
export function declaration({ people, backend: { roles, hasSettings } }: Kind): fc.Arbitrary<Declaration> {
  const placed = placedWith(roles);
  const alone = memberships(placed, () => true, 4).map((some): Declaration => ({ memberships: some }));
  const rosters = together(placed);
  const some = { memberships: alone, rosters, both: fc.oneof(alone, rosters) }[people];
  const nobody = fc.constant<Declaration>({ memberships: {} });
  const absent = fc.constant<Declaration>({ memberships: {}, absent: true });
  const settings = hasSettings ? fc.option(policy, { nil: undefined }) : fc.constant(undefined);
  const settled = fc
    .tuple(fc.oneof({ arbitrary: some, weight: 6 }, { arbitrary: nobody, weight: 1 }), settings, deletion)
    .map(([one, policy, deletion]) => ({ ...one, policy, ...(deletion && { deletion }) }));
  return fc.oneof({ arbitrary: settled, weight: 12 }, { arbitrary: absent, weight: 2 });
}
