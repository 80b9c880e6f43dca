import type { Emulator, FaultRule } from "#emulator";
import type { Running } from "../support/engine";
import { byHand, describeHand } from "./hands";
import type { Answer, Mishap } from "./history";
import type { World } from "./world";

/** A request that is to change something, and what came of it. */
export interface Write {
  readonly method: string;
  readonly path: string;
  /** Null if there was no answer. */
  readonly status: number | null;
  readonly before: World;
  readonly after: World;
}

const effects: Readonly<Record<Answer, FaultRule["effect"]>> = {
  drop: "drop",
  html: "html",
  "403": { status: 403 },
  "500": { status: 500 },
  "503": { status: 503 },
  "429": { status: 429 },
  "429 Retry-After 0": { status: 429, headers: { "retry-after": "0" } },
  "429 Retry-After 1": { status: 429, headers: { "retry-after": "1" } },
};

/** Sees what happens on the road. */
export interface Watcher {
  readonly write: (write: Write) => void;
  /** A change outside Pulumi has happened within an operation. */
  readonly meanwhile: (now: World) => void;
}

/** Between the providers and the emulator: lets things go wrong when it is time, and shows each write to a witness. */
export class Road {
  running: Running | undefined;
  /** True if a fault has happened since the last `begin`. */
  disturbed = false;
  /** True if a change outside Pulumi has happened since then. */
  interfered = false;
  /** True if the operation has not been interrupted, and the last response was clear. */
  sound = true;
  #mishaps: readonly Mishap[] = [];
  #counts = { read: 0, write: 0 };
  #last: Promise<unknown> = Promise.resolve();
  /** True if the provider has been killed, so that its requests do not arrive. */
  #dead = false;
  #ended = false;

  constructor(
    private readonly emulator: Emulator,
    private readonly look: () => World,
    private readonly witness: Watcher,
  ) {}

  /** An operation begins, in which this goes wrong. */
  begin(mishaps: readonly Mishap[]): void {
    this.running = undefined;
    this.#dead = this.#ended = false;
    this.#mishaps = mishaps;
    this.#counts = { read: 0, write: 0 };
    this.disturbed = this.interfered = false;
    this.sound = true;
  }

  /** An operation has ended: waits for the requests that it leaves under way. */
  async end(): Promise<void> {
    await this.#last;
    this.#mishaps = [];
    this.emulator.control.clearFaults();
  }

  /** One request after the other, so that each write is seen for itself. */
  readonly handle = (request: Request): Promise<Response> => {
    const response = this.#last.then(() => this.#carry(request));
    this.#last = response.catch(() => undefined);
    return response;
  };

  async #carry(request: Request): Promise<Response> {
    if (this.#dead) throw closed();
    const on = request.method === "GET" ? "read" : "write";
    this.#counts[on] += 1;
    const due = this.#mishaps.filter((mishap) => mishap.on === on && mishap.at === this.#counts[on]);
    for (const mishap of due) await this.#go(mishap);
    const killed = due.find(({ what }) => what.kind === "kill");
    const when = killed?.what.kind === "kill" ? killed.what.when : undefined;
    if (when === "before") return this.#kill();
    const ended = this.#ended;
    this.sound = false;
    const response = await (on === "read" ? this.emulator.handle(request) : this.#write(request));
    // The effect of a rejected write is known. The result of a rejected read is unknown.
    this.sound = !ended && (response.ok || (on === "write" && response.status < 500));
    return when === "after" ? this.#kill() : response;
  }

  async #write(request: Request): Promise<Response> {
    const before = this.look();
    let status: number | null = null;
    try {
      const response = await this.emulator.handle(request.clone());
      status = response.status;
      return response;
    } finally {
      const after = this.look();
      const { pathname: path } = new URL(request.url);
      this.witness.write({ method: request.method, path, status, before, after });
    }
  }

  async #go({ what }: Mishap): Promise<void> {
    if (what.kind === "answer") {
      const { answer, when, times } = what;
      this.emulator.control.fault({ effect: effects[answer], when, times });
    } else if (what.kind === "Ctrl-C") {
      this.#ended = true;
      void this.running?.cancel();
    } else if (what.kind === "meanwhile") {
      this.interfered = (await byHand(this.emulator, what.organization, what.hand)) !== undefined || this.interfered;
      this.witness.meanwhile(this.look());
    }
    this.disturbed = true;
  }

  #kill(): never {
    this.#dead = true;
    this.sound = false;
    this.running?.kill();
    throw closed();
  }
}

function closed(): Error {
  return new Error("the connection is closed");
}

/** Reports whether three attempts survive the fault. */
export function bearable({ on, what }: Mishap): boolean {
  if (what.kind !== "answer" || what.times > 1) return false;
  // A 500 is Peridio's own failure, after which a change may be half done; a 403 is its last word.
  return on === "read" ? what.answer !== "403" : !["403", "500"].includes(what.answer);
}

/** `drops the answer of write 2`. */
export function describeMishap({ on, at, what }: Mishap): string {
  const which = `${on} ${at}`;
  switch (what.kind) {
    case "kill":
      return `killed ${what.when} ${which}`;
    case "Ctrl-C":
      return `Ctrl-C at ${which}`;
    case "meanwhile":
      return `${describeHand(what.hand)} in ${what.organization} before ${which}`;
    case "answer": {
      const instead = what.answer === "drop" ? "drops" : `${what.answer} to`;
      const lost = what.when === "after" ? "which takes effect" : "which takes no effect";
      const more = what.times > 1 ? `, and ${what.times - 1} more` : "";
      return `${instead} ${which}${on === "write" ? `, ${lost}` : ""}${more}`;
    }
  }
}
