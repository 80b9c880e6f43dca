import { Memory } from "./memory";
import { Once, wait } from "./once";
import type { Backend, Peridio } from "./port";
import { roster } from "./roster";

/** Peridio whose reads are shared within this process. */
export function peridio(backend: Backend): Peridio {
  const caller = new Once(async () => backend.caller());
  const people = roster(backend);
  const organizations = new Memory((id) => backend.organizations.get(id));
  const settings = new Memory((id) => backend.securitySettings.get(id));

  function over(writer: Backend, signal?: AbortSignal): Peridio {
    return {
      caller: async () => wait(caller.get(), "the caller", signal),
      organizations: {
        ...writer.organizations,
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
