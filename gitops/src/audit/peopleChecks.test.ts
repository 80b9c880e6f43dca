import {
  findExpiredInvitations,
  findOutsideLayout,
  checkAdmins,
  findInactiveMembers,
  findMembersWithoutTwoFactor,
} from "./peopleChecks";
import { checkLimits, checkSecurity } from "./organizationChecks";
import { findUnknowns } from "./unreported";
import { type Facts, listKnown } from "./facts";
import { kindNames } from "./kinds";
import type { AuditOptions } from "./options";

const terms: AuditOptions = {
  now: new Date("2027-01-31T08:00:00Z"),
  kinds: [],
  endsWithin: 14,
  inactiveDays: 90,
  invitationDays: 5,
  maxAdmins: 5,
  limitPercent: 80,
  tokenDays: 365,
  tokenUnusedDays: 90,
  layout: undefined,
  declarations: undefined,
};

const nothing: Facts = {
  id: "prn:1:00000000-0000-4000-8000-000000000001",
  name: "acme",
  owner: undefined,
  members: "unread",
  pending: "unread",
  memberInvitations: "unread",
  expired: "unread",
  limits: "unread",
  security: "unread",
  apiTokens: "unread",
  claimTokens: "unread",
  webhooks: "unread",
  groups: "unread",
  projects: "unread",
  seesAll: true,
};

/** The facts from an API that reports little more than the members. */
const little: Facts = {
  ...nothing,
  members: ["ada@acme.example", "grace@acme.example"].map((email) => ({
    email,
    role: "admin",
    isOwner: false,
    twoFactorEnabled: undefined,
    lastActiveAt: undefined,
  })),
  pending: [{ email: "bob@acme.example", role: "viewer", expiresAt: "2027-02-07T08:00:00Z" }],
  memberInvitations: [],
  expired: [],
  limits: { users: { limit: 50, used: 2 } },
  security: "unsupported",
};

const checks = [
  findMembersWithoutTwoFactor,
  checkSecurity,
  findOutsideLayout,
  findInactiveMembers,
  checkAdmins,
  checkLimits,
  findExpiredInvitations,
];

test.each([
  ["nothing", nothing],
  ["little", little],
])("finds nothing if %s is unknown", (_, facts) => {
  expect(checks.flatMap((check) => check(facts, terms))).toEqual([]);
});

test("names facts that an API does not report once for each organization, and does not report a failure", () => {
  expect(findUnknowns(little, new Set(kindNames), "Avocado Connect")).toEqual([
    {
      organization: "acme",
      hasFailed: false,
      kinds: [
        "withoutTwoFactor",
        "twoFactorNotRequired",
        "inactive",
        "neverActive",
        "nearLimit",
        "noKeyRotation",
        "noAllowlist",
        "oldInvitation",
      ],
      sentence:
        "For acme, Avocado Connect does not report the last activity of 2 members, the second factor of 2 members, " +
        "the date of 1 invitation, the number of products, devices, API keys and webhooks in use, the requirement of a second factor, the rotation of API keys, the allowlist.",
    },
  ]);
});

test("does not report unknown facts that no chosen kind needs", () => {
  expect(findUnknowns(little, new Set(["oneAdmin"]), "Avocado Connect")).toEqual([]);
});

test("finds a person without activity whose join date is unknown, and says so", () => {
  const members = listKnown(little.members)
    .map((member) => ({ ...member, lastActiveAt: null }))
    .slice(0, 1);
  const facts = { ...nothing, members };
  expect(findInactiveMembers(facts, terms)).toMatchObject([
    {
      kind: "neverActive",
      predicate: "was never active, and Peridio does not report when the person joined",
    },
  ]);
});

test.each([
  [{ limit: 50, used: 2 }, 40, undefined, undefined, "uses 40 of 50 seats, not counting pending invitations"],
  [{ limit: 50, used: undefined }, 39, 1, 0, "uses 40 of 50 seats, 1 of them for pending invitations"],
  [{ limit: 50, used: undefined }, 40, 1, 2, "uses 43 of 50 seats, 3 of them for pending invitations"],
])(
  "counts seats without a number from Peridio, as far as people are known: %j",
  (users, there, waiting, own, predicate) => {
    const repeat = <T>(list: readonly T[], length: number) => Array.from({ length }, () => list.slice(0, 1)).flat();
    const invitations = (length: number | undefined): Facts["pending"] =>
      length === undefined ? "unread" : repeat(listKnown(little.pending), length);
    const facts = {
      ...nothing,
      members: repeat(listKnown(little.members), there),
      pending: invitations(waiting),
      memberInvitations: invitations(own),
      limits: { users },
    };
    expect(checkLimits(facts, terms)).toMatchObject([{ kind: "nearLimit", predicate }]);
  },
);

test("names the last day of a person whose access has ended in the layout", () => {
  const organization = {
    name: "acme",
    members: { "grace@acme.example": "admin" },
    lastDays: { "ADA@acme.example": "2027-01-30" },
    roster: {},
  } as const;
  expect(findOutsideLayout(little, { ...terms, layout: new Map([["acme", organization]]) })).toMatchObject([
    { person: "ada@acme.example", predicate: "is an admin, and the layout granted access only until 2027-01-30" },
    { person: "bob@acme.example", predicate: "is invited as viewer, and is not in the layout" },
  ]);
});

test("uses Peridio's number of seats if the number of people is unknown", () => {
  const facts = { ...nothing, limits: { users: { limit: 50, used: 49 } } };
  expect(checkLimits(facts, terms)).toMatchObject([{ kind: "nearLimit", predicate: "uses 49 of 50 seats" }]);
});
