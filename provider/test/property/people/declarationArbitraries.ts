import fc from "fast-check";
import type { Role } from "../../../src/api";
import { type Declaration, type MembershipDeclaration, type Policy, reactions, type Roster } from "./declarations";
import { toName } from "../harness/addresses";
import { type Backend, isPartner, names } from "./people";

/** A person as a program may spell the name. */
const spelled = fc.oneof(
  { arbitrary: fc.constantFrom(...names), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(...names), fc.boolean())
      .map(([name, all]) => (all ? name.toUpperCase() : capitalize(name))),
    weight: 1,
  },
);

/** True in one of six cases. */
export const rarely = fc.oneof(
  { arbitrary: fc.constant(false), weight: 5 },
  { arbitrary: fc.constant(true), weight: 1 },
);

const onExpired = fc.constantFrom(undefined, ...reactions);

const policy: fc.Arbitrary<Policy> = fc.record(
  { requireTwoFactor: fc.boolean(), sessionTimeout: fc.constantFrom("8h", "90m") },
  { requiredKeys: [] },
);

function capitalize(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

const deletion: fc.Arbitrary<Declaration["deletion"]> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 8 },
  { arbitrary: fc.constantFrom("force", "retain"), weight: 2 },
);

/** A person with a role. The API key's user is an admin in most programs, because Peridio does not change that role. */
function drawPerson(roles: readonly Role[]): fc.Arbitrary<readonly [string, Role]> {
  const role = fc.constantFrom(...roles);
  return fc.oneof(
    { arbitrary: fc.tuple(spelled, role), weight: 12 },
    { arbitrary: fc.tuple(fc.constant("ada"), fc.constant("admin")), weight: 2 },
    { arbitrary: fc.tuple(fc.constant("ada"), role), weight: 1 },
  );
}

type PersonWithRole = ReturnType<typeof drawPerson>;

/** Memberships of different people, in any order. */
function drawMemberships(
  person: PersonWithRole,
  isAllowed: (name: string) => boolean,
  maxLength: number,
): fc.Arbitrary<Declaration["memberships"]> {
  const membership: fc.Arbitrary<MembershipDeclaration> = fc
    .tuple(person, onExpired)
    .map(([[name, role], onExpired]) => ({ name, role, onExpired }));
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d"), membership), {
      maxLength,
      selector: ([name]) => name,
    })
    .map((entries) => {
      const distinct = entries.filter(
        ([, one], index) => entries.findIndex(([, other]) => toName(other.name) === toName(one.name)) === index,
      );
      return Object.fromEntries(distinct.filter(([, { name }]) => isAllowed(name)));
    });
}

function drawRoster(person: PersonWithRole): fc.Arbitrary<Roster> {
  return fc.record({
    name: fc.constantFrom("people", "crew"),
    members: fc
      .uniqueArray(person, { minLength: 1, maxLength: 5, selector: ([name]) => toName(name) })
      .map((entries) => Object.fromEntries(entries)),
    minAdmins: fc.constantFrom(1, 2),
    maxRemovals: fc.constantFrom("100%", "100%", "100%", "25%", "50%", "1"),
    ignorePartners: fc.boolean(),
    onExpired,
  });
}

/** A roster, and Memberships of partners if it ignores them. */
function drawRosterWithPartners(person: PersonWithRole): fc.Arbitrary<Declaration> {
  const separate = drawMemberships(person, isPartner, 2);
  return fc.tuple(drawRoster(person), separate).map(([roster, partners]) => {
    if (!roster.ignorePartners) return { memberships: {}, roster };
    const regular = Object.entries(roster.members).filter(([name]) => !isPartner(name));
    const members: Roster["members"] = regular.length > 0 ? Object.fromEntries(regular) : { bob: "admin" };
    return { memberships: partners, roster: { ...roster, members } };
  });
}

/** The random histories of a test. */
export interface HistoryOptions {
  readonly backend: Backend;
  /** The resources that declare people. */
  readonly people: "memberships" | "rosters" | "both";
  /** True if operations have faults. */
  readonly hasFaults: boolean;
}

/** The declarations for one organization. */
export function drawDeclaration({
  people,
  backend: { roles, hasSettings },
}: HistoryOptions): fc.Arbitrary<Declaration> {
  const person = drawPerson(roles);
  const memberships = drawMemberships(person, () => true, 4).map((some): Declaration => ({ memberships: some }));
  const rosters = drawRosterWithPartners(person);
  const some = { memberships, rosters, both: fc.oneof(memberships, rosters) }[people];
  const none = fc.constant<Declaration>({ memberships: {} });
  const absent = fc.constant<Declaration>({ memberships: {}, absent: true });
  const settings = hasSettings ? fc.option(policy, { nil: undefined }) : fc.constant(undefined);
  const present = fc
    .tuple(fc.oneof({ arbitrary: some, weight: 6 }, { arbitrary: none, weight: 1 }), settings, deletion)
    .map(([one, policy, deletion]) => ({ ...one, policy, ...(deletion && { deletion }) }));
  return fc.oneof({ arbitrary: present, weight: 12 }, { arbitrary: absent, weight: 2 });
}
