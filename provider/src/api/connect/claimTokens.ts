import type { ClaimTokens } from "../client";
import type { Http } from "../http/http";
import { path } from "../http/request";
import type { ClaimToken, ClaimTokenSettings } from "../model";
import { claimToken, createPageSchema, joinId, rawClaimToken, readList, splitId, toUuid } from "./schemas";
import type { SecretCreations } from "./secretCreations";
import { secretObjects } from "./secretObjects";

const page = createPageSchema(claimToken);

/** The requests that claim tokens share with other objects with a secret. */
const common = secretObjects<ClaimToken, ClaimTokenSettings>({
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
  kind: "claim token",
  getName: ({ name = "" }) => name,
});

/** The claim tokens of an organization. */
export function claimTokens(http: Http, creations: SecretCreations): ClaimTokens {
  return {
    ...common(http, creations),
    async *listOfProject(projectId) {
      const { parent, uuid } = splitId(projectId);
      const address = path`/api/orgs/${toUuid(parent)}/projects/${uuid}/claim_tokens`;
      for await (const found of readList(http, address, page, ({ id }) => id))
        yield { ...found, id: joinId(parent, found.id) };
    },
  };
}
