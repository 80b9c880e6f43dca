import { type ApiToken, type ClaimToken, isNever, isSameEmail, roles, type Webhook } from "#provider";
import { readHost } from "../objects/webhook";
import { describeHeldRole } from "../roles";
import { formatCount } from "../wording";
import { getDate } from "../days";
import type { DeclaredOrganization } from "./declarations";
import { type Facts, listKnown } from "./facts";
import { describeName } from "./finding";
import type { FindingOrGap } from "./gaps";
import type { AuditOptions } from "./options";
import { isValid } from "./tokenChecks";
import { type DescribedObject, findUndeclared } from "./undeclaredObjects";

/** Finds API tokens and claim tokens that no preview contains. Nobody can use an expired or used-up token. */
export function compareTokens(
  facts: Facts,
  declared: DeclaredOrganization,
  { now }: AuditOptions,
): readonly FindingOrGap[] {
  if (!declared.hasPreviews) return [];
  const tokens = [
    ...listKnown(facts.apiTokens)
      .filter((token) => isValid(token, now))
      .map((token) => describeApiToken(token, facts)),
    ...listKnown(facts.claimTokens)
      .filter((token) => isValid(token, now) && !isUsedUp(token))
      .map((token) => describeClaimToken(token, facts)),
  ];
  return findUndeclared("undeclaredToken", facts, tokens, declared);
}

/** Finds webhooks that no preview contains. Names only the host of a URL, because a URL can contain secrets. */
export function compareWebhooks(facts: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  if (!declared.hasPreviews) return [];
  const webhooks = listKnown(facts.webhooks).map((webhook) => ({ ...webhook, host: describeHost(webhook) }));
  const names = webhooks.map(({ name, host }) => name ?? host);
  const described = webhooks.map(({ id, name, host, enabled }): DescribedObject => {
    const identity = { id, name: name ?? host };
    const effect = enabled ? `sends events to ${host}` : `can send events to ${host}, but is disabled`;
    return { type: "webhook", ...identity, label: describeName(identity, names), effect, isHigh: enabled };
  });
  return findUndeclared("undeclaredWebhook", facts, described, declared);
}

function describeHost({ url }: Webhook): string {
  return readHost(url)?.words ?? "an unclear host";
}

function describeApiToken({ id, name, owner }: ApiToken, { apiTokens, members }: Facts): DescribedObject {
  const names = listKnown(apiTokens).map((one) => one.name);
  const member = listKnown(members).find(({ email }) => owner !== null && isSameEmail(email, owner.email));
  const role = member?.role;
  const effect =
    owner === null
      ? "acts for nobody"
      : role === undefined
        ? `acts for ${owner.email}`
        : `acts for ${owner.email}, who ${describeHeldRole(role)}`;
  // A role that this version does not know may allow as much as an admin's.
  const isHigh = role === undefined || role === "admin" || !roles.some((known) => known === role);
  return { type: "apiToken", id, name, label: describeName({ id, name }, names), effect, person: owner?.email, isHigh };
}

function isUsedUp({ uses, maxUses }: ClaimToken): boolean {
  return maxUses !== null && uses >= maxUses;
}

function describeClaimToken({ id, name, expiresAt, maxUses, uses }: ClaimToken, facts: Facts): DescribedObject {
  const expires = expiresAt !== null && !isNever(expiresAt);
  const end = expires ? `expires on ${getDate(expiresAt)}` : "never expires";
  const limit = maxUses === null ? "has no limit of uses" : `allows ${formatCount(maxUses - uses, "more device")}`;
  const getLabel = (text: string) => (text === "" ? "without a name" : text);
  const label = describeName(
    { id, name: getLabel(name) },
    listKnown(facts.claimTokens).map((one) => getLabel(one.name)),
  );
  return { type: "claimToken", id, name, label, effect: `${end}, ${limit}`, isHigh: !expires && maxUses === null };
}
