import type { Organization } from "../../access/access";
import { secret, unknown } from "../../preview/resource";
import { ada, carl, grace, checkMessages, createOrganization } from "../testing/acme";

const nothingTells = (setting: string, asked: string) =>
  `${setting} of acme-dev is unknown, but the rule requires ${asked}: declare it in a SecurityPolicy, or as \`security\` in the layout.`;

type Case = readonly [words: string, rule: string, state: Partial<Omit<Organization, "people">>, message?: string];

const unnamed = { name: undefined, id: "prn:1:x" };
const rotation = (maxAgeDays: number, gracePeriodDays = 0) => ({
  security: { apiKeyRotation: { maxAgeDays, gracePeriodDays } },
});

const cases: readonly Case[] = [
  ["two factors that are on", "requireTwoFactor: true", { security: { requireTwoFactor: true } }],
  [
    "two factors that are off",
    "requireTwoFactor: true",
    { security: { requireTwoFactor: false } },
    "acme-dev requires no second factor, but the rule requires a second factor for all users: declare `requireTwoFactor: true`.",
  ],
  [
    "two factors of a policy that does not say",
    "requireTwoFactor: true",
    { security: {} },
    nothingTells("requireTwoFactor", "a second factor for all users"),
  ],
  [
    "two factors where there is no policy",
    "requireTwoFactor: true",
    {},
    nothingTells("requireTwoFactor", "a second factor for all users"),
  ],
  [
    "two factors that are not known yet",
    "requireTwoFactor: true",
    { security: { requireTwoFactor: unknown } },
    "requireTwoFactor of acme-dev is not known before the update, but the rule requires a second factor for all users: declare it as a plain value, not as a secret or an unknown output.",
  ],
  ["sessions that are as long as allowed", "sessionTimeout: { atMost: 8h }", { security: { sessionTimeout: 28_800 } }],
  [
    "sessions that are longer",
    "sessionTimeout: { atMost: 8h }",
    { security: { sessionTimeout: 28_860 } },
    "Sessions in acme-dev last up to 481m, but the rule requires sessions of at most 8h: declare `sessionTimeout: 8h`, or less.",
  ],
  [
    "sessions that are left to Peridio",
    "sessionTimeout: { atMost: 30d }",
    { security: { sessionTimeout: null } },
    "acme-dev uses Peridio's default for sessions, but the rule requires sessions of at most 30d: declare `sessionTimeout: 30d`, or less.",
  ],
  [
    "sessions that nothing tells of",
    "sessionTimeout: { atMost: 8h }",
    { security: {} },
    nothingTells("sessionTimeout", "sessions of at most 8h"),
  ],
  [
    "sessions that are secret",
    "sessionTimeout: { atMost: 8h }",
    { security: { sessionTimeout: secret } },
    "sessionTimeout of acme-dev is secret, but the rule requires sessions of at most 8h: declare it as a plain value, not as a secret or an unknown output.",
  ],
  ["keys that are replaced in time", "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }", rotation(90, 7)],
  ["keys with any grace", "apiKeyRotation: { maxAgeDays: 90 }", rotation(30, 90)],
  [
    "keys that get too old",
    "apiKeyRotation: { maxAgeDays: 90 }",
    rotation(91),
    "API keys of acme-dev expire after 91 days, but the rule requires new keys after at most 90 days: lower `maxAgeDays`.",
  ],
  [
    "keys with too much grace",
    "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 1 }",
    rotation(90, 2),
    "API keys of acme-dev work for 2 days after their age, but the rule allows at most 1 day: lower `gracePeriodDays`.",
  ],
  [
    "keys that are never replaced",
    "apiKeyRotation: { maxAgeDays: 90 }",
    { security: { apiKeyRotation: null } },
    "API keys of acme-dev never expire, but the rule requires new keys after at most 90 days: declare `apiKeyRotation`.",
  ],
  [
    "keys that nothing tells of",
    "apiKeyRotation: { maxAgeDays: 90 }",
    {},
    nothingTells("apiKeyRotation", "new keys after at most 90 days"),
  ],
  ["an owner who may be one", `owner: [${ada}, ${grace}]`, { owner: "Grace@Acme.example" }],
  ["an owner by pattern", 'owner: "*@acme.example"', { owner: grace }],
  [
    "an owner who may not be one",
    `owner: [${ada}, ${grace}]`,
    { owner: carl },
    `${carl} owns acme-dev, but the rule allows only ${ada}, ${grace}: declare another owner, or transfer the ownership.`,
  ],
  [
    "an owner who is excluded",
    `owner: { except: "*@partner.example" }`,
    { owner: carl },
    `${carl} owns acme-dev, but the rule allows all but *@partner.example: declare another owner, or transfer the ownership.`,
  ],
  [
    "an unknown owner",
    `owner: ${ada}`,
    {},
    `The owner of acme-dev is unknown, but the rule allows only ${ada}: declare the owner, as \`owner\` in the layout or with an OrganizationOwner.`,
  ],
  [
    "an owner who is hidden",
    `owner: ${ada}`,
    { owner: secret },
    `The owner of acme-dev is secret, but the rule allows only ${ada}: declare the owner as a plain value, not as a secret or an unknown output.`,
  ],
  ["only declared people", "roster: required", { hasRoster: true }],
  [
    "people who may be undeclared",
    "roster: required",
    { hasRoster: false },
    "acme-dev may have people without a declaration, but the rule requires a roster of all people: declare it in a layout, or with an OrganizationMembers.",
  ],
  [
    "owners that the API does not report",
    "roster: required",
    { hasUnreportedOwners: true },
    "acme-dev may have an undeclared owner, but the rule requires a roster of all people: Avocado Connect does not report owners. Use `roster: exceptOwners`, or exclude acme-dev from its `organizations`.",
  ],
  ["all people but owners declared", "roster: exceptOwners", { hasUnreportedOwners: true }],
  [
    "undeclared people who may not be owners",
    "roster: exceptOwners",
    { hasRoster: false, hasUnreportedOwners: true },
    "acme-dev may have people without a declaration, but the rule requires a roster of all people but owners: declare it in a layout, or with an OrganizationMembers.",
  ],
  [
    "a second factor that Avocado Connect does not tell",
    "requireTwoFactor: true",
    { security: undefined, hasUnreportedOwners: true },
    "requireTwoFactor of acme-dev is unknown, but the rule requires a second factor for all users: Avocado Connect has no such setting, so exclude acme-dev from the rule's `organizations`.",
  ],
  ["protection", "protect: true", { isProtected: true }],
  [
    "no protection",
    "protect: true",
    { isProtected: false },
    "acme-dev is not protected from deletion, but the rule requires it: set `protect: true` for its Organization.",
  ],
  [
    "protection that nothing tells of",
    "protect: true",
    { ...unnamed, isProtected: undefined },
    "No reviewed stack declares prn:1:x, so its protection is unknown, but the rule requires it: also review the stack that declares it.",
  ],
  ["a name by the pattern", "name: acme-*", {}],
  ["a name by one of two patterns", 'name: ["*-production", acme-*]', {}],
  ["a name by the expression", 'name: { regex: "acme-[a-z]+" }', {}],
  [
    "a name in other letters",
    "name: acme-*",
    { name: "Acme-dev", id: undefined },
    "The name Acme-dev breaks the rule, which requires acme-*: choose another name before it is created, since names never change.",
  ],
  [
    "a name of which only a part fits the expression",
    "name: { regex: acme-dev|acme-lab }",
    { name: "acme-dev2" },
    "The name acme-dev2 breaks the rule, which requires /acme-dev|acme-lab/: names never change, so exclude the organization from the rule with `except`.",
  ],
  [
    "a name that nothing tells",
    'name: "*"',
    unnamed,
    "The name of prn:1:x is unknown, but the rule requires *: also review the stack that declares it.",
  ],
  ["a display name", "displayName: required", { general: { displayName: "Acme development" } }],
  [
    "no display name",
    "displayName: required",
    {},
    "acme-dev has no display name apart from its name, but the rule requires one: declare `displayName`.",
  ],
  [
    "a display name that is the name",
    "displayName: required",
    { general: { displayName: "acme-dev" } },
    "acme-dev has no display name apart from its name, but the rule requires one: declare `displayName`.",
  ],
  [
    "a display name that is not known yet",
    "displayName: required",
    { general: { displayName: unknown } },
    "The display name of acme-dev is not known before the update, but the rule requires one: declare it as a plain value, not as a secret or an unknown output.",
  ],
];

test.each(cases.map(([words, rule, state, message]) => ({ words, rule, state, message })))(
  "$words: $rule",
  ({ rule, state, message }) => {
    expect(checkMessages(`x: { ${rule} }`, createOrganization(state))).toEqual(message === undefined ? [] : [message]);
  },
);
