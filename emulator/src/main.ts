import { parseArgs } from "node:util";
import { version } from "../../package.json";
import { DataFile, readDataFile, removeTemporaryFiles } from "./dataFile";
import { Emulator } from "./emulator";
import { toPrintable } from "./terminal";
import { readSeed, applySeed } from "./seed";
import { serve } from "./server";

const help = `peridio-emulator: emulates the parts of Peridio that manage organizations and their people.
It serves the Admin API under /v2 and a part of Avocado Connect under /api, from the same data.

  --port N             port to listen on (default: 4010); 0 for any free port
  --host NAME          address to listen on (default: 127.0.0.1)
  --allow-host NAME    another host name that clients use for the emulator; repeatable
  --data FILE          keep all data in FILE; without this option, the data is lost when the emulator ends
  --seed FILE          start with the users and organizations of FILE (YAML or JSON), unless the file of --data exists
  --api-key KEY        API key of the first user (default: a key from the file of --data, or a random one)
  --version            print the version
  --help               print this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4010" },
      host: { type: "string", default: "127.0.0.1" },
      "allow-host": { type: "string", multiple: true, default: [] },
      data: { type: "string" },
      seed: { type: "string" },
      "api-key": { type: "string" },
      version: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.version) {
    process.stdout.write(`${version}\n`);
    return;
  }
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const { host, "allow-host": names, data: file, seed, "api-key": apiKey } = values;
  const port = parsePort(values.port);
  const data = file === undefined ? undefined : readDataFile(file);
  const emulator: Emulator = new Emulator({ data, apiKey, onChange: () => void saved?.save().catch(reportError) });
  if (file !== undefined) removeTemporaryFiles(file);
  const saved = file === undefined ? undefined : new DataFile(file, () => emulator.state);
  if (seed !== undefined && data === undefined) await applySeed(readSeed(seed), emulator);
  await saved?.save();

  const server = await serve(emulator, { port, host, names });
  process.stdout.write(
    toPrintable(`Peridio emulator. Its console is ${server.url}/

export PERIDIO_BASE_URL=${server.url}
export PERIDIO_API_KEY=${emulator.apiKey}
`),
  );
  const stop = () => {
    server
      .close()
      .then(() => saved?.save())
      .catch(reportError);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error(`--port ${text} is not a port. Use a number from 0 to 65535.`);
  return port;
}

function reportError(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(toPrintable(`peridio-emulator: ${describeError(error)}\n`));
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE" && "port" in error) {
    return `port ${String(error.port)} is in use. Choose another port with --port (or run make emulator PORT=4011), or use --port 0 for any free port.`;
  }
  return error.message;
}

main().catch(reportError);
