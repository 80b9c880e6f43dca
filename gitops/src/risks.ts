/** The levels of risk, the highest first. */
export const levels = ["high", "medium", "low"] as const;

export type Level = (typeof levels)[number];

/**
 * The effects of a change on access: it `gives` or `takes` access to organizations, projects and cohorts, or its effect is `unknown`.
 */
type Effect = "gives" | "takes" | "unknown";

/**
 * All risks with their levels, words and effects on access, in the order of reports. The meaning is a sentence or more of the reference,
 * with links from its folder.
 */
export const risks = {
  deletesOrganization: {
    level: "high",
    words: "deletes an organization",
    effects: ["takes"],
    meaning: "The change deletes the organization, and everyone in it loses access.",
  },
  replacesOrganization: {
    level: "high",
    words: "replaces an organization",
    effects: ["gives", "takes"],
    meaning: "The change deletes the organization and creates another one instead.",
  },
  deletesProject: {
    level: "high",
    words: "deletes a project or cohort",
    effects: ["takes"],
    meaning: "The change deletes or replaces a project or cohort, with all access to it.",
  },
  changesOwner: {
    level: "high",
    words: "changes an owner",
    effects: ["gives", "takes"],
    meaning: "The person gains or loses the ownership of an existing organization.",
  },
  grantsAdmin: {
    level: "high",
    words: "grants admin",
    effects: ["gives"],
    meaning:
      "A person becomes an admin or is invited as one. Or the program starts to declare an admin that was appointed outside Pulumi.",
  },
  removesAdmin: {
    level: "high",
    words: "removes an admin",
    effects: ["takes"],
    meaning: "An admin loses access or gets a lower role. A person who is invited as an admin counts too.",
  },
  cutsOff: {
    level: "high",
    words: "cuts people off",
    effects: ["takes"],
    meaning: "Members without a second factor cannot sign in after the change. The row names them.",
  },
  weakensTwoFactor: {
    level: "high",
    words: "stops requiring a second factor",
    effects: [],
    meaning: "The organization stops requiring a second factor.",
  },
  removesAllowlist: {
    level: "high",
    words: "removes the allowlist",
    effects: [],
    meaning: "Every address can reach the organization. Before the change, only some addresses could.",
  },
  opensProject: {
    level: "high",
    words: "opens a project to everyone",
    effects: ["gives"],
    meaning:
      "`everyoneEnabled` of a new or existing Project or Cohort becomes `true`. All members of the organization get access to the project, or everyone with access to the project gets access to the cohort.",
  },
  issuesApiToken: {
    level: "high",
    words: "issues an API token",
    effects: ["gives"],
    meaning:
      "The change creates, rotates or replaces an API token. The token acts for the user of the API key that creates it, who may be an admin.",
  },
  addsWebhookHost: {
    level: "high",
    words: "sends events to a new host",
    effects: [],
    meaning:
      "A webhook sends events to [a new host](../review.md#tokens-and-webhooks), or to a host that the review cannot see.",
  },
  leavesRule: {
    level: "high",
    words: "leaves an access rule",
    effects: [],
    meaning:
      "After a [rename](../access-rules.md#renames), an access rule no longer applies to an organization, a group, a cohort or its project.",
  },
  entersRule: {
    level: "high",
    words: "comes under another access rule",
    effects: [],
    meaning:
      "After a [rename](../access-rules.md#renames), an access rule starts to apply to an organization, a group, a cohort or its project.",
  },
  widensAllowlist: {
    level: "high",
    words: "widens the allowlist",
    effects: [],
    meaning: "More addresses can reach the organization.",
  },
  removesTunnelAllowlist: {
    level: "high",
    words: "removes the allowlist of tunnels",
    effects: [],
    meaning:
      "A tunnel policy loses its allowlist, or the list becomes empty. For a cohort, the allowlist of the organization may then apply.",
  },
  widensTunnelAllowlist: {
    level: "high",
    words: "widens the allowlist of tunnels",
    effects: [],
    meaning: "More addresses can use tunnels to devices.",
  },
  dropsPolicy: {
    level: "high",
    words: "stops managing a setting",
    effects: [],
    meaning:
      "The program no longer declares a setting, the owner, the grants of a project or the members of a group. Or a resource imports a released object, and omits a property. The provider may reset a setting. An owner stays the owner.",
  },
  unprotects: {
    level: "high",
    words: "removes protection",
    effects: [],
    meaning:
      "A resource loses Pulumi's `protect`, so Pulumi can delete the resource. Or a resource without `protect` imports a released object that had it.",
  },
  weakensGuard: {
    level: "high",
    words: "weakens a guardrail",
    effects: [],
    meaning:
      "A guardrail permits more: a lower `minAdmins`, a higher `maxRemovals`, `forceDestroy` or `allowLockout`, or more people under `ignore`. Or a resource loses `retainOnDelete`, `deletedWith` or `deletionPolicy: retain`, so that a later deletion also deletes the object in Peridio.",
  },
  releases: {
    level: "high",
    words: "releases an object",
    effects: ["gives"],
    meaning:
      "Pulumi removes an object from the state, and Peridio keeps it, for example because of `retainOnDelete`. Later reviews do not show the object.",
  },
  releasesPerson: {
    level: "high",
    words: "stops managing a person",
    effects: ["gives"],
    meaning:
      "No stack declares the person any longer, and the person keeps the access. For example, a roster starts to ignore the person.",
  },
  hidden: {
    level: "high",
    words: "hides a value",
    effects: ["unknown"],
    meaning:
      "A value changes or may change, and the review cannot see it: the value is secret, or not known before the update.",
  },
  notUnderstood: {
    level: "high",
    words: "is not understood",
    effects: ["unknown"],
    meaning:
      "An option, a property, a value or a type that this version does not know: see [program changes](../review.md#program-changes).",
  },
  changesControls: {
    level: "high",
    words: "changes the review itself",
    effects: [],
    meaning:
      "A changed file controls the review, such as the access rules: see [program changes](../review.md#program-changes).",
  },
  changesProvider: {
    level: "high",
    words: "changes a provider",
    effects: ["unknown"],
    meaning: "Resources may use another endpoint, API key or plugin.",
  },
  hidesReference: {
    level: "high",
    words: "hides a reference",
    effects: ["unknown"],
    meaning:
      "The preview hides the id of an organization, project, cohort or group, because it is secret or belongs to a new object.",
  },
  ignoresChanges: {
    level: "high",
    words: "ignores changes",
    effects: [],
    meaning: "A resource gains `ignoreChanges`, so updates do not apply the declared values.",
  },
  warnsOfPeople: {
    level: "high",
    words: "warns about people",
    effects: [],
    meaning: "The provider [warns about people](../review.md#warnings-about-people) by name.",
  },
  retains: {
    level: "medium",
    words: "retains an object",
    effects: [],
    meaning:
      "The resource gains `retainOnDelete`, `deletedWith` or `deletionPolicy: retain`, so a later deletion can keep the object in Peridio.",
  },
  loosensTunnels: {
    level: "medium",
    words: "loosens a tunnel policy",
    effects: [],
    meaning:
      "A [tunnel policy](../tunnel-policies.md) permits longer tunnels, shorter pauses or more tunnels at once. Or it no longer requires a reason, or no longer blocks every tunnel. Or the policy of a cohort is deleted or replaced.",
  },
  weakensSession: {
    level: "medium",
    words: "lengthens sessions",
    effects: [],
    meaning: "The session timeout becomes longer, or returns to Peridio's default.",
  },
  weakensRotation: {
    level: "medium",
    words: "weakens key rotation",
    effects: [],
    meaning: "API keys stay valid longer, or have no maximum age.",
  },
  raisesRole: {
    level: "medium",
    words: "raises a role",
    effects: ["gives"],
    meaning: "The person gets a higher role.",
  },
  addsPerson: {
    level: "medium",
    words: "adds a person",
    effects: ["gives"],
    meaning: "A person becomes a member or is invited.",
  },
  issuesToken: {
    level: "medium",
    words: "issues a claim token",
    effects: ["gives"],
    meaning: "The change creates or replaces a claim token.",
  },
  extendsAccess: {
    level: "medium",
    words: "extends access",
    effects: ["gives"],
    meaning:
      "After some end, a person has more access than before, for example because the last day becomes later or is removed.",
  },
  extendsToken: {
    level: "medium",
    words: "extends a token",
    effects: ["gives"],
    meaning: "A token expires later or never, or a claim token admits more devices.",
  },
  addsWebhook: {
    level: "medium",
    words: "sends events to a known host",
    effects: [],
    meaning:
      "A webhook with a known host is created, replaced or enabled, gets another URL, or sends more types of events.",
  },
  grantsAccess: {
    level: "medium",
    words: "grants access to a project",
    effects: ["gives"],
    meaning:
      "A person gets access to a project or cohort, directly or through a group, or joins a group. A grant without effect counts too, and so does a grant for a group whose members no stack declares.",
  },
  revokesAccess: {
    level: "medium",
    words: "revokes access to a project",
    effects: ["takes"],
    meaning: "A person loses access to a project or cohort, or is removed from a group.",
  },
  withdrawsChange: {
    level: "medium",
    words: "withdraws a planned change",
    effects: [],
    meaning:
      "[The base](../review.md#changes-that-the-base-causes-too) plans the change, and this change no longer does.",
  },
  acceptsDrift: {
    level: "medium",
    words: "accepts a change made outside Pulumi",
    effects: [],
    meaning:
      "Access, a setting or an object changed outside Pulumi, and the update keeps the change. The program declares, ignores, imports or releases it, or no longer declares the property.",
  },
  removesPerson: {
    level: "medium",
    words: "removes a person",
    effects: ["takes"],
    meaning: "A member is removed, or an invitation is revoked.",
  },
  appliesNowhere: {
    level: "medium",
    words: "is applied by no stack",
    effects: [],
    meaning: "No reviewed stack declares an [organization of the layout](../review.md#organizations-without-a-stack).",
  },
  changesOther: {
    level: "medium",
    words: "changes a resource of another provider",
    effects: ["unknown"],
    meaning: "The change creates, changes, deletes or reads a resource of another provider, or a component.",
  },
  shortensAccess: {
    level: "low",
    words: "shortens access",
    effects: ["takes"],
    meaning:
      "After some end, a person has less access than before, for example because the last day becomes earlier. A change can both extend and shorten access.",
  },
  lowersRole: { level: "low", words: "lowers a role", effects: ["takes"], meaning: "The person gets a lower role." },
  revokesToken: {
    level: "low",
    words: "revokes a token",
    effects: ["takes"],
    meaning: "The change deletes an API token or a claim token.",
  },
  stopsWebhook: { level: "low", words: "stops a webhook", effects: [], meaning: "A webhook is deleted or disabled." },
  changesBilling: {
    level: "low",
    words: "changes billing",
    effects: [],
    meaning: "The billing e-mail address, the payment method or the usage alerts change.",
  },
} as const satisfies Readonly<
  Record<
    string,
    { readonly level: Level; readonly words: string; readonly effects: readonly Effect[]; readonly meaning: string }
  >
