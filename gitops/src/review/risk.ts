/** The weight of a risk, the worst first. */
export const levels = ["high", "medium", "low"] as const;

export type Level = (typeof levels)[number];

/** Every class of risk: how much to mind it, and its name for people. The order is the one in which reports name them. */
export const risks = {
  deletesOrganization: { level: "high", words: "deletes an organization" },
  replacesOrganization: { level: "high", words: "replaces an organization" },
  changesOwner: { level: "high", words: "changes the owner" },
  grantsAdmin: { level: "high", words: "grants admin" },
  removesAdmin: { level: "high", words: "removes an admin" },
  weakensTwoFactor: { level: "high", words: "weakens two-factor" },
  removesAllowlist: { level: "high", words: "removes the allowlist" },
  widensAllowlist: { level: "high", words: "widens the allowlist" },
  dropsPolicy: { level: "high", words: "drops or resets a policy" },
  unprotects: { level: "high", words: "takes protection away" },
  weakensGuard: { level: "high", words: "weakens a guard" },
  releases: { level: "high", words: "releases an object" },
  hidden: { level: "high", words: "cannot be told" },
  retains: { level: "medium", words: "retains an object" },
  weakensSession: { level: "medium", words: "lengthens sessions" },
  weakensRotation: { level: "medium", words: "weakens key rotation" },
  raisesRole: { level: "medium", words: "raises a role" },
  addsPerson: { level: "medium", words: "adds a person" },
  removesPerson: { level: "medium", words: "removes a person" },
  lowersRole: { level: "low", words: "lowers a role" },
  changesBilling: { level: "low", words: "changes billing" },
} as const satisfies Readonly<Record<string, { readonly level: Level; readonly words: string }>>;

export type Risk = keyof typeof risks;

/** The classes, in their order. */
export const riskNames = Object.keys(risks).filter((name): name is Risk => name in risks);

/** The highest level among some risks; undefined for none. */
export function levelOf(some: readonly Risk[]): Level | undefined {
  return levels.find((level) => some.some((risk) => risks[risk].level === level));
}
