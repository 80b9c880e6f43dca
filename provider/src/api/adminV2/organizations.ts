import { type Http, postOnce, path } from "#framework/http";
import { perPage } from "../contract";
import { canonicalizeEmail } from "../model";
import { ApiError, NotFoundError } from "../errors";
import type { Body } from "../contract";
import type { Backend } from "../client";
import type { Caller, Organization, OrganizationSettings } from "../model";
import { unwrapData, requireIdentity } from "../http/answer";
import {
  deletionReadiness,
  organization,
  ownedOrganization,
  createPageSchema,
  quote,
  readList,
  type Wire,
} from "./schemas";

const collection = "/v2/organizations";

const answer = unwrapData(organization);
const owned = unwrapData(ownedOrganization);
const list = createPageSchema(organization);
const readiness = unwrapData(deletionReadiness);

/**
 * `readFirstCaller` reads the caller once for this process. `createdIds` are the organizations that this process has created: after a
 * lost response, none of them is the new one.
 */
export function organizations(
  http: Http,
  readFirstCaller: () => Promise<Caller>,
  createdIds: Set<string>,
): Backend["organizations"] {
  return {
    perPage,
    list: () => readList(http, collection, list, idOf),
    find: async (name) => find(http, name),
    get: async (id) => http.get(path`/v2/organizations/${id}`, answer),
    create: async (name, settings) => {
      // Read before the creation, to distinguish the new organization from an existing one.
      const { id: callerId, organizations } = await readFirstCaller();
      const before = new Set(organizations.map(({ id }) => id));
      const shared = http.withSharedDeadline();
      const body = { name, ...createSettingsBody(settings) } satisfies Body<Wire["create-organization"]>;
      const organization = await postOnce(
        shared,
        async () => shared.post(collection, body, requireIdentity({ name }, answer)),
        async (http) => {
          const found = await find(http, name);
          const isNew = found !== undefined && !before.has(found.id) && !createdIds.has(found.id);
          return isNew && (found.owner === undefined || found.owner.id === callerId) ? found : undefined;
        },
      );
      createdIds.add(organization.id);
      http.noteCreated(path`/v2/organizations/${organization.id}`);
      return organization;
    },
    update: async (id, settings) =>
      http.patch(path`/v2/organizations/${id}`, createSettingsBody(settings), requireIdentity({ id }, answer)),
    delete: async (id) => {
      const address = path`/v2/organizations/${id}`;
      try {
        await http.delete(address);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.isAmbiguous || !(await isGone(http.forRecovery(), address)))
          throw error;
        http.noteDeleted(address);
      }
    },
    blockers: async (id) => (await http.get(path`/v2/organizations/${id}/deletion-readiness`, readiness)).blockers,
    transferOwnership: async (id, email) => {
      const shared = http.withSharedDeadline();
      const address = path`/v2/organizations/${id}`;
      const body = { new_owner: email } satisfies Wire["transfer-ownership"];
      return postOnce(
        shared,
        async () => shared.post(`${address}/transfer-ownership`, body, requireIdentity({ id }, owned)),
        async (http) => {
          const found = await http.get(address, answer);
          return found.owner && canonicalizeEmail(found.owner.email) === canonicalizeEmail(email) ? found : undefined;
        },
      );
    },
  };
}

/** Looks for the effect of an ambiguous deletion immediately. Later, a 404 would prove nothing. */
async function isGone(http: Http, address: string): Promise<boolean> {
  return http.get(address, answer).then(
    () => false,
    (error: unknown) => error instanceof NotFoundError,
  );
}

const idOf = ({ id }: Organization): string => id;

async function find(http: Http, name: string): Promise<Organization | undefined> {
  // The search language does not define how to escape a backslash.
  const search = name.includes("\\") ? undefined : `name:${quote(name)}`;
  for await (const candidate of readList(http, collection, list, idOf, search)) {
    if (candidate.name === name) return candidate;
  }
  return undefined;
}

function createSettingsBody({
  displayName,
  description,
  contactEmail,
}: OrganizationSettings): Body<Wire["update-organization"]> {
  return { display_name: displayName, description, contact_email: contactEmail };
}
