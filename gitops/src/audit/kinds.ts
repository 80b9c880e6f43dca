import type { Feature } from "#provider";

/** The severities of findings, the highest first. */
export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** A part of an organization that an audit reads. `people` are the members and the invitations, which not every key can read. */
export type AuditedPart =
  | "members"
  | "people"
  | "expiredInvitations"
  | "limits"
  | "security"
  | "apiTokens"
  | "claimTokens"
  | "webhooks"
  | "groups"
  | "projects";

/**
 * The files with which an audit compares the live organizations. `declarations`: a layout, previews, or both. `layoutAndPreviews`: both.
 * `rules`: files of access rules and tests of access.
 */
export type Basis = "layout" | "previews" | "declarations" | "layoutAndPreviews" | "rules";

/** The traits of a kind of findings. */
interface FindingTraits {
  /** The severity, unless `highIf` applies. */
  readonly severity: Severity;
  /** The condition of high severity, as the rest of a sentence. */
  readonly highIf?: string;
  /** The problem, in a sentence for documentation. */
  readonly meaning: string;
  /** The step that ends the finding, in sentences. */
  readonly remedy: string;
  /** The parts that the audit must read to find it. */
  readonly requires: readonly AuditedPart[];
  /** The files with which the audit compares the organizations to find it. */
  readonly comparesWith?: Basis;
  /** The API feature that provides the objects of this finding. Absent if every API can have the finding. */
  readonly feature?: Feature;
}

