import { defaultLimits, maximumLimits, used } from "../limits";
import { ok, type Operations } from "../operation";
import { toOrganizationPrn } from "../prn";
import { resourceTypes } from "../state";
import { operation } from "./operation";

export const limits: Operations = {
  "retrieve-limits": operation("read_limits", ({ state, organization }) => {
    const usage = used(state, organization);
    const answer: Record<string, unknown> = { organization_prn: toOrganizationPrn(organization.id) };
    for (const type of resourceTypes) {
      answer[type] = {
        default: defaultLimits[type],
        maximum: maximumLimits[type],
        limit: organization.limits[type],
        used: usage[type],
      };
    }
    return ok(answer);
  }),
};
