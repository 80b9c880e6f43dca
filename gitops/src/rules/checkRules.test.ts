import fc from "fast-check";
import { type PersonRole, personRoles } from "../roles";
import type { Access, SecuritySettings } from "../model/organization";
import { secret, unknown, type Hidden } from "../hidden";
import { checkRules } from "./checkRules";
import { parseRulesFile } from "./readRules";
import {
  createAccess,
  ada,
  bob,
  carl,
  circumstances,
  dora,
  eve,
  checkMessages,
  createOrganization,
  checkYaml,
} from "./testing/acme";

describe("the order of violations", () => {
  const rules = `
a note: { role: none, severity: note }
a refusal: { role: none }
an approval: { role: none, severity: approve }
another refusal: { role: none, severity: refuse, because: Nobody needs it. }
`;
  const state = createAccess(
    createOrganization({ name: "b", people: { [bob]: "viewer", [ada]: "viewer" } }),
    createOrganization({ name: "a", people: { [carl]: "viewer" } }),
  );

  test("is by severity, rule, organization and person", () => {
    const found = checkYaml(rules, state);
    expect(found.map(({ rule, organizations, people }) => [rule, organizations[0], people[0]])).toEqual(
      ["a refusal", "another refusal", "an approval", "a note"].flatMap((rule) => [
        [rule, "a", carl],
        [rule, "b", ada],
        [rule, "b", bob],
      ]),
    );
    expect(found[0]).not.toHaveProperty("explanation");
    expect(found[3]).toMatchObject({ severity: "refuse", explanation: "Nobody needs it." });
  });
});

describe("an exemption", () => {
  const rule = (exempt: string) => `x: { role: none, requireTwoFactor: true, exempt: [{ ${exempt}, because: x }] }`;
  const security = { requireTwoFactor: false };
  const state = createAccess(
    createOrganization({ name: "acme-dev", people: { [ada]: "admin", [bob]: "viewer" }, security }),
    createOrganization({ name: "acme-lab", people: { [bob]: "viewer" }, security }),
  );
  const checkExemption = (exempt: string) =>
    checkYaml(rule(exempt), state).map(({ organizations, people }) => [...organizations, ...people].join(" "));
  const all = ["acme-dev", `acme-dev ${ada}`, `acme-dev ${bob}`, "acme-lab", `acme-lab ${bob}`];
  const without = (...some: readonly string[]) => all.filter((one) => !some.includes(one));

  test.each([
    ["person: BOB@acme.example, until: 2027-01-31", [`acme-dev ${bob}`, `acme-lab ${bob}`]],
    [`person: ${bob}, organization: acme-lab, until: 2027-01-31`, [`acme-lab ${bob}`]],
    ["organization: acme-lab, until: 2027-01-31", ["acme-lab", `acme-lab ${bob}`]],
    [
      'person: "*@acme.example", organization: "prn:1:acme-d*", until: 2027-01-31',
      [`acme-dev ${ada}`, `acme-dev ${bob}`],
    ],
    ["person: carl@partner.example, until: 2027-01-31", []],
  ])("of %s applies until the end of that day", (exempt, gone) => {
    expect(checkExemption(exempt)).toEqual(without(...gone));
    expect(checkExemption(exempt.replace("2027-01-31", "2027-01-30"))).toEqual(all);
  });

  test("appears in the message after its end", () => {
    const exempt = `person: ${bob}, organization: acme-lab, until: 2027-01-30`;
    const messages = checkMessages(rule(exempt), state).filter((message) => message.includes("An exemption"));
    expect(messages).toEqual([
      `${bob} has the role viewer in acme-lab, but the rule allows no role. Remove the person. An exemption from the rule ended on 2027-01-30.`,
    ]);
    const both = rule("organization: acme-lab, until: 2026-12-31").replace(
      "because: x }",
      "because: x }, { organization: acme-lab, until: 2027-01-30, because: y }",
    );
    expect(checkMessages(both, state).filter((message) => message.endsWith("ended on 2027-01-30."))).toHaveLength(2);
  });

  test("does not appear in the message before its end", () => {
    const exempt = `exempt: [{ person: ${bob}, until: 2027-01-31, because: x }]`;
    expect(
      checkMessages(`x: { admins: { atLeast: 2 }, ${exempt} }`, createOrganization({ people: { [bob]: "admin" } })),
    ).toEqual([`acme-dev has 1 admin (${bob}), but the rule requires at least 2. Make another person an admin.`]);
  });

  test("by a name does not apply to an organization with an unknown name", () => {
    const unnamed = createOrganization({ name: undefined, id: "prn:1:x", people: { [bob]: "viewer" } });
    const exempt = (organization: string) =>
      `x: { role: none, exempt: [{ organization: "${organization}", until: 2027-01-31, because: x }] }`;
    expect(checkMessages(exempt("acme-lab"), unnamed)).toHaveLength(1);
    expect(checkMessages(exempt("prn:1:x"), unnamed)).toEqual([]);
  });
});

