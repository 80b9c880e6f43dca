import { join } from "node:path";

const root = join(__dirname, "../..");

/** A provider to measure. */
export interface Side {
  readonly name: string;
  /** The folder of its plugin. */
  readonly plugin: string;
  readonly environment: Readonly<Record<string, string>>;
}

export const provider: Side = { name: "provider", plugin: join(root, "bin"), environment: {} };

/** Answers every call at once, and has the engine make the calls that it makes of the provider. */
export const noop: Side = { name: "no-op", plugin: join(root, "dist/bench/noop"), environment: {} };

/** The same, but lets the engine take unchanged people as they are. */
export const blindNoop: Side = {
  name: "no-op without early reads",
  plugin: noop.plugin,
  environment: { BENCH_NOOP_LOOKS: "no" },
};
