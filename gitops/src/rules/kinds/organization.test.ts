import type { Organization } from "../../model/organization";
import { secret, unknown } from "../../hidden";
import { ada, checkMessages, createOrganization } from "../testing/acme";

const nothingTells = (setting: string, limit: string) =>
  `${setting} of acme-dev is unknown, but the rule requires ${limit}. Declare the setting in a SecurityPolicy, or under \`security\` in the layout.`;

type Case = readonly [words: string, rule: string, state: Partial<Omit<Organization, "people">>, message: string];

const unnamed = { name: undefined, id: "prn:1:x" };

const cases: readonly Case[] = [
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
  [
    "a hidden roster",
    "roster: required",
    { hasRoster: false, hasHiddenRoster: true },
    "The roster of acme-dev is hidden, so the rule cannot check that it declares all people. Declare the roster as a plain value, not as a secret or an unknown output.",
  ],
  [
    "undeclared people who may not be owners",
    "roster: exceptOwners",
    { hasRoster: false, hasUnreportedOwners: true },
    "acme-dev may have people without a declaration, but the rule requires a roster of all people except owners. Declare a roster without `ignore` and without the option `ignoreChanges`, in a layout or with an OrganizationMembers.",
  ],
  [
    "unknown protection",
    "protect: true",
    { ...unnamed, isProtected: undefined },
    "No reviewed stack declares prn:1:x, so the rule cannot check the protection from deletion. Add the preview of the stack that declares the organization.",
  ],
  [
    "a name that matches the expression only in part",
    "name: { regex: acme-dev|acme-lab }",
    { name: "acme-dev2" },
    "The name acme-dev2 breaks the rule, which requires /acme-dev|acme-lab/. Names never change, so exclude acme-dev2 from the rule's `organizations`.",
  ],
  [
    "an unknown name",
    'name: "*"',
    unnamed,
    "The name of prn:1:x is unknown, but the rule requires *. Add the preview of the stack that declares the organization.",
  ],
  [
    "an unknown display name",
    "displayName: required",
    {},
    "The display name of acme-dev is unknown, but the rule requires one that differs from the name. Add the preview of the stack that declares the organization, or declare `displayName`.",
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
    expect(checkMessages(`x: { ${rule} }`, createOrganization(state))).toEqual([message]);
  },
);
