import { Glances } from "./glances";
import { Memory } from "./memory";
import { Once, wait } from "./once";
import type { Backend, Organization, Peridio } from "./port";
import { roster } from "./roster";
import { Standing } from "./standing";

/** Peridio whose reads are shared within this process. */
export function peridio(backend: Backend, runnerCidrs?: readonly string[]): Peridio {
  const standing = new Standing(async () => backend.caller());
  const people = roster(backend);
  const security = new Memory((id) => backend.securitySettings.get(id));
  const billing = new Memory((id) => backend.billingSettings.get(id));
  const limits = new Memory((id) => backend.limits(id));
  let visible = new Once(async () => everyOne(backend));
  const one = async (id: string): Promise<Organization> => backend.organizations.get(id);
  const organizations = new Memory(one);
  const glances = new Glances(
    one,
    async () => visible.get(),
    () => standing.count && Math.ceil(standing.count / backend.organizations.perPage),
  );
  const glance = async (id: string): Promise<Organization> => glances.get(id);

  /** A list of organizations that was read before a change is out of date. */
  async function changing<T>(change: Promise<T>): Promise<T> {
    return change.finally(() => {
      visible = new Once(async () => everyOne(backend));
    });
  }

  async function writing<T>(id: string, change: Promise<T>): Promise<T> {
    glances.written(id);
    return changing(change);
  }

  function over(writer: Backend, signal?: AbortSignal, look = one): Peridio {
    return {
      name: backend.name,
      runnerCidrs,
      lacks: (feature) => backend.lacks(feature),
      caller: async () => wait(standing.caller(), "the caller", signal),
      organizations: {
        ...writer.organizations,
        async *list() {
          yield* await wait(visible.get(), "organizations", signal);
        },
        create: async (name, settings) => {
          const organization = await changing(writer.organizations.create(name, settings));
          standing.created(organization);
          people.founded(organization.id);
          organizations.keep(organization.id, organization);
          return organization;
        },
        delete: async (id) => {
          await writing(id, writer.organizations.delete(id));
          standing.deleted(id);
        },
        get: async (id) => wait(organizations.get(id, look), `organization ${id}`, signal),
        update: async (id, changes) => organizations.write(id, writing(id, writer.organizations.update(id, changes))),
        transferOwnership: async (id, email) => {
          try {
            const transfer = writing(id, writer.organizations.transferOwnership(id, email));
            const organization = await organizations.write(id, transfer);
            standing.transferred(organization);
            return organization;
          } catch (error) {
            standing.doubted(id);
            throw error;
          } finally {
            people.forget(id);
          }
        },
      },
      roster: writer === backend ? people : people.within(writer, signal),
      securitySettings: {
        get: async (id) => wait(security.get(id), `security settings of ${id}`, signal),
        update: async (id, changes) => security.write(id, writer.securitySettings.update(id, changes)),
      },
      billingSettings: {
        get: async (id) => wait(billing.get(id), `billing settings of ${id}`, signal),
        update: async (id, changes) => billing.write(id, writer.billingSettings.update(id, changes)),
      },
      limits: async (id) => wait(limits.get(id), `limits of ${id}`, signal),
      within: (inner) => {
        const either = signal ? AbortSignal.any([signal, inner]) : inner;
        return over(writer.within(either), either, look);
      },
      apart: (own) => over(backend.within(own), own),
      glancing: () => over(writer, signal, glance),
      tracing: (report) => over(writer.tracing(report), signal, look),
    };
  }

  return over(backend);
}

async function everyOne(backend: Backend): Promise<readonly Organization[]> {
  const organizations: Organization[] = [];
  for await (const organization of backend.organizations.list()) organizations.push(organization);
  return organizations;
}
