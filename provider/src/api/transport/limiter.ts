import { Alarm } from "./alarm";
import type { Backoff } from "./backoff";
import { Cancellations } from "./cancellations";
import type { Clock } from "./clock";
import type { Answer, Interceptor, Outcome, Request, Send } from "./exchange";
import { Gate } from "./gate";
import { Line } from "./line";
import type { Log } from "./log";
import { Notices } from "./notices";
import { Pace } from "./pace";
import { Patience } from "./patience";

interface Options {
  /** How many requests may be in flight. */
  readonly maxConcurrency: number;
  /** For how long no request may pass before all give up, in milliseconds. */
  readonly deadline: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Gives all requests of the process their turn: first those that have begun, then the others in their order. A request
 * that is turned away (429) waits for another turn, since nothing came of it.
 */
export function limiter(options: Options): Interceptor {
  const turns = new Turns(options);
  return (next) => async (request) => turns.send(next, request);
}

/** A turn: what the gate said, and whether the request had to wait for it. */
interface Turn {
  readonly era: number;
  readonly waited: boolean;
}

/** Why it is no use to wait for a turn, as a clause. */
interface Hopeless {
  readonly hopeless: string;
}

/** A request that waits. */
interface Ticket {
  readonly call: (turn: Turn | Hopeless) => void;
}

class Turns {
  readonly #begun = new Line<Ticket>();
  readonly #fresh = new Line<Ticket>();
  readonly #cancellations = new Cancellations();
  readonly #gate: Gate;
  readonly #pace = new Pace();
  readonly #patience: Patience;
  readonly #notices: Notices;
  readonly #alarm: Alarm;
  #inFlight = 0;

  constructor(private readonly options: Options) {
    this.#gate = new Gate(options.backoff);
    this.#patience = new Patience(options.deadline);
    this.#notices = new Notices(options.log);
    this.#alarm = new Alarm(options.clock, () => {
      this.#call();
    });
  }

  async send(next: Send, request: Request): Promise<Outcome> {
    if (this.#inFlight === 0 && this.#waiting === 0) this.#patience.begin(this.#now);
    let refusal: Answer | undefined;
    for (;;) {
      const turn = await this.#turn(request, request.budget.begun || refusal !== undefined);
      if ("hopeless" in turn) {
        request.signal?.throwIfAborted();
        return givenUp(turn.hopeless, refusal);
      }
      const outcome = await this.#attempt(next, request, turn);
      if (outcome.kind === "failure" || outcome.status !== 429) return outcome;
      refusal = outcome;
    }
  }

  async #attempt(next: Send, request: Request, turn: Turn): Promise<Outcome> {
    let outcome: Outcome | undefined;
    try {
      outcome = await next(request);
      return outcome;
    } finally {
      this.#inFlight -= 1;
      this.#learn(turn, outcome);
      this.#call();
    }
  }

  #learn({ era, waited }: Turn, outcome: Outcome | undefined): void {
    const now = this.#now;
    if (outcome?.kind === "answer" && outcome.status !== 429) {
      this.#gate.pass(era);
      this.#pace.pass(now, waited);
      this.#patience.renew(now);
      return;
    }
    if (outcome?.kind !== "answer") this.#gate.lose(era);
    else if (this.#gate.refuse(era, now, outcome.retryAt)) this.#pace.refuse(now, this.#gate.wait(now));
    const hopeless = this.#patience.tooLong(now, this.#closedFor(now));
    if (hopeless !== undefined) this.#dismiss(hopeless);
  }

  async #turn({ signal }: Request, begun: boolean): Promise<Turn | Hopeless> {
    signal?.throwIfAborted();
    const now = this.#now;
    const closedFor = this.#closedFor(now);
    const hopeless = closedFor > 0 ? this.#patience.tooLong(now, closedFor) : undefined;
    if (hopeless !== undefined) return { hopeless };
    if (this.#waiting === 0 && this.#wait(now) === 0) return this.#admit(now, false);
    return this.#queue(begun ? this.#begun : this.#fresh, signal);
  }

  async #queue(line: Line<Ticket>, signal: AbortSignal | undefined): Promise<Turn | Hopeless> {
    return new Promise((resolve) => {
      const ticket: Ticket = {
        call: (turn) => {
          if (signal) this.#cancellations.remove(signal, cancel);
          resolve(turn);
        },
      };
      const cancel = (): void => {
        line.leave(ticket);
        // A finished program can end only if nothing sleeps.
        if (this.#waiting === 0) this.#alarm.stop();
        resolve({ hopeless: "cancelled" });
      };
      if (signal) this.#cancellations.add(signal, cancel);
      line.join(ticket);
      this.#call();
    });
  }

  /** Calls everybody whose turn it is. */
  #call(): void {
    const now = this.#now;
    while (this.#waiting > 0) {
      const wait = this.#wait(now);
      if (wait > 0) {
        if (!Number.isFinite(wait)) return;
        this.#tell(now);
        this.#alarm.set(Math.min(wait, this.#notices.wait(now) || wait));
        return;
      }
      this.#next()?.call(this.#admit(now, true));
    }
  }

  #dismiss(hopeless: string): void {
    for (let ticket = this.#next(); ticket; ticket = this.#next()) ticket.call({ hopeless });
    this.#alarm.stop();
  }

  #admit(now: number, waited: boolean): Turn {
    this.#inFlight += 1;
    this.#pace.take(now);
    return { era: this.#gate.enter(), waited };
  }

  #next(): Ticket | undefined {
    return this.#begun.next() ?? this.#fresh.next();
  }

  #tell(now: number): void {
    this.#notices.tell(now, { closedFor: this.#closedFor(now), limit: this.#pace.limit, waiting: this.#waiting });
  }

  get #now(): number {
    return this.options.clock.now();
  }

  get #waiting(): number {
    return this.#begun.size + this.#fresh.size;
  }

  /** Milliseconds until the next request may leave; infinite while that depends on those in flight. */
  #wait(now: number): number {
    if (this.#inFlight >= this.options.maxConcurrency) return Infinity;
    return Math.max(this.#gate.wait(now), this.#pace.wait(now));
  }

  /** For how many milliseconds Peridio asks to send nothing. */
  #closedFor(now: number): number {
    const wait = this.#gate.wait(now);
    return Number.isFinite(wait) ? wait : 0;
  }
}

function givenUp(hopeless: string, refusal: Answer | undefined): Outcome {
  if (refusal) return { ...refusal, gaveUp: `because ${hopeless}` };
  return { kind: "failure", summary: `${hopeless}. Try again later.`, sent: false, lasting: true };
}
