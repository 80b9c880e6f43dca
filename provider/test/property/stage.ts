import { Emulator } from "#emulator";
import { Engine, type Running, type Step } from "../support/engine";
import { apiKey } from "../support/world";
import { inProcess } from "./inProcess";
import { type Fault, FaultProxy, type Observer } from "./proxy";

/** The result of an operation. */
export type Result = { readonly steps: readonly Step[] } | { readonly failure: string };

/** The differences between worlds: their API, their view of Peridio, and who watches. */
interface World<Snapshot> {
  readonly backend: string;
  readonly observe: (emulator: Emulator) => Snapshot;
  readonly watcher: Observer<Snapshot>;
  /** Receives all texts that providers print, with details for debugging. */
  readonly listen?: (text: string) => void;
}

/** The system under test of all random histories: an emulator, an engine with its state, and the provider behind a proxy with faults. */
export class Stage<Snapshot> {
  readonly emulator: Emulator;
  readonly engine: Engine;
  readonly proxy: FaultProxy<Snapshot>;
  /** The environment of the next processes. */
  readonly environment: Record<string, string>;

  constructor(private readonly world: World<Snapshot>) {
    // Time depends on requests only, so that a history is reproducible.
    let seconds = Date.UTC(2027, 0, 1) / 1000;
    this.emulator = new Emulator({ apiKey, now: () => new Date((seconds += 1) * 1000) });
    this.proxy = new FaultProxy(this.emulator, () => this.snapshot, world.watcher);
    this.environment = {
      PERIDIO_API_KEY: apiKey,
      PERIDIO_BASE_URL: "http://emulator",
      PERIDIO_BACKEND: world.backend,
    };
    this.engine = this.createEngine();
  }

  get snapshot(): Snapshot {
    return this.world.observe(this.emulator);
  }

  /** Creates an engine with an empty state, as another stack has it. */
  createEngine(): Engine {
    return new Engine(this.environment, { maxRetries: "2" }, inProcess(this.proxy.handle, this.world.listen));
  }

  /** Runs an operation with faults. */
  async operate(faults: readonly Fault[], operation: () => Promise<readonly Step[]>): Promise<Result> {
    this.proxy.begin(faults);
    const result = await operation().then(
      (steps) => ({ steps }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    await this.proxy.end();
    return result;
  }

  /** Tells the proxy which processes a kill ends. */
  readonly started = (running: Running): void => {
    this.proxy.running = running;
  };
}
