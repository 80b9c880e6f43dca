import { ok, type Operations } from "../../contract/api";
import {
  type Cohort,
  emptyTunnelPolicy,
  type Organization,
  type TunnelPolicy,
  tunnelPolicySchema,
} from "../../model/state";
import { findCohort } from "./access";
import { acknowledge, defineOperation } from "./operation";

const wrapper = "tunnel_policy";

export const tunnelPolicies: Operations = {
  TunnelPolicy_show_org: defineOperation(({ organization }) => ok(organization.tunnel_policy)),

  TunnelPolicy_show_cohort: defineOperation((call, { path }) => {
    return ok(showCohort(call.organization, findCohort(call, path.project_id, path.cohort_id)));
  }),

  TunnelPolicy_update_org: defineOperation<Partial<TunnelPolicy>>(({ organization }, { body }) => {
    organization.tunnel_policy = merge(organization.tunnel_policy, body);
    return ok(organization.tunnel_policy);
  }, wrapper),

  TunnelPolicy_update_cohort: defineOperation<Partial<TunnelPolicy>>((call, { path, body }) => {
    const cohort = findCohort(call, path.project_id, path.cohort_id);
    cohort.tunnel_policy = merge(cohort.tunnel_policy, body);
    return ok(showCohort(call.organization, cohort));
  }, wrapper),

  TunnelPolicy_clear_cohort: defineOperation((call, { path }) => {
    findCohort(call, path.project_id, path.cohort_id).tunnel_policy = { ...emptyTunnelPolicy };
    return acknowledge();
  }),
};

/** Changes the rules that a request contains. Unknown properties have no effect. */
function merge(policy: TunnelPolicy, changes: Partial<TunnelPolicy>): TunnelPolicy {
  return tunnelPolicySchema.parse({ ...policy, ...changes });
}

function showCohort({ tunnel_policy }: Organization, { tunnel_policy: overrides }: Cohort) {
  return { resolved: resolve(tunnel_policy, overrides), overrides };
}

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
