import { Emulator, serve } from "#emulator";
import type { BackendName } from "../../src/api";
import { adminV2 } from "../../src/api/adminV2";
import { connect } from "../../src/api/connect";
import type { Backend } from "../../src/api/client";
import { FakeClock } from "#framework/testing";
import type { TransportOverrides } from "#framework/http";
import { createTransport, type TransportConfig } from "../../src/api/transport";
import { Connection } from "../property/harness/connection";

/** An emulator on a port, where ada@acme.example owns the organization acme. */
export interface Emulated {
  readonly emulator: Emulator;
  /** The time of the emulator and of all clients. */
  readonly clock: FakeClock;
  readonly url: string;
  /** Acme's id. */
  readonly acme: string;
  /** A new client, as another process would have it; its waits take no time. */
  readonly client: (config?: Partial<TransportConfig>) => Backend;
  /** A new client without sockets, for tests of time: its clock does not depend on the machine. */
  readonly clientInProcess: () => Backend;
  /** Everything but the users, keys and organizations of the start is forgotten. */
  readonly reset: () => void;
  /** The requests so far, by their operation ids. */
  readonly requests: () => string[];
  readonly close: () => Promise<void>;
}

const adapters = { "admin-v2": adminV2, connect } as const;

export async function emulated(backend: BackendName = "admin-v2"): Promise<Emulated> {
  const clock = new FakeClock();
  const emulator = new Emulator({ apiKey: "ada-key", now: () => new Date(clock.now()) });
  await emulator.control.createOrganization("acme");
  const beginning = emulator.snapshot();
  const server = await serve(emulator, { port: 0 });
  const { url } = server;
  const open = (config: Partial<TransportConfig> = {}, overrides: TransportOverrides = {}): Backend =>
    adapters[backend](
      createTransport(
        { apiKey: "ada-key", endpoint: url, version: "0.1.0", ...config },
        { clock, random: () => 1, ...overrides },
      ),
    );
  return {
    emulator,
    clock,
    url,
    acme: `prn:1:${emulator.control.getOrganization("acme").id}`,
    client: (config) => open(config),
    clientInProcess: () => open({}, new Connection((request) => emulator.handle(request))),
    reset: () => {
      emulator.reset();
      emulator.restore(beginning);
    },
    requests: () => emulator.requests().map(({ operation }) => operation ?? "none"),
    close: async () => server.close(),
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Why it was rejected; undefined if it was not. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
