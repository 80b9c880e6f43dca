import { cacheReads } from "../cachedClient";
import type { Backend, Peridio } from "../client";
import { NotFoundError, type RequestInfo } from "../errors";
import { Http } from "#framework/http";
import { type Caller, type Invitation, isListed, type Member, type Organization, type RosterEntry } from "../model";
import { type BackendName, traits } from "../open";
import { createTransport } from "../transport";

/** The id of the organization acme-dev, which owner@x.io owns. */
export const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

/** The data of a client in memory. */
export interface Memory {
  /** Differences from the caller owner@x.io. */
  readonly caller?: Partial<Caller>;
  /** The visible organizations, which `get` returns. */
  readonly organizations?: readonly Organization[];
  /** Members and invitations of acme-dev. */
  readonly people?: readonly RosterEntry[];
  /** The seat limit of acme-dev; without it, there is none. */
  readonly seats?: number;
  /** The API that decides on supported features. */
  readonly backend?: BackendName;
}

/** The parts of a client that requests to collections need. It sends nothing. */
const transport = createTransport({ apiKey: "memory", endpoint: "https://memory.example", version: "0.1.0" });

/** Creates a client of an API in memory, and the list of its requests. The client supports only the reads below, and `revoke`. */
export function createMemoryClient({
  caller,
  organizations = [],
  people = [],
  seats,
  backend = "admin-v2",
}: Memory = {}): { readonly api: Peridio; readonly requests: string[] } {
  const requests: string[] = [];
  const respond = <T>(request: string, response: T): Promise<T> => {
    requests.push(request);
    return Promise.resolve(response);
  };
  async function* list<T>(request: string, items: readonly T[]): AsyncGenerator<T> {
    yield* await respond(request, items);
  }
  const memory: Backend = {
    name: "Peridio in memory",
    ...traits[backend],
    caller: () =>
      respond("get caller", {
        id: "user of owner@x.io",
        email: "owner@x.io",
        boundTo: null,
        organizations: [{ id: organizationId, name: "acme-dev", role: "admin", isOwner: true }],
        ...caller,
      }),
    organizations: {
      perPage: 100,
      list: refuse,
      find: refuse,
      get: async (id) => {
        const found = await respond(
          `get organization ${id}`,
          organizations.find((one) => one.id === id),
        );
        if (found === undefined) throw new NotFoundError("Not found.", createRequest(404));
        return found;
      },
      create: refuse,
      update: refuse,
      delete: refuse,
      blockers: refuse,
      transferOwnership: refuse,
    },
    members: {
      list: (id) => list(`list members of ${id}`, people.filter(isMember)),
      setRole: refuse,
      remove: refuse,
    },
    invitations: {
      listsByStatus: true,
      list: (id, status) => {
        const listed = people.filter(isInvitation).filter((one) => isListed(one.status, status));
        return list(`list ${status ?? "all"} invitations of ${id}`, listed);
      },
      create: refuse,
      revoke: (id, invitationId) => respond(`revoke ${invitationId} of ${id}`, undefined),
    },
    securitySettings: { get: refuse, update: refuse },
    billingSettings: { get: refuse, update: refuse },
    limits: (id) =>
      respond(`get limits of ${id}`, seats === undefined ? {} : { users: { limit: seats, used: undefined } }),
    open: (collection) => collection.open(new Http({ ...transport, send: refuse })),
    with: () => memory,
  };
  return { api: cacheReads(memory), requests };
}

/** Returns a request that ended with this HTTP status. */
export function createRequest(status: number): RequestInfo {
  return { method: "GET", path: "/v2/things", status, requestId: null, isAmbiguous: false };
}

function refuse(): never {
  throw new Error("The client in memory does not support this request.");
}

function isMember(person: RosterEntry): person is Member {
  return person.kind === "member";
}

function isInvitation(person: RosterEntry): person is Invitation {
  return person.kind === "invitation";
}
