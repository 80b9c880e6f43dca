import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, ConfigureRequest, ProviderHandshakeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { noop, provider } from "./cases";
import { getNeutralEnvironment } from "./project";
import { EmulatedPeridio } from "./peridio";
import { formatFigure, computeMedian, type Section, renderTable } from "./section";

const root = join(__dirname, "../..");
const plugin = "pulumi-resource-peridio";

const bare = "bare gRPC server";
const ours = "provider, as Pulumi starts it";

/** The commands to start. */
const commands: Readonly<Record<string, readonly string[]>> = {
  [bare]: [join(root, "dist/bench/bare/server")],
  "no-op, as Pulumi starts it": [join(noop.plugin, plugin)],
  [ours]: [join(provider.plugin, plugin)],
};

/** Starts are short, so more of them make the median stable at low cost. */
const startsPerRun = 4;

/** Measures the time from the start of the process to the response to Configure. */
export async function measureStartup(runs: number, say: (text: string) => void): Promise<Section> {
  const peridio = await EmulatedPeridio.start();
  const starts = new Map<string, Started[]>(Object.keys(commands).map((name) => [name, []]));
  try {
    // The first round warms up the file cache and the emulator, and does not count.
    for (let round = 0; round <= runs * startsPerRun; round += 1) {
      for (const [name, command] of Object.entries(commands)) {
        const started = await startPlugin(command, peridio.environment, configure);
        if (round > 0) starts.get(name)?.push(started);
      }
    }
  } finally {
    await peridio.stop();
  }
  const yardstick = computeMedianStart(starts, bare, "configured");
  const ratio = computeMedianStart(starts, ours, "configured") / yardstick;
  say(`provider ${formatFigure(ratio, 2)} × the bare gRPC server`);
  return {
    title: `Start (median of ${runs * startsPerRun})`,
    body: renderTable(
      ["", "until the port is printed, ms", "until Configure is answered, ms", "ratio"],
      Object.keys(commands).map((name) => [
        name,
        formatFigure(computeMedianStart(starts, name, "port"), 0),
        formatFigure(computeMedianStart(starts, name, "configured"), 0),
        formatFigure(computeMedianStart(starts, name, "configured") / yardstick, 2),
      ]),
    ),
    verdicts: [{ what: "start, against the bare gRPC server", value: ratio, most: 0.75, unit: "ratio" }],
  };
}

function computeMedianStart(
  starts: ReadonlyMap<string, readonly Started[]>,
  name: string,
  until: keyof Started,
): number {
  return computeMedian((starts.get(name) ?? []).map((started) => started[until]));
}

/** The milliseconds from the start of a plugin's process. */
export interface Started {
  /** The time until it printed its port. */
  readonly port: number;
  /** The time until the calls after it were answered: Handshake, CheckConfig and Configure, or none. */
  readonly configured: number;
}

/** Starts a plugin as the engine does, calls it at its address, and stops it. Rejects if the plugin prints no port, or if the calls fail. */
export async function startPlugin(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  call: (address: string) => Promise<void>,
): Promise<Started> {
  const home = mkdtempSync(join(tmpdir(), "peridio-bench-"));
  const [program = "", ...args] = command;
  const began = performance.now();
  // The last argument is the engine's address. A plugin calls it only to log.
  const child = spawn(program, [...args, "127.0.0.1:1"], {
    env: { ...getNeutralEnvironment(), PULUMI_HOME: home, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const address = `127.0.0.1:${await readFirstLine(child)}`;
    const port = performance.now() - began;
    await call(address);
    return { port, configured: performance.now() - began };
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    rmSync(home, { recursive: true });
  }
}

async function readFirstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface(stdout)) return line;
  throw new Error("the plugin ended before it printed its port");
}

async function configure(address: string): Promise<void> {
  const client = new ResourceProviderClient(address, credentials.createInsecure());
  try {
    await waitFor((done) => client.handshake(new ProviderHandshakeRequest(), done));
    await waitFor((done) => client.checkConfig(new CheckRequest().setNews(new Struct()), done));
    await waitFor((done) => client.configure(new ConfigureRequest().setArgs(new Struct()), done));
  } finally {
    client.close();
  }
}

function waitFor(call: (done: (error: ServiceError | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
