import type { ClaimToken, ClaimTokenSettings } from "../model";
import { claimToken, rawClaimToken } from "./schemas";
import { secretObjects } from "./secretObjects";

/** The claim tokens of an organization. */
export const claimTokens = secretObjects<ClaimToken, ClaimTokenSettings>({
  collection: "claim_tokens",
  one: claimToken,
  secret: rawClaimToken,
  toBody: ({ name, expiresAt, maxUses, cohortId, tags }) => ({
    claim_token: {
      ...(name !== undefined && { name }),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
      ...(maxUses !== undefined && { max_uses: maxUses }),
      ...(cohortId !== undefined && { cohort_id: cohortId }),
      ...(tags !== undefined && { tags: tags ?? [] }),
    },
  }),
  describe: ({ name }) => `the claim token ${JSON.stringify(name)}`,
  matches: (one, { name, maxUses = null, cohortId = null }) =>
    one.name === name && one.maxUses === maxUses && one.cohortId === cohortId,
});
