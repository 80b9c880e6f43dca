import type { FindingKind } from "../src/audit/kinds";
import { auditReport } from "../src/audit/report";
import { Acme, day } from "./support/acme";
import { type AccessKind, type Case, type DeclarationKind, type Reported, testCases } from "./support/findingCases";

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

const layout = ["--layout", "gitops/test/fixtures/acme.yaml"];

async function report(...args: string[]): Promise<Reported> {
  const { code, output } = await acme.run(["audit", "--json", ...args]);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

/** Every member is active today. */
function everybodyActs(): void {
  for (const { name, members } of acme.emulator.state.organizations) {
    for (const { user_id } of members) {
      const email = acme.emulator.state.users[user_id]?.email ?? "";
      acme.control.setLastActive(email, name, acme.emulator.now.toISOString());
    }
  }
}

/** Lets days pass, during which every member is active. */
function pass(days: number): void {
  acme.control.advance(days * day);
  everybodyActs();
}

const [bob, carl, ada, grace] = ["bob@acme.example", "carl@partner.example", "ada@acme.example", "grace@acme.example"];

const cases: Readonly<Record<Exclude<FindingKind, AccessKind | DeclarationKind | "brokenRule">, Case>> = {
  failedTest: {
    make: async () => {
      await acme.control.invite(carl, "acme", "admin");
      await acme.control.setRole(grace, "acme", "viewer");
    },
    args: ["--rules", "gitops/test/fixtures/access-tests.yaml"],
    found: [
      [
        "high",
        carl,
        'The test "Carl is no admin" in acme fails: carl@partner.example must not have the role manager or a higher one in acme, but is invited with the role admin. Change the role, or the test. Reason for the test: Partners look only.',
      ],
      [
        "medium",
        grace,
        'The test "Grace helps" in acme fails: grace@acme.example must have the role admin in acme, but has the role viewer. Change the role, or the test.',
      ],
    ],
    near: () => {
      acme.control.addMember(carl, "acme", "developer");
    },
  },
  withoutTwoFactor: {
    make: async () => {
      acme.control.setTwoFactor(ada, false);
      acme.control.addMember(bob, "acme", "viewer");
      await acme.control.createOrganization("lab");
      acme.control.addMember(bob, "lab", "viewer");
    },
    found: [
      ["high", ada, "ada@acme.example in acme has no second factor, which the organization requires."],
      ["high", bob, "bob@acme.example in acme has no second factor, which the organization requires."],
      ["high", ada, "ada@acme.example in lab is an admin without a second factor."],
      ["medium", bob, "bob@acme.example in lab has no second factor."],
    ],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
    },
  },
  twoFactorNotRequired: {
    make: () => acme.control.updateSecuritySettings("acme", { two_factor_required: false }),
    found: [["medium", undefined, "acme does not require a second factor."]],
    near: () => acme.control.updateSecuritySettings("acme", { session_timeout: 300 }),
  },
  outsideLayout: {
    make: async () => {
      acme.join(carl, "developer");
      acme.join("dora@acme.example", "admin");
      await acme.control.invite("eve@acme.example", "acme", "manager");
      await acme.control.transferOwnership("dora@acme.example", "acme");
    },
    args: layout,
    found: [
      [
        "high",
        "dora@acme.example",
        "dora@acme.example in acme owns the organization, and the layout granted access only until 2027-01-30.",
      ],
      ["medium", carl, "carl@partner.example in acme is a developer, and is not in the layout."],
      ["medium", "eve@acme.example", "eve@acme.example in acme is invited as manager, and is not in the layout."],
    ],
    near: async () => {
      // The layout declares Bob in another case, and ignores the robots.
      acme.join("BOB@acme.example", "developer");
      await acme.control.invite("build@robots.example", "acme", "viewer");
    },
  },
  endsSoon: {
    make: () => undefined,
    args: ["--layout", "gitops/test/fixtures/ends.yaml"],
    found: [
      [
        "medium",
        "emil@acme.example",
        "emil@acme.example in acme has access as developer until 2027-02-14 08:00 UTC, then viewer.",
      ],
    ],
    near: () => {
      acme.control.advance(14 * day);
      acme.control.advance(120);
    },
  },
  undeclaredOrganization: {
    make: () => acme.found("lab"),
    args: layout,
    found: [["medium", undefined, "lab is not in the layout."]],
    near: () => acme.control.updateOrganization("acme", { display_name: "lab" }),
  },
  inactive: {
    make: () => {
      acme.join(bob, "developer");
      pass(100);
      acme.control.setLastActive(bob, "acme", "2027-02-10T08:00:00Z");
      acme.control.setLastActive(grace, "acme", "2027-01-31T23:00:00Z");
    },
    found: [
      ["high", grace, "grace@acme.example in acme was last active on 2027-01-31, 99 days ago."],
      ["medium", bob, "bob@acme.example in acme was last active on 2027-02-10, 90 days ago."],
    ],
    near: () => {
      acme.join(bob, "developer");
      pass(100);
      acme.control.setLastActive(bob, "acme", "2027-02-10T08:00:01Z");
    },
  },
  neverActive: {
    make: () => {
      acme.join(bob, "developer");
      pass(90);
      acme.control.setLastActive(bob, "acme", null);
      acme.control.setLastActive(grace, "acme", null);
    },
    found: [
      ["high", grace, "grace@acme.example in acme was never active, and joined on 2027-01-31, 90 days ago."],
      ["medium", bob, "bob@acme.example in acme was never active, and joined on 2027-01-31, 90 days ago."],
    ],
    near: () => {
      acme.join(bob, "developer");
      pass(89);
      acme.control.setLastActive(bob, "acme", null);
    },
  },
  oneAdmin: {
    make: async () => {
      await acme.control.setRole(grace, "acme", "manager");
      await acme.control.invite(bob, "acme", "admin");
    },
    found: [["medium", undefined, "acme has only one admin, ada@acme.example."]],
    near: () => {
      acme.join(bob, "manager");
    },
  },
  tooManyAdmins: {
    make: async () => {
      acme.join(bob, "admin");
      await acme.control.invite(carl, "acme", "admin");
    },
    args: ["--max-admins", "3"],
    found: [["medium", undefined, "acme has 4 admins, 1 of them invited, more than the maximum of 3."]],
    near: async () => {
      acme.join(bob, "admin");
      await acme.control.invite(carl, "acme", "manager");
    },
  },
  nearLimit: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      await acme.control.invite(carl, "acme", "viewer");
      // A member with a pending invitation takes two seats.
      acme.control.addMember(carl, "acme", "viewer");
      acme.control.setLimits("acme", { users: 6 });
      acme.control.setBelongings("acme", { devices: 10_000, products: 79, webhooks: 20 });
    },
    found: [
      ["high", undefined, "acme uses 10,000 of 10,000 devices."],
      ["medium", undefined, "acme uses 5 of 6 seats, 2 of them for pending invitations."],
      ["medium", undefined, "acme uses 20 of 25 webhooks."],
    ],
    near: () => {
      acme.control.setLimits("acme", { users: 3, api_keys: 0 });
      acme.control.setBelongings("acme", { devices: 7_999 });
    },
  },
  noKeyRotation: {
    make: () => acme.control.updateSecuritySettings("acme", { api_key_rotation: null }),
    found: [["medium", undefined, "acme has no API key rotation, so API keys have no maximum age."]],
    near: () =>
      acme.control.updateSecuritySettings("acme", { api_key_rotation: { max_age_days: 3650, grace_period_days: 0 } }),
  },
  noAllowlist: {
    make: () => acme.control.updateSecuritySettings("acme", { ip_allowlist: [] }),
    found: [["low", undefined, "acme has no allowlist, so any address can reach the organization."]],
    near: () =>
      acme.control.updateSecuritySettings("acme", {
        ip_allowlist: [
          { cidr: "0.0.0.0/1", description: null },
          { cidr: "127.0.0.1/32", description: null },
        ],
      }),
  },
  expiredInvitation: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(8);
    },
    found: [["low", bob, "bob@acme.example in acme was invited as viewer, and the invitation expired on 2027-02-07."]],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      await acme.control.invite(carl, "acme", "viewer");
      pass(8);
      await acme.control.invite(bob, "acme", "viewer");
      acme.join(carl, "viewer");
    },
  },
  oldInvitation: {
    make: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(5);
    },
    found: [
      [
        "low",
        bob,
        "bob@acme.example in acme was invited as viewer 5 days ago and has not accepted the invitation, which expires on 2027-02-07.",
      ],
    ],
    near: async () => {
      await acme.control.invite(bob, "acme", "viewer");
      pass(4);
    },
  },
};

testCases(cases, report);