describe("an organization with an unknown name", () => {
  const rule = 'x: { organizations: "*-production", role: { atMost: viewer } }';
  const unnamed = (role: "viewer" | "admin") =>
    createOrganization({ name: undefined, id: "prn:1:x", people: { [ada]: role } });

  test("is checked by rules that may apply to it, with a remark", () => {
    expect(checkYaml(rule, unnamed("admin"))).toMatchObject([
      {
        message:
          `${ada} has the role admin in prn:1:x, but the rule allows at most viewer. Give the person an allowed role, or remove the person. ` +
          "The name of prn:1:x is unknown, so it is unclear if the rule applies. Add the preview of the stack that declares the organization, or use the organization's PRN in the rule.",
        organizations: ["prn:1:x"],
      },
    ]);
    expect(checkMessages(rule, unnamed("viewer"))).toEqual([]);
  });

  test("and without an id has no preview to add", () => {
    const created = createOrganization({ name: undefined, id: undefined, people: { [ada]: "admin" } });
    expect(checkMessages(rule, created)).toEqual([
      expect.stringMatching(
        /The name of .* is unknown, so it is unclear if the rule applies\. Declare the name and the id of the organization as plain values, not as secrets or unknown outputs\.$/,
      ),
    ]);
  });

  test("may count for one of two duties", () => {
    const apart =
      "x: { notTogether: [{ role: admin, organizations: acme-dev }, { role: admin, organizations: acme-lab }] }";
    const state = createAccess(unnamed("admin"), createOrganization({ people: { [ada]: "admin" } }));
    expect(checkMessages(apart, state)).toEqual([
      `${ada} has the role admin in acme-dev together with the role admin in prn:1:x, but the rule forbids this combination. Remove one of these roles. ` +
        "The name of prn:1:x is unknown, so it is unclear if the rule applies. Add the preview of the stack that declares the organization, or use the organization's PRN in the rule.",
    ]);
  });
});

