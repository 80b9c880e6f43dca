import { ApiError, Unfitting } from "../errors";
import { data } from "../http/envelope";
import { Http } from "../http/http";
import { Once } from "../once";
import type { Backend } from "../port";
import type { Transport } from "../transport/transport";
import { invitations } from "./invitations";
import { lacking, lacks } from "./lacks";
import { limitsOf } from "./limits";
import { members } from "./members";
import { organizations } from "./organizations";
import { me, type Me } from "./schemas";

const about = data(me);

/** Avocado Connect, the API that Peridio serves. */
export function connect(transport: Transport): Backend {
  const http = new Http(transport, (property) => property);
  // One answer tells of the user and of all organizations, and nothing that this backend writes changes it.
  const known = new Once(async (): Promise<Me> => http.get("/api/me", about).catch(elsewhere));

  function backend(http: Http): Backend {
    return {
      name: "Avocado Connect",
      lacks,
      caller: async () => (await known.get()).caller,
      organizations: organizations(known),
      members: members(http),
      invitations: invitations(http),
      securitySettings: {
        get: async () => lacking("securitySettings"),
        update: async () => lacking("securitySettings"),
      },
      billingSettings: {
        get: async () => lacking("billingSettings"),
        update: async () => lacking("billingSettings"),
      },
      limits: async (organizationId) => limitsOf(await known.get(), organizationId),
      within: (signal) => backend(http.within(signal)),
      asOne: () => backend(http.asOne()),
      tracing: (report) => backend(http.tracing(report)),
    };
  }

  return backend(http);
}

/** Every token has a user: a server that does not know the question is another one. */
function elsewhere(error: unknown): never {
  if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
  throw new Unfitting("The endpoint does not serve Avocado Connect. Check it; it ends before `/api`.", error, null);
}
