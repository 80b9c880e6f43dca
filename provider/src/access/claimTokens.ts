import { type PlannedNames, type PlanResult, UserError } from "#framework";
import { type ClaimToken, ForbiddenError, isLimitReached, type Peridio, toArray } from "../api";
import type { Context } from "../resource";

const remedy =
  "Ask Peridio for a higher limit, or delete claim tokens in one run and add others in the next, because Pulumi creates before it deletes";

/** Lists the claim tokens of an organization; undefined if only other API keys can. */
export async function listClaimTokens(
  api: Peridio,
  organizationId: string,
): Promise<readonly ClaimToken[] | undefined> {
  try {
    return await toArray(api.claimTokens.list(organizationId));
  } catch (error) {
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
}

/**
 * Checks the limit of claim tokens for a new one, and counts it together with the other new tokens of the program. Peridio does not
 * document if tokens that have expired or have no uses left count. So the preview refuses a token only if it exceeds the limit without
 * them, and warns otherwise.
 *
 * @throws UserError if Peridio certainly refuses the token
 */
export async function checkClaimTokenLimit(
  { api, countPlanned }: Pick<Context, "api"> & PlannedNames,
  organizationId: string,
): Promise<PlanResult | undefined> {
  // Also records this token for the previews of others, so it precedes every return.
  const planned = countPlanned(`claim tokens of ${organizationId}`);
  const limit = (await api.limits(organizationId)).claimTokens?.limit;
  if (limit === undefined) return undefined;
  const tokens = await listClaimTokens(api, organizationId);
  if (tokens === undefined) {
    const text = `The preview cannot check the limit of ${limit} claim tokens, because this API key cannot list them. Use the API key of an admin or an owner.`;
    return { warnings: [text] };
  }
  const spent = tokens.filter(isSpent).length;
  const usable = tokens.length - spent;
  if (tokens.length + planned <= limit) return undefined;
  const others = spent === 0 ? "" : `, expired or without uses left ${spent}`;
  const numbers = `limit ${limit}, usable tokens ${usable}${others}, new tokens of this program ${planned}`;
  if (usable + planned > limit) throw new UserError(`The plan allows no further claim token: ${numbers}. ${remedy}`);
  return {
    warnings: [
      `Peridio may refuse this claim token: ${numbers}. If it does, delete the tokens that have expired or have no uses left.`,
    ],
  };
}

function isSpent({ expiresAt, maxUses, uses }: ClaimToken): boolean {
  return (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) || (maxUses !== null && uses >= maxUses);
}

/** Adds the remedy if Peridio refused a claim token because of the plan. */
export function explainClaimTokenLimit(error: unknown): unknown {
  return isLimitReached(error)
    ? new UserError(`The plan allows no further claim token. ${remedy}. ${error.message}`)
    : error;
}
