import { adminV2 } from "./adminV2";
import { lacks as adminV2Lacks } from "./adminV2/lacks";
import { connect } from "./connect";
import { lacks as connectLacks } from "./connect/lacks";
import { peridio } from "./peridio";
import type { Backend, Peridio } from "./port";
import { createTransport, type Surroundings, type Transport, type TransportConfig } from "./transport/transport";

/** The APIs that this provider speaks. */
export const backends = ["admin-v2", "connect"] as const;
export type BackendName = (typeof backends)[number];

/** Where each is served, if not elsewhere. */
export const endpoints: Readonly<Record<BackendName, string>> = {
  "admin-v2": "https://api.peridio.com",
  connect: "https://connect.peridio.com",
};

/** Hosts that serve one API and no other. */
export const hosts: Readonly<Record<BackendName, readonly string[]>> = {
  "admin-v2": ["api.peridio.com"],
  connect: ["connect.peridio.com", "connect.staging.peridio.com"],
};

export interface ApiConfig extends TransportConfig {
  readonly backend: BackendName;
  /** The blocks of addresses from which this provider calls. */
  readonly runnerCidrs?: readonly string[] | undefined;
}

const adapters: Readonly<Record<BackendName, (transport: Transport) => Backend>> = { "admin-v2": adminV2, connect };

/** What is known of each API without a key. */
export const traits: Readonly<Record<BackendName, Pick<Backend, "lacks">>> = {
  "admin-v2": { lacks: adminV2Lacks },
  connect: { lacks: connectLacks },
};

/**
 * Peridio for this process. Nothing is sent until something is asked for.
 *
 * @throws Error if the API key, the endpoint or the CA path cannot be right.
 */
export function open(config: ApiConfig, surroundings?: Surroundings): Peridio {
  return peridio(adapters[config.backend](createTransport(config, surroundings)), config.runnerCidrs);
}
