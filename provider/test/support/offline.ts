import { operations } from "#framework/support";
import { type BackendName, open, type Peridio } from "../../src/api";
import { provider } from "../../src/provider";

/** Peridio at an address where nobody answers. */
export function unreachablePeridio(backend: BackendName = "admin-v2"): Peridio {
  const endpoint = "http://127.0.0.1:1";
  return open({ backend, apiKey: "unused-key", endpoint, version: "0.0.0", maxRetries: 0 });
}

/** A run as one process of the provider has it, without Peridio. */
export function offline(backend?: BackendName): operations.Run {
  return new operations.Run(provider.service, unreachablePeridio(backend), {
    log: () => undefined,
    toImport: () => "import it",
  });
}
