import type { Emulator, FaultRule } from "#emulator";
import type { Running } from "../../support/engine";
import { applyOutsideChange, type OutsideChange } from "./outsideChange";

/** A fault at the `at`-th read or write of an operation. */
export interface Fault {
  readonly on: "read" | "write";
  readonly at: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  | { readonly kind: "answer"; readonly answer: Answer; readonly when: "before" | "after"; readonly times: number }
  | { readonly kind: "kill"; readonly when: "before" | "after" }
  | { readonly kind: "Ctrl-C" }
  /** The next deletion of the operation has no effect, although its response reports success. */
  | { readonly kind: "acknowledged deletion" }
  | { readonly kind: "outside change"; readonly change: OutsideChange };

/** The replacement of the response: a dropped connection, a proxy's page, or a status. */
export type Answer =
  "drop" | "html" | "403" | "409" | "422" | "500" | "503" | "429" | "429 Retry-After 0" | "429 Retry-After 1";

const effects: Readonly<Record<Answer, FaultRule["effect"]>> = {
  drop: "drop",
  html: "html",
  "403": { status: 403 },
  "409": { status: 409 },
  "422": { status: 422 },
  "500": { status: 500 },
  "503": { status: 503 },
  "429": { status: 429 },
  "429 Retry-After 0": { status: 429, headers: { "retry-after": "0" } },
  "429 Retry-After 1": { status: 429, headers: { "retry-after": "1" } },
};

/** A request that may change something, and its effect on the observed data. */
export interface Write<Data> {
  readonly method: string;
  readonly path: string;
  /** True if the response reports success. */
  readonly isOk: boolean;
  readonly before: Data;
  readonly after: Data;
}

/** Receives each write, and the data after each change outside Pulumi. */
export interface Observer<Data> {
  readonly observeWrite: (write: Write<Data>) => void;
  readonly observeOutsideChange: (now: Data) => void;
}

/** Forwards requests of providers to the emulator, one after the other. Injects faults, and reports each write. */
export class FaultProxy<Data> {
  running: Running | undefined;
  /** The writes since the last `begin`. */
  readonly writes: Write<Data>[] = [];
  /** True after a fault since the last `begin`. */
  hasFault = false;
  /** True after a change outside Pulumi since the last `begin`. */
  hasOutsideChange = false;
  /** True if the operation was not interrupted, and the effect of the last request is clear. */
  isClear = true;
  #faults: readonly Fault[] = [];
  #counts = { read: 0, write: 0 };
  #last: Promise<unknown> = Promise.resolve();
  /** True after a kill: no request of the provider arrives. */
  #isKilled = false;
  /** True after Ctrl-C. */
  #isCancelled = false;

  constructor(
    private readonly emulator: Emulator,
    private readonly takeSnapshot: () => Data,
    private readonly observer: Partial<Observer<Data>>,
  ) {}

  /** Begins an operation with these faults. */
  begin(faults: readonly Fault[]): void {
    this.running = undefined;
    this.#isKilled = this.#isCancelled = false;
    this.#faults = faults;
    this.writes.length = 0;
    this.#counts = { read: 0, write: 0 };
    this.hasFault = this.hasOutsideChange = false;
    this.isClear = true;
  }

  /** Ends an operation: waits for its pending requests. */
  async end(): Promise<void> {
    await this.#last;
    this.#faults = [];
    this.emulator.control.clearFaults();
  }

  /** Handles one request at a time, so that each write has its own snapshots. */
  readonly handle = (request: Request): Promise<Response> => {
    const response = this.#last.then(() => this.#forward(request));
    this.#last = response.catch(() => undefined);
    return response;
  };

  async #forward(request: Request): Promise<Response> {
    if (this.#isKilled) throw closed();
    const on = request.method === "GET" ? "read" : "write";
    this.#counts[on] += 1;
    const due = this.#faults.filter((fault) => fault.on === on && fault.at === this.#counts[on]);
    for (const fault of due) await this.#inject(fault);
    const killed = due.find(({ effect }) => effect.kind === "kill");
    const when = killed?.effect.kind === "kill" ? killed.effect.when : undefined;
    if (when === "before") return this.#kill();
    const isCancelled = this.#isCancelled;
    this.isClear = false;
    const response = await (on === "read" ? this.emulator.handle(request) : this.#write(request));
    // The effect of a rejected write is known. The result of a rejected read is unknown.
    this.isClear = !isCancelled && (response.ok || (on === "write" && response.status < 500));
    return when === "after" ? this.#kill() : response;
  }

  async #write(request: Request): Promise<Response> {
    const before = this.takeSnapshot();
    let isOk = false;
    try {
      const response = await this.emulator.handle(request.clone());
      isOk = response.ok;
      return response;
    } finally {
      const after = this.takeSnapshot();
      const { pathname: path } = new URL(request.url);
      const write = { method: request.method, path, isOk, before, after };
      this.writes.push(write);
      this.observer.observeWrite?.(write);
    }
  }

  async #inject({ effect }: Fault): Promise<void> {
    if (effect.kind === "answer") {
      const { answer, when, times } = effect;
      this.emulator.control.fault({ effect: effects[answer], when, times });
    } else if (effect.kind === "acknowledged deletion") {
      this.emulator.control.fault({ method: "DELETE", effect: "acknowledge" });
    } else if (effect.kind === "Ctrl-C") {
      this.#isCancelled = true;
      void this.running?.cancel();
    } else if (effect.kind === "outside change") {
      const isApplied = await applyOutsideChange(this.emulator, effect.change);
      this.hasOutsideChange ||= isApplied;
      this.observer.observeOutsideChange?.(this.takeSnapshot());
    }
    this.hasFault = true;
  }

  #kill(): never {
    this.#isKilled = true;
    this.isClear = false;
    this.running?.kill();
    throw closed();
  }
}

function closed(): Error {
  return new Error("the connection is closed");
}

/** Reports whether the provider recovers from the fault within three attempts. */
export function isRecoverable({ on, effect }: Fault): boolean {
  if (effect.kind !== "answer" || effect.times > 1) return false;
  // The provider does not repeat a rejected request or, for writes, a request with the response 500: a change may be half done.
  const rejections = ["403", "409", "422"];
  return ![...rejections, ...(on === "write" ? ["500"] : [])].includes(effect.answer);
}

/** Describes a fault: `drops write 2, which takes effect`. */
export function describeFault({ on, at, effect }: Fault): string {
  const which = `${on} ${at}`;
  switch (effect.kind) {
    case "kill":
      return `killed ${effect.when} ${which}`;
    case "Ctrl-C":
      return `Ctrl-C at ${which}`;
    case "acknowledged deletion":
      return `the next deletion from ${which} on has no effect`;
    case "outside change":
      return `${effect.change.text} before ${which}`;
    case "answer": {
      const instead = effect.answer === "drop" ? "drops" : `${effect.answer} to`;
      const lost = effect.when === "after" ? "which takes effect" : "which takes no effect";
      const more = effect.times > 1 ? `, and ${effect.times - 1} more` : "";
      return `${instead} ${which}${on === "write" ? `, ${lost}` : ""}${more}`;
    }
  }
}
