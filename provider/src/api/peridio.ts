import type { Backend, Peridio } from "./port";
import { roster } from "./roster";
import { Once, wait } from "./shared";

/** Peridio whose reads are shared within this process. */
export function peridio(backend: Backend): Peridio {
  const caller = new Once(async () => backend.caller());
  const people = roster(backend);

  function over(writer: Backend, signal?: AbortSignal): Peridio {
    return {
      caller: async () => wait(caller.get(), "the caller", signal),
      organizations: writer.organizations,
      roster: signal ? people.within(writer, signal) : people,
      securitySettings: writer.securitySettings,
      within: (inner) => over(backend.within(inner), inner),
    };
  }

  return over(backend);
}
