import { key } from "../address";
import { ApiError, NotFound } from "../errors";
import type { Body } from "../contract";
import type { Http } from "../http/http";
import type { Backend, Caller, Organization, OrganizationSettings } from "../port";
import { about } from "../http/about";
import { data } from "../http/envelope";
import { perPage } from "../http/pages";
import { path } from "../http/path";
import { postOnce } from "../http/postOnce";
import { page, pages } from "./pages";
import { deletionReadiness, organization, ownedOrganization, type Wire } from "./schemas";
import { quoted } from "./search";

const collection = "/v2/organizations";

const one = data(organization);
const owned = data(ownedOrganization);
const list = page(organization);
const readiness = data(deletionReadiness);

/** `firstSight` is the caller as first seen by this process, `made` the ids of what this process made since. */
export function organizations(
  http: Http,
  firstSight: () => Promise<Caller>,
  made: Set<string>,
): Backend["organizations"] {
  return {
    perPage,
    list: () => pages(http, collection, list, idOf),
    find: async (name) => find(http, name),
    get: async (id) => http.get(path`/v2/organizations/${id}`, one),
    create: async (name, settings) => {
      // Has to be known before: afterwards the new organization cannot be told from one that was there.
      const { id: callerId, organizations } = await firstSight();
      const before = new Set(organizations.map(({ id }) => id));
      const shared = http.together();
      const created = await postOnce(
        shared,
        async () => shared.post(collection, { name, ...onWire(settings) } satisfies Body<Wire["create-organization"]>, about(one, { name })),
        async (http) => {
          const found = await find(http, name);
          const isNew = found !== undefined && !before.has(found.id) && !made.has(found.id);
          return isNew && (found.owner === undefined || found.owner.id === callerId) ? found : undefined;
        },
      );
      made.add(created.id);
      http.noteCreated(path`/v2/organizations/${created.id}`);
      return created;
    },
    update: async (id, settings) => http.patch(path`/v2/organizations/${id}`, onWire(settings), about(one, { id })),
    delete: async (id) => {
      const address = path`/v2/organizations/${id}`;
      try {
        await http.delete(address);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.ambiguous || !(await isGone(http.afterwards(), address))) throw error;
        http.noteDeleted(address);
      }
    },
    blockers: async (id) => (await http.get(path`/v2/organizations/${id}/deletion-readiness`, readiness)).blockers,
    transferOwnership: async (id, email) => {
      const shared = http.together();
      const address = path`/v2/organizations/${id}`;
      return postOnce(
        shared,
        async () => shared.post(`${address}/transfer-ownership`, { new_owner: email } satisfies Wire["transfer-ownership"], about(owned, { id })),
        async (http) => {
          const found = await http.get(address, one);
          return found.owner && key(found.owner.email) === key(email) ? found : undefined;
        },
      );
    },
  };
}

/** After a deletion in doubt, whose answer nobody gets any more: later, a 404 would prove nothing. */
async function isGone(http: Http, address: string): Promise<boolean> {
  return http.get(address, one).then(
    () => false,
    (error: unknown) => error instanceof NotFound,
  );
}

const idOf = ({ id }: Organization): string => id;

async function find(http: Http, name: string): Promise<Organization | undefined> {
  // The search language does not say how a backslash is written.
  const search = name.includes("\\") ? undefined : `name:${quoted(name)}`;
  for await (const candidate of pages(http, collection, list, idOf, search)) {
    if (candidate.name === name) return candidate;
  }
  return undefined;
}

function onWire({ displayName, description, contactEmail }: OrganizationSettings): Body<Wire["update-organization"]> {
  return { display_name: displayName, description, contact_email: contactEmail };
}
