import { admins } from "./admins";
import { apiKeyRotation, ipAllowlist, requireTwoFactor, sessionTimeout } from "./security";
import { displayName, name, owner, protect, roster } from "./organization";
import { endpoint } from "./endpoint";
import { groups } from "./groups";
import { notTogether } from "./notTogether";
import { role, until } from "./people";
import { everyoneEnabled } from "./projects";
import { expiresAt } from "./tokens";
import { webhookHosts } from "./webhooks";

/** The requirements about people, by their key in a rules file. */
const ofPeople = { admins, role, until, notTogether, groups } as const;

/** The requirements about organizations. */
const ofOrganizations = {
  owner,
  roster,
  requireTwoFactor,
  ipAllowlist,
  sessionTimeout,
  apiKeyRotation,
  everyoneEnabled,
  expiresAt,
  webhookHosts,
  endpoint,
  protect,
  name,
  displayName,
} as const;

export const kinds = { ...ofPeople, ...ofOrganizations } as const;

export type KindName = keyof typeof kinds;

/** The kinds, in order. */
export const kindNames = Object.keys(kinds).filter((name): name is KindName => name in kinds);

/** The kinds that use the `people` of a rule. */
export const kindsOfPeople = kindNames.filter((name) => name in ofPeople);
