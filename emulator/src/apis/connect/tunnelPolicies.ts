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

/**
 * Combines the rules of the organization with those of a cohort. A cohort only tightens a rule, except that its allowlist replaces that
 * of the organization. Null inherits.
 */
function resolve(policy: TunnelPolicy, overrides: TunnelPolicy): TunnelPolicy {
  return {
    max_ttl_seconds: choose(Math.min, policy.max_ttl_seconds, overrides.max_ttl_seconds),
    backoff_seconds: choose(Math.max, policy.backoff_seconds, overrides.backoff_seconds),
    max_concurrent: choose(Math.min, policy.max_concurrent, overrides.max_concurrent),
    cidr_allowlist: overrides.cidr_allowlist ?? policy.cidr_allowlist,
    require_reason: policy.require_reason === true ? true : (overrides.require_reason ?? policy.require_reason),
    allowed_windows: hasEntry(overrides.allowed_windows)
      ? overrides.allowed_windows
      : (policy.allowed_windows ?? overrides.allowed_windows),
  };
}

function hasEntry(windows: TunnelPolicy["allowed_windows"]): boolean {
  return windows !== null && windows.length > 0;
}

/** Returns the stricter one of two numbers, or the only one. */
function choose(stricter: (a: number, b: number) => number, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return stricter(one, other);
}
