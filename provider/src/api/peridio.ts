import { Memory } from "./memory";
import { Once, wait } from "./once";
import type { Backend, Caller, Peridio } from "./port";
import { roster } from "./roster";

/** Peridio whose reads are shared within this process. */
export function peridio(backend: Backend): Peridio {
  const caller = new Once(async () => backend.caller());
  const people = roster(backend);
  const organizations = new Memory((id) => backend.organizations.get(id));
  /** What this process has created, in the caller's list from then on. */
  const created = new Map<string, Caller["organizations"][number]>();
  const settings = new Memory((id) => backend.securitySettings.get(id));

  function over(writer: Backend, signal?: AbortSignal): Peridio {
    return {
      caller: async () => {
        const known = await wait(caller.get(), "the caller", signal);
        return { ...known, organizations: [...known.organizations, ...created.values()] };
      },
      organizations: {
        ...writer.organizations,
        create: async (name, settings) => {
          const organization = await writer.organizations.create(name, settings);
          created.set(organization.id, { id: organization.id, name, role: "admin", isOwner: true });
          return organization;
        },
        delete: async (id) => {
          await writer.organizations.delete(id);
          created.delete(id);
        },
        get: async (id) => wait(organizations.get(id), `organization ${id}`, signal),
        update: async (id, changes) => organizations.write(id, writer.organizations.update(id, changes)),
      },
      roster: signal ? people.within(writer, signal) : people,
      securitySettings: {
        get: async (id) => wait(settings.get(id), `security settings of ${id}`, signal),
        update: async (id, changes) => settings.write(id, writer.securitySettings.update(id, changes)),
      },
      within: (inner) => {
        const either = signal ? AbortSignal.any([signal, inner]) : inner;
        return over(backend.within(either), either);
      },
    };
  }

  return over(backend);
}
