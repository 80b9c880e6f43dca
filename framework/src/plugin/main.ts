import type { AnyProvider } from "../provider";
import { Provider } from "./provider";
import { serve } from "./server";

/** How often the plugin looks if the engine still runs, in milliseconds. */
const watchInterval = 5_000;

/** Runs a provider as a Pulumi plugin, with the arguments of this process. */
export function runPlugin(provider: AnyProvider): void {
  // Flags for logging and tracing may come first; the engine's address is last.
  const argument = process.argv.slice(2).at(-1);
  if (argument === "--version") process.stdout.write(`${provider.package.version}\n`);
  else void serveEngine(provider, argument);
}

async function serveEngine(provider: AnyProvider, engineAddress: string | undefined): Promise<void> {
  const { port } = await serve(new Provider(provider, process.env, engineAddress));
  // The engine reads the port from the first line of the standard output.
  process.stdout.write(`${port}\n`);
  endWithParent();
}

/** Ends this process after an engine that is killed, because it cannot stop its plugins. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, watchInterval).unref();
}
