import * as z from "zod";
import { type Http, path } from "#framework/http";
import { CachedObjects } from "../cache";
import type { Body, Fields } from "../contract";
import { unwrapData } from "../http/answer";
import { type Collection, parents } from "./collection";
import { PerProcess } from "./perProcess";
import { splitId, type Wire } from "./schemas";

const tunnelPolicy = z
  .looseObject({
    max_ttl_seconds: z.number().nullish(),
    backoff_seconds: z.number().nullish(),
    max_concurrent: z.number().nullish(),
    cidr_allowlist: z.array(z.string()).readonly().nullish(),
    require_reason: z.boolean().nullish(),
    allowed_windows: z.array(z.record(z.string(), z.unknown())).readonly().nullish(),
  } satisfies Fields<Wire["tunnel-policy"]>)
  .transform(
    ({
      max_ttl_seconds = null,
      backoff_seconds = null,
      max_concurrent = null,
      cidr_allowlist = null,
      require_reason = null,
      allowed_windows = null,
      ...others
    }) => ({
      maxTtlSeconds: max_ttl_seconds,
      backoffSeconds: backoff_seconds,
      maxConcurrent: max_concurrent,
      cidrAllowlist: cidr_allowlist,
      requireReason: require_reason,
      /** Peridio does not document the properties of a window. */
      allowedWindows: allowed_windows,
      /** The names of properties that this client does not know, and that have a value. A write could remove them. */
      unknownRules: Object.keys(others).filter((name) => others[name] !== null),
    }),
  );

const cohortTunnelPolicy = z.object({
  /** The rules in force. */
  resolved: tunnelPolicy,
  /** The rules of the cohort. The organization's rule applies instead of null. */
  overrides: tunnelPolicy,
} satisfies Fields<Wire["cohort-tunnel-policy"]>);

const policy = unwrapData(tunnelPolicy);
const cohortPolicy = unwrapData(cohortTunnelPolicy);

/** The rules for tunnels to devices. Null if Peridio reports none. */
export type TunnelPolicy = Readonly<z.output<typeof tunnelPolicy>>;

/** The rules for tunnels to the devices of a cohort. */
export type CohortTunnelPolicy = Readonly<z.output<typeof cohortTunnelPolicy>>;

/** The rules that this client knows. */
export type TunnelRules = Omit<TunnelPolicy, "unknownRules">;

/** Changes of rules: null removes one, and undefined keeps it. */
export type TunnelChanges = { readonly [Name in keyof TunnelRules]?: TunnelRules[Name] | undefined };

/** `id` is that of an organization or of a cohort. */
interface TunnelPolicyOperations {
  /** Returns the organization's or the cohort's own rules. */
  get(id: string): Promise<TunnelPolicy>;
  /** Reads the own rules again. */
  reread(id: string): Promise<TunnelPolicy>;
  getOfCohort(cohortId: string): Promise<CohortTunnelPolicy>;
  /** Returns the rules after the change, which it reads again. */
  update(id: string, changes: TunnelChanges): Promise<TunnelPolicy>;
}

const rules = new PerProcess((http) => new CachedObjects((id) => readRules(http, id)));

export const tunnelPolicies: Collection<TunnelPolicyOperations, "tunnelPolicies"> = {
  feature: "tunnelPolicies",
  absence: "The provider manages no tunnel policies with Peridio's Admin API",
  remedy: "remove them (in a layout, `tunnels`) from the program",
  open: (http: Http) => ({
    get: async (id) => rules.get(http).get(id),
    async reread(id) {
      rules.get(http).discard(id);
      return rules.get(http).get(id);
    },
    getOfCohort: async (cohortId) => http.get(getPath(cohortId), cohortPolicy),
    async update(id, changes) {
      const before = await rules.get(http).get(id);
      return rules.get(http).write(id, change(http, id, before, changes));
    },
  }),
};

/** Returns the path of the policy of an organization or of a cohort. Only the id of a cohort contains a `/`. */
function getPath(id: string): string {
  if (!isOfCohort(id)) return `${parents.organization(id)}/tunnel-policy`;
  const { parent, uuid } = splitId(id);
  return `${parents.project(parent)}${path`/cohorts/${uuid}/tunnel-policy`}`;
}

function isOfCohort(id: string): boolean {
  return id.includes("/");
}

async function readRules(http: Http, id: string): Promise<TunnelPolicy> {
  return isOfCohort(id) ? (await http.get(getPath(id), cohortPolicy)).overrides : http.get(getPath(id), policy);
}

/**
 * Sends all rules, because no source says if the request keeps rules that it omits. A rule that is absent before and after the change
 * is omitted. A cohort that loses its last rule is cleared.
 */
async function change(http: Http, id: string, before: TunnelRules, changes: TunnelChanges): Promise<TunnelPolicy> {
  const body = toBody(before, changes);
  const isEmpty = Object.values(body.tunnel_policy).every((rule) => (rule ?? null) === null);
  if (isOfCohort(id) && isEmpty) await http.delete(getPath(id));
  else await http.put(getPath(id), body, z.unknown());
  return readRules(http, id);
}

function toBody(before: TunnelRules, changes: TunnelChanges): Body<Wire["update-tunnel-policy"]> {
  const select = <Name extends keyof TunnelRules>(name: Name): TunnelChanges[Name] => {
    const after = changes[name] === undefined ? before[name] : changes[name];
    return before[name] === null && after === null ? undefined : after;
  };
  return {
    tunnel_policy: {
      max_ttl_seconds: select("maxTtlSeconds"),
      backoff_seconds: select("backoffSeconds"),
      max_concurrent: select("maxConcurrent"),
      cidr_allowlist: select("cidrAllowlist"),
      require_reason: select("requireReason"),
      allowed_windows: select("allowedWindows"),
    },
  };
}
