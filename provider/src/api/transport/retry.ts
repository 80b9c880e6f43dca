import type { Backoff } from "./backoff";
import type { Clock } from "./clock";
import { Abandoned, type Interceptor, type Method, type Outcome } from "./exchange";
import { noticeable, seconds, type Log } from "./log";

interface Options {
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Tries again where that cannot do harm, until an attempt settles the matter, the attempts are used up, or the next
 * one would come after the deadline.
 */
export function retry({ maxRetries, backoff, clock, log }: Options): Interceptor {
  return (next) => async (request) => {
    let unsure = false;
    for (let attempt = 1; ; attempt++) {
      const outcome = await inDoubt(unsure, next(request));
      if (unsure && alreadyDone(request.method, outcome)) return { ...outcome, status: 204 };
      unsure ||= mayHaveTakenEffect(request.method, outcome);
      if (!repeatable(request.method, outcome)) return { ...outcome, unsure };
      if (attempt > maxRetries) return { ...outcome, unsure, gaveUp: attempts(attempt) };

      const now = clock.now();
      const asked = outcome.kind === "answer" && outcome.retryAt !== null && outcome.retryAt > now;
      const wait = asked ? outcome.retryAt - now : backoff(attempt);
      if (wait > request.budget.left) {
        return { ...outcome, unsure, gaveUp: `${attempts(attempt)}: waiting ${seconds(wait)} would pass the deadline` };
      }
      if (wait > noticeable) {
        const reason = outcome.kind === "answer" ? `Peridio answered ${outcome.status}.` : outcome.summary;
        log("info", `${reason} Trying ${request.method} ${request.path} again in ${seconds(wait)}`);
      }
      request.budget.spend(wait);
      await inDoubt(unsure, clock.sleep(wait, request.signal));
    }
  };
}

/**
 * A POST is repeated only if nothing was sent: what else to do about it is decided where it is known how to look for
 * its effect. PUT, PATCH and DELETE can be repeated when a proxy failed in between (408, 502 to 504), but not after a 500: Peridio
 * itself failed on them, and may fail half-way each time. An answer that is too large would be too large again.
 */
function repeatable(method: Method, outcome: Outcome): boolean {
  if (outcome.kind === "failure") return !outcome.lasting && (method !== "POST" || !outcome.sent);
  if (outcome.body === null) return false;
  if (outcome.status === 500) return method === "GET";
  return [408, 502, 503, 504].includes(outcome.status) && method !== "POST";
}

/** An abort after an attempt that may have taken effect leaves that open. */
async function inDoubt<T>(unsure: boolean, work: Promise<T>): Promise<T> {
  if (!unsure) return work;
  return work.catch(() => {
    throw new Abandoned();
  });
}

/** A redirect or a 408 may come from a proxy that has already passed the request on. */
function mayHaveTakenEffect(method: Method, outcome: Outcome): boolean {
  if (method === "GET") return false;
  if (outcome.kind === "failure") return outcome.sent;
  const { status } = outcome;
  return status >= 500 || status === 408 || (status >= 300 && status < 400);
}

/** An earlier attempt, whose answer was lost, did it. */
function alreadyDone(method: Method, outcome: Outcome): outcome is Outcome & { kind: "answer" } {
  return method === "DELETE" && outcome.kind === "answer" && outcome.status === 404;
}

function attempts(count: number): string {
  return count === 1 ? "after one attempt" : `after ${count} attempts`;
}
