/** The levels of risk, the highest first. */
export const levels = ["high", "medium", "low"] as const;

export type Level = (typeof levels)[number];

/** All risks with their levels and words, in the order of reports. */
export const risks = {
  deletesOrganization: { level: "high", words: "deletes an organization" },
  replacesOrganization: { level: "high", words: "replaces an organization" },
  deletesProject: { level: "high", words: "deletes a project or cohort" },
  changesOwner: { level: "high", words: "changes an owner" },
  grantsAdmin: { level: "high", words: "grants admin" },
  removesAdmin: { level: "high", words: "removes an admin" },
  weakensTwoFactor: { level: "high", words: "stops requiring a second factor" },
  removesAllowlist: { level: "high", words: "removes the allowlist" },
  opensProject: { level: "high", words: "opens a project to everyone" },
  issuesApiToken: { level: "high", words: "issues an API token" },
  addsWebhookHost: { level: "high", words: "sends events to a new host" },
  leavesRule: { level: "high", words: "leaves an access rule" },
  widensAllowlist: { level: "high", words: "widens the allowlist" },
  removesTunnelAllowlist: { level: "high", words: "removes the allowlist of tunnels" },
  widensTunnelAllowlist: { level: "high", words: "widens the allowlist of tunnels" },
  dropsPolicy: { level: "high", words: "stops managing a setting" },
  unprotects: { level: "high", words: "removes protection" },
  weakensGuard: { level: "high", words: "weakens a guardrail" },
  releases: { level: "high", words: "releases an object" },
  releasesPerson: { level: "high", words: "stops managing a person" },
  hidden: { level: "high", words: "hides a value" },
  notUnderstood: { level: "high", words: "is not understood" },
  changesControls: { level: "high", words: "changes the review itself" },
  changesProvider: { level: "high", words: "changes a provider" },
  hidesReference: { level: "high", words: "hides a reference" },
  ignoresChanges: { level: "high", words: "ignores changes" },
  retains: { level: "medium", words: "retains an object" },
  loosensTunnels: { level: "medium", words: "loosens a tunnel policy" },
  weakensSession: { level: "medium", words: "lengthens sessions" },
  weakensRotation: { level: "medium", words: "weakens key rotation" },
  raisesRole: { level: "medium", words: "raises a role" },
  addsPerson: { level: "medium", words: "adds a person" },
  issuesToken: { level: "medium", words: "issues a claim token" },
  extendsAccess: { level: "medium", words: "extends access" },
  extendsToken: { level: "medium", words: "extends a token" },
  addsWebhook: { level: "medium", words: "sends events to a known host" },
  grantsAccess: { level: "medium", words: "grants access to a project" },
  revokesAccess: { level: "medium", words: "revokes access to a project" },
  acceptsDrift: { level: "medium", words: "accepts a change made outside Pulumi" },
  removesPerson: { level: "medium", words: "removes a person" },
  changesOther: { level: "medium", words: "changes a resource of another provider" },
  shortensAccess: { level: "low", words: "shortens access" },
  lowersRole: { level: "low", words: "lowers a role" },
  revokesToken: { level: "low", words: "revokes a token" },
  stopsWebhook: { level: "low", words: "stops a webhook" },
  changesBilling: { level: "low", words: "changes billing" },
} as const satisfies Readonly<Record<string, { readonly level: Level; readonly words: string }>>;

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
]);

/** Reports if no rule can judge a change, so that it needs approval. */
export function isUnjudged({ risks }: { readonly risks: readonly Risk[] }): boolean {
  return risks.some((risk) => unjudgedRisks.has(risk));
}

/** Returns the highest level of some risks; undefined for none. */
export function getLevel(names: readonly Risk[]): Level | undefined {
  return levels.find((level) => names.some((risk) => risks[risk].level === level));
}
