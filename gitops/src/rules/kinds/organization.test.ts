import type { Organization } from "../../model/organization";
import { secret, unknown } from "../../hidden";
import { ada, carl, grace, checkMessages, createOrganization } from "../testing/acme";

const nothingTells = (setting: string, limit: string) =>
  `${setting} of acme-dev is unknown, but the rule requires ${limit}. Declare the setting in a SecurityPolicy, or under \`security\` in the layout.`;

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
    "acme-dev requires no second factor, but the rule requires a second factor for all users. Declare `requireTwoFactor: true`.",
  ],
  [
    "two factors that the policy does not declare",
    "requireTwoFactor: true",
    { security: {} },
    nothingTells("requireTwoFactor", "a second factor for all users"),
  ],
  [
    "two factors without a policy",
    "requireTwoFactor: true",
    {},
    nothingTells("requireTwoFactor", "a second factor for all users"),
  ],
  [
    "two factors that are unknown before the update",
    "requireTwoFactor: true",
    { security: { requireTwoFactor: unknown } },
    "requireTwoFactor of acme-dev is not known before the update, so the rule cannot check this setting. Declare the setting as a plain value, not as a secret or an unknown output.",
  ],
  ["sessions that are as long as allowed", "sessionTimeout: { atMost: 8h }", { security: { sessionTimeout: 28_800 } }],
  [
    "sessions that are longer",
    "sessionTimeout: { atMost: 8h }",
    { security: { sessionTimeout: 28_860 } },
    "Sessions in acme-dev last up to 481m, but the rule requires sessions of at most 8h. Declare `sessionTimeout: 8h`, or less.",
  ],
  [
    "sessions with Peridio's default",
    "sessionTimeout: { atMost: 30d }",
    { security: { sessionTimeout: null } },
    "acme-dev uses Peridio's default for sessions, but the rule requires sessions of at most 30d. Declare `sessionTimeout: 30d`, or less.",
  ],
  [
    "sessions that no policy declares",
    "sessionTimeout: { atMost: 8h }",
    { security: {} },
    nothingTells("sessionTimeout", "sessions of at most 8h"),
  ],
  [
    "sessions that are secret",
    "sessionTimeout: { atMost: 8h }",
    { security: { sessionTimeout: secret } },
    "sessionTimeout of acme-dev is secret, so the rule cannot check this setting. Declare the setting as a plain value, not as a secret or an unknown output.",
  ],
  ["API keys that expire in time", "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }", rotation(90, 7)],
  ["API keys with any grace period", "apiKeyRotation: { maxAgeDays: 90 }", rotation(30, 90)],
  [
    "API keys that get too old",
    "apiKeyRotation: { maxAgeDays: 90 }",
    rotation(91),
    "API keys of acme-dev have a maximum age of 91 days, but the rule requires a maximum age of at most 90 days. Declare `maxAgeDays: 90`, or less.",
  ],
  [
    "API keys with a grace period that is too long",
    "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 1 }",
    rotation(90, 2),
    "API keys of acme-dev still work for 2 days after their maximum age, but the rule allows at most 1 day. Declare `gracePeriodDays: 1`, or less.",
  ],
  [
    "API keys without a maximum age",
    "apiKeyRotation: { maxAgeDays: 90 }",
    { security: { apiKeyRotation: null } },
    "API keys of acme-dev have no maximum age, but the rule requires a maximum age of at most 90 days. Declare `apiKeyRotation`.",
  ],
  [
    "API keys that no policy declares",
    "apiKeyRotation: { maxAgeDays: 90 }",
    {},
    nothingTells("apiKeyRotation", "a maximum age of at most 90 days"),
  ],
  ["an allowed owner", `owner: [${ada}, ${grace}]`, { owner: "Grace@Acme.example" }],
  ["an owner who matches a pattern", 'owner: "*@acme.example"', { owner: grace }],
  [
    "an owner who is not allowed",
    `owner: [${ada}, ${grace}]`,
    { owner: carl },
    `${carl} owns acme-dev, but the rule allows only ${ada}, ${grace}. Declare an allowed person as the owner.`,
  ],
  [
    "an owner who is excluded",
    `owner: { except: "*@partner.example" }`,
    { owner: carl },
    `${carl} owns acme-dev, but the rule allows all but *@partner.example. Declare an allowed person as the owner.`,
  ],
  [
    "an unknown owner",
    `owner: ${ada}`,
    {},
    `The owner of acme-dev is unknown, but the rule allows only ${ada}. Declare the owner, as \`owner\` in the layout or with an OrganizationOwner.`,
  ],
  [
    "an owner who is hidden",
    `owner: ${ada}`,
    { owner: secret },
    `The owner of acme-dev is secret, so the rule cannot check the owner. Declare the owner as a plain value, not as a secret or an unknown output.`,
  ],
  ["only declared people", "roster: required", { hasRoster: true }],
  [
    "people who may be undeclared",
    "roster: required",
    { hasRoster: false },
    "acme-dev may have people without a declaration, but the rule requires a roster of all people. Declare a roster without `ignore` and without the option `ignoreChanges`, in a layout or with an OrganizationMembers.",
  ],
  [
    "a hidden roster",
    "roster: required",
    { hasRoster: false, hasHiddenRoster: true },
    "The roster of acme-dev is hidden, so the rule cannot check that it declares all people. Declare the roster as a plain value, not as a secret or an unknown output.",
  ],
  [
    "owners that previews do not show",
    "roster: required",
    { hasUnreportedOwners: true },
    "acme-dev may have an undeclared owner, because previews with Avocado Connect do not show undeclared owners, but the rule requires a roster of all people. Use `roster: exceptOwners`, or exclude acme-dev from the rule's `organizations`.",
  ],
  ["all people but owners declared", "roster: exceptOwners", { hasUnreportedOwners: true }],
  [
    "undeclared people who may not be owners",
    "roster: exceptOwners",
    { hasRoster: false, hasUnreportedOwners: true },
    "acme-dev may have people without a declaration, but the rule requires a roster of all people except owners. Declare a roster without `ignore` and without the option `ignoreChanges`, in a layout or with an OrganizationMembers.",
  ],
  [
    "a second factor, which Avocado Connect does not report",
    "requireTwoFactor: true",
    { security: undefined, hasUnreportedOwners: true },
    "requireTwoFactor of acme-dev is unknown, but the rule requires a second factor for all users. Avocado Connect does not support this setting, so exclude acme-dev from the rule's `organizations`.",
  ],
  ["protection", "protect: true", { isProtected: true }],
  [
    "no protection",
    "protect: true",
    { isProtected: false },
    "acme-dev is not protected from deletion, but the rule requires this protection. Set `protect: true` for the Organization resource.",
  ],
  [
    "unknown protection",
    "protect: true",
    { ...unnamed, isProtected: undefined },
    "No reviewed stack declares prn:1:x, so the rule cannot check the protection from deletion. Add the preview of the stack that declares the organization.",
  ],
  ["a name that matches the pattern", "name: acme-*", {}],
  ["a name that matches one of two patterns", 'name: ["*-production", acme-*]', {}],
  ["a name that matches the expression", 'name: { regex: "acme-[a-z]+" }', {}],
  [
    "a name in different letter case",
    "name: acme-*",
    { name: "Acme-dev", change: "created" },
    "The name Acme-dev breaks the rule, which requires acme-*. Choose another name before the organization is created, because names never change.",
  ],
  [
    "a name that matches the expression only in part",
    "name: { regex: acme-dev|acme-lab }",
    { name: "acme-dev2" },
    "The name acme-dev2 breaks the rule, which requires /acme-dev|acme-lab/. Names never change, so exclude acme-dev2 from the rule's `organizations`.",
  ],
  [
    "a name of an organization whose PRN is unknown, as in a plan",
    "name: acme",
    { id: undefined },
    "The name acme-dev breaks the rule, which requires acme. Names never change, so exclude acme-dev from the rule's `organizations`.",
  ],
  [
    "an unknown name",
    'name: "*"',
    unnamed,
    "The name of prn:1:x is unknown, but the rule requires *. Add the preview of the stack that declares the organization.",
  ],
  ["a display name", "displayName: required", { general: { displayName: "Acme development" } }],
  [
    "an unknown display name",
    "displayName: required",
    {},
    "The display name of acme-dev is unknown, but the rule requires one that differs from the name. Add the preview of the stack that declares the organization, or declare `displayName`.",
  ],
  [
    "no display name",
    "displayName: required",
    { id: undefined },
    "acme-dev has no display name that differs from the name, but the rule requires one. Declare another `displayName`.",
  ],
  [
    "a display name that equals the name",
    "displayName: required",
    { general: { displayName: "acme-dev" } },
    "acme-dev has no display name that differs from the name, but the rule requires one. Declare another `displayName`.",
  ],
  [
    "a display name that is unknown before the update",
    "displayName: required",
    { general: { displayName: unknown } },
    "The display name of acme-dev is not known before the update, so the rule cannot check the display name. Declare the display name as a plain value, not as a secret or an unknown output.",
  ],
];

test.each(cases.map(([words, rule, state, message]) => ({ words, rule, state, message })))(
  "$words: $rule",
  ({ rule, state, message }) => {
    expect(checkMessages(`x: { ${rule} }`, createOrganization(state))).toEqual(message === undefined ? [] : [message]);
  },
);
