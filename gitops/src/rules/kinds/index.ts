import type * as z from "zod";
import { admins } from "./admins";
import { certified } from "./certified";
import { change } from "./change";
import { apiKeyRotation, ipAllowlist, requireTwoFactor, sessionTimeout } from "./security";
import { displayName, name, owner, protect, roster } from "./organization";
import { endpoint } from "./endpoint";
import { groups } from "./groups";
import { type RuleKind, subjects } from "./kind";
import { notTogether } from "./notTogether";
import { role, until } from "./people";
import { access, everyoneEnabled } from "./projects";
import { claimTokens, expiresAt } from "./tokens";
import { tunnels } from "./tunnels";
import { webhookHosts, webhookSchemes } from "./webhooks";

/** All kinds, by their key in a rules file. */
export const ruleKinds = {
  admins,
  role,
  until,
  change,
  notTogether,
  groups,
  access,
  owner,
  roster,
  requireTwoFactor,
  ipAllowlist,
  sessionTimeout,
  apiKeyRotation,
  everyoneEnabled,
  expiresAt,
  claimTokens,
  webhookHosts,
  webhookSchemes,
  tunnels,
  endpoint,
  protect,
  name,
  displayName,
  certified,
} as const satisfies Readonly<Record<string, RuleKind>>;

export type KindName = keyof typeof ruleKinds;

/** The kinds, in order. */
export const kindNames = Object.keys(ruleKinds).filter((name): name is KindName => name in ruleKinds);

/** Returns a kind. */
export function getKind(name: KindName): RuleKind {
  return ruleKinds[name];
}

/** The kinds that use the `people` of a rule. */
export const kindsOfPeople = kindNames.filter((name) => subjects[getKind(name).subject] === "people");

/** The schemas of the requirements. */
export const requirements = listSchemas();

function listSchemas(): { readonly [K in KindName]: (typeof ruleKinds)[K]["schema"] };
function listSchemas(): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(kindNames.map((name) => [name, ruleKinds[name].schema]));
}
