import { configuration } from "../core/configuration";
import { packageSchema } from "../core/schema";
import { version } from "../core/version";
import { functions } from "../functions";
import { resources } from "../resources";
import { composing } from "./later";
import { Provider } from "./provider";
import { serve } from "./server";

/** How often to look whether the engine is still there, in milliseconds. */
const patience = 5_000;

async function main(engineAddress: string | undefined): Promise<void> {
  const schema = () => JSON.stringify(packageSchema(resources, functions, configuration, composing().components));
  const { port } = await serve(new Provider(schema, process.env, engineAddress));
  // The engine reads the port from the first line of the standard output.
  process.stdout.write(`${port}\n`);
  endWithParent();
}

/** An engine that is killed cannot stop its plugins; they notice that they have been orphaned. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, patience).unref();
}

// Flags for logging and tracing may come first; the engine's address is last.
const argument = process.argv.slice(2).at(-1);
if (argument === "--version") process.stdout.write(`${version}\n`);
else void main(argument);
