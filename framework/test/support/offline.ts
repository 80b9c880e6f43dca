import type { AnyClient, Service } from "../../src";
import { Run } from "../../src/operations";

/** A client of an API that never responds. */
export function silentClient(name = "the API of Acme"): AnyClient {
  const client: AnyClient = {
    name,
    explainUnsupported: () => undefined,
    with: () => client,
  };
  return client;
}

/** The service of that client. */
export const service: Service<AnyClient> = { title: "Acme", environmentPrefix: "ACME" };

/** Begins a run as in one process of a provider. `warnings` collects its warnings. */
export function offline(api: AnyClient = silentClient()): {
  readonly run: Run;
  readonly api: AnyClient;
  readonly warnings: string[];
} {
  const warnings: string[] = [];
  const host = {
    log: (_level: string, urn: string, text: string) => warnings.push(`${urn.split("::").at(-1) ?? ""}: ${text}`),
    toImport: (_: unknown, name: string, id: string) => `import ${id} as ${name}`,
  };
  return { run: new Run(service, api, host), api, warnings };
}
