import { ok, type Operations } from "../../contract/api";
import type { TunnelPolicy } from "../../model/state";
import { findCohort } from "./access";
import { defineOperation } from "./operation";

export const tunnelPolicies: Operations = {
  TunnelPolicy_show_org: defineOperation(({ organization }) => ok(organization.tunnel_policy)),

  TunnelPolicy_show_cohort: defineOperation((call, { path }) => {
    const { tunnel_policy: overrides } = findCohort(call, path.project_id, path.cohort_id);
    return ok({ resolved: resolve(call.organization.tunnel_policy, overrides), overrides });
  }),
};

/** Replaces the rules of the organization by those of a cohort, except null. */
function resolve(policy: TunnelPolicy, overrides: TunnelPolicy): TunnelPolicy {
  return {
    max_ttl_seconds: overrides.max_ttl_seconds ?? policy.max_ttl_seconds,
    backoff_seconds: overrides.backoff_seconds ?? policy.backoff_seconds,
    max_concurrent: overrides.max_concurrent ?? policy.max_concurrent,
    cidr_allowlist: overrides.cidr_allowlist ?? policy.cidr_allowlist,
    require_reason: overrides.require_reason ?? policy.require_reason,
    allowed_windows: overrides.allowed_windows ?? policy.allowed_windows,
  };
}
