/** The levels of risk, the highest first. */
export const levels = ["high", "medium", "low"] as const;

export type Level = (typeof levels)[number];

/**
 * The effects of a change on access: it `gives` or `takes` access to organizations, projects and cohorts, or its effect is `unknown`.
 */
type Effect = "gives" | "takes" | "unknown";

/** All risks with their levels, words and effects on access, in the order of reports. */
export const risks = {
  deletesOrganization: { level: "high", words: "deletes an organization", effects: ["takes"] },
  replacesOrganization: { level: "high", words: "replaces an organization", effects: ["gives", "takes"] },
  deletesProject: { level: "high", words: "deletes a project or cohort", effects: ["takes"] },
  changesOwner: { level: "high", words: "changes an owner", effects: ["gives", "takes"] },
  grantsAdmin: { level: "high", words: "grants admin", effects: ["gives"] },
  removesAdmin: { level: "high", words: "removes an admin", effects: ["takes"] },
  cutsOff: { level: "high", words: "cuts people off", effects: ["takes"] },
  weakensTwoFactor: { level: "high", words: "stops requiring a second factor", effects: [] },
  removesAllowlist: { level: "high", words: "removes the allowlist", effects: [] },
  opensProject: { level: "high", words: "opens a project to everyone", effects: ["gives"] },
  issuesApiToken: { level: "high", words: "issues an API token", effects: ["gives"] },
  addsWebhookHost: { level: "high", words: "sends events to a new host", effects: [] },
  leavesRule: { level: "high", words: "leaves an access rule", effects: [] },
  entersRule: { level: "high", words: "comes under another access rule", effects: [] },
  widensAllowlist: { level: "high", words: "widens the allowlist", effects: [] },
  removesTunnelAllowlist: { level: "high", words: "removes the allowlist of tunnels", effects: [] },
  widensTunnelAllowlist: { level: "high", words: "widens the allowlist of tunnels", effects: [] },
  dropsPolicy: { level: "high", words: "stops managing a setting", effects: [] },
  unprotects: { level: "high", words: "removes protection", effects: [] },
  weakensGuard: { level: "high", words: "weakens a guardrail", effects: [] },
  releases: { level: "high", words: "releases an object", effects: ["gives"] },
  releasesPerson: { level: "high", words: "stops managing a person", effects: ["gives"] },
  hidden: { level: "high", words: "hides a value", effects: ["unknown"] },
  notUnderstood: { level: "high", words: "is not understood", effects: ["unknown"] },
  changesControls: { level: "high", words: "changes the review itself", effects: [] },
  changesProvider: { level: "high", words: "changes a provider", effects: ["unknown"] },
  hidesReference: { level: "high", words: "hides a reference", effects: ["unknown"] },
  ignoresChanges: { level: "high", words: "ignores changes", effects: [] },
  warnsOfPeople: { level: "high", words: "warns about people", effects: [] },
  retains: { level: "medium", words: "retains an object", effects: [] },
  loosensTunnels: { level: "medium", words: "loosens a tunnel policy", effects: [] },
  weakensSession: { level: "medium", words: "lengthens sessions", effects: [] },
  weakensRotation: { level: "medium", words: "weakens key rotation", effects: [] },
  raisesRole: { level: "medium", words: "raises a role", effects: ["gives"] },
  addsPerson: { level: "medium", words: "adds a person", effects: ["gives"] },
  issuesToken: { level: "medium", words: "issues a claim token", effects: ["gives"] },
  extendsAccess: { level: "medium", words: "extends access", effects: ["gives"] },
  extendsToken: { level: "medium", words: "extends a token", effects: ["gives"] },
  addsWebhook: { level: "medium", words: "sends events to a known host", effects: [] },
  grantsAccess: { level: "medium", words: "grants access to a project", effects: ["gives"] },
  revokesAccess: { level: "medium", words: "revokes access to a project", effects: ["takes"] },
  withdrawsChange: { level: "medium", words: "withdraws a planned change", effects: [] },
  acceptsDrift: { level: "medium", words: "accepts a change made outside Pulumi", effects: [] },
  removesPerson: { level: "medium", words: "removes a person", effects: ["takes"] },
  appliesNowhere: { level: "medium", words: "is applied by no stack", effects: [] },
  changesOther: { level: "medium", words: "changes a resource of another provider", effects: ["unknown"] },
  shortensAccess: { level: "low", words: "shortens access", effects: ["takes"] },
  lowersRole: { level: "low", words: "lowers a role", effects: ["takes"] },
  revokesToken: { level: "low", words: "revokes a token", effects: ["takes"] },
  stopsWebhook: { level: "low", words: "stops a webhook", effects: [] },
  changesBilling: { level: "low", words: "changes billing", effects: [] },
} as const satisfies Readonly<
  Record<string, { readonly level: Level; readonly words: string; readonly effects: readonly Effect[] }>
>;

export type Risk = keyof typeof risks;

/** The risks, in order. */
export const riskNames = Object.keys(risks).filter((name): name is Risk => name in risks);

/** The risks that another one implies. */
const implied: Readonly<Partial<Record<Risk, readonly Risk[]>>> = {
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
  const weaker = new Set(names.flatMap((name) => implied[name] ?? []));
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
