import { data, rejectOtherServer } from "../http/answer";
import { Http } from "../http/http";
import type { Backend } from "../client";
import type { Caller } from "../model";
import type { Transport } from "../transport/transport";
import { explainUnsupported } from "./unsupported";
import { apiTokens, claimTokens, cohorts, groups, projects, tunnelPolicies, webhooks } from "./access";
import { organizations } from "./organizations";
import { invitations, members } from "./roster";
import { caller, getPortName } from "./schemas";
import { billingSettings, limits, securitySettings } from "./settings";

const callerAnswer = data(caller);

const name = "Peridio's Admin API";

/** Peridio's Admin API, version 2. */
export function adminV2(transport: Transport): Backend {
  let first: Caller | undefined;
  const created = new Set<string>();

  function backend(http: Http): Backend {
    const readCaller = async (): Promise<Caller> => {
      const answer = await http
        .get("/v2/users/me", callerAnswer)
        .catch(rejectOtherServer(transport.endpoint, name, "/v2"));
      first ??= answer;
      return answer;
    };
    return {
      name,
      explainUnsupported,
      caller: readCaller,
      organizations: organizations(http, async () => first ?? readCaller(), created),
      members: members(http),
      invitations: invitations(http),
      securitySettings: securitySettings(http),
      billingSettings: billingSettings(http),
      groups,
      projects,
      cohorts,
      apiTokens,
      webhooks,
      claimTokens,
      tunnelPolicies,
      limits: limits(http),
      with: (options) => backend(http.with(options)),
    };
  }

  return backend(new Http(transport, getPortName));
}
