import * as z from "zod";
import type { TunnelPolicies } from "../client";
import type { Fields } from "../contract";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { path } from "../http/request";
import { splitId, toUuid, tunnelPolicy, type Wire } from "./schemas";

const policy = data(tunnelPolicy);
const cohortPolicy = data(
  z.object({ resolved: tunnelPolicy, overrides: tunnelPolicy } satisfies Fields<Wire["cohort-tunnel-policy"]>),
);

/** The rules for tunnels to the devices of an organization. */
export function tunnelPolicies(http: Http): TunnelPolicies {
  return {
    get: async (organizationId) => http.get(path`/api/orgs/${toUuid(organizationId)}/tunnel-policy`, policy),

    getOfCohort: async (cohortId) => {
      const { parent: projectId, uuid } = splitId(cohortId);
      const { parent: organizationId, uuid: project } = splitId(projectId);
      const address = path`/api/orgs/${toUuid(organizationId)}/projects/${project}/cohorts/${uuid}/tunnel-policy`;
      return http.get(address, cohortPolicy);
    },
  };
}
