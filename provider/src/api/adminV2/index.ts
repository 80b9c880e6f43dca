import type { UnsupportedFeature } from "#framework";
import { Http, type Transport } from "#framework/http";
import { unwrapData, rejectOtherServer } from "../http/answer";
import { readErrors } from "../http/errorAnswer";
import type { Backend } from "../client";
import type { Caller } from "../model";
import { providerSettings } from "../settingNames";
import { UnsupportedError } from "../errors";
import { explainAbsence, explainUnsupported } from "./features";
import { organizations } from "./organizations";
import { invitations, members } from "./roster";
import { caller, getPropertyName } from "./schemas";
import { billingSettings, limits, securitySettings } from "./settings";

const callerAnswer = unwrapData(caller);

const name = "Peridio's Admin API";

const errorReader = readErrors(getPropertyName);

/** Peridio's Admin API, version 2. */
export function adminV2(transport: Transport, settings = providerSettings): Backend {
  let first: Caller | undefined;
  /** The ids of the organizations that this process has created. */
  const createdIds = new Set<string>();
  /** Clients that reject the requests of a missing feature. */
  const rejecting = new Map<string, Http>();

  function backend(http: Http): Backend {
    const readCaller = async (): Promise<Caller> => {
      const answer = await http.get("/v2/users/me", callerAnswer).catch(rejectOtherServer(transport, name, "/v2"));
      first ??= answer;
      return answer;
    };
    return {
      name,
      explainUnsupported: (feature) => explainUnsupported(feature, settings),
      caller: readCaller,
      organizations: organizations(http, async () => first ?? readCaller(), createdIds),
      members: members(http),
      invitations: invitations(http),
      securitySettings: securitySettings(http),
      billingSettings: billingSettings(http),
      limits: limits(http),
      open: (collection) => {
        const { feature } = collection;
        const http = rejecting.get(feature) ?? rejectRequests(transport, explainAbsence(collection, settings));
        rejecting.set(feature, http);
        return collection.open(http);
      },
      with: (options) => backend(http.with(options)),
    };
  }

  return backend(new Http(transport, errorReader));
}

/** Returns a client that rejects every request, because this API does not have the feature. */
function rejectRequests(transport: Transport, feature: UnsupportedFeature): Http {
  return new Http({ ...transport, send: async () => Promise.reject(new UnsupportedError(feature)) }, errorReader);
}
