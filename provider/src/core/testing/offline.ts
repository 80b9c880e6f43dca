import { type BackendName, open, type Peridio } from "../../api";
import type { Context } from "../resource";
import { Lifecycle } from "../lifecycle";

/** Peridio at an address where nobody answers. */
export function nobody(backend: BackendName = "admin-v2"): Peridio {
  const endpoint = "http://127.0.0.1:1";
  return open({ backend, apiKey: "unused-key", endpoint, version: "0.0.0", maxRetries: 0 });
}

/** A lifecycle as one process of the provider has it, without Peridio; `told` takes what it says to the user. */
export function offline(
  settings: Context["settings"] = {},
  backend?: BackendName,
): {
  readonly lifecycle: Lifecycle;
  readonly api: Peridio;
  readonly told: string[];
} {
  const told: string[] = [];
  const api = nobody(backend);
  const door = {
    warn: (urn: string, text: string) => told.push(`${urn.split("::").at(-1) ?? ""}: ${text}`),
    toImport: (_: unknown, name: string, id: string) => `import ${id} as ${name}`,
    settings,
  };
  return { lifecycle: new Lifecycle(api, door), api, told };
}
