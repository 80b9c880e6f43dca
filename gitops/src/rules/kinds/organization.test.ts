import type { Organization } from "../../access/access";
import { secret, unknown } from "../../preview/resource";
import { ada, carl, grace, messages, organization } from "../testing/acme";

const nothingTells = (setting: string, asked: string) =>
  `Nothing tells ${setting} of acme-dev, and the rule asks for ${asked}: declare it in a SecurityPolicy, or as \`security\` in the layout.`;

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
    "acme-dev needs no second factor, and the rule asks for a second factor for everybody: declare `requireTwoFactor: true`.",
  ],
  [
    "two factors of a policy that does not say",
    "requireTwoFactor: true",
    { security: {} },
    nothingTells("requireTwoFactor", "a second factor for everybody"),
  ],
  [
    "two factors where there is no policy",
    "requireTwoFactor: true",
    {},
    nothingTells("requireTwoFactor", "a second factor for everybody"),
  ],
  [
    "two factors that are not known yet",
    "requireTwoFactor: true",
    { security: { requireTwoFactor: unknown } },
    "requireTwoFactor of acme-dev is not known before the update, and the rule asks for a second factor for everybody: declare it so that it can be read.",
  ],
  ["sessions that are as long as allowed", "sessionTimeout: { atMost: 8h }", { security: { sessionTimeout: 28_800 } }],
  [
    "sessions that are longer",
    "sessionTimeout: { atMost: 8h }",
    { security: { sessionTimeout: 28_860 } },
    "Sessions in acme-dev last up to 481m, and the rule asks for sessions of at most 8h: declare `sessionTimeout: 8h`, or less.",
  ],
  [
    "sessions that are left to Peridio",
    "sessionTimeout: { atMost: 30d }",
    { security: { sessionTimeout: null } },
    "acme-dev leaves it to Peridio how long sessions last, and the rule asks for sessions of at most 30d: declare `sessionTimeout: 30d`, or less.",
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
    "sessionTimeout of acme-dev is kept secret, and the rule asks for sessions of at most 8h: declare it so that it can be read.",
  ],
  ["keys that are replaced in time", "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }", rotation(90, 7)],
  ["keys with any grace", "apiKeyRotation: { maxAgeDays: 90 }", rotation(30, 90)],
  [
    "keys that get too old",
    "apiKeyRotation: { maxAgeDays: 90 }",
    rotation(91),
    "API keys of acme-dev may get 91 days old, and the rule asks for keys that are replaced after at most 90 days: lower `maxAgeDays`.",
  ],
  [
    "keys with too much grace",
    "apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 1 }",
    rotation(90, 2),
    "API keys of acme-dev work for 2 days past their age, and the rule allows at most 1 day: lower `gracePeriodDays`.",
  ],
  [
    "keys that are never replaced",
    "apiKeyRotation: { maxAgeDays: 90 }",
    { security: { apiKeyRotation: null } },
    "API keys of acme-dev may get as old as they like, and the rule asks for keys that are replaced after at most 90 days: declare `apiKeyRotation`.",
  ],
  [
    "keys that nothing tells of",
    "apiKeyRotation: { maxAgeDays: 90 }",
    {},
    nothingTells("apiKeyRotation", "keys that are replaced after at most 90 days"),
  ],
  ["an owner who may be one", `owner: [${ada}, ${grace}]`, { owner: "Grace@Acme.example" }],
  ["an owner by pattern", 'owner: "*@acme.example"', { owner: grace }],
  [
    "an owner who may not be one",
    `owner: [${ada}, ${grace}]`,
    { owner: carl },
    `${carl} owns acme-dev, and the rule allows only ${ada}, ${grace}: declare another owner, or transfer the ownership.`,
  ],
  [
    "an owner who is excluded",
    `owner: { except: "*@partner.example" }`,
    { owner: carl },
    `${carl} owns acme-dev, and the rule allows everybody but *@partner.example: declare another owner, or transfer the ownership.`,
  ],
  [
    "an owner whom nothing tells",
    `owner: ${ada}`,
    {},
    `Nothing tells who owns acme-dev, and the rule allows only ${ada}: declare the owner, as \`owner\` in the layout or with an OrganizationOwner.`,
  ],
  [
    "an owner who is hidden",
    `owner: ${ada}`,
    { owner: secret },
    `The owner of acme-dev is kept secret, and the rule allows only ${ada}: declare the owner so that it can be read.`,
  ],
  ["everybody declared", "roster: required", { hasRoster: true }],
  [
    "people whom nobody may have declared",
    "roster: required",
    { hasRoster: false },
    "acme-dev may have people whom no stack declares, and the rule asks for a roster of everybody: declare it in a layout, or with an OrganizationMembers.",
  ],
  [
    "owners whom the API does not tell",
    "roster: required",
    { hasUntoldOwners: true },
    "acme-dev may have an owner whom no stack declares, since Avocado Connect does not tell owners, and the rule asks for a roster of everybody: let it ask for `roster: exceptOwners`, or leave acme-dev out of its `organizations`.",
  ],
  ["everybody but owners declared", "roster: exceptOwners", { hasUntoldOwners: true }],
  [
    "people who need not be owners, and whom nobody may have declared",
    "roster: exceptOwners",
    { hasRoster: false, hasUntoldOwners: true },
    "acme-dev may have people whom no stack declares, and the rule asks for a roster of everybody but owners: declare it in a layout, or with an OrganizationMembers.",
  ],
  [
    "a second factor that Avocado Connect does not tell",
    "requireTwoFactor: true",
    { security: undefined, hasUntoldOwners: true },
    "Nothing tells requireTwoFactor of acme-dev, and the rule asks for a second factor for everybody: Avocado Connect has no such setting, so leave acme-dev out of the rule's `organizations`.",
  ],
  ["protection", "protect: true", { protected: true }],
  [
    "no protection",
    "protect: true",
    { protected: false },
    "acme-dev is not protected from being deleted, and the rule asks for it: give its Organization the option `protect: true`.",
  ],
  [
    "protection that nothing tells of",
    "protect: true",
    { ...unnamed, protected: undefined },
    "No stack that was read declares prn:1:x itself, so nothing tells whether it is protected, and the rule asks for it: review the stack that declares it too.",
  ],
  ["a name by the pattern", "name: acme-*", {}],
  ["a name by one of two patterns", 'name: ["*-production", acme-*]', {}],
  ["a name by the expression", 'name: { regex: "acme-[a-z]+" }', {}],
  [
    "a name in other letters",
    "name: acme-*",
    { name: "Acme-dev", id: undefined },
    "Acme-dev is the name of an organization, and the rule asks for acme-*: choose another one now, since a name never changes.",
  ],
  [
    "a name of which only a part fits the expression",
    "name: { regex: acme-dev|acme-lab }",
    { name: "acme-dev2" },
    "acme-dev2 is the name of an organization, and the rule asks for /acme-dev|acme-lab/: a name never changes, so take the organization out of the rule with `except`.",
  ],
  [
    "a name that nothing tells",
    'name: "*"',
    unnamed,
    "No stack that was read tells the name of prn:1:x, and the rule asks for *: review the stack that declares it too.",
  ],
  ["a display name", "displayName: required", { general: { displayName: "Acme development" } }],
  [
    "no display name",
    "displayName: required",
    {},
    "acme-dev has no display name of its own, and the rule asks for one: declare `displayName`.",
  ],
  [
    "a display name that is the name",
    "displayName: required",
    { general: { displayName: "acme-dev" } },
    "acme-dev has no display name of its own, and the rule asks for one: declare `displayName`.",
  ],
  [
    "a display name that is not known yet",
    "displayName: required",
    { general: { displayName: unknown } },
    "The display name of acme-dev is not known before the update, and the rule asks for one: declare it so that it can be read.",
  ],
];

test.each(cases.map(([words, rule, state, message]) => ({ words, rule, state, message })))(
  "$words: $rule",
  ({ rule, state, message }) => {
    expect(messages(`x: { ${rule} }`, organization(state))).toEqual(message === undefined ? [] : [message]);
  },
);
