import { CachedCaller, CachedObjects, CachedValue, ListedOrganizations, waitFor } from "./cache";
import type { Backend, Peridio } from "./client";
import type { Collection } from "./connect/collection";
import { collections, openCollections } from "./connect/collections";
import { toArray } from "#framework/http";
import type { Organization } from "./model";
import { roster as createRoster } from "./roster";

/** The properties of a client that do not depend on the API. */
type ClientTraits = Partial<Pick<Peridio, "runnerCidrs" | "isApiKey">>;

/** Creates a client whose reads are cached in this process. */
export function cacheReads(backend: Backend, { runnerCidrs, isApiKey = () => false }: ClientTraits = {}): Peridio {
  const caller = new CachedCaller(async (isAgain) => {
    // The new response may contain other organizations.
    if (isAgain) list.discard();
    return backend.caller(isAgain);
  });
  const roster = createRoster(backend);
  const security = new CachedObjects((id) => backend.securitySettings.get(id));
  const billing = new CachedObjects((id) => backend.billingSettings.get(id));
  const limits = new CachedObjects((id) => backend.limits(id));
  const list = new CachedValue(async () => toArray(backend.organizations.list()));
  const readOne = async (id: string): Promise<Organization> => backend.organizations.get(id);
  const organizations = new CachedObjects(readOne);
  const listed = new ListedOrganizations(
    readOne,
    async () => list.get(),
    () => caller.organizationCount && Math.ceil(caller.organizationCount / backend.organizations.perPage),
  );

  /** Discards the list of organizations after a change. */
  async function changeList<T>(change: Promise<T>): Promise<T> {
    return change.finally(() => {
      list.discard();
    });
  }

  async function changeOrganization<T>(id: string, change: Promise<T>): Promise<T> {
    listed.recordWrite(id);
    return changeList(change);
  }

  function over(writer: Backend, signal?: AbortSignal, read = readOne): Peridio {
    const opened = openCollections((collection) => writer.open(collection));
    return {
      name: backend.name,
      runnerCidrs,
      explainUnsupported: (feature) => backend.explainUnsupported(feature),
      isApiKey,
      caller: async (idOrName) => waitFor(caller.get(idOrName), "the API key's user", signal),
      organizations: {
        ...writer.organizations,
        async *list() {
          yield* await waitFor(list.get(), "organizations", signal);
        },
        create: async (name, settings) => {
          const organization = await changeList(writer.organizations.create(name, settings));
          caller.recordCreation(organization);
          roster.recordCreation(organization.id);
          organizations.set(organization.id, organization);
          return organization;
        },
        delete: async (id) => {
          await changeOrganization(id, writer.organizations.delete(id)).finally(() => {
            organizations.discard(id);
          });
          caller.recordDeletion(id);
        },
        get: async (id) => waitFor(organizations.get(id, read), `organization ${id}`, signal),
        update: async (id, changes) =>
          organizations.write(id, changeOrganization(id, writer.organizations.update(id, changes))),
        transferOwnership: async (id, email) => {
          try {
            const transfer = changeOrganization(id, writer.organizations.transferOwnership(id, email));
            const organization = await organizations.write(id, transfer);
            caller.recordTransfer(organization);
            return organization;
          } catch (error) {
            caller.recordFailedTransfer(id);
            throw error;
          } finally {
            roster.forget(id);
          }
        },
      },
      roster: writer === backend ? roster : roster.over(writer, signal),
      securitySettings: {
        get: async (id) => waitFor(security.get(id), `security settings of ${id}`, signal),
        update: async (id, changes) => security.write(id, writer.securitySettings.update(id, changes)),
      },
      billingSettings: {
        get: async (id) => waitFor(billing.get(id), `billing settings of ${id}`, signal),
        update: async (id, changes) => billing.write(id, writer.billingSettings.update(id, changes)),
      },
      ...opened,
      projects: {
        ...opened.projects,
        listContents: async (id) => {
          const others = Object.values<Collection<unknown>>(collections).flatMap(({ contents }) => contents ?? []);
          const describing = [opened.projects.listContents, ...others.map((contents) => writer.open(contents))];
          return (await Promise.all(describing.map(async (describe) => describe(id)))).flat();
        },
      },
      limits: async (id) => waitFor(limits.get(id), `limits of ${id}`, signal),
      with: ({ onlySignal, cachedReads, report, ...added }) => {
        if (onlySignal !== undefined) return over(backend.with({ signal: onlySignal }), onlySignal);
        const signals = [signal, added.signal].filter((one) => one !== undefined);
        const combined = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
        const isUnchanged = combined === signal && report === undefined;
        const options = { ...(combined && { onlySignal: combined }), ...(report && { report }) };
        return over(
          isUnchanged ? writer : writer.with(options),
          combined,
          cachedReads ? async (id) => listed.get(id) : read,
        );
      },
    };
  }

  return over(backend);
}
