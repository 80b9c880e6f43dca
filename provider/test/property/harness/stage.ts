import { Emulator } from "#emulator";
import { Engine, type Running, type Step } from "../../support/engine";
import { apiKey } from "../../support/world";
import { inProcess } from "./inProcess";
import { applyOutsideChange, type OutsideChange } from "./outsideChange";
import { type Fault, FaultProxy, type Observer } from "./proxy";

/** A violated rule, with the log of the history. */
export class RuleViolationError extends Error {
  override readonly name = "RuleViolationError";
}

/** The result of an operation. */
export type Result = { readonly steps: readonly Step[] } | { readonly failure: string };

/** The differences between areas: their API, their view of Peridio, and who watches. */
interface World<Snapshot> {
  readonly backend: string;
  readonly observe: (emulator: Emulator) => Snapshot;
  readonly watcher?: Observer<Snapshot>;
}

/** The system under test of all random histories: an emulator, an engine with its state, the provider behind a proxy with faults, and a program. */
export class Stage<Snapshot, Declarations> {
  readonly emulator: Emulator;
  readonly engine: Engine;
  readonly proxy: FaultProxy<Snapshot>;
  /** All that providers have printed in the last operation, with details for debugging. */
  readonly texts: string[] = [];
  /** The environment of the next processes. */
  readonly environment: Record<string, string>;
  /** True if nothing has happened since a successful `up`. */
  isInForce = false;
  /** True if the state may lack a change. Then only a refresh lets `up` see everything. */
  hasDrift = false;
  /** The events. Only a violation needs the description of writes. */
  readonly #log: (string | (() => string))[] = [];

  /** @param declarations the first program */
  protected constructor(
    private readonly world: World<Snapshot>,
    public declarations: Declarations,
  ) {
    // Time depends on requests only, so that a history is reproducible.
    let seconds = Date.UTC(2027, 0, 1) / 1000;
    this.emulator = new Emulator({ apiKey, now: () => new Date((seconds += 1) * 1000) });
    this.proxy = new FaultProxy(this.emulator, () => this.snapshot, world.watcher ?? {});
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
    const launch = inProcess(this.proxy.handle, (text) => this.texts.push(text));
    return new Engine(this.environment, { maxRetries: "2" }, launch);
  }

  /** Replaces the program. */
  declare(declarations: Declarations, text: string): void {
    this.declarations = declarations;
    this.record(text);
  }

  /** Applies a change outside Pulumi, unless Peridio refuses it. */
  async changeOutside(change: OutsideChange): Promise<void> {
    if (!(await applyOutsideChange(this.emulator, change))) return;
    this.record(`outside Pulumi: ${change.text}`);
    this.hasDrift ||= change.isDrift !== false;
  }

  /** Runs an operation with faults. */
  async operate(faults: readonly Fault[], operation: () => Promise<readonly Step[]>): Promise<Result> {
    this.proxy.begin(faults);
    this.texts.length = 0;
    const result = await operation().then(
      (steps) => ({ steps }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    await this.proxy.end();
    const readable = [...this.texts, JSON.stringify([result, ...this.engine.state])];
    if (readable.some((text) => text.includes(apiKey))) throw this.violation("the API key is visible");
    return result;
  }

  /** Tells the proxy which processes a kill ends. */
  readonly started = (running: Running): void => {
    this.proxy.running = running;
  };

  /** Adds an event to the log. */
  record(...events: readonly (string | (() => string))[]): void {
    this.isInForce = false;
    this.#log.push(...events);
  }

  /** Returns the error for a violated rule. */
  violation(rule: string): RuleViolationError {
    const lines = this.#log.map((line) => (typeof line === "string" ? `  ${line}` : line()));
    return new RuleViolationError([rule, ...lines].join("\n"));
  }
}
