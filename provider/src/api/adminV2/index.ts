import { ApiError, Unfitting } from "../errors";
import { Http } from "../http/http";
import type { Backend, Caller } from "../port";
import type { Transport } from "../transport/transport";
import { billingSettings } from "./billingSettings";
import { data } from "../http/envelope";
import { invitations } from "./invitations";
import { lacks } from "./lacks";
import { limits } from "./limits";
import { members } from "./members";
import { organizations } from "./organizations";
import { property } from "./property";
import { caller } from "./schemas";
import { securitySettings } from "./securitySettings";

const self = data(caller);

/** Peridio's Admin API, version 2. */
export function adminV2(transport: Transport): Backend {
  let first: Caller | undefined;
  const made = new Set<string>();

  function backend(http: Http): Backend {
    const ask = async (): Promise<Caller> => {
      const answer = await http.get("/v2/users/me", self).catch(elsewhere);
      first ??= answer;
      return answer;
    };
    const firstSight = async (): Promise<Caller> => first ?? ask();
    return {
      name: "Peridio's Admin API",
      lacks,
      caller: ask,
      organizations: organizations(http, firstSight, made),
      members: members(http),
      invitations: invitations(http),
      securitySettings: securitySettings(http),
      billingSettings: billingSettings(http),
      limits: limits(http),
      within: (signal) => backend(http.within(signal)),
      asOne: () => backend(http.asOne()),
      tracing: (report) => backend(http.tracing(report)),
    };
  }

  return backend(new Http(transport, property));
}

/** Every key has a caller: a server that does not know the question is another one. */
function elsewhere(error: unknown): never {
  if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
  throw new Unfitting("The endpoint does not serve this API. Check it; it ends before `/v2`.", error, null);
}