describe("the mark of a rule that was broken before", () => {
  const flags = (rule: string, before: Access, after: Access) =>
    checkYaml(rule, after, { before }).map((one) => one.before);
  const with_ = (...people: Parameters<typeof createOrganization>[0][]) =>
    createAccess(...people.map((one) => createOrganization(one)));

  test.each([
    ["the same role", "developer", "developer", true],
    ["a higher role", "developer", "admin", false],
    ["a lower role that is still too high", "admin", "developer", true],
    ["a role that was allowed", "viewer", "developer", false],
    ["a role that was hidden", unknown, "developer", false],
    ["a role that is hidden now", "admin", unknown, false],
    ["a role that is still hidden", unknown, unknown, false],
  ] as const)("%s", (_, earlier, later, expected) => {
    const rule = "x: { role: { atMost: viewer } }";
    expect(
      flags(rule, with_({ people: { [ada]: earlier } }), with_({ people: { "Ada@acme.example": later } })),
    ).toEqual([expected]);
  });

  describe("tells apart the reasons why a value breaks a rule", () => {
    const security = (settings: SecuritySettings) => with_({ security: settings });
    const everyKey = { maxAgeDays: 365, gracePeriodDays: 0 };
    const lastDay = (day: string | Hidden | undefined) =>
      with_({ people: { [carl]: { role: "viewer", lastDay: day } } });
    const billing = (role: PersonRole | Hidden) =>
      with_({ people: { [ada]: "admin" } }, { name: "billing", people: { [ada]: role } });

    test.each<[string, Access, Access, boolean]>([
      ["requireTwoFactor: true", with_({}), security({ requireTwoFactor: false }), false],
      ["requireTwoFactor: true", security({ requireTwoFactor: secret }), security({ requireTwoFactor: false }), false],
      ["requireTwoFactor: true", security({ requireTwoFactor: false }), security({ requireTwoFactor: secret }), false],
      [
        "requireTwoFactor: true",
        security({ requireTwoFactor: secret }),
        security({ requireTwoFactor: unknown }),
        false,
      ],
      ["ipAllowlist: required", security({ ipAllowlist: secret }), security({ ipAllowlist: [] }), false],
      [
        "sessionTimeout: { atMost: 8h }",
        security({ sessionTimeout: secret }),
        security({ sessionTimeout: 9e5 }),
        false,
      ],
      ["sessionTimeout: { atMost: 8h }", security({ sessionTimeout: null }), security({ sessionTimeout: 9e5 }), false],
      ["sessionTimeout: { atMost: 8h }", security({ sessionTimeout: 9e5 }), security({ sessionTimeout: 8e5 }), true],
      ["apiKeyRotation: { maxAgeDays: 9 }", with_({}), security({ apiKeyRotation: everyKey }), false],
      [
        "apiKeyRotation: { maxAgeDays: 9 }",
        security({ apiKeyRotation: null }),
        security({ apiKeyRotation: everyKey }),
        true,
      ],
      ["until: { withinDays: 9 }", lastDay("2027-01-20"), lastDay("2036-01-01"), false],
      ["until: { withinDays: 9 }", lastDay("2027-01-20"), lastDay("2027-01-20"), true],
      ["until: { withinDays: 9 }", lastDay(secret), lastDay(undefined), false],
      ["until: { withinDays: 9 }", lastDay(undefined), lastDay("2036-01-01"), true],
      ["notTogether: [{ role: admin }, { role: admin }]", billing(secret), billing("admin"), false],
      ["notTogether: [{ role: admin }, { role: admin }]", billing("admin"), billing(secret), false],
      ["notTogether: [{ role: admin }, { role: admin }]", billing(secret), billing(secret), false],
      ["notTogether: [{ role: admin }, { role: admin }]", billing("admin"), billing("admin"), true],
      ["owner: ada@acme.example", with_({}), with_({ owner: secret }), false],
      ["roster: required", with_({ hasRoster: false, hasHiddenRoster: true }), with_({ hasRoster: false }), false],
      ["protect: true", with_({ isProtected: undefined }), with_({ isProtected: false }), false],
      [
        "displayName: required",
        with_({ general: { displayName: secret } }),
        with_({ general: { displayName: "acme-dev" } }),
        false,
      ],
      ["displayName: required", with_({}), with_({ general: { displayName: "acme-dev" } }), false],
    ])("%s", (rule, before, after, expected) => {
      expect(flags(`x: { ${rule} }`, before, after)).toEqual([expected]);
    });
  });

  test("is missing for a new person, or one in another organization", () => {
    const rule = "x: { role: none }";
    expect(flags(rule, createAccess(), with_({ people: { [ada]: "viewer" } }))).toEqual([false]);
    const elsewhere = with_({ name: "acme-lab", people: { [ada]: "viewer" } });
    expect(flags(rule, elsewhere, with_({ people: { [ada]: "viewer" } }))).toEqual([false]);
  });

  test("is missing for fewer admins than before, and set for more", () => {
    const rule = "x: { admins: { atLeast: 3 } }";
    const one = with_({ people: { [ada]: "admin" } });
    const two = with_({ people: { [ada]: "admin", [dora]: "admin" } });
    expect(flags(rule, two, one)).toEqual([false]);
    expect(flags(rule, one, two)).toEqual([true]);
    expect(flags(rule, one, with_({ people: { [bob]: "admin", [dora]: "admin" } }))).toEqual([false]);
  });

  test("is missing for people with hidden addresses", () => {
    expect(flags("x: { role: none }", with_({ hiddenPeople: 1 }), with_({ hiddenPeople: 1 }))).toEqual([false]);
  });

  test.each<
    [string, string, Parameters<typeof createOrganization>[0], Parameters<typeof createOrganization>[0], boolean]
  >([
    [
      "another admin in the place of one",
      "admins: { atMost: 1 }",
      { people: { [ada]: "admin", [bob]: "admin" } },
      { people: { [ada]: "admin", [dora]: "admin" } },
      false,
    ],
    [
      "fewer admins, and one of them is new",
      "admins: { atMost: 1 }",
      { people: { [ada]: "admin", [bob]: "admin", [eve]: "admin" } },
      { people: { [ada]: "admin", [dora]: "admin" } },
      false,
    ],
    [
      "fewer admins",
      "admins: { atMost: 1 }",
      { people: { [ada]: "admin", [bob]: "admin", [eve]: "admin" } },
      { people: { [ada]: "admin", [bob]: "admin" } },
      true,
    ],
    [
      "an admin who becomes the owner",
      "role: { atMost: manager }",
      { people: { [ada]: "admin" } },
      { people: { [ada]: "admin" }, owner: ada },
      false,
    ],
    [
      "a later last day",
      "role: { atMost: viewer }",
      { people: { [carl]: { role: "manager", lastDay: "2027-02-01" } } },
      { people: { [carl]: { role: "manager", lastDay: "2027-03-01" } } },
      false,
    ],
    [
      "an earlier last day",
      "role: { atMost: viewer }",
      { people: { [carl]: { role: "manager" } } },
      { people: { [carl]: { role: "manager", lastDay: "2027-03-01" } } },
      true,
    ],
    [
      "an expired invitation that is sent again",
      "role: { atMost: viewer }",
      { people: { [carl]: { role: "manager", status: "expired" } } },
      { people: { [carl]: { role: "manager", status: "planned" } } },
      true,
    ],
    [
      "a person without a last day who gets a higher role",
      "until: required",
      { people: { [carl]: "viewer" } },
      { people: { [carl]: "developer" } },
      false,
    ],
  ])("compares what the change does with the violation: %s", (_, rule, before, after, expected) => {
    expect(flags(`x: { ${rule} }`, with_(before), with_(after))).toEqual([expected]);
  });

  test("of one requirement does not depend on another one of the same rule", () => {
    const rule = "x: { requireTwoFactor: true, sessionTimeout: { atMost: 8h } }";
    const before = with_({ security: { requireTwoFactor: true, sessionTimeout: 86_400 } });
    const after = with_({ security: { requireTwoFactor: false, sessionTimeout: 86_400 } });
    expect(checkYaml(rule, after, { before }).map((one) => [one.message.split(" ")[0], one.before])).toEqual([
      ["Sessions", true],
      ["acme-dev", false],
    ]);
  });

  test("is missing without access before the change", () => {
    expect(checkYaml("x: { role: none }", with_({ people: { [ada]: "viewer" } }))[0]?.before).toBe(false);
  });
});

