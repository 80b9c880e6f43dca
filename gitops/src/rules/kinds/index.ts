import { admins } from "./admins";
import { apiKeyRotation, ipAllowlist, requireTwoFactor, sessionTimeout } from "./security";
import { displayName, name, owner, protect, roster } from "./organization";
import { notTogether } from "./notTogether";
import { role, until } from "./people";

/** The kinds of requirements that look at people, by the key that rules say them with. A new one is a file beside this and a line here. */
const ofPeople = { admins, role, until, notTogether } as const;

/** Those that look at organizations only. */
const ofOrganizations = {
  owner,
  roster,
  requireTwoFactor,
  ipAllowlist,
  sessionTimeout,
  apiKeyRotation,
  protect,
  name,
  displayName,
} as const;

export const kinds = { ...ofPeople, ...ofOrganizations } as const;

export type KindName = keyof typeof kinds;

/** The kinds, in their order. */
export const kindNames = Object.keys(kinds).filter((one): one is KindName => one in kinds);

/** The kinds to which it means something which people a rule is about. */
export const kindsOfPeople = kindNames.filter((one) => one in ofPeople);
