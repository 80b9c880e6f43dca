import * as z from "zod";
import type { Body, Fields, TextField } from "../contract";
import { unwrapData } from "../http/answer";
import { collection, createPlainOperations, parents } from "./collection";
import { id, replaceNull, splitId, type Wire } from "./schemas";
import { createWithSecret, withSecret } from "./secretCreations";

const claimToken = z
  .object({
    id,
    name: z.string().nullish(),
    expires_at: z.string().nullish(),
    max_uses: z.number().nullish(),
    cohort_id: z.string().nullish(),
    tags: z.array(z.string()).readonly(),
    consume_count: z.number().nullish(),
  } satisfies Fields<Wire["claim-token"]>)
  .transform(({ id, name, expires_at = null, max_uses = null, cohort_id = null, tags, consume_count }) => ({
    id,
    /** Empty if there is none. Several tokens may have one name. */
    name: name ?? "",
    /** ISO 8601, UTC; null if the token does not expire. `isNever` (types/moment.ts) recognizes the far moments that mean the same. */
    expiresAt: expires_at,
    /** Null if there is no limit. */
    maxUses: max_uses,
    /** The UUID of the cohort; null if there is none. */
    cohortId: cohort_id,
    tags,
    /** The number of devices that have joined with the token. */
    uses: consume_count ?? 0,
  }));

const created = unwrapData(withSecret(claimToken, "token" satisfies TextField<Wire["claim-token"]>));

/** A token with which devices join an organization. */
export type ClaimToken = Readonly<z.output<typeof claimToken>>;

/** The settings of a claim token. `null` removes all tags, and an omitted value stays. An update cannot change the cohort. */
export interface ClaimTokenSettings {
  readonly name?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly maxUses?: number | undefined;
  readonly cohortId?: string | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

export const claimTokens = collection(
  {
    feature: "claimTokens",
    absence: "The provider manages no claim tokens with Peridio's Admin API",
    kind: "claim token",
    parent: "organization",
    path: "claim_tokens",
    schemaInList: claimToken,
    schemaAlone: claimToken,
    toBody: ({ name, expiresAt, maxUses, cohortId, tags }: ClaimTokenSettings): Body<Wire["create-claim-token"]> => ({
      claim_token: {
        name,
        expires_at: expiresAt,
        max_uses: maxUses,
        cohort_id: cohortId,
        tags: replaceNull(tags, []),
      },
    }),
  },
  (objects) => ({
    ...createPlainOperations(objects),
    create: createWithSecret(objects, created, { getName: ({ name = "" }) => name }),
    /** Lists the tokens for the cohorts of a project. They belong to the organization, so their ids contain its id. */
    listOfProject: (projectId: string) => {
      const path = `${parents.project(projectId)}/claim_tokens`;
      const { parent: organizationId } = splitId(projectId);
      return objects.requests.list(objects.http, organizationId, path);
    },
  }),
);
