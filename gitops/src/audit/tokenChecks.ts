import { type ApiToken, canonicalizeEmail } from "#provider";
import { countDaysSince, describeDate } from "../days";
import { type Facts, isKnown, listKnown } from "./facts";
import { describeName, createFinding, type Finding, nameObject } from "./finding";
import type { FindingKind } from "./kinds";
import type { AuditOptions } from "./options";

/** Finds API tokens that act for a person who has left, and tokens without an owner. */
export function findTokensWithoutMember(facts: Facts, { now }: AuditOptions): readonly Finding[] {
  const members = new Set(listKnown(facts.members).map(({ email }) => canonicalizeEmail(email)));
  return findTokens(facts, now, "tokenWithoutMember", ({ owner }) => {
    if (owner === null) return "has no owner";
    if (!isKnown(facts.members) || members.has(canonicalizeEmail(owner.email))) return undefined;
    return `belongs to ${owner.email}, who is not a member of the organization`;
  });
}

/** Finds API tokens that no program has used for some time. */
export function findUnusedTokens(facts: Facts, { now, tokenUnusedDays }: AuditOptions): readonly Finding[] {
  return findTokens(facts, now, "unusedToken", ({ createdAt, lastUsedAt }) => {
    if (countDaysSince(lastUsedAt ?? createdAt, now) < tokenUnusedDays) return undefined;
    return lastUsedAt === null
      ? `was never used, and was created on ${describeDate(createdAt, now)}`
      : `was last used on ${describeDate(lastUsedAt, now)}`;
  });
}

/** Finds API tokens that were created long ago. */
export function findOldTokens(facts: Facts, { now, tokenDays }: AuditOptions): readonly Finding[] {
  return findTokens(facts, now, "oldToken", ({ createdAt }) =>
    countDaysSince(createdAt, now) < tokenDays ? undefined : `was created on ${describeDate(createdAt, now)}`,
  );
}

/** Finds API tokens that never expire. */
export function findTokensWithoutExpiry(facts: Facts, { now }: AuditOptions): readonly Finding[] {
  return findTokens(facts, now, "tokenWithoutExpiry", ({ expiresAt }) =>
    expiresAt === null ? "never expires" : undefined,
  );
}

/** Reports if a token has not expired. Nobody can use an expired token. */
export function isValid({ expiresAt }: Pick<ApiToken, "expiresAt">, now: Date): boolean {
  return expiresAt === null || Date.parse(expiresAt) > now.getTime();
}

/** Returns a finding for each valid token with a predicate. */
function findTokens(
  { name: organization, apiTokens }: Facts,
  now: Date,
  kind: FindingKind,
  getPredicate: (token: ApiToken) => string | undefined,
): readonly Finding[] {
  const tokens = listKnown(apiTokens);
  const names = tokens.map((token) => token.name);
  return tokens
    .filter((token) => isValid(token, now))
    .flatMap((token) => {
      const predicate = getPredicate(token);
      if (predicate === undefined) return [];
      return createFinding(kind, organization, predicate, {
        person: token.owner?.email,
        ...nameObject("apiToken", token, describeName(token, names)),
      });
    });
}
