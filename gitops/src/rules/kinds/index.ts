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
  /** The fields of the requirement, or of each of its entries, that select organizations. */
  readonly organizationFields: readonly string[];
}

/** All kinds, by their key in a rules file. */
export const ruleKinds = {
  admins: { schema: admins, about: "people", organizationFields: [] },
  role: { schema: role, about: "people", organizationFields: [] },
  until: { schema: until, about: "people", organizationFields: [] },
  change: { schema: change, about: "people", organizationFields: ["onlyOrganizations"] },
  notTogether: { schema: notTogether, about: "people", organizationFields: ["organizations"] },
  groups: { schema: groups, about: "people", organizationFields: [] },
  access: { schema: access, about: "people", organizationFields: [] },
  owner: { schema: owner, about: "organizations", organizationFields: [] },
  roster: { schema: roster, about: "organizations", organizationFields: [] },
  requireTwoFactor: { schema: requireTwoFactor, about: "organizations", organizationFields: [] },
  ipAllowlist: { schema: ipAllowlist, about: "organizations", organizationFields: [] },
  sessionTimeout: { schema: sessionTimeout, about: "organizations", organizationFields: [] },
  apiKeyRotation: { schema: apiKeyRotation, about: "organizations", organizationFields: [] },
  everyoneEnabled: { schema: everyoneEnabled, about: "organizations", organizationFields: [] },
  expiresAt: { schema: expiresAt, about: "organizations", organizationFields: [] },
  claimTokens: { schema: claimTokens, about: "organizations", organizationFields: [] },
  webhookHosts: { schema: webhookHosts, about: "organizations", organizationFields: [] },
  webhookSchemes: { schema: webhookSchemes, about: "organizations", organizationFields: [] },
  tunnels: { schema: tunnels, about: "organizations", organizationFields: [] },
  endpoint: { schema: endpoint, about: "organizations", organizationFields: [] },
  protect: { schema: protect, about: "organizations", organizationFields: [] },
  name: { schema: name, about: "organizations", organizationFields: [] },
  displayName: { schema: displayName, about: "organizations", organizationFields: [] },
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
