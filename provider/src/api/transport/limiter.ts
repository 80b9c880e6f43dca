import type { Backoff } from "./backoff";
import type { Clock } from "./clock";
import type { Failure, Interceptor, Request } from "./exchange";
import { noticeable, seconds, type Log } from "./log";

interface Options {
  /** How many requests may be in flight. */
  readonly maxConcurrency: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
}

/** A request that waits for its turn. */
interface Ticket {
  readonly until: number;
  /** Lets the request go, or fail if it is late. */
  call(late?: Failure): void;
}

/**
 * Paces all requests of the process. A 429 closes the gate for everybody until the time that Peridio asks for, and
 * halves the number of requests in flight; each success lets it grow again. Without that, ten requests would hit the
 * limit together after each wait, and some of them would run out of attempts.
 */
export function limiter({ maxConcurrency, backoff, clock, log }: Options): Interceptor {
  let queue: Ticket[] = [];
  let inFlight = 0;
  let allowed = maxConcurrency;
  let opensAt = 0;
  let refusals = 0;
  let opening: AbortController | undefined;

  /** Calls everybody whose turn it is, or whose turn cannot come in time. */
  function call(): void {
    const now = clock.now();
    const turn = Math.max(now, opensAt);
    const late = queue.filter(({ until }) => turn > until);
    queue = queue.filter(({ until }) => turn <= until);
    for (const ticket of late) ticket.call(pastDeadline(opensAt - now));
    if (opensAt > now) callWhenOpen(opensAt - now);
    else {
      for (const ticket of queue.splice(0, Math.floor(allowed) - inFlight)) {
        inFlight++;
        ticket.call();
      }
    }
  }

  /** Sleeps only while somebody waits, so that a finished program can end. */
  function callWhenOpen(wait: number): void {
    if (queue.length === 0 || opening) return;
    opening = new AbortController();
    const again = (): void => {
      opening = undefined;
      call();
    };
    clock.sleep(wait, opening.signal).then(again, again);
  }

  async function turn({ until, signal }: Request): Promise<Failure | undefined> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const ticket: Ticket = {
        until,
        call: (late) => {
          signal?.removeEventListener("abort", cancel);
          resolve(late);
        },
      };
      const cancel = (): void => {
        queue = queue.filter((other) => other !== ticket);
        if (queue.length === 0) opening?.abort();
        reject(new Error("cancelled"));
      };
      signal?.addEventListener("abort", cancel, { once: true });
      queue.push(ticket);
      call();
    });
  }

  function close(askedFor: number | null): void {
    const now = clock.now();
    // Answers to requests that left together are one refusal.
    if (opensAt <= now) {
      refusals++;
      allowed = Math.max(1, allowed / 2);
    } else if (askedFor === null) return;
    const until = askedFor ?? now + backoff(refusals);
    if (until - Math.max(now, opensAt) > noticeable) {
      log("info", `Peridio asks to slow down; no request leaves for ${seconds(until - now)}`);
    }
    opensAt = Math.max(opensAt, until);
  }

  function succeed(): void {
    refusals = 0;
    allowed = Math.min(maxConcurrency, allowed + 1 / allowed);
  }

  return (next) => async (request) => {
    const late = await turn(request);
    if (late) return late;
    try {
      const outcome = await next(request);
      if (outcome.kind === "failure") return outcome;
      if (outcome.status < 400) succeed();
      if (outcome.status === 429) close(outcome.retryAt);
      return outcome;
    } finally {
      inFlight--;
      call();
    }
  };
}

function pastDeadline(wait: number): Failure {
  const reason =
    wait > 0
      ? `Peridio asks to send nothing for ${seconds(wait)}, which is past the deadline.`
      : "The deadline passed while waiting for other requests.";
  return { kind: "failure", summary: `${reason} Try again later.`, sent: false, lasting: true };
}
