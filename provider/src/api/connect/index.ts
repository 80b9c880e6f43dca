import { unwrapData, rejectOtherServer } from "../http/answer";
import { readErrors } from "../http/errorAnswer";
import { Http, type Transport } from "#framework/http";
import { CachedValue } from "../cache";
import type { Backend } from "../client";
import { explainUnsupported, rejectUnsupported } from "./features";
import { toLimits, organizations } from "./organizations";
import { invitations, members } from "./roster";
import { me as meSchema, type Me } from "./schemas";

const meAnswer = unwrapData(meSchema);

const name = "Avocado Connect";

/** Avocado Connect, the API that Peridio serves. */
export function connect(transport: Transport): Backend {
  const http = new Http(transport, readErrors(String));
  // One response holds the user and all organizations. No write of this backend changes it, but another process may.
  const me = new CachedValue(async (): Promise<Me> =>
    http.get("/api/me", meAnswer).catch(rejectOtherServer(transport, name, "/api")),
  );

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
      limits: async (organizationId) => toLimits(await me.get(), organizationId),
      open: (collection) => collection.open(http),
      with: (options) => backend(http.with(options)),
    };
  }

  return backend(http);
}