describe("for any access", () => {
  const text = `
rules:
  admins: { admins: { atLeast: 2, atMost: 3, including: ada@acme.example } }
  outsiders: { organizations: "*-production", people: { except: "*@acme.example" }, role: { atMost: viewer }, severity: approve }
  apart: { notTogether: [{ role: admin, organizations: "*-production" }, { role: [admin, manager], organizations: "*-billing" }] }
  strict: { organizations: { except: "*-lab" }, requireTwoFactor: true, protect: true, roster: required, severity: note }
`;
  const all = parseRulesFile({ file: "rules.yaml", text }).rules;

  const people = fc.dictionary(
    fc.constantFrom(ada, bob, carl, dora, "emil@partner.example"),
    fc.oneof(
      fc.constantFrom(...personRoles, unknown),
      fc.record({ role: fc.constantFrom(...personRoles), status: fc.constantFrom("pending", "planned", "expired") }),
    ),
  );
  const one = fc.record({
    name: fc.constantFrom("acme-production", "eu-production", "acme-billing", "acme-lab", undefined),
    people,
    hiddenPeople: fc.nat(1),
    hasRoster: fc.boolean(),
    hasUnreportedOwners: fc.boolean(),
    isProtected: fc.boolean(),
    owner: fc.constantFrom(undefined, ada, carl),
    security: fc.constantFrom(undefined, {}, { requireTwoFactor: true }, { requireTwoFactor: false }),
  });
  const states = fc
    .uniqueArray(one, { selector: ({ name }) => name, maxLength: 4 })
    .map((some) => createAccess(...some.map((each) => createOrganization(each))));

  test("the order of rules and people does not matter", () => {
    fc.assert(
      fc.property(states, (state) => {
        const turned = createAccess(
          ...[...state.organizations.values()]
            .reverse()
            .map((each) => ({ ...each, people: new Map([...each.people].reverse()) })),
        );
        expect(checkRules(all, turned, circumstances)).toEqual(checkRules(all, state, circumstances));
      }),
    );
  });

  test("rules are independent: together they find the same violations as alone", () => {
    fc.assert(
      fc.property(states, fc.subarray([...all]), (state, some) => {
        const together = checkRules(some, state, circumstances);
        const alone = some.flatMap((rule) => checkRules([rule], state, circumstances));
        expect(together).toHaveLength(alone.length);
        expect(together).toEqual(expect.arrayContaining(alone));
      }),
    );
  });

  test("every violation without hidden facts is marked if nothing changes, and none if nothing existed before", () => {
    fc.assert(
      fc.property(states, (state) => {
        const unchanged = checkRules(all, state, { ...circumstances, before: state });
        for (const { before, message } of unchanged)
          if (!before) expect(message).toMatch(/hidden|not known|unknown|certain|without a declaration/);
        const fresh = checkRules(all, state, { ...circumstances, before: createAccess() });
        expect(fresh.filter(({ before }) => before)).toEqual([]);
      }),
    );
  });

  test("messages are whole sentences without traces of the program", () => {
    fc.assert(
      fc.property(states, (state) => {
        for (const { message } of checkRules(all, state, circumstances)) {
          expect(message).toMatch(/^\S.*\.$/);
          expect(message).not.toMatch(/undefined|\[object|NaN|Infinity/);
        }
      }),
    );
  });
});
