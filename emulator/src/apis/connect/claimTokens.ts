import { z } from "zod";
import type { Operations } from "../../contract/api";
import { conflict, type PropertyErrors } from "../../contract/errors";
import { row, type Organization } from "../../model/state";
import { addSeconds, generateSecret, secondsPerDay } from "../../model/values";
import { findProject } from "./access";
import { defineCollection } from "./collection";
import { checkExpiry, toTimestamp } from "./expiry";
import { paginate } from "./lists";
import { toOptionalText } from "./checks";
import { defineOperation } from "./operation";

const claimToken = row.extend({
  name: z.string().nullable(),
  /** Null for no limit. */
  max_uses: z.number().nullable(),
  expires_at: z.string().nullable(),
  /** The cohort of the devices that join. It may be deleted. */
  cohort_id: z.string().nullable(),
  tags: z.array(z.string()),
  created_by_id: z.string(),
  token: z.string(),
  uses: z.array(z.object({ device_id: z.string(), claimed_at: z.string() })),
});

export type ClaimToken = z.infer<typeof claimToken>;

/** The lists that this file adds to the data of an organization. */
export const inOrganization = { claim_tokens: z.array(claimToken).default([]) };

type OrganizationWithClaimTokens = Organization & { claim_tokens: ClaimToken[] };

interface ClaimTokenSettings {
  readonly name?: string;
  readonly max_uses?: number;
  readonly expires_at?: string;
  readonly cohort_id?: string;
  readonly tags?: string[];
}

export const claimTokens: Operations<OrganizationWithClaimTokens> = {
  ...defineCollection<OrganizationWithClaimTokens, ClaimToken, ClaimTokenSettings>({
    prefix: "ClaimToken",
    wrapper: "claim_token",
    open: ({ organization }) => ({ parent: organization, objects: organization.claim_tokens }),
    check: (settings, { call, changed }) => ({
      ...checkExpiry(call, settings),
      // An update ignores the cohort.
      ...(changed === undefined && checkCohort(call.organization, settings)),
    }),
    checkPlan,
    create: (row, { name = "", max_uses = null, expires_at, cohort_id, tags = [] }, { caller, organization, now }) => ({
      ...row,
      name: name || null,
      max_uses,
      expires_at: expires_at === undefined ? addSeconds(now, secondsPerDay) : toTimestamp(expires_at),
      cohort_id: cohort_id ?? organization.default_cohort_id,
      tags,
      created_by_id: caller.id,
      token: generateSecret("claim_"),
      uses: [],
    }),
    change: ({ name, max_uses, expires_at, tags }) => ({
      name: toOptionalText(name),
      max_uses,
      expires_at: expires_at && toTimestamp(expires_at),
      tags,
    }),
    secret: "token",
    show: showClaimToken,
    showDetails: ({ uses }) => ({ uses }),
  }),

  ClaimToken_project_index: defineOperation<undefined, OrganizationWithClaimTokens>((call, { path, query }) => {
    const { organization } = call;
    const { id } = findProject(call, path.project_id);
    const rows = organization.claim_tokens.filter(({ cohort_id }) => findCohortProject(organization, cohort_id) === id);
    const show = (token: ClaimToken) => showClaimToken(token, organization);
    return { status: 200, body: paginate({ name: `claim tokens of the project ${id}`, rows, show }, query) };
  }),
};

/** @throws ApiError if the plan allows no further claim token. Expired and used tokens count too. */
function checkPlan({ plan, claim_tokens }: OrganizationWithClaimTokens): void {
  const limit = plan.max_claim_tokens;
  if (limit !== null && claim_tokens.length >= limit)
    throw conflict("limit_reached", { resource_type: "claim tokens", limit });
}

/** Finds the id of the project that contains a cohort. */
function findCohortProject({ projects }: Organization, cohortId: string | null): string | undefined {
  return projects.find(({ cohorts }) => cohorts.some(({ id }) => id === cohortId))?.id;
}

function checkCohort(organization: Organization, { cohort_id }: ClaimTokenSettings): PropertyErrors {
  if (cohort_id === undefined || findCohortProject(organization, cohort_id) !== undefined) return {};
  return { cohort_id: ["does not exist"] };
}

function showClaimToken(token: ClaimToken, organization: Organization) {
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
