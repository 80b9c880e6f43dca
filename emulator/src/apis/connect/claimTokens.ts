import { randomUUID } from "node:crypto";
import { created, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { invalid, type PropertyErrors } from "../../contract/errors";
import { applyChanges } from "../../contract/rules";
import type { ClaimToken, Organization } from "../../model/state";
import { formatTimestamp, generateSecret } from "../../model/values";
import { findProject } from "./access";
import { type ListQuery, paginate } from "./lists";
import { acknowledge, defineOperation, findById, toOptionalText } from "./operation";

interface Settings {
  readonly name?: string;
  readonly max_uses?: number;
  readonly expires_at?: string;
  readonly tags?: string[];
}

export const claimTokens: Operations = {
  ClaimToken_index: defineOperation(({ organization }, { query }) =>
    list(organization, `claim tokens of ${organization.id}`, organization.claim_tokens, query),
  ),

  ClaimToken_create: defineOperation<{ readonly claim_token: Settings & { readonly cohort_id?: string } }>(
    (call, { body: { claim_token } }) => {
      const { organization, caller, now } = call;
      const { name = "", max_uses = null, cohort_id = null, tags = [] } = claim_token;
      const unknownCohort = cohort_id !== null && findCohortProject(organization, cohort_id) === undefined;
      check({ ...checkExpiry(call, claim_token), ...(unknownCohort && { cohort_id: ["does not exist"] }) });
      const token: ClaimToken = {
        sequence: call.takeSequence(),
        id: randomUUID(),
        name: toOptionalText(name),
        max_uses,
        expires_at: claim_token.expires_at === undefined ? null : toTimestamp(claim_token.expires_at),
        cohort_id,
        tags,
        created_by_id: caller.id,
        token: generateSecret("claim_"),
        uses: [],
        inserted_at: now,
        updated_at: now,
      };
      organization.claim_tokens.push(token);
      return created({ ...showClaimToken(organization, token), token: token.token });
    },
  ),

  ClaimToken_show: defineOperation(({ organization }, { path }) => {
    const token = findById(organization.claim_tokens, path.id);
    return ok({ ...showClaimToken(organization, token), uses: token.uses });
  }),

  ClaimToken_update: defineOperation<{ readonly claim_token: Settings }>((call, { path, body: { claim_token } }) => {
    const { organization, now } = call;
    const token = findById(organization.claim_tokens, path.id);
    const { name, expires_at } = claim_token;
    check(checkExpiry(call, claim_token));
    const changes = {
      ...claim_token,
      ...(name !== undefined && { name: toOptionalText(name) }),
      ...(expires_at !== undefined && { expires_at: toTimestamp(expires_at) }),
    };
    if (applyChanges(token, changes, ["name", "max_uses", "expires_at", "tags"])) token.updated_at = now;
    return ok(showClaimToken(organization, token));
  }),

  ClaimToken_delete: defineOperation(({ organization: { claim_tokens } }, { path }) => {
    claim_tokens.splice(claim_tokens.indexOf(findById(claim_tokens, path.id)), 1);
    return acknowledge();
  }),

  ClaimToken_project_index: defineOperation((call, { path, query }) => {
    const { organization } = call;
    const { id } = findProject(call, path.project_id);
    const rows = organization.claim_tokens.filter(({ cohort_id }) => findCohortProject(organization, cohort_id) === id);
    return list(organization, `claim tokens of the project ${id}`, rows, query);
  }),
};

function list(organization: Organization, name: string, rows: readonly ClaimToken[], query: ListQuery) {
  const show = (token: ClaimToken) => showClaimToken(organization, token);
  return { status: 200, body: paginate({ name, rows, show }, query) };
}

/** Finds the id of the project that contains a cohort. */
function findCohortProject({ projects }: Organization, cohortId: string | null): string | undefined {
  return projects.find(({ cohorts }) => cohorts.some(({ id }) => id === cohortId))?.id;
}

/** A leap second is a valid moment for the contract, but not for a date of JavaScript. */
function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function toTimestamp(text: string): string {
  return formatTimestamp(new Date(text));
}

function checkExpiry({ now }: Call, { expires_at }: Settings): PropertyErrors {
  if (expires_at === undefined) return {};
  if (!isMoment(expires_at)) return { expires_at: ["is invalid"] };
  return toTimestamp(expires_at) <= now ? { expires_at: ["must be in the future"] } : {};
}

/** @throws ApiError if there are errors */
function check(errors: PropertyErrors): void {
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

function showClaimToken(organization: Organization, token: ClaimToken) {
  const { id, name, expires_at, max_uses, uses, created_by_id, cohort_id, tags, inserted_at, updated_at } = token;
  // The cohort may be deleted.
  const hasCohort = findCohortProject(organization, cohort_id) !== undefined;
  return {
    id,
    name,
    expires_at,
    max_uses,
    consume_count: uses.length,
    organization_id: organization.id,
    created_by_id,
    cohort_id: hasCohort ? cohort_id : null,
    tags,
    inserted_at,
    updated_at,
  };
}
