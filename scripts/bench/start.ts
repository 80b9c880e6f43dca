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
import { neutralEnvironment } from "./environment";

/** How long a plugin took from the start of its process, in milliseconds. */
export interface Started {
  /** Until it printed its port. */
  readonly port: number;
  /** Until it had answered Handshake, CheckConfig and Configure. */
  readonly configured: number;
}

/** Starts a plugin as the engine does, and ends it. Rejects if it does not let itself be configured. */
export async function start(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Started> {
  const home = mkdtempSync(join(tmpdir(), "peridio-bench-"));
  const [program = "", ...args] = command;
  const began = performance.now();
  // The last argument is the engine's address, which a plugin without news never calls.
  const child = spawn(program, [...args, "127.0.0.1:1"], {
    env: { ...neutralEnvironment(), PULUMI_HOME: home, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const address = `127.0.0.1:${await firstLine(child)}`;
    const port = performance.now() - began;
    await configure(address);
    return { port, configured: performance.now() - began };
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    rmSync(home, { recursive: true });
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface(stdout)) return line;
  throw new Error("the plugin ended before it printed its port");
}

async function configure(address: string): Promise<void> {
  const client = new ResourceProviderClient(address, credentials.createInsecure());
  try {
    await answer((done) => client.handshake(new ProviderHandshakeRequest(), done));
    await answer((done) => client.checkConfig(new CheckRequest().setNews(new Struct()), done));
    await answer((done) => client.configure(new ConfigureRequest().setArgs(new Struct()), done));
  } finally {
    client.close();
  }
}

function answer(call: (done: (error: ServiceError | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
