import type * as z from "zod";
import type { Requirement } from "../scope";
import { admins } from "./admins";
import { change } from "./change";
import { apiKeyRotation, ipAllowlist, requireTwoFactor, sessionTimeout } from "./security";
import { displayName, name, owner, protect, roster } from "./organization";
import { endpoint } from "./endpoint";
import { groups } from "./groups";
import { notTogether } from "./notTogether";
import { role, until } from "./people";
import { access, everyoneEnabled } from "./projects";
import { claimTokens, expiresAt } from "./tokens";
import { tunnels } from "./tunnels";
import { webhookHosts, webhookSchemes } from "./webhooks";

/** A kind of requirements. */
interface RuleKind {
  readonly schema: z.ZodType<Requirement | undefined>;
  /** A requirement about people uses the `people` of a rule. */
  readonly about: "people" | "organizations";
}

/** All kinds, by their key in a rules file. */
export const ruleKinds = {
  admins: { schema: admins, about: "people" },
  role: { schema: role, about: "people" },
  until: { schema: until, about: "people" },
  change: { schema: change, about: "people" },
  notTogether: { schema: notTogether, about: "people" },
  groups: { schema: groups, about: "people" },
  access: { schema: access, about: "people" },
  owner: { schema: owner, about: "organizations" },
  roster: { schema: roster, about: "organizations" },
  requireTwoFactor: { schema: requireTwoFactor, about: "organizations" },
  ipAllowlist: { schema: ipAllowlist, about: "organizations" },
  sessionTimeout: { schema: sessionTimeout, about: "organizations" },
  apiKeyRotation: { schema: apiKeyRotation, about: "organizations" },
  everyoneEnabled: { schema: everyoneEnabled, about: "organizations" },
  expiresAt: { schema: expiresAt, about: "organizations" },
  claimTokens: { schema: claimTokens, about: "organizations" },
  webhookHosts: { schema: webhookHosts, about: "organizations" },
  webhookSchemes: { schema: webhookSchemes, about: "organizations" },
  tunnels: { schema: tunnels, about: "organizations" },
  endpoint: { schema: endpoint, about: "organizations" },
  protect: { schema: protect, about: "organizations" },
  name: { schema: name, about: "organizations" },
  displayName: { schema: displayName, about: "organizations" },
} as const satisfies Readonly<Record<string, RuleKind>>;

export type KindName = keyof typeof ruleKinds;

/** The kinds, in order. */
export const kindNames = Object.keys(ruleKinds).filter((name): name is KindName => name in ruleKinds);

/** The kinds that use the `people` of a rule. */
export const kindsOfPeople = kindNames.filter((name) => ruleKinds[name].about === "people");

/** The schemas of the requirements. */
export const requirements = listSchemas();

function listSchemas(): { readonly [K in KindName]: (typeof ruleKinds)[K]["schema"] };
function listSchemas(): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(kindNames.map((name) => [name, ruleKinds[name].schema]));
}
