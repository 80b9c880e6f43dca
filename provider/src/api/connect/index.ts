import { data, rejectOtherServer } from "../http/answer";
import { Http } from "../http/http";
import { CachedValue } from "../cache";
import type { Backend } from "../client";
import type { Transport } from "../transport/transport";
import { explainUnsupported, rejectUnsupported } from "./unsupported";
import { toLimits, organizations } from "./organizations";
import { apiTokens } from "./apiTokens";
import { groups } from "./groups";
import { cohorts, projects } from "./projects";
import { invitations, members } from "./roster";
import { me as meSchema, type Me } from "./schemas";
import { claimTokens } from "./claimTokens";
import { SecretCreations } from "./secretCreations";
import { tunnelPolicies } from "./tunnelPolicies";
import { webhooks } from "./webhooks";

const meAnswer = data(meSchema);

const name = "Avocado Connect";

/** Avocado Connect, the API that Peridio serves. */
export function connect(transport: Transport): Backend {
  const http = new Http(transport, (property) => property);
  // One response holds the user and all organizations. No write of this backend changes it, but another process may.
  const me = new CachedValue(async (): Promise<Me> =>
    http.get("/api/me", meAnswer).catch(rejectOtherServer(transport.endpoint, name, "/api")),
  );
  const creations = new SecretCreations();

  function backend(http: Http): Backend {
    return {
      name,
      explainUnsupported,
      caller: async (isAgain = false) => (await (isAgain ? me.renew() : me.get())).caller,
      organizations: organizations(me),
      members: members(http),
      invitations: invitations(http),
      securitySettings: {
        get: async () => rejectUnsupported("securitySettings"),
        update: async () => rejectUnsupported("securitySettings"),
      },
      billingSettings: {
        get: async () => rejectUnsupported("billingSettings"),
        update: async () => rejectUnsupported("billingSettings"),
      },
      groups: groups(http),
      projects: projects(http),
      cohorts: cohorts(http),
      apiTokens: apiTokens(http, creations),
      webhooks: webhooks(http, creations),
      claimTokens: claimTokens(http, creations),
      tunnelPolicies: tunnelPolicies(http),
      limits: async (organizationId) => toLimits(await me.get(), organizationId),
      with: (options) => backend(http.with(options)),
    };
  }

  return backend(http);
}
