import { type ApiToken, canonicalizeEmail, type ClaimToken, isNever, roles, type Webhook } from "#provider";
import { readHost } from "../objects/webhook";
import { describeHeldRole } from "../roles";
import { formatCount } from "../wording";
import { getDate } from "../days";
import type { DeclaredOrganization } from "./declarations";
import { createImportGaps, type Differences, noDifferences } from "./differences";
import { type Facts, listKnown } from "./facts";
import { describeName, createFinding, type Finding, nameObject } from "./finding";
import type { AuditOptions } from "./options";

/**
 * Finds API tokens and claim tokens that no preview contains. Nobody can use an expired or used-up token. A preview hides
 * the ids of imported tokens, so each import that may be such a token is a gap.
 */
export function compareTokens(facts: Facts, declared: DeclaredOrganization, { now }: AuditOptions): Differences {
  if (!declared.hasPreviews) return noDifferences;
  const { name, apiTokens, claimTokens } = facts;
  const isValid = ({ expiresAt }: { readonly expiresAt: string | null }) =>
    expiresAt === null || Date.parse(expiresAt) > now.getTime();
  const apiFindings = listKnown(apiTokens)
    .filter((token) => isValid(token) && declared.findResources("OrganizationApiToken", token.id).length === 0)
    .map((token) => describeApiToken(token, facts, declared));
  const claimFindings = listKnown(claimTokens)
    .filter(
      (token) => isValid(token) && !isUsedUp(token) && declared.findResources("ClaimToken", token.id).length === 0,
    )
    .map((token) => describeClaimToken(token, facts, declared));
  const gaps = createImportGaps(name, declared, "undeclaredToken", [
    ["OrganizationApiToken", apiFindings],
    ["ClaimToken", claimFindings],
  ]);
  return { findings: [...apiFindings, ...claimFindings], gaps };
}

/** Finds webhooks that no preview contains. Names only the host of a URL, because a URL can contain secrets. */
export function compareWebhooks({ name, webhooks: listed }: Facts, declared: DeclaredOrganization): Differences {
  if (!declared.hasPreviews) return noDifferences;
  const webhooks = listKnown(listed);
  const findings = webhooks
    .filter(({ id }) => declared.findResources("Webhook", id).length === 0)
    .map((webhook) => {
      const { id, enabled } = webhook;
      const host = describeHost(webhook);
      const predicate = enabled ? `sends events to ${host}` : `can send events to ${host}, but is disabled`;
      const label = webhook.name ?? host;
      const named = { id, name: label };
      const names = webhooks.map((one) => one.name ?? describeHost(one));
      return createFinding("undeclaredWebhook", name, `${predicate}, and ${declared.absence}`, {
        ...nameObject("webhook", named, describeName(named, names)),
        isHigh: enabled,
      });
    });
  return { findings, gaps: createImportGaps(name, declared, "undeclaredWebhook", [["Webhook", findings]]) };
}

function describeHost({ url }: Webhook): string {
  return readHost(url)?.words ?? "an unclear host";
}

function describeApiToken(token: ApiToken, facts: Facts, { absence }: DeclaredOrganization): Finding {
  const { owner } = token;
  const names = listKnown(facts.apiTokens).map((one) => one.name);
  const member = listKnown(facts.members).find(
    ({ email }) => owner !== null && canonicalizeEmail(email) === canonicalizeEmail(owner.email),
  );
  const role = member?.role;
  const actor =
    owner === null
      ? "acts for nobody"
      : role === undefined
        ? `acts for ${owner.email}`
        : `acts for ${owner.email}, who ${describeHeldRole(role)}`;
  return createFinding("undeclaredToken", facts.name, `${actor}, and ${absence}`, {
    person: owner?.email,
    ...nameObject("apiToken", token, describeName(token, names)),
    // A role that this version does not know may allow as much as an admin's.
    isHigh: role === undefined || role === "admin" || !roles.some((known) => known === role),
  });
}

function isUsedUp({ uses, maxUses }: ClaimToken): boolean {
  return maxUses !== null && uses >= maxUses;
}

function describeClaimToken(token: ClaimToken, facts: Facts, { absence }: DeclaredOrganization): Finding {
  const { id, expiresAt, maxUses, uses } = token;
  const expires = expiresAt !== null && !isNever(expiresAt);
  const end = expires ? `expires on ${getDate(expiresAt)}` : "never expires";
  const limit = maxUses === null ? "has no limit of uses" : `allows ${formatCount(maxUses - uses, "more device")}`;
  const label = token.name === "" ? "without a name" : token.name;
  const names = listKnown(facts.claimTokens).map((one) => (one.name === "" ? label : one.name));
  return createFinding("undeclaredToken", facts.name, `${end}, ${limit}, and ${absence}`, {
    ...nameObject("claimToken", token, describeName({ id, name: label }, names)),
    isHigh: !expires && maxUses === null,
  });
}
