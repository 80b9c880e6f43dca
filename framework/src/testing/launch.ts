import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Target } from "./program";
import type { Calls } from "./providerClient";

/** A running provider. */
export interface Plugin {
  readonly calls: Calls;
  /** Ends the provider at once. */
  readonly end: () => void;
}

/** Receives a message of a provider to the user. */
export type Tell = (text: string, isInformation: boolean) => void;

/** Starts a provider. */
export type Launch = (target: Target, environment: Readonly<Record<string, string>>, tell: Tell) => Promise<Plugin>;

export interface ExecutableOptions {
  /** Receives the process. */
  readonly started?: (process: ChildProcess) => void;
  /** Sets PULUMI_HOME to a new folder. Otherwise, the executable uses the home folder of the user. */
  readonly hasHome?: boolean;
}

/** Starts an executable in an environment that contains nothing else. */
export function executable(file: string, { started, hasHome = true }: ExecutableOptions = {}): Launch {
  return async (_, environment, tell) => {
    const host = await openHost(tell);
    const child = spawn(file, [host.address], {
      env: hasHome ? { PULUMI_HOME: host.home, ...environment } : { ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started?.(child);
    const calls = connect(Number(await readFirstLine(child)));
    const end = () => {
      calls.close();
      child.kill("SIGKILL");
      host.close();
    };
    return { calls, end };
  };
}

async function readFirstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface(stdout)) return line;
  throw new Error("the plugin ended before it printed its port");
}

function connect(port: number): ResourceProviderClient {
  return new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // A free port may repeat, and a shared connection would remember that its last provider has ended.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
}

/** The environment of a provider during one operation. */
interface Host {
  /** The address of the engine's log. */
  readonly address: string;
  /** Each operation has its own home. The address is not unique, because a free port may repeat. */
  readonly home: string;
  readonly close: () => void;
}

async function openHost(tell: Tell): Promise<Host> {
  const home = mkdtempSync(join(tmpdir(), "lifecycle-"));
  const log = new Server();
  const close = () => {
    log.forceShutdown();
    rmSync(home, { recursive: true, force: true });
  };
  return { address: await listen(log, tell), home, close };
}

/** Serves the engine's log to a provider. Returns the address. */
async function listen(log: Server, tell: Tell): Promise<string> {
  log.addService(EngineService, {
    log: (call: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
      const severity = call.request.getSeverity();
      if (severity > LogSeverity.DEBUG) tell(call.request.getMessage(), severity === LogSeverity.INFO);
      callback(null, new Empty());
    },
  });
  return new Promise((resolve, reject) => {
    log.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}