>;

export type Risk = keyof typeof risks;

/** The risks, in order. */
export const riskNames = Object.keys(risks).filter((name): name is Risk => name in risks);

/** The risks that another one implies. */
export const impliedRisks: Readonly<Partial<Record<Risk, readonly Risk[]>>> = {
  deletesProject: ["revokesAccess"],
  releasesPerson: ["extendsAccess"],
  grantsAdmin: ["raisesRole"],
  removesAdmin: ["lowersRole"],
  removesAllowlist: ["widensAllowlist"],
  removesTunnelAllowlist: ["widensTunnelAllowlist"],
  addsWebhookHost: ["addsWebhook"],
};

/** Sorts risks in the order of reports, without duplicates. Of two risks of which one implies the other, the stronger stands. */
export function sortRisks(names: readonly Risk[]): Risk[] {
  if (names.length < 2) return [...names];
  const weaker = new Set(names.flatMap((name) => impliedRisks[name] ?? []));
  return riskNames.filter((name) => names.includes(name) && !weaker.has(name));
}

/** The risks of changes that no rule can judge. Such a change needs approval. */
const unjudgedRisks: ReadonlySet<Risk> = new Set([
  "hidden",
  "notUnderstood",
  "changesControls",
  "changesProvider",
  "changesOther",
  "hidesReference",
  "appliesNowhere",
  // The rules of the new name judge the state after the change, also where the former name had other rules.
  "leavesRule",
  "entersRule",
]);

/** Reports if no rule can judge a change, so that it needs approval. */
export function isUnjudged({ risks }: { readonly risks: readonly Risk[] }): boolean {
  return risks.some((risk) => unjudgedRisks.has(risk));
}

/** Returns the highest level of some risks; undefined for none. */
export function getLevel(names: readonly Risk[]): Level | undefined {
  return levels.find((level) => names.some((risk) => risks[risk].level === level));
}

/** Reports if a change with these risks has an effect on access. */
export function hasEffect(names: readonly Risk[], effect: Effect): boolean {
  return names.some((name) => risks[name].effects.some((one) => one === effect));
}
