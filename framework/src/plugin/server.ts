import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { AnyProvider } from "../provider";
import { Provider } from "./provider";
import { type Served, serveLocally } from "./serve";
import { watchEngine } from "./watch";

/** Runs a provider as a Pulumi plugin, with the arguments of this process. */
export function runPlugin(provider: AnyProvider): void {
  // Flags for logging and tracing may come first; the engine's address is last.
  const argument = process.argv.slice(2).at(-1);
  const { displayName, version, repository } = provider.package;
  if (argument === "--version") process.stdout.write(`${version}\n`);
  else if (argument === "--help") {
    const source = repository === undefined ? "" : ` More: https://${repository}`;
    process.stdout.write(`The ${displayName} provider ${version} for Pulumi. Pulumi starts this program.${source}\n`);
  } else void serveEngine(provider, argument);
}

async function serveEngine(provider: AnyProvider, engineAddress: string | undefined): Promise<void> {
  const { port } = await serve(new Provider(provider, process.env, engineAddress));
  // An engine that has ended reads no port.
  process.stdout.on("error", () => process.exit(0));
  // The engine reads the port from the first line of the standard output.
  process.stdout.write(`${port}\n`);
  if (engineAddress === undefined) return;
  // No one receives the results of running operations.
  watchEngine(engineAddress, () => process.exit(0));
}

/** Serves the provider on a free port of this machine. */
export function serve(provider: Provider): Promise<Served> {
  return serveLocally(ResourceProviderService, provider.service());
}