/** The kinds of findings, in the order of reports. */
const kinds = {
  failedTest: {
    severity: "medium",
    highIf: "the severity of the test is `refuse`, the default",
    meaning: "A [test of access](access-tests.md) fails.",
    remedy:
      "Change the access or, if it is intended, the test. If a fact is not known, use an API key that can read it.",
    requires: [],
    comparesWith: "rules",
  },
  brokenRule: {
    severity: "medium",
    highIf: "the severity of the rule is `refuse`, the default",
    meaning: "An organization breaks an [access rule](access-rules.md#where-rules-hold).",
    remedy: "Change the organization or, if the violation is intended, the rule.",
    requires: [],
    comparesWith: "rules",
  },
  withoutTwoFactor: {
    severity: "medium",
    highIf: "the person is an admin, or the organization requires a second factor",
    meaning: "A member has no second factor.",
    remedy: "Ask the person to set up a second factor, or remove the person.",
    requires: ["members", "security"],
  },
  twoFactorNotRequired: {
    severity: "medium",
    meaning: "The organization requires no second factor.",
    remedy:
      "Set `requireTwoFactor: true` in the organization's security settings when all members have a second factor.",
    requires: ["security"],
  },
  outsideLayout: {
    severity: "medium",
    highIf: "the person is an admin",
    meaning: "A member or an invited person is not in the layout.",
    remedy:
      "Declare the person in the layout, or remove the person with `pulumi up --refresh`, which does not remove owners. To let the roster keep the person without a declaration, add the address to `ignore`.",
    requires: ["members", "people"],
    comparesWith: "layout",
  },
  undeclaredOrganization: {
    severity: "medium",
    meaning: "The API key sees an organization that neither the layout nor a preview contains.",
    remedy:
      "Import the organization with `pulumi import peridio:index:Organization NAME ORGANIZATION` and declare it, pass the previews of all stacks, or select other organizations with `--organization`.",
    requires: [],
    comparesWith: "declarations",
  },
  unselectedOrganization: {
    severity: "medium",
    meaning:
      "The API key sees an organization of the layout that no preview contains, so no stack applies its declarations. The audit does not compare it.",
    remedy:
      "Select the organization in a stack by `only` and `connection` of the Layout, pass the previews of all stacks, or remove the organization from the layout.",
    requires: [],
    comparesWith: "layoutAndPreviews",
  },
  changedOwner: {
    severity: "high",
    meaning:
      "The owner is not the declared one. If nobody is declared, the state of a preview names the expected owner. With Avocado Connect: an owner is declared neither as an owner nor as an admin, or a declared owner is none.",
    remedy:
      "If the transfer was intended, declare the new owner with `owner` in the layout or `email` of the OrganizationOwner. Otherwise, ask the new owner to transfer the ownership back. With Avocado Connect: if an undeclared owner may stay, declare the role `owner` or `admin`. Otherwise, ask another owner to change the role. If a declared owner is no owner, run `pulumi up --refresh` with an owner's API key, or declare the person's live role.",
    requires: ["members"],
    comparesWith: "declarations",
  },
  undeclaredToken: {
    severity: "medium",
    highIf:
      "an API token acts for an admin, for nobody or for an unknown person, or if a claim token has neither an expiry nor a limit of uses",
    meaning: "A preview contains no OrganizationApiToken for an API token, or no ClaimToken for a claim token.",
    remedy:
      "Ask who created the token. To keep it, declare it and run `pulumi import peridio:index:OrganizationApiToken NAME ORGANIZATION/TOKEN` or `pulumi import peridio:index:ClaimToken NAME ORGANIZATION/TOKEN`. Otherwise, revoke it in Peridio.",
    requires: ["apiTokens", "claimTokens", "members"],
    comparesWith: "previews",
    feature: "apiTokens",
  },
  undeclaredWebhook: {
    severity: "medium",
    highIf: "the webhook is enabled",
    meaning: "A preview contains no Webhook for a webhook.",
    remedy:
      "Ask who receives the events. To keep the webhook, declare it and run `pulumi import peridio:index:Webhook NAME ORGANIZATION/WEBHOOK`. Otherwise, delete it in Peridio.",
    requires: ["webhooks"],
    comparesWith: "previews",
    feature: "webhooks",
  },
  openedProject: {
    severity: "high",
    meaning: "A project or a cohort is open to everyone, but its declaration sets `everyoneEnabled: false`.",
    remedy:
      "Ask who opened it. Close it with `pulumi up --refresh`, or declare `everyoneEnabled: true` if everyone needs access.",
    requires: ["projects"],
    comparesWith: "declarations",
    feature: "projects",
  },
  undeclaredProject: {
    severity: "medium",
    highIf: "the project or cohort is open to everyone",
    meaning: "A project or a cohort is not declared.",
    remedy:
      "To keep it, declare it and run `pulumi import peridio:index:Project NAME ORGANIZATION/PROJECT` or `pulumi import peridio:index:Cohort NAME ORGANIZATION/PROJECT/COHORT`. Otherwise, delete it in Peridio.",
    requires: ["projects"],
    comparesWith: "declarations",
    feature: "projects",
  },
  undeclaredGroup: {
    severity: "medium",
    meaning: "A group is not declared.",
    remedy:
      "To keep it, declare it and run `pulumi import peridio:index:Group NAME ORGANIZATION/GROUP`. Otherwise, delete it in Peridio.",
    requires: ["groups"],
    comparesWith: "declarations",
    feature: "groups",
  },
  undeclaredGrant: {
    severity: "medium",
    meaning: "A person or a group has a grant for a project or a cohort whose declared `access` does not contain it.",
    remedy:
      "Add the person or group to `access` of the project or cohort, or revoke the grant with `pulumi up --refresh`.",
    requires: ["projects", "groups"],
    comparesWith: "declarations",
    feature: "projects",
  },
  undeclaredMember: {
    severity: "medium",
    meaning: "A person is in a group whose declared `members` do not contain the person.",
    remedy: "Add the person to `members` of the group, or remove the person with `pulumi up --refresh`.",
    requires: ["groups"],
    comparesWith: "declarations",
    feature: "groups",
  },
  endsSoon: {
    severity: "medium",
    meaning: "The declared access of a person ends within `--ends-within` days.",
    remedy:
      "If the person still needs the access, declare a later end: `peridio-gitops grant EMAIL --organization NAME --role ROLE --until DAY`. Otherwise, leave the end: an update then removes the access.",
    requires: [],
    comparesWith: "declarations",
  },
  inactive: {
    severity: "medium",
    highIf: "the person is an admin",
    meaning: "A member was last active at least `--inactive-days` ago.",
    remedy: "Ask if the person still needs access. If not, remove the person.",
    requires: ["members"],
  },
  neverActive: {
    severity: "medium",
    highIf: "the person is an admin",
    meaning: "A member was never active, and joined at least `--inactive-days` ago or at an unknown time.",
    remedy: "Ask if the person still needs access. If not, remove the person.",
    requires: ["members"],
  },
  oneAdmin: {
    severity: "medium",
    meaning: "Only one person is an admin. Invited admins do not count.",
    remedy: "Make another person an admin, so that access does not depend on one person.",
    requires: ["members"],
  },
  tooManyAdmins: {
    severity: "medium",
    meaning: "More people than `--max-admins` are admins, or invited as admins.",
    remedy: "Give another role to people who do not manage people and settings.",
    requires: ["members", "people"],
  },
  nearLimit: {
    severity: "medium",
    highIf: "the limit is reached",
    meaning: "At least `--limit-percent` of a limit is used. Each member and each pending invitation uses a seat.",
    remedy: "Ask Peridio to raise the limit, or remove objects or people that are no longer needed.",
    requires: ["limits", "members", "people"],
  },
  noKeyRotation: {
    severity: "medium",
    meaning: "API keys have no maximum age.",
    remedy: "Set `apiKeyRotation` in the organization's security settings.",
    requires: ["security"],
  },
  noAllowlist: {
    severity: "low",
    meaning: "Any address can reach the organization.",
    remedy:
      "Set `ipAllowlist` in the organization's security settings. Include the addresses from which the provider calls Peridio.",
    requires: ["security"],
  },
  expiredInvitation: {
    severity: "low",
    meaning: "An invitation has expired, and the person has no pending invitation and is not a member.",
    remedy:
      "To invite a declared person again, run `pulumi up`, unless the program sets `onExpired: ignore`. Invite other people again in Peridio, or revoke the invitation.",
    requires: ["members", "people", "expiredInvitations"],
  },
  oldInvitation: {
    severity: "low",
    meaning: "An invitation has been pending for at least `--invitation-days`.",
    remedy:
      "Ask the person if the e-mail arrived. If the invitation is not needed, remove the person from the program, or revoke the invitation in Peridio if no program declares the person.",
    requires: ["members", "people"],
  },
  tokenWithoutMember: {
    severity: "high",
    meaning: "An API token has no owner, or its owner is not a member of the organization.",
    remedy:
      "If nothing needs the token, revoke it. Otherwise, replace it with the token of a member. For an OrganizationApiToken, change `rotate`: the new token acts for the user of the provider's API key.",
    requires: ["apiTokens", "members"],
    feature: "apiTokens",
  },
  unusedToken: {
    severity: "medium",
    meaning:
      "An API token was last used at least `--token-unused-days` ago, or was never used and is at least that old.",
    remedy:
      "Ask the owner if a program still needs the token. If not, remove its OrganizationApiToken from the program, or revoke the token in Peridio.",
    requires: ["apiTokens"],
    feature: "apiTokens",
  },
  oldToken: {
    severity: "medium",
    meaning: "An API token was created at least `--token-days` ago.",
    remedy:
      "Rotate the token: change `rotate` of its OrganizationApiToken, or create another token in Peridio and then revoke this one.",
    requires: ["apiTokens"],
    feature: "apiTokens",
  },
  tokenWithoutExpiry: {
    severity: "low",
    meaning: "An API token never expires.",
    remedy:
      "Replace the token with one that expires: declare `expiresAt` of its OrganizationApiToken, or create another token in Peridio and then revoke this one. If you rotate all tokens, exclude this kind with `--ignore tokenWithoutExpiry`.",
    requires: ["apiTokens"],
    feature: "apiTokens",
  },
  grantToNonMember: {
    severity: "medium",
    meaning: "A person who is not a member of the organization has a direct grant for a project or a cohort.",
    remedy:
      "Revoke the grant, because it can give access again if the person joins the organization. If a Project or a Cohort declares `access`, run `pulumi up --refresh`.",
    requires: ["projects", "members"],
    feature: "projects",
  },
  emptyGroup: {
    severity: "low",
    meaning: "A group has no members, and no pending invitation adds one.",
    remedy: "Add members to the group, or delete the group.",
    requires: ["groups", "people"],
    feature: "groups",
  },
  groupWithoutAccess: {
    severity: "low",
    meaning: "A group has members, but no project and no cohort grants access to the group.",
    remedy: "Grant the group access to a project or a cohort, or delete the group.",
    requires: ["groups", "projects"],
    feature: "projects",
  },
} as const satisfies Readonly<Record<string, FindingTraits>>;

export type FindingKind = keyof typeof kinds;

/** The kinds, in order. */
export const kindNames = Object.keys(kinds).filter((name): name is FindingKind => name in kinds);

/** Returns the traits of a kind. */
export function getKind(name: FindingKind): FindingTraits {
  return kinds[name];
}
