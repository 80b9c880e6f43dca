import * as z from "zod";
import type { Fields } from "../contract";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { path } from "../http/request";
import { type Collection, parents } from "./collection";
import { splitId, type Wire } from "./schemas";

const tunnelPolicy = z
  .object({
    max_ttl_seconds: z.number().nullish(),
    backoff_seconds: z.number().nullish(),
    max_concurrent: z.number().nullish(),
    cidr_allowlist: z.array(z.string()).readonly().nullish(),
    require_reason: z.boolean().nullish(),
    allowed_windows: z.array(z.record(z.string(), z.unknown())).readonly().nullish(),
  } satisfies Fields<Wire["tunnel-policy"]>)
  .transform((wire) => ({
    maxTtlSeconds: wire.max_ttl_seconds ?? null,
    backoffSeconds: wire.backoff_seconds ?? null,
    maxConcurrent: wire.max_concurrent ?? null,
    cidrAllowlist: wire.cidr_allowlist ?? null,
    requireReason: wire.require_reason ?? null,
    /** Peridio does not document the properties of a window. */
    allowedWindows: wire.allowed_windows ?? null,
  }));

const cohortTunnelPolicy = z.object({
  /** The rules in force. */
  resolved: tunnelPolicy,
  /** The rules of the cohort. The organization's rule applies instead of null. */
  overrides: tunnelPolicy,
} satisfies Fields<Wire["cohort-tunnel-policy"]>);

const policy = data(tunnelPolicy);
const cohortPolicy = data(cohortTunnelPolicy);

/** The rules for tunnels to devices. Null if Peridio reports none. */
export type TunnelPolicy = Readonly<z.output<typeof tunnelPolicy>>;

/** The rules for tunnels to the devices of a cohort. */
export type CohortTunnelPolicy = Readonly<z.output<typeof cohortTunnelPolicy>>;

interface Operations {
  get(organizationId: string): Promise<TunnelPolicy>;
  getOfCohort(cohortId: string): Promise<CohortTunnelPolicy>;
}

/** This API cannot change them. */
export const tunnelPolicies: Collection<Operations, "tunnelPolicies"> = {
  feature: "tunnelPolicies",
  absence: "Peridio's Admin API has no tunnel policies",
  remedy: "remove the call to `getTunnelPolicy`",
  open: (http: Http) => ({
    get: async (organizationId) => http.get(`${parents.organization(organizationId)}/tunnel-policy`, policy),
    getOfCohort: async (cohortId) => {
      const { parent, uuid } = splitId(cohortId);
      return http.get(`${parents.project(parent)}${path`/cohorts/${uuid}/tunnel-policy`}`, cohortPolicy);
    },
  }),
};
